/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: name the hypervisor's code segment, 0xe008, or a privilege of 0, wherever the ABI takes a selector for later: in
 * the trap table, and for the event callback. (For iret see attack_iret_privilege, for the
 * GDT attack_call_gate, for the stack attack_stack_selector.)
 *
 * WHAT WOULD GO WRONG: the hypervisor keeps the selector and loads it itself when the trap comes: IRETQ from ring 0 to a
 * selector of ring 0 succeeds, and the guest's handler runs there.
 *
 * WHAT STOPS IT: rule 7: one function raises the privilege of selectors from every source. 0xe009 then is a segment that
 * ring 1 cannot have, and loading it a fault of the guest's.
 *
 * HOW THE TEST KNOWS: the interrupt or event ends in #GP for 0xe008 in the guest's own handler, seen as happening in the
 * would-be handler; with the flat selector of privilege 0 the handler runs, in ring 1.
 */
#include "attack.h"
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define VECTOR 0x90
#define HYPERVISOR_CS 0xe008

static char trap_stack[8192] __attribute__((aligned(16)));
static volatile unsigned int taken, ring_seen;

static bool record(struct trap_frame *frame)
{
    uint32_t cs;

    __asm__("movl %%cs, %0" : "=r"(cs));
    ring_seen = cs & 3;
    taken++;
    return true;
}

static void interrupt(void *argument)
{
    __asm__ volatile("int %0" : : "i"(VECTOR));
}

static void set_vector(uint16_t cs)
{
    trap_info_t table[2] = {trap_entry(VECTOR, 3)};

    table[0].cs = cs;
    expect_ok(hypercall_set_trap_table(table));
}

static void raise_event(void *argument)
{
    evtchn_send_t send = {.port = (uint32_t)argument};

    event_channel_op_send(&send);
    upcalls_unmask();
    upcalls_mask();
}

static void test_trap_table(void)
{
    /* With rings 2 and 3 asked for, the fault is one of theirs and comes in on this stack. */
    expect_ok(hypercall_stack_switch(FLAT_KERNEL_SS, (uint32_t)(trap_stack + sizeof(trap_stack))));
    trap_set_handler(VECTOR, record);
    for (unsigned int ring = 0; ring < 4; ring++) {
        set_vector((uint16_t)(HYPERVISOR_CS | ring));
        struct fault got = probe_call(interrupt, NULL);
        expect_fault(got, TRAP_PROTECTION, HYPERVISOR_CS);
        expect(got.cs & 3, "the handler was to run with CS %04x", got.cs);
    }
    set_vector(FLAT_KERNEL_CS & ~3);
    expect_no_fault(probe_call(interrupt, NULL));
    expect_equal(taken, 1);
    expect_equal(ring_seen, 1);
}

static void test_event_callback(void)
{
    evtchn_bind_ipi_t bind = {.vcpu = 0};

    expect_ok(event_channel_op_bind_ipi(&bind));
    event_unmask(bind.port);
    callback_register_t reg = {.type = CALLBACKTYPE_event, .address = {.cs = HYPERVISOR_CS, .eip = 0x1000}};
    expect_ok(callback_op_register(&reg));
    struct fault got = probe_call(raise_event, (void *)bind.port);
    expect_fault(got, TRAP_PROTECTION, HYPERVISOR_CS);
    shared_vcpu->evtchn_upcall_pending = 0;
    expect_ok(traps_init());
    evtchn_close_t close = {.port = bind.port};
    expect_ok(event_channel_op_close(&close));
}

GUEST_TEST("selectors kept for later")
{
    test_trap_table();
    test_event_callback();
    expect_equal(xen_version_version() >> 16, 4);
}
