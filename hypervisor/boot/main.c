// SPDX-License-Identifier: MIT
/* From start.S to the first instruction of the initial domain. */
#include "boot/main.h"

#include <abi/ringlet.h>

#include "boot/boot_info.h"
#include "boot/initial_domain.h"
#include "boot/memory_map.h"
#include "boot/options.h"
#include "core/cpu.h"
#include "core/log.h"
#include "domain/domain.h"
#include "hypercalls/trace.h"
#include "hypercalls/version.h"
#include "hypercalls/entry_points.h"
#include "machine/acpi.h"
#include "machine/pci.h"
#include "memory/io_memory.h"
#include "machine/cpu.h"
#include "machine/descriptor_tables.h"
#include "machine/interrupt_controllers.h"
#include "machine/log_control.h"
#include "machine/percpu.h"
#include "machine/serial.h"
#include "traps/io_ports.h"
#include "traps/vcpu_traps.h"

/* The boot processor's stack area; start.S points the stack at its block. */
extern uint8_t boot_cpu_area[];
uint8_t boot_cpu_area[CPU_AREA_SIZE] __attribute__((aligned(CPU_AREA_SIZE), section(".bss.areas"), used));

/* IA32_PAT as the PV ABI fixes it: WB, WT, UC-, UC, WC, WP, UC-, UC (design rule 1). */
#define PAT_VALUE 0x0000050100070406ull

static void control_registers_init(void)
{
    struct cpuid_result features = cpuid(1, 0);
    uint64_t cr4 = CR4_PAE | CR4_DE | CR4_OSFXSR | CR4_OSXMMEXCPT;

    cr4 |= features.c & 1u << 26 ? CR4_OSXSAVE : 0;
    cr0_write(CR0_PG | CR0_WP | CR0_NE | CR0_MP | 0x11); /* ET, PE */
    cr4_write(cr4); /* PGE, SMEP, SMAP, PKE, LA57, FSGSBASE and UMIP stay off while 32-bit guests run */
    msr_write(MSR_EFER, EFER_LME | EFER_LMA | EFER_NXE);
    msr_write(MSR_SYSENTER_CS, 0);
    msr_write(MSR_PAT, PAT_VALUE);
}

/* vCPU 0 runs from the start; the domain brings up the others itself (VCPUOP_initialise, VCPUOP_up). */
static void initial_domain_start(void)
{
    struct domain *d = initial_domain_build();

    for (unsigned i = 1; i < boot_options.dom0_max_vcpus; i++)
        if (!vcpu_create(d, i))
            boot_refuse("no memory is left for vCPU %u; start with a smaller dom0_mem= or dom0_max_vcpus=.",
                        i);
    if (boot_options.hypercall_trace)
        trace_set(d, RINGLET_TRACE_HYPERCALLS);
    vcpu_up(d->vcpus[0]);
}

static void guard_msix_table(uint64_t address, uint64_t bytes)
{
    uint64_t first = address >> PAGE_SHIFT, end = (address + bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;

    if (!io_memory_guard_writes(mfn(first), end - first))
        boot_refuse("there are more MSI-X tables than can be guarded; start it with fewer devices.");
}

/* Registers that raise or route interrupts are ring 0's, wherever the machine has them. */
static void guard_interrupt_registers(void)
{
    uint64_t address, bytes;
    const uint64_t ours[] = {acpi_info.local_apic, acpi_info.io_apic, acpi_info.hpet};

    for (unsigned i = 0; i < ARRAY_SIZE(ours); i++)
        if (ours[i])
            io_memory_guard(mfn(ours[i] >> PAGE_SHIFT), 1);
    if (pci_config_memory(&address, &bytes))
        io_memory_guard(mfn(address >> PAGE_SHIFT), bytes >> PAGE_SHIFT);
    pci_find_msix_tables(guard_msix_table);
}

void hypervisor_main(uint32_t multiboot_info)
{
    boot_info_read(multiboot_info);
    hypervisor_command_line = text_after_word(boot_info.command_line);
    options_parse(boot_info.command_line);
    serial_init(boot_options.baud);
    log_set_level(boot_options.loglvl);
    log_set_stop_on_panic(boot_options.noreboot);
    log_line(LOG_INFO, "Ringlet, a paravirtualized microhypervisor");
    options_report();
    control_registers_init();
    descriptor_tables_init(this_cpu());
    acpi_scan(); /* while all of the first 4 GiB is mapped */
    memory_map_init();
    guard_interrupt_registers();
    interrupt_controllers_init();
    traps_start();
    io_ports_reserve(SERIAL_PORT, SERIAL_PORTS);
    if (acpi_info.pm_timer_port)
        io_ports_reserve(acpi_info.pm_timer_port, 4);
    domains_init();
    domain_set_noreboot(boot_options.noreboot);
    initial_domain_start();
    interrupt_controllers_enable_serial();
    schedule();
    enter_guest();
}
