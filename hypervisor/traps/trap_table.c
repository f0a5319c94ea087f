// SPDX-License-Identifier: MIT
#include "core/hypercall.h"
#include "core/why.h"
#include "machine/user_copy.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

/* Entries between two looks at whether other work waits. */
#define ENTRIES_PER_LOOK 64

static void trap_table_clear(struct trap_entry *traps)
{
    for (unsigned i = 0; i < 256; i++)
        traps[i] = (struct trap_entry){0};
}

static void trap_table_put(const struct vcpu *v, const struct trap_info_32 *t)
{
    v->traps[t->vector] = (struct trap_entry){.ip = t->address,
                                              .cs = sanitize_code_selector(v->domain, t->cs),
                                              .flags = t->flags & (TRAP_DPL | TRAP_MASKS_EVENTS)};
}

/* Entries up to the one with address 0. Those before a bad one stay registered, as in the reference. */
long hypercall32_set_trap_table(uint64_t table)
{
    struct vcpu *v = current_vcpu();

    if (table == 0) {
        trap_table_clear(v->traps);
        return 0;
    }
    for (unsigned done = 1;; done++) {
        struct trap_info_32 t;

        if (copy_from_guest(&t, gva(table), sizeof(t)))
            return refuse(-EFAULT, REASON_bad_guest_pointer, 0, table, 0);
        if (t.address == 0)
            return 0;
        trap_table_put(v, &t);
        table += sizeof(t);
        if (done % ENTRIES_PER_LOOK == 0 && preempt_wanted())
            return hypercall_continue(__HYPERVISOR_set_trap_table, 1, &table);
    }
}
