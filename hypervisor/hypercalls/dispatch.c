// SPDX-License-Identifier: MIT
/*
 * The hypercall tables, made from abi/hypercalls.def. entry.S indexes them with the guest's number; an entry the table
 * does not name answers -ENOSYS.
 */
#include <abi/hypercalls.def>
#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "hypercalls/dispatch.h"
#include "machine/percpu.h"

/* Calls whose register arguments a 32-bit guest packs differently from a 64-bit one: they have a handler a width. */
#define hypercall_set_trap_table hypercall32_set_trap_table
#define hypercall_set_gdt hypercall32_set_gdt
#define hypercall_set_callbacks hypercall32_set_callbacks
#define hypercall_update_va_mapping hypercall32_update_va_mapping
#define hypercall_update_va_mapping_otherdomain hypercall32_update_va_mapping_otherdomain
#define hypercall_mmuext_op hypercall32_mmuext_op
#define hypercall_update_descriptor hypercall32_update_descriptor
#define hypercall_set_timer_op hypercall32_set_timer_op
#define hypercall_iret hypercall32_iret
#define hypercall_multicall hypercall32_multicall

/* Handlers take as many of the six arguments as they need; the rest stay in registers nobody reads. */
#define DECLARE_YES(name) long hypercall_##name(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
#define DECLARE_NO(name)
#define DECLARE(number, name, state, ...) DECLARE_##state(name)
HYPERCALLS(DECLARE)

#define ENTRY_YES(number, name) [number] = hypercall_##name,
#define ENTRY_NO(number, name) [number] = hypercall_unknown,
#define ENTRY(number, name, state, ...) ENTRY_##state(number, name)

const hypercall_fn hypercall_table_32[HYPERCALL_COUNT] = {
    HYPERCALLS(ENTRY)
        /* numbers that were never given out */
        [11] = hypercall_unknown,
    [43 ... 47] = hypercall_unknown,
};

long hypercall_unknown(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6)
{
    return refuse(-ENOSYS, REASON_no_such_hypercall, HYPERCALL_COUNT, hypercall_number(), 0);
}

uint32_t hypercall_number(void)
{
    struct vcpu *v = current_vcpu();

    return v->in_multicall ? v->multicall_nr : (uint32_t)guest_regs()->rax;
}
