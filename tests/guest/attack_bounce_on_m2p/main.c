/* SPDX-License-Identifier: MIT */
/*
 * run-expect: crash
 * run-log: the frame for vector 3 could not be written to the stack
 *
 * THE ATTACK: trap with a stack in the hypervisor's part of the address space: inside the machine-to-physical table, which
 * the guest sees read-only at 0xF5800000, by a stack segment whose base makes a harmless stack pointer point there.
 *
 * WHAT WOULD GO WRONG: the table tells every domain which frame is which; with it forged, a domain that trusts it (one
 * that builds others) writes to frames it did not mean. And the hypervisor's own mapping of it is writable.
 *
 * WHAT STOPS IT: rule 10: bounce frames honour the base of SS, and every copy for a 32-bit guest ends below 0xF5800000.
 *
 * HOW THE TEST KNOWS: the hypervisor says which frame could not be written, and the domain is at an end.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

GUEST_TEST("a trap with the stack on the machine-to-physical table ends the domain")
{
    expect_ok(frames_init(boot_info));
    const uint64_t segments[] = {0,
                                 DESCRIPTOR_DATA | DESCRIPTOR_DPL(1) | DESCRIPTOR_BASE(MACH2PHYS_VIRT_START)};
    uint32_t page = descriptors_page(segments, 2);

    expect_ok(hypercall_set_gdt(&page, 512));
    __asm__ volatile("movl %0, %%ss; movl $0x1000, %%esp; int3" : : "r"((uint32_t)SELECTOR(1, 1)));
    __builtin_unreachable();
}
