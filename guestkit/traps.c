/* SPDX-License-Identifier: MIT */
#include <guestkit/hypercall.h>
#include <guestkit/shared.h>
#include <guestkit/traps.h>
#include <stddef.h>

#define FIRST_VECTORS 20
#define STUB_BYTES 16
#define MASK_UPCALLS 4 /* trap_info.flags: deliver with events masked */

/* trap_entry.S pushes the words in this order. */
_Static_assert(offsetof(struct trap_frame, edi) == 8, "frame starts with ds, es");
_Static_assert(offsetof(struct trap_frame, eax) == 32, "seven registers");
_Static_assert(offsetof(struct trap_frame, vector) == 36, "vector follows the registers");
_Static_assert(offsetof(struct trap_frame, eip) == 44, "bounce frame begins");
_Static_assert(offsetof(struct trap_frame, cs) == 48, "CS and mask are one word");
_Static_assert(offsetof(struct trap_frame, eflags) == 52, "EFLAGS follow it");
_Static_assert(offsetof(shared_info_t, vcpu_info[0].evtchn_upcall_pending) == 0, "trap_entry.S tests it");
_Static_assert(offsetof(shared_info_t, vcpu_info[0].evtchn_upcall_mask) == 1, "trap_entry.S clears it");
_Static_assert(sizeof(struct trap_frame) == 64, "whole frame");

struct fixup {
    uint32_t from;
    uint32_t to;
};

extern char trap_stubs[], trap_event_entry[], trap_failsafe_entry[];
extern const struct fixup fixups_start[], fixups_end[];

trap_handler *trap_recover;
static trap_handler *handlers[TRAP_VECTORS];

void trap_dispatch(struct trap_frame *frame);

static bool apply_fixup(struct trap_frame *frame)
{
    if (trap_from_user(frame)) {
        return false;
    }
    for (const struct fixup *fixup = fixups_start; fixup < fixups_end; fixup++) {
        if (fixup->from == frame->eip) {
            frame->eip = fixup->to;
            return true;
        }
    }
    return false;
}

void trap_dispatch(struct trap_frame *frame)
{
    trap_handler *handler = handlers[frame->vector];

    if (handler && handler(frame)) {
        return;
    }
    if (apply_fixup(frame) || (trap_recover && trap_recover(frame))) {
        return;
    }
    trap_fatal(frame);
}

trap_handler *trap_set_handler(unsigned int vector, trap_handler *handler)
{
    trap_handler *before = handlers[vector];

    handlers[vector] = handler;
    return before;
}

trap_info_t trap_entry(unsigned int vector, unsigned int ring)
{
    return (trap_info_t){
        .vector = (uint8_t)vector,
        .flags = (uint8_t)(ring | MASK_UPCALLS),
        .cs = FLAT_KERNEL_CS,
        .address = (uint32_t)(trap_stubs + vector * STUB_BYTES),
    };
}

int trap_open(unsigned int vector, unsigned int ring)
{
    trap_info_t table[2] = {trap_entry(vector, ring)};

    return hypercall(__HYPERVISOR_set_trap_table, hypercall_address(table), 0, 0, 0, 0);
}

uint32_t trap_fault_address(void)
{
    return shared_vcpu->arch.cr2;
}

static int register_callbacks(void)
{
    int error = hypercall(__HYPERVISOR_set_callbacks, FLAT_KERNEL_CS, (uint32_t)trap_event_entry,
                          FLAT_KERNEL_CS, (uint32_t)trap_failsafe_entry, 0);

    if (error) {
        return error;
    }
    xennmi_callback_t nmi = {.handler_address = trap_entry(TRAP_NMI, 1).address};
    return hypercall(__HYPERVISOR_nmi_op, XENNMI_register_callback, hypercall_address(&nmi), 0, 0, 0);
}

int traps_init(void)
{
    trap_info_t table[FIRST_VECTORS + 1] = {0};

    for (unsigned int vector = 0; vector < FIRST_VECTORS; vector++) {
        table[vector] = trap_entry(vector, vector == TRAP_BREAKPOINT || vector == TRAP_OVERFLOW ? 3 : 1);
    }
    int error = hypercall(__HYPERVISOR_set_trap_table, hypercall_address(table), 0, 0, 0, 0);
    return error ? error : register_callbacks();
}
