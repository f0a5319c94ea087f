/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: INT 82h, the hypercall gate, from ring 3 and from ring 2.
 *
 * WHAT WOULD GO WRONG: a process that makes hypercalls is its own kernel: it maps what it likes. Ring 2 is the trap within:
 * paging takes it for the supervisor and the ABI for the user.
 *
 * WHAT STOPS IT: rule 4: the gate has DPL 1. From rings 2 and 3 INT 82h is the guest's own vector 82h, with the privilege
 * its trap table gives that.
 *
 * HOW THE TEST KNOWS: with no handler registered for those rings INT 82h is #GP naming vector 82h; with one, the guest's
 * handler is entered, EAX is still the number of the call, and nothing was called.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

#define VECTOR 0x82
#define GP_CODE (VECTOR * 8 + 2)

static volatile uint32_t eax_seen, cs_seen;

USER_TEXT static uint32_t call_from_user(void *argument)
{
    uint32_t eax = __HYPERVISOR_xen_version;

    __asm__ volatile("int $0x82" : "+a"(eax) : "b"(XENVER_version), "c"(0) : "memory");
    return eax;
}

/* Ring 2, which reads supervisor pages. */
__attribute__((naked, used)) static void ring2(void)
{
    __asm__("movl $17, %eax; xorl %ebx, %ebx; int $0x82; ud2");
}

static bool record(struct trap_frame *frame)
{
    eax_seen = frame->eax;
    cs_seen = frame->cs;
    return true;
}

GUEST_TEST("INT 82h from rings 2 and 3")
{
    static const uint64_t segments[] = {0, DESCRIPTOR_CODE | DESCRIPTOR_DPL(2),
                                        DESCRIPTOR_DATA | DESCRIPTOR_DPL(2)};
    static uint32_t stack[1024];
    struct trap_frame to_ring2 = {.cs = SELECTOR(1, 2),
                                  .ss = SELECTOR(2, 2),
                                  .eflags = 0x202,
                                  .eip = (uint32_t)ring2,
                                  .esp = (uint32_t)(stack + 1000)};

    expect_ok(frames_init(boot_info));
    expect_ok(user_init());
    uint32_t page = descriptors_page(segments, 3);
    expect_ok(hypercall_set_gdt(&page, 512));

    expect_fault(user_call(call_from_user, NULL), TRAP_PROTECTION, GP_CODE);
    expect_fault(probe_resume(to_ring2), TRAP_PROTECTION, GP_CODE);
    /* A handler for the kernel alone does not serve them. */
    trap_set_handler(VECTOR, record);
    expect_ok(trap_open(VECTOR, 1));
    expect_fault(user_call(call_from_user, NULL), TRAP_PROTECTION, GP_CODE);
    expect_fault(probe_resume(to_ring2), TRAP_PROTECTION, GP_CODE);
    expect_ok(trap_open(VECTOR, 3));
    struct fault got = user_call(call_from_user, NULL);
    expect_no_fault(got);
    expect_equal(got.value, __HYPERVISOR_xen_version);
    expect_equal(eax_seen, __HYPERVISOR_xen_version);
    expect_equal(cs_seen & 3, 3);
    eax_seen = 0;
    expect_fault(probe_resume(to_ring2), TRAP_INVALID_OPCODE, 0);
    expect_equal(eax_seen, 17);
    expect_equal(cs_seen, SELECTOR(1, 2));
    expect_equal(xen_version_version() >> 16, 4);
}
