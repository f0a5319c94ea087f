/* SPDX-License-Identifier: MIT */
/*
 * run-memory: 128 256
 *
 * THE ATTACK: name frames that are not the domain's. Every frame of RAM in the machine is tried, one by one: mapped
 * read-only, mapped writable, pinned as a table. Among them are the hypervisor's code, its frame table, the
 * machine-to-physical table, the page tables it runs on, and all free memory.
 *
 * WHAT WOULD GO WRONG: read access shows other domains' secrets and the hypervisor's state; write access is the end.
 *
 * WHAT STOPS IT: rule T3: a present entry holds a reference to its frame, and a reference is given only for frames that
 * the domain owns. The owner and the count are one word, so that both are checked at once. The same goes for
 * every call that takes a frame number.
 *
 * HOW THE TEST KNOWS: it counts. Frames of RAM (the machine's memory map says which) that could be mapped and that the
 * guest's own list does not have must be none; and its own frames all can be. Then each kind of call is tried on one
 * foreign frame, with errno and reason.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define FIRST_MIB 256u /* frames below are the firmware's; the initial domain may map some */
#define MAP_ENTRIES 32

static uint32_t window[PAGE_BYTES / 4] __attribute__((aligned(4096)));
static struct e820_entry map[MAP_ENTRIES];
static uint32_t shared_mfn, grants_mfn; /* the hypervisor shares these with the domain */

struct tally {
    uint32_t own, foreign, mapped, wrong_errno;
    uint32_t first; /* a foreign frame */
};

static void try_frame(uint32_t mfn, uint64_t flags, struct tally *tally)
{
    bool own = mfn == shared_mfn || mfn == grants_mfn || frame_is_own(mfn);
    int error = page_set(window, pte_make(mfn, flags));

    if (own) {
        tally->own++;
        return;
    }
    tally->foreign++;
    tally->wrong_errno += error != 0 && error != -XEN_EBUSY;
    if (error == 0) {
        console_printf("frame %x can be mapped\n", mfn);
        tally->mapped++;
    }
    if (tally->first == P2M_NONE) {
        tally->first = mfn;
    }
}

static void test_all_frames(uint64_t flags, struct tally *tally)
{
    xen_memory_map_t query = {.nr_entries = MAP_ENTRIES, .buffer = hypercall_address(map)};

    *tally = (struct tally){.first = P2M_NONE};
    if (memory_op_machine_memory_map(&query)) {
        test_error("there is no memory map");
    }
    for (uint32_t i = 0; i < query.nr_entries; i++) {
        uint32_t end = (uint32_t)((map[i].addr + map[i].size) >> 12);
        for (uint32_t mfn = (uint32_t)((map[i].addr + 4095) >> 12); map[i].type == E820_RAM && mfn < end;
             mfn++) {
            if (mfn >= FIRST_MIB) {
                try_frame(mfn, flags, tally);
            }
        }
    }
    expect(tally->own >= p2m_size - 16, "only %u of %u own frames were met", tally->own, p2m_size);
    expect(tally->foreign > 0);
    expect_equal(tally->mapped, 0);
    expect_equal(tally->wrong_errno, 0);
}

static void test_every_call(uint32_t foreign)
{
    uint32_t l2 = page_table(window, 2);
    xen_memory_reservation_t back = {.extent_start = hypercall_address(&foreign),
                                     .nr_extents = 1,
                                     .domid = DOMID_SELF};

    expect_map_refused(window, pte_make(foreign, PTE_READ), -XEN_EBUSY, REASON_frame_hypervisor);
    for (unsigned int level = 1; level <= 3; level++) {
        expect_pin_refused(foreign, level, -XEN_EINVAL, REASON_frame_hypervisor);
    }
    expect_refused(table_unpin(foreign), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_refused(mmu_extended(MMUEXT_NEW_BASEPTR, foreign, 0), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_refused(frame_clear(foreign), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_refused(mmu_extended(MMUEXT_COPY_PAGE, foreign, address_to_mfn(window)), -XEN_EINVAL,
                   REASON_frame_hypervisor);
    expect_refused(mmu_extended(MMUEXT_COPY_PAGE, address_to_mfn(window), foreign), -XEN_EINVAL,
                   REASON_frame_hypervisor);
    expect_refused(table_write((uint64_t)foreign << 12, 0), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_refused(table_update((uint64_t)foreign << 12, MMU_MACHPHYS_UPDATE, 1), -XEN_EINVAL,
                   REASON_frame_hypervisor);
    expect_entry_refused(l2, 400, pte_make(foreign, PTE_TABLE), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_entry_refused(page_root_mfn, 2, pte_make(foreign, PTE_L3), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_refused(hypercall_set_gdt(&foreign, 512), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_refused(hypercall_update_descriptor((uint64_t)foreign << 12, 0), -XEN_EINVAL,
                   REASON_frame_hypervisor);
    expect_equal(memory_op_decrease_reservation(&back), 0);
}

/* By the name of somebody else: the frames of the hypervisor, of nobody, of a domain that there is not. */
static void test_other_owners(uint32_t foreign)
{
    uint64_t entry = pte_make(foreign, PTE_READ);

    expect_refused(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, 4242), -XEN_ESRCH,
                   REASON_no_such_domain);
    expect_refused(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, DOMID_INVALID),
                   -XEN_ESRCH, REASON_no_such_domain);
    expect_refused(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, DOMID_IDLE),
                   -XEN_ESRCH, REASON_no_such_domain);
    expect(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, DOMID_IO) < 0);
    expect(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry | PTE_WRITE, 0, DOMID_XEN) < 0);
    expect_equal(page_entry(window) & PTE_FRAME_MASK, (uint64_t)address_to_mfn(window) << 12);
}

GUEST_TEST("a domain reaches its own frames only")
{
    struct tally tally;
    pte_t own = pte_make(address_to_mfn(window), PTE_DATA);

    gnttab_setup_table_t setup = {.dom = DOMID_SELF,
                                  .nr_frames = 1,
                                  .frame_list = hypercall_address(&grants_mfn)};

    expect_ok(grant_table_op_setup_table(&setup, 1));
    shared_mfn = (uint32_t)(boot_info->shared_info >> 12);
    expect_ok(frames_init(boot_info));
    test_all_frames(PTE_READ, &tally);
    expect_ok(page_set(window, own));
    test_every_call(tally.first);
    test_other_owners(tally.first);
    test_all_frames(PTE_DATA, &tally);
    expect_ok(page_set(window, own));
    expect_refused(page_set(window, pte_make(0x0fffffff, PTE_READ)), -XEN_EPERM, REASON_device_frame_denied);
}
