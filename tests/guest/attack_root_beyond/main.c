/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: fill entries 4 to 511 of a root. A PAE processor reads four entries of it; but the hypervisor runs in long
 * mode, where the guest's root is an ordinary third-level table and all 512 entries count.
 *
 * WHAT WOULD GO WRONG: entry 4 maps 4 GiB to 5 GiB, and so on to 512 GiB. 32-bit code reaches some of it
 * (an access that straddles 4 GiB), and whatever was put there was never checked. A table that another kernel
 * left behind in the rest of the page does it by accident.
 *
 * WHAT STOPS IT: rule T10: on promotion to a root entries 4 to 511 are zeroed; later writes to them are refused. A guest
 * that keeps other things in that page sees them gone, as the ABI says that the root is a whole page.
 *
 * HOW THE TEST KNOWS: it reads the page back: zeros from entry 4 on, in the live root and in one whose rest was full of
 * entries when it was pinned; a write there is refused and nothing changes; flags that a PAE root does not
 * have are refused in the first four.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/spaces.h>
#include <guestkit/test.h>

static uint32_t target[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static void expect_rest_empty(uint32_t root)
{
    unsigned int filled = 0;

    for (unsigned int i = 4; i < 512; i++) {
        filled += table_entry(root, i) != 0;
    }
    expect_equal(filled, 0);
}

/* A root like ours with the rest of its page filled before it becomes one. */
static void test_new_root(void)
{
    static struct space space;
    pte_t stray = pte_make(address_to_mfn(target), PTE_DATA | PTE_USER);

    expect_ok(space_create(&space, 7));
    uint32_t root = space.root_mfn;
    pte_t *view = pfn_to_address(mfn_to_pfn(root));
    expect_ok(table_unpin(root));
    expect_ok(page_set(view, pte_make(root, PTE_DATA)));
    for (unsigned int i = 4; i < 512; i++) {
        view[i] = stray;
    }
    expect_ok(page_set(view, pte_make(root, PTE_READ)));
    expect_ok(table_pin(root, 3));
    if (on_ringlet()) { /* the reference copies four entries out and lets the rest be */
        expect_rest_empty(root);
    }
    expect_ok(space_switch(&space));
    expect_entry_refused(root, 4, stray, -XEN_EINVAL, REASON_entries_beyond_root);
    expect_entry_refused(root, 511, stray, -XEN_EINVAL, REASON_entries_beyond_root);
    expect_ok(space_switch(&space_kernel));
    expect_ok(space_destroy(&space));
}

static void test_flags(void)
{
    pte_t old = table_entry(page_root_mfn, 0);
    static const pte_t bad[] = {PTE_WRITE_THROUGH, PTE_NO_CACHE,   PTE_LARGE,
                                PTE_GLOBAL,        PTE_NO_EXECUTE, 1ull << 52};

    for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_entry_refused(page_root_mfn, 0, (old & ~(PTE_WRITE | PTE_USER)) | bad[i], -XEN_EINVAL,
                             REASON_l3_flags);
    }
}

GUEST_TEST("a root has four entries")
{
    expect_ok(frames_init(boot_info));
    spaces_init();
    pte_t entry = pte_make(page_table(target, 2), PTE_L3);

    if (on_ringlet()) {
        expect_rest_empty(page_root_mfn);
    }
    for (unsigned int i = 4; i < 512; i += 127) {
        expect_entry_refused(page_root_mfn, i, entry, -XEN_EINVAL, REASON_entries_beyond_root);
        expect_entry_refused(page_root_mfn, i, 0, -XEN_EINVAL, REASON_entries_beyond_root);
    }
    test_new_root();
    test_flags();
}
