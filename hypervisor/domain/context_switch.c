// SPDX-License-Identifier: MIT
#include "domain/context_switch.h"

#include "core/hypercall.h"
#include "machine/cpu.h"
#include "machine/descriptor_tables.h"
#include "machine/layout.h"
#include "machine/percpu.h"
#include "machine/segment_registers.h"
#include "machine/tlb.h"
#include "traps/processor_state.h"

static void save_selectors(struct vcpu *v)
{
    v->ds = segment_read_ds();
    v->es = segment_read_es();
    v->fs = segment_read_fs();
    v->gs = segment_read_gs();
}

/* A selector may have gone bad since it was loaded: the guest changed its table meanwhile. It is null then. */
static bool load_selectors(const struct vcpu *v)
{
    bool ds = segment_load_ds(v->ds), es = segment_load_es(v->es), fs = segment_load_fs(v->fs),
         gs = segment_load_gs(v->gs);

    return ds && es && fs && gs;
}

void context_save(struct vcpu *v)
{
    if (this_cpu()->current != v)
        return;
    v->regs = *guest_regs();
    save_selectors(v);
}

void context_switch(struct vcpu *next)
{
    struct cpu *cpu = this_cpu();

    if (cpu->current) {
        cpu->current->domain->counters.hypercalls += cpu->hypercalls;
        cpu->hypercalls = 0;
        context_save(cpu->current);
        processor_state_save(cpu->current);
    }
    cpu->current = next;
    next->domain->counters.context_switches++;
    cpu->upcall = next->info;
    cpu->guest_limit = GUEST32_LIMIT;
    cpu->hypercall_table = hypercall_table_of(next->domain);
    *guest_regs() = next->regs;
    address_space_load(next);
    descriptor_tables_use_vcpu();
    ldt_load(next->ldt_entries);
    processor_state_load(next);
    if (!load_selectors(next))
        selectors_failed(next, next->ds, next->es, next->fs, next->gs);
    if (next->nmi_pending)
        cpu->pending |= WORK_NMI;
}
