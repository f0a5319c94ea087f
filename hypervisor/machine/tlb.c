// SPDX-License-Identifier: MIT
/*
 * One processor now. The functions already take the vCPU mask and stamps that several need: what changes with them
 * is that a flush for another CPU becomes WORK_FLUSH and an interrupt.
 */
#include "machine/tlb.h"

#include "machine/cpu.h"
#include "machine/descriptor_tables.h"
#include "machine/layout.h"
#include "machine/percpu.h"
#include "core/hypercall.h"

static uint32_t tlb_clock = 1;

uint32_t tlb_clock_now(void)
{
    return tlb_clock;
}

/* Stamps taken before the flush are now older than this CPU's. A wrap flushes once more than needed, never less. */
static void note_full_flush(void)
{
    struct cpu *cpu = this_cpu();

    cpu->tlb_clock = ++tlb_clock;
    if (cpu->current)
        cpu->current->domain->counters.tlb_flushes++;
}

void tlb_flush_local(void)
{
    note_full_flush();
    cr3_write(cr3_read());
}

void tlb_flush_stale(uint32_t stamp)
{
    if ((int32_t)(this_cpu()->tlb_clock - stamp) <= 0)
        tlb_flush_local();
}

void tlb_flush_vcpus_page(struct domain *d, uint64_t vcpu_mask, uint64_t address)
{
    (void)d;
    (void)vcpu_mask;
    tlb_flush_page(address);
}

void tlb_flush_vcpus(struct domain *d, uint64_t vcpu_mask)
{
    (void)d;
    (void)vcpu_mask;
    tlb_flush_local();
}

/* Present, writable, accessed, dirty, no execution: the processor itself sets the busy bit of the TSS. */
#define PTE_RESERVED_PAGE 0x8000000000000063ull
#define RESERVED_PAGE (FIRST_RESERVED_SELECTOR / PAGE_SIZE)

void address_space_load(struct vcpu *v)
{
    mfn_t reserved = reserved_gdt_frame(this_cpu(), v->domain->width);

    v->descriptor_ptes[RESERVED_PAGE].raw = reserved.raw << PAGE_SHIFT | PTE_RESERVED_PAGE;
    note_full_flush();
    cr3_write(v->l4.raw << PAGE_SHIFT);
}
