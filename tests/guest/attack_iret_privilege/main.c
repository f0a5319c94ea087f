/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: return to more privilege than one has: by the iret hypercall with the hypervisor's code and stack segments,
 * with selectors that are no code at all, with ring 3 code on a ring 1 stack; and by the processor's own IRET
 * and far return.
 *
 * WHAT WOULD GO WRONG: the hypercall ends in an IRETQ that ring 0 executes, and ring 0 may return anywhere. And when that
 * IRETQ finds the frame bad, it faults in ring 0, on ring 0's stack: a hypervisor without a fix-up for it dies.
 *
 * WHAT STOPS IT: rule 7: selectors are forced to ring 1 at least; a frame that asks for ring 0 ends the domain
 * (attack_iret_ring0). Rule 8: the IRETQ has a fix-up, and its fault becomes the guest's.
 *
 * HOW THE TEST KNOWS: each return faults with #GP and the selector, seen by the guest's own handler, with the frame of the
 * code that was to be returned to. The vCPU works on.
 */
#include "attack.h"
#include <guestkit/test.h>

#define HYPERVISOR_CS 0xe008
#define HYPERVISOR_DS 0xe010
#define TSS 0xe040
#define BEYOND 0xf00b

static uint32_t far_selector;

static void native_iret(void *argument)
{
    __asm__ volatile("pushfl; pushl %0; pushl $1f; iret; 1:" : : "r"(far_selector));
}

static void native_far_return(void *argument)
{
    __asm__ volatile("pushl %0; pushl $1f; lret; 1:" : : "r"(far_selector));
}

static struct trap_frame to(uint16_t cs, uint16_t ss)
{
    return (struct trap_frame){.ds = FLAT_USER_DS, .es = FLAT_USER_DS, .cs = cs, .ss = ss, .eflags = 2};
}

static void test_hypercall(void)
{
    static const struct {
        uint16_t cs, ss, wrong;
    } frames[] = {
        {HYPERVISOR_CS | 1, 0, HYPERVISOR_CS},
        {HYPERVISOR_CS | 2, FLAT_USER_SS, HYPERVISOR_CS},
        {HYPERVISOR_CS | 3, FLAT_USER_SS, HYPERVISOR_CS},
        {HYPERVISOR_DS | 3, FLAT_USER_SS, HYPERVISOR_DS},
        {TSS | 1, 0, TSS},
        {TSS | 3, FLAT_USER_SS, TSS},
        {FLAT_USER_DS, FLAT_USER_SS, FLAT_USER_DS & ~3},
        {FLAT_USER_CS, HYPERVISOR_DS | 3, HYPERVISOR_DS},
        {FLAT_USER_CS, FLAT_KERNEL_SS, FLAT_KERNEL_SS & ~3},
        {FLAT_USER_CS, FLAT_KERNEL_SS | 3, FLAT_KERNEL_SS & ~3},
        {FLAT_USER_CS, FLAT_USER_SS & ~3, FLAT_USER_SS & ~3},
        {FLAT_USER_CS, 3, 0},
        {BEYOND, FLAT_USER_SS, BEYOND & ~3},
        {3, FLAT_USER_SS, 0},
    };

    for (unsigned int i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        struct fault got = probe_resume(to(frames[i].cs, frames[i].ss));
        expect_fault(got, TRAP_PROTECTION, frames[i].wrong);
        expect_equal(got.cs, frames[i].cs);
    }
}

GUEST_TEST("iret gains no privilege")
{
    static const uint16_t selectors[] = {HYPERVISOR_CS, HYPERVISOR_CS | 1, HYPERVISOR_CS | 3, TSS | 1,
                                         FLAT_KERNEL_CS & ~3};

    test_hypercall();
    for (unsigned int i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
        far_selector = selectors[i];
        expect_fault(probe_call(native_iret, NULL), TRAP_PROTECTION, selectors[i] & ~3u);
        expect_fault(probe_call(native_far_return, NULL), TRAP_PROTECTION, selectors[i] & ~3u);
    }
    expect_fault(probe_read((void *)0xf0000000), TRAP_PAGE_FAULT, 0);
}
