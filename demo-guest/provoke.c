// SPDX-License-Identifier: MIT
/*
 * Does what a guest must not, and shows what came of it. Each provocation is an attack in small; tests/guest has
 * them in full. None of them may change anything, so that the demo can go on afterwards.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <abi/guest.h>
#include <guestkit/hypercall.h>
#include <guestkit/p2m.h>
#include <guestkit/page_tables.h>
#include <guestkit/probe.h>
#include <guestkit/refusals.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>
#include <guestkit/traps.h>

#include "machine.h"
#include "refusals.h"

#define NO_SUCH_HYPERCALL 45u
#define HYPERVISOR_ADDRESS 0xfc000000u

static char page[4096] __attribute__((aligned(4096)));

/* A frame of the hypervisor: its image is loaded at 1 MiB. */
#define HYPERVISOR_FRAME 0x100u

static int map_page_table_writable(void)
{
    return page_set(page, pte_make(page_table(page, 1), PTE_DATA));
}

static int map_hypervisor_frame(void)
{
    return page_set(page, pte_make(HYPERVISOR_FRAME, PTE_DATA));
}

static int make_superpage(void)
{
    uint64_t entry = table_entry_machine(page_table(page, 2), page_index(page, 2));

    return table_write(entry, pte_make(address_to_mfn(page) & ~511u, PTE_DATA | PTE_LARGE));
}

static int pin_writable_frame(void)
{
    return table_pin(address_to_mfn(page), 1);
}

static int call_nonsense(void)
{
    return hypercall(NO_SUCH_HYPERCALL, 0, 0, 0, 0, 0);
}

static int answer_into_hypervisor(void)
{
    return xen_version_extraversion((xen_extraversion_t *)HYPERVISOR_ADDRESS);
}

static int load_gdt_at_own_page(void)
{
    uint32_t frame = page_table(page, 1);

    return hypercall_set_gdt(&frame, 512);
}

static const struct {
    const char *what;
    int (*call)(void);
} calls[] = {
    {"map one of my page tables writable", map_page_table_writable},
    {"map a frame of the hypervisor", map_hypervisor_frame},
    {"make a 2 MiB page in an L2 table", make_superpage},
    {"pin a page I can write to as a page table", pin_writable_frame},
    {"use a page table as my GDT", load_gdt_at_own_page},
    {"have an answer written over the hypervisor", answer_into_hypervisor},
    {"make a hypercall that does not exist", call_nonsense},
};

static void disable_interrupts(void *unused)
{
    __asm__ volatile("cli");
}

static void load_page_table_base(void *unused)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(xen_pfn_to_cr3(HYPERVISOR_FRAME)) : "memory");
}

static void load_interrupt_table(void *unused)
{
    static const struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) table = {0, 0};

    __asm__ volatile("lidt %0" : : "m"(table));
}

static void reset_by_port(void *unused)
{
    __asm__ volatile("outb %0, %1" : : "a"((uint8_t)1), "Nd"((uint16_t)0x92));
}

static void write_machine_to_phys(void *unused)
{
    *(volatile uint32_t *)MACH2PHYS_VIRT_START = 0;
}

static void write_own_page_table(void *unused)
{
    *(volatile uint64_t *)boot_info->pt_base = 0;
}

static void jump_into_hypervisor(void *unused)
{
    ((void (*)(void))HYPERVISOR_ADDRESS)();
}

static const struct {
    const char *what;
    void (*instructions)(void *);
} faults[] = {
    {"turn interrupts off (cli)", disable_interrupts},
    {"load CR3 with a frame of the hypervisor", load_page_table_base},
    {"load an interrupt table (lidt)", load_interrupt_table},
    {"reset the machine through port 92h", reset_by_port},
    {"write to the machine-to-physical table", write_machine_to_phys},
    {"write to my own root page table", write_own_page_table},
    {"jump into the hypervisor", jump_into_hypervisor},
};

static unsigned provoke_by_calls(void)
{
    unsigned allowed = 0;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        int result = calls[i].call();

        printf("%-46s %s\n", calls[i].what, result < 0 ? refusals_errno_name(result) : "WAS ALLOWED");
        if (result < 0)
            refusals_show(DOMID_SELF, 1);
        else
            allowed++;
    }
    return allowed;
}

static unsigned provoke_by_instructions(void)
{
    unsigned allowed = 0;

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct fault fault = probe_call(faults[i].instructions, NULL);

        printf("%-46s ", faults[i].what);
        if (fault.vector == NO_FAULT) {
            printf("WAS ALLOWED\n");
            allowed++;
        } else {
            printf("%s at %08" PRIx32 ", error code %" PRIx32 "\n", trap_name(fault.vector), fault.eip,
                   fault.error_code);
        }
    }
    return allowed;
}

static int provoke(int argc, char **argv)
{
    unsigned allowed = provoke_by_calls();

    allowed += provoke_by_instructions();
    if (allowed)
        printf("\n%u of these were allowed: that is a fault of the hypervisor\n", allowed);
    else
        printf("\nEverything was refused, and the demo is still here.\n");
    return allowed != 0;
}

static int why(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10;

    int shown = refusals_show(DOMID_SELF, count);

    if (shown == 0)
        printf("nothing was refused yet; provoke changes that\n");
    else if (shown < 0)
        printf("why: the hypervisor keeps no record: only Ringlet does\n");
    return shown < 0;
}

const struct command refusal_commands[] = {
    {"provoke", "", "do forbidden things, and see what becomes of them", provoke},
    {"why", "[count]", "the last refusals: which call, and the reason", why},
    {0},
};
