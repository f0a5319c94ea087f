/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: an NMI to oneself and sleep, in one multicall, so that the NMI is due while nothing of the domain can run:
 * with block, poll and HLT; and an NMI from within the NMI handler, which may not be entered twice.
 *
 * WHAT WOULD GO WRONG: an idle processor sleeps until there is work. An NMI that waits is work that only a running vCPU can
 * take: a loop that waits for something else, and does not sleep because this waits, never ends, with interrupts off.
 *
 * WHAT STOPS IT: an NMI wakes whom it is for when it comes, and while that one sleeps again it does not count as work.
 *
 * HOW THE TEST KNOWS: it goes on, and the handler ran once for each NMI.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

static volatile unsigned int taken;
static unsigned int more;

static bool count(struct trap_frame *frame)
{
    taken++;
    if (more) {
        more--;
        expect_ok(vcpu_op_send_nmi(0));
    }
    return true;
}

static void timer(uint32_t port, void *context)
{
}

static multicall_entry_t send_nmi(void)
{
    return (multicall_entry_t){.op = __HYPERVISOR_vcpu_op, .args = {VCPUOP_send_nmi, 0, 0}};
}

/* The timer ends the sleep where the NMI does not: the ABI leaves that open. */
static void sleep_after_nmi(uint32_t command, const void *argument)
{
    multicall_entry_t list[2] = {send_nmi(), {.op = __HYPERVISOR_sched_op}};

    list[1].args[0] = command;
    list[1].args[1] = hypercall_address(argument);
    taken = 0;
    expect_ok(time_timer_set(time_now() + 20 * TIME_MILLISECOND));
    expect_ok(hypercall_multicall(list, 2));
    expect_equal(list[1].result, 0);
    expect_equal(taken, 1);
    upcalls_mask();
}

static void test_sleep(void)
{
    sched_poll_t poll = {.timeout = 0};

    sleep_after_nmi(SCHEDOP_block, NULL);
    poll.timeout = time_now() + 20 * TIME_MILLISECOND;
    sleep_after_nmi(SCHEDOP_poll, &poll);
}

/* HLT is block by another name. */
static void test_halt(void)
{
    taken = 0;
    expect_ok(time_timer_set(time_now() + 20 * TIME_MILLISECOND));
    expect_ok(vcpu_op_send_nmi(0));
    __asm__ volatile("hlt");
    expect_equal(taken, 1);
    upcalls_mask();
}

static void test_from_handler(void)
{
    taken = 0;
    more = 1;
    expect_ok(vcpu_op_send_nmi(0));
    expect_equal(taken, 2);
}

GUEST_TEST("an NMI and sleep")
{
    events_init();
    trap_set_handler(TRAP_NMI, count);
    expect(time_timer_init(timer, NULL) > 0);
    test_from_handler();
    if (on_ringlet()) /* the reference refuses HLT */
        test_halt();
    test_sleep();
}
