// SPDX-License-Identifier: MIT
#include "fake_machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hypercall.h"
#include "core/log.h"
#include "core/why.h"
#include "machine/boot_tables.h"
#include "machine/descriptor_tables.h"
#include "machine/pci.h"
#include "machine/serial.h"
#include "machine/tlb.h"
#include "memory/address_space.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"

#define WEAK __attribute__((weak))
#define DOMAINS_MAX 8u

uint8_t *fake_ram;
struct cpu fake_cpu;
struct cpu_regs fake_regs;
struct fake_processor fake_processor;
struct fake_refusal fake_refusal;
struct fake_continuation fake_continuation;
uint8_t fake_guest[FAKE_GUEST_SIZE];
unsigned fake_full_flushes, fake_crashes;
int fake_preempt_after = -1;
uint64_t boot_l4[ENTRIES_PER_TABLE];

static struct domain *domains[DOMAINS_MAX];
static unsigned domain_count;
static uint32_t tlb_clock = 1;

uint64_t *fake_msr(uint32_t number)
{
    unsigned i = 0;

    while (i < FAKE_MSRS - 1 && fake_processor.msrs[i].number && fake_processor.msrs[i].number != number)
        i++;
    fake_processor.msrs[i].number = number;
    return &fake_processor.msrs[i].value;
}

/* ---- guest memory ---- */

static uint8_t *table_byte(uint64_t address, bool write)
{
    static const unsigned shifts[] = {30, 21, 12};
    struct vcpu *v = fake_cpu.current;
    mfn_t table = v ? v->guest_table : MFN_NONE;

    if (mfn_equal(table, MFN_NONE))
        return NULL;
    for (unsigned i = 0; i < 3; i++) {
        uint64_t entry = ((uint64_t *)frame_map(table))[address >> shifts[i] & 511];

        if (!(entry & 1) || (write && !(entry & 2)))
            return NULL;
        table = mfn(entry >> PAGE_SHIFT & 0xffffffffff);
    }
    return (uint8_t *)frame_map(table) + address % PAGE_SIZE;
}

static uint8_t *guest_byte(uint64_t address, bool write)
{
    if (address >= FAKE_GUEST_BASE && address < FAKE_GUEST_BASE + FAKE_GUEST_SIZE)
        return &fake_guest[address - FAKE_GUEST_BASE];
    return table_byte(address, write);
}

bool fake_copy_from(void *to, uint64_t from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t *byte = guest_byte(from + i, false);

        if (!byte)
            return false;
        ((uint8_t *)to)[i] = *byte;
    }
    return true;
}

bool fake_copy_to(uint64_t to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t *byte = guest_byte(to + i, true);

        if (!byte)
            return false;
        *byte = ((const uint8_t *)from)[i];
    }
    return true;
}

/* ---- the TLB ---- */

WEAK uint32_t tlb_clock_now(void)
{
    return tlb_clock;
}

WEAK void tlb_flush_local(void)
{
    fake_full_flushes++;
    fake_cpu.tlb_clock = ++tlb_clock;
}

WEAK void tlb_flush_stale(uint32_t stamp)
{
    if ((int32_t)(fake_cpu.tlb_clock - stamp) <= 0)
        tlb_flush_local();
}

WEAK void tlb_flush_vcpus(struct domain *d, uint64_t mask)
{
    tlb_flush_local();
}

WEAK void tlb_flush_vcpus_page(struct domain *d, uint64_t mask, uint64_t address)
{
    tlb_flush_page(address);
}

WEAK void address_space_load(struct vcpu *v)
{
    fake_processor.cr3 = v->l4.raw << PAGE_SHIFT;
    tlb_flush_local();
}

WEAK void ldt_load(unsigned entries)
{
    fake_processor.ldt_entries = entries;
}

/* Of PCI there is nothing but what a test's port functions make of it. */
WEAK bool pci_register_guarded(uint32_t address, unsigned offset, unsigned bytes)
{
    return false;
}

/* Nobody types. */
WEAK bool serial_read(char *byte)
{
    return false;
}

/* ---- what higher parts supply ---- */

WEAK int refuse(int error, uint32_t reason, uint64_t expected, uint64_t found, uint64_t frame)
{
    fake_refusal = (struct fake_refusal){.error = error,
                                         .reason = reason,
                                         .expected = expected,
                                         .found = found,
                                         .frame = frame,
                                         .count = fake_refusal.count + 1};
    return error;
}

WEAK void refuse_context(uint32_t subop, uint32_t index)
{
    fake_refusal.subop = subop;
    fake_refusal.index = index;
}

WEAK bool preempt_wanted(void)
{
    return fake_preempt_after >= 0 && fake_preempt_after-- == 0;
}

WEAK long hypercall_continue(uint32_t nr, unsigned count, const uint64_t args[])
{
    fake_continuation.number = nr;
    fake_continuation.arguments = count;
    fake_continuation.count++;
    memcpy(fake_continuation.args, args, count * sizeof(args[0]));
    return nr;
}

WEAK struct domain *domain_find(uint16_t id)
{
    for (unsigned i = 0; i < domain_count; i++)
        if (domains[i]->id == id)
            return domains[i];
    return NULL;
}

WEAK void domain_crash(struct domain *d, const char *format, ...)
{
    d->dying = true;
    fake_crashes++;
}

WEAK void log_print(const char *format, ...)
{
}

WEAK void log_line(enum log_level level, const char *format, ...)
{
}

WEAK void log_write(const char *bytes, size_t n)
{
}

WEAK void panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

/* ---- the machine ---- */

void fake_machine_end(void)
{
    for (unsigned i = 0; i < domain_count; i++) {
        free(domains[i]->vcpus[0]);
        free(domains[i]);
    }
    domain_count = 0;
    free(frame_table);
    free(fake_ram);
    frame_table = NULL;
    fake_ram = NULL;
    fake_cpu = (struct cpu){0};
}

void fake_machine_start(uint64_t frames)
{
    fake_machine_end();
    fake_ram = aligned_alloc(PAGE_SIZE, frames << PAGE_SHIFT);
    memset(fake_ram, 0xa5, frames << PAGE_SHIFT); /* whatever was there before */
    fake_cpu.guest_limit = GUEST32_LIMIT;
    memset(&fake_processor, 0, sizeof(fake_processor));
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    memset(&fake_continuation, 0, sizeof(fake_continuation));
    memset(fake_guest, 0, sizeof(fake_guest));
    memset(&fake_regs, 0, sizeof(fake_regs));
    fake_full_flushes = fake_crashes = 0;
    fake_preempt_after = -1;
    frame_table_init(calloc(frames, sizeof(struct frame)), frames);
    memset(fake_ram + (4u << PAGE_SHIFT), 0, 8u << PAGE_SHIFT);
    if (m2p_size(frames) > 8u << PAGE_SHIFT)
        panic("the fake machine keeps 8 frames for the M2P table");
    m2p_init(frame_map(mfn(4)), frames);
    frame_add_device_range(mfn(1), 3);
    frame_add_free_range(mfn(FAKE_FIRST_FREE), frames - FAKE_FIRST_FREE);
}

struct domain *fake_domain_list(void)
{
    return domain_count ? domains[domain_count - 1] : NULL;
}

struct domain *fake_domain(uint16_t id, bool privileged)
{
    struct domain *d = calloc(1, sizeof(*d));
    struct vcpu *v = calloc(1, sizeof(*v));

    if (domain_count == DOMAINS_MAX)
        panic("the fake machine has %u domains", DOMAINS_MAX);
    d->id = id;
    d->width = GUEST_32;
    d->privileged = privileged;
    d->max_pages = UINT32_MAX;
    d->vcpu_count = 1;
    d->vcpus[0] = v;
    v->domain = d;
    v->info_frame = MFN_NONE;
    for (unsigned i = 0; i < GDT_GUEST_FRAMES; i++)
        v->gdt_frames[i] = MFN_NONE;
    d->next = fake_domain_list();
    domains[domain_count++] = d;
    if (!vcpu_address_space_init(v))
        panic("no memory for the vCPU");
    return d;
}

void fake_run(struct vcpu *v)
{
    fake_cpu.current = v;
}
