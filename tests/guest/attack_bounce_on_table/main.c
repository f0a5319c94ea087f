/* SPDX-License-Identifier: MIT */
/*
 * run-expect: crash
 * run-log: the frame for vector 6 could not be written to the stack
 *
 * THE ATTACK: point the stack at a page table and trap. The hypervisor writes the trap's frame there: the guest chooses
 * the words, since they are its own EIP and flags.
 *
 * WHAT WOULD GO WRONG: five words of the guest's choice in a page table are an entry that nobody checked.
 *
 * WHAT STOPS IT: rule 10: bounce frames go through the same guarded copy as everything else, and CR0.WP makes it obey the
 * read-only mapping (rule 1). A frame that cannot be written ends the domain: there is nowhere to report it to.
 *
 * HOW THE TEST KNOWS: the hypervisor says which frame could not be written, and the domain is at an end.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/test.h>

GUEST_TEST("a trap with the stack on a page table ends the domain")
{
    expect_ok(frames_init(boot_info));
    uint32_t table = table_alloc();
    char *view = pfn_to_address(mfn_to_pfn(table));

    expect_ok(table_pin(table, 1));
    __asm__ volatile("movl %0, %%esp; ud2" : : "r"(view + 2048));
    __builtin_unreachable();
}
