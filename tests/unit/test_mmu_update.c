// SPDX-License-Identifier: MIT
/* mmu_update: what it does, and each refusal with its errno, its reason, the count of what went before, and no effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/xen.h>

#include "core/errno.h"
#include "core/why.h"
#include "fake_tables.h"
#include "memory/hypercalls.h"
#include "memory/m2p.h"

#define FRAMES 2048u
#define REQUESTS FAKE_GUEST_BASE
#define DONE (FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 8)

static struct domain *d, *other;
static struct fake_tables t;

static int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    t = fake_tables_running(d);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    return 0;
}

static int end(void **state)
{
    unsigned differences;

    while (frame_release_pending(d->vcpus[0]))
        ;
    differences = fake_differences();
    if (differences)
        print_error("audit: %u differences, first: frame %lx field %u expected %lx found %lx\n", differences,
                    fake_audit.first[0].frame, fake_audit.first[0].field, fake_audit.first[0].expected,
                    fake_audit.first[0].found);
    fake_machine_end();
    return differences != 0;
}

static void put_request(unsigned i, uint64_t ptr, uint64_t val)
{
    struct mmu_update request = {ptr, val};

    memcpy(fake_guest + i * sizeof(request), &request, sizeof(request));
}

static uint32_t done(void)
{
    uint32_t n;

    memcpy(&n, fake_guest + (DONE - FAKE_GUEST_BASE), sizeof(n));
    return n;
}

static uint64_t slot(mfn_t table, unsigned index)
{
    return (table.raw << PAGE_SHIFT) + index * 8;
}

static long call(unsigned count)
{
    return hypercall_mmu_update(REQUESTS, count, DONE, DOMID_SELF);
}

/* One request that must be refused; the entry it names stays as it is. */
static void expect_refused(mfn_t table, unsigned index, uint64_t val, int error, uint32_t reason)
{
    uint64_t before = fake_entry(table, index);

    put_request(0, slot(table, index), val);
    assert_int_equal(call(1), error);
    assert_int_equal(done(), 0);
    assert_int_equal(fake_refusal.reason, reason);
    assert_int_equal(fake_refusal.error, error);
    assert_int_equal(fake_refusal.index, 0);
    assert_int_equal(fake_refusal.subop, MMU_NORMAL_PT_UPDATE);
    assert_int_equal(fake_entry(table, index), before);
    assert_int_equal(fake_differences(), 0);
}

static void expect_done(mfn_t table, unsigned index, uint64_t val)
{
    put_request(0, slot(table, index), val);
    assert_int_equal(call(1), 0);
    assert_int_equal(done(), 1);
    assert_int_equal(fake_entry(table, index), val);
    assert_int_equal(fake_refusal.count, 0);
    assert_int_equal(fake_differences(), 0);
}

static void test_map_and_unmap(void **state)
{
    mfn_t m = fake_frame(d);

    expect_done(t.l1, 9, pte_make(m, PTE_P | PTE_RW));
    assert_int_equal(fake_uses(m), 1);
    assert_int_equal(frame_of(m)->refs, 2);
    expect_done(t.l1, 9, 0);
    assert_int_equal(fake_uses(m), 0);
    assert_int_equal(frame_of(m)->refs, 1);
}

static void test_writable_and_back(void **state)
{
    uint64_t flags = PTE_P | PTE_A | PTE_D;

    expect_done(t.l1, 0, pte_make(t.data, flags));
    assert_int_equal(fake_uses(t.data), 0);
    expect_done(t.l1, 0, pte_make(t.data, flags | PTE_RW));
    assert_int_equal(fake_uses(t.data), 1);
}

static void test_soft_bits_hold_nothing(void **state)
{
    expect_done(t.l1, 0, pte_make(t.data, PTE_P | PTE_RW | PTE_NX | PTE_U | PTE_G | PTE_AVAIL));
    assert_int_equal(fake_uses(t.data), 1);
    assert_int_equal(frame_of(t.data)->refs, 2);
}

static void test_replaced_frame_is_freed_when_nothing_holds_it(void **state)
{
    uint64_t free_before = frame_free_count();

    assert_true(frame_disown(frame_of(t.data)));
    assert_int_equal(frame_free_count(), free_before);
    expect_done(t.l1, 0, 0);
    assert_int_equal(frame_free_count(), free_before + 1);
}

static void test_entry_that_is_not_present_may_hold_anything(void **state)
{
    expect_done(t.l1, 3, 0xfffffffffffffffe);
    expect_done(t.l1, 3, 0x123456789abcdef0);
}

static void test_preserve_accessed_and_dirty(void **state)
{
    put_request(0, slot(t.l1, 0) | MMU_PT_UPDATE_PRESERVE_AD, pte_make(t.data, PTE_P));
    assert_int_equal(call(1), 0);
    assert_int_equal(fake_entry(t.l1, 0), pte_make(t.data, PTE_P | PTE_A | PTE_D));
    put_request(0, slot(t.l1, 0) | MMU_PT_UPDATE_PRESERVE_AD, pte_make(t.data, PTE_P | PTE_NX));
    assert_int_equal(call(1), 0);
    assert_int_equal(fake_entry(t.l1, 0), pte_make(t.data, PTE_P | PTE_A | PTE_D | PTE_NX));
    put_request(0, slot(t.l1, 0) | MMU_PT_UPDATE_NO_TRANSLATE, pte_make(t.data, PTE_P));
    assert_int_equal(call(1), 0);
    assert_int_equal(fake_entry(t.l1, 0), pte_make(t.data, PTE_P));
}

static void test_writable_mapping_of_a_table(void **state)
{
    expect_refused(t.l1, 5, pte_make(t.l1, PTE_P | PTE_RW), -EBUSY, REASON_frame_type_conflict);
    expect_refused(t.l1, 5, pte_make(t.root, PTE_P | PTE_RW), -EBUSY, REASON_frame_type_conflict);
    expect_refused(t.l1, 5, pte_make(t.l2[3], PTE_P | PTE_RW), -EBUSY, REASON_frame_type_conflict);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    expect_done(t.l1, 5, pte_make(t.l1, PTE_P));
    expect_refused(t.l1, 5, pte_make(t.l1, PTE_P | PTE_RW), -EBUSY, REASON_frame_type_conflict);
}

static void test_foreign_frames(void **state)
{
    mfn_t theirs = fake_frame(other);

    expect_refused(t.l1, 5, pte_make(theirs, PTE_P), -EBUSY, REASON_frame_foreign);
    expect_refused(t.l1, 5, pte_make(mfn(0), PTE_P), -EBUSY, REASON_frame_hypervisor);
    expect_refused(t.l1, 5, pte_make(mfn(FAKE_FIRST_FREE), PTE_P), -EBUSY, REASON_frame_free);
    expect_refused(t.l1, 5, pte_make(mfn(2), PTE_P), -EPERM, REASON_device_frame_denied);
    expect_refused(t.l1, 5, pte_make(mfn(0xfee00), PTE_P), -EPERM, REASON_device_frame_denied);
    expect_refused(t.l2[0], 5, pte_make(theirs, PTE_P), -EINVAL, REASON_frame_foreign);
    expect_refused(t.root, 1, pte_make(theirs, PTE_P), -EINVAL, REASON_frame_foreign);
}

static void test_flags(void **state)
{
    expect_refused(t.l1, 5, pte_make(t.data, PTE_P | PTE_PCD), -EINVAL, REASON_pte_reserved_bits);
    expect_refused(t.l1, 0, pte_make(t.data, PTE_P | PTE_RW | PTE_GRANTED), -EINVAL,
                   REASON_pte_reserved_bits);
    expect_refused(t.l2[0], 0, pte_make(t.l1, PTE_P | PTE_LARGE), -EINVAL, REASON_l2_superpage);
    expect_refused(t.l2[0], 0, pte_make(t.l1, PTE_P | PTE_G), -EINVAL, REASON_pte_reserved_bits);
    expect_refused(t.root, 0, pte_make(t.l2[0], PTE_P | PTE_NX), -EINVAL, REASON_l3_flags);
    expect_refused(t.root, 0, pte_make(t.l2[0], PTE_P | PTE_PCD), -EINVAL, REASON_l3_flags);
}

static void test_l2_entries(void **state)
{
    mfn_t l1 = fake_frame(d), m = fake_frame(d);

    fake_entry_set(l1, 1, pte_make(m, PTE_P | PTE_RW));
    expect_done(t.l2[1], 6, pte_make(l1, PTE_P | PTE_RW));
    assert_int_equal(fake_type(l1), TYPE_L1);
    assert_int_equal(fake_uses(m), 1);
    expect_done(t.l2[1], 7, pte_make(l1, PTE_P));
    assert_int_equal(fake_uses(l1), 2);
    expect_done(t.l2[1], 6, 0);
    expect_done(t.l2[1], 7, 0);
    assert_int_equal(fake_uses(l1), 0);
    assert_int_equal(fake_uses(m), 0);
}

static void test_l2_with_a_bad_l1(void **state)
{
    mfn_t l1 = fake_frame(d);

    fake_entry_set(l1, 511, pte_make(t.root, PTE_P | PTE_RW));
    expect_refused(t.l2[1], 6, pte_make(l1, PTE_P), -EBUSY, REASON_frame_type_conflict);
    fake_entry_set(l1, 511, pte_make(l1, PTE_P | PTE_RW));
    expect_refused(t.l2[1], 6, pte_make(l1, PTE_P), -EBUSY, REASON_frame_type_conflict);
    expect_refused(t.l2[1], 6, pte_make(t.data, PTE_P), -EINVAL, REASON_frame_type_conflict);
    expect_refused(t.l2[1], 6, pte_make(t.root, PTE_P), -EINVAL, REASON_frame_type_conflict);
}

static void test_linear_entries(void **state)
{
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    expect_done(t.l2[3], 20, pte_make(t.l2[3], PTE_P));
    expect_done(t.l2[3], 21, pte_make(t.l2[0], PTE_P));
    assert_int_equal(fake_uses(t.l2[0]), 2);
    expect_refused(t.l2[3], 22, pte_make(t.l2[1], PTE_P | PTE_RW), -EINVAL, REASON_linear_table_writable);
    expect_refused(t.l2[1], 0, pte_make(t.l2[3], PTE_P), -EINVAL, REASON_linear_table_depth);
    expect_refused(t.l2[0], 1, pte_make(t.l2[1], PTE_P), -EINVAL, REASON_linear_table_depth);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    expect_done(t.l2[3], 21, 0);
    expect_done(t.l2[0], 1, pte_make(t.l2[1], PTE_P));
}

static void test_hypervisor_slots(void **state)
{
    for (unsigned i = L2_FIRST_HYPERVISOR_SLOT; i < 512; i++)
        expect_refused(t.l2[3], i, 0, -EPERM, REASON_pte_hypervisor_slot);
    expect_refused(t.l2[3], L2_FIRST_HYPERVISOR_SLOT, pte_make(t.l1, PTE_P), -EPERM,
                   REASON_pte_hypervisor_slot);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    expect_done(t.l2[3], L2_FIRST_HYPERVISOR_SLOT - 1, 0);
    expect_done(t.l2[2], L2_FIRST_HYPERVISOR_SLOT, 0);
}

static void test_root_entries(void **state)
{
    mfn_t l2 = fake_frame(d);

    put_request(0, slot(t.root, 1), pte_make(l2, PTE_P));
    assert_int_equal(call(1), 0);
    assert_int_equal(fake_entry(t.root, 1), pte_make(l2, PTE_P | PTE_RW | PTE_U));
    assert_int_equal(fake_type(l2), TYPE_L2);
    while (frame_release_pending(d->vcpus[0]))
        ;
    assert_int_equal(fake_uses(t.l2[1]), 0);
    expect_refused(t.root, 3, pte_make(l2, PTE_P), -EINVAL, REASON_l3_slot_3_fixed);
    expect_refused(t.root, 3, 0, -EINVAL, REASON_l3_slot_3_fixed);
    for (unsigned i = 4; i < 512; i += 101)
        expect_refused(t.root, i, pte_make(l2, PTE_P), -EINVAL, REASON_entries_beyond_root);
    expect_refused(t.root, 2, pte_make(t.l2[3], PTE_P), -EINVAL, REASON_frame_type_conflict);
    expect_refused(t.root, 2, pte_make(t.root, PTE_P), -EINVAL, REASON_frame_type_conflict);
}

static void test_writable_page_is_written(void **state)
{
    mfn_t m = fake_frame(d);

    expect_done(t.data, 7, 0xdeadbeef12345);
    expect_done(m, 8, 0xfeedface);
    assert_int_equal(fake_uses(m), 0);
}

static void test_page_that_is_neither(void **state)
{
    mfn_t m = fake_frame(d);

    frame_of(m)->refs++;
    frame_of(m)->type = type_word(TYPE_SEGMENT, 1) | TYPE_VALIDATED;
    d->vcpus[0]->descriptor_ptes[0].raw = pte_make(m, PTE_P);
    expect_refused(m, 0, 1, -EINVAL, REASON_ptr_not_a_table);
}

static void test_address_is_no_frame_of_the_domain(void **state)
{
    mfn_t theirs = fake_frame(other);

    put_request(0, slot(theirs, 0), 0);
    assert_int_equal(call(1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    put_request(0, 1ull << 51, 0);
    assert_int_equal(call(1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_invalid);
    put_request(0, slot(mfn(0), 0), 0);
    assert_int_equal(call(1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_hypervisor);
}

static void test_no_such_command(void **state)
{
    for (unsigned command = 4; command < 8; command++) {
        put_request(0, slot(t.l1, 0) | command, 0);
        assert_int_equal(call(1), -ENOSYS);
        assert_int_equal(fake_refusal.reason, REASON_no_such_subop);
        assert_int_equal(fake_refusal.subop, command);
    }
}

static void test_machphys(void **state)
{
    mfn_t theirs = fake_frame(other);

    put_request(0, (t.data.raw << PAGE_SHIFT) | MMU_MACHPHYS_UPDATE, 0x1234);
    assert_int_equal(call(1), 0);
    assert_int_equal(m2p_get(t.data), 0x1234);
    put_request(0, (t.data.raw << PAGE_SHIFT) | MMU_MACHPHYS_UPDATE, ~0ull);
    assert_int_equal(call(1), 0);
    assert_int_equal(m2p_get(t.data), M2P_NONE);
    put_request(0, (theirs.raw << PAGE_SHIFT) | MMU_MACHPHYS_UPDATE, 0x1234);
    assert_int_equal(call(1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    assert_int_equal(m2p_get(theirs), M2P_NONE);
}

static void test_partial_batch(void **state)
{
    mfn_t a = fake_frame(d), b = fake_frame(d);

    put_request(0, slot(t.l1, 10), pte_make(a, PTE_P | PTE_RW));
    put_request(1, slot(t.l1, 11), pte_make(b, PTE_P | PTE_RW));
    put_request(2, slot(t.l1, 12), pte_make(t.l1, PTE_P | PTE_RW));
    put_request(3, slot(t.l1, 13), pte_make(b, PTE_P));
    assert_int_equal(call(4), -EBUSY);
    assert_int_equal(done(), 2);
    assert_int_equal(fake_refusal.index, 2);
    assert_int_equal(fake_uses(a), 1);
    assert_int_equal(fake_uses(b), 1);
    assert_int_equal(fake_entry(t.l1, 12), 0);
    assert_int_equal(fake_entry(t.l1, 13), 0);
}

static void test_batch_across_tables(void **state)
{
    mfn_t l1 = fake_frame(d);
    mfn_t pages[100];
    unsigned n = 0;

    put_request(n++, slot(t.l2[1], 0), pte_make(l1, PTE_P | PTE_RW));
    for (unsigned i = 0; i < 100; i++) {
        pages[i] = fake_frame(d);
        put_request(n++, slot(i % 2 ? l1 : t.l1, 50 + i), pte_make(pages[i], PTE_P | PTE_RW));
    }
    put_request(n++, slot(t.l2[1], 0), 0);
    assert_int_equal(call(n), 0);
    assert_int_equal(done(), n);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(fake_uses(pages[i]), i % 2 ? 0 : 1);
    assert_int_equal(fake_uses(l1), 0);
}

static void test_unreadable_requests(void **state)
{
    mfn_t a = fake_frame(d);
    unsigned last = FAKE_GUEST_SIZE / sizeof(struct mmu_update) - 1;

    assert_int_equal(hypercall_mmu_update(0x500000, 3, DONE, DOMID_SELF), -EFAULT);
    assert_int_equal(fake_refusal.reason, REASON_bad_guest_pointer);
    assert_int_equal(done(), 0);
    /* Two can be read, the third lies beyond. */
    put_request(last - 1, slot(t.l1, 9), pte_make(a, PTE_P));
    put_request(last, slot(t.l1, 10), pte_make(a, PTE_P));
    assert_int_equal(hypercall_mmu_update(REQUESTS + (last - 1) * sizeof(struct mmu_update), 5, REQUESTS,
                                          DOMID_SELF),
                     -EFAULT);
    assert_int_equal(fake_guest[0], 2);
    assert_int_equal(frame_of(a)->refs, 3);
    assert_int_equal(hypercall_mmu_update(GUEST32_M2P_BASE, 1, 0, DOMID_SELF), -EFAULT);
    assert_int_equal(hypercall_mmu_update(0xfffffffffffffff0, 1, 0, DOMID_SELF), -EFAULT);
}

static void test_nothing_to_do(void **state)
{
    fake_guest[DONE - FAKE_GUEST_BASE] = 9;
    assert_int_equal(hypercall_mmu_update(0, 0, DONE, DOMID_SELF), 0);
    assert_int_equal(done(), 0);
    assert_int_equal(hypercall_mmu_update(0, 0, 0, DOMID_SELF), 0);
}

static void test_domains_named(void **state)
{
    mfn_t theirs = fake_frame(other), before = fake_frame(d);

    put_request(0, slot(t.l1, 9), pte_make(theirs, PTE_P));
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, 77), -ESRCH);
    assert_int_equal(fake_refusal.reason, REASON_no_such_domain);
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, d->id), -ESRCH);
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, 78u << 16 | DOMID_SELF), -ESRCH);
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, other->id), -EPERM);
    assert_int_equal(fake_refusal.reason, REASON_foreign_mapping_denied);
    assert_int_equal(fake_entry(t.l1, 9), 0);
    (void)before;
    d->privileged = true;
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, other->id), 0);
    assert_int_equal(frame_of(theirs)->refs, 2);
    /* Only L1 entries name foreign frames. */
    put_request(0, slot(t.l2[0], 9), pte_make(theirs, PTE_P));
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, other->id), -EINVAL);
    /* Their tables, their frames. */
    put_request(0, slot(t.l1, 9), 0);
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, (other->id + 1u) << 16 | DOMID_SELF), -EINVAL);
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, (d->id + 1u) << 16 | DOMID_SELF), 0);
    assert_int_equal(frame_of(theirs)->refs, 1);
}

static void test_upgrade_of_a_foreign_mapping(void **state)
{
    mfn_t theirs = fake_frame(other);

    d->privileged = true;
    put_request(0, slot(t.l1, 9), pte_make(theirs, PTE_P));
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, other->id), 0);
    d->privileged = false;
    /* The old entry names the frame already; that is no right to write to it. */
    put_request(0, slot(t.l1, 9), pte_make(theirs, PTE_P | PTE_RW));
    assert_int_equal(call(1), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    d->privileged = true;
}

static void test_device_frames_by_domid_io(void **state)
{
    put_request(0, slot(t.l1, 9), pte_make(mfn(0xfd000), PTE_P | PTE_RW));
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, DOMID_IO), -EPERM);
    d->privileged = true;
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, DOMID_IO), 0);
    put_request(0, slot(t.l1, 10), pte_make(t.data, PTE_P));
    assert_int_equal(hypercall_mmu_update(REQUESTS, 1, DONE, DOMID_IO), -EBUSY);
}

static void test_preempted_batch_goes_on(void **state)
{
    mfn_t a = fake_frame(d);
    unsigned rounds = 0;
    uint64_t args[4] = {REQUESTS, 64, DONE, DOMID_SELF};
    long result;

    for (unsigned i = 0; i < 64; i++)
        put_request(i, slot(t.l1, 100 + i), pte_make(a, PTE_P));
    for (;;) {
        unsigned before = fake_continuation.count;

        fake_preempt_after = 0;
        result = hypercall_mmu_update(args[0], args[1], args[2], args[3]);
        if (fake_continuation.count == before)
            break;
        assert_int_equal(result, __HYPERVISOR_mmu_update);
        assert_int_equal(fake_continuation.arguments, 4);
        memcpy(args, fake_continuation.args, sizeof(args));
        assert_true(args[1] & MMU_UPDATE_PREEMPTED);
        rounds++;
        assert_true(rounds < 64);
    }
    assert_int_equal(result, 0);
    assert_true(rounds >= 2);
    assert_int_equal(done(), 64);
    assert_int_equal(frame_of(a)->refs, 65);
}

static void test_release_is_finished_before_the_call_returns(void **state)
{
    struct fake_tables second = fake_tables(d);
    uint64_t args[4] = {REQUESTS, 1, DONE, DOMID_SELF};
    long result;

    for (unsigned i = 0; i < 40; i++)
        fake_entry_set(second.l2[0], 100 + i, pte_make(fake_frame(d), PTE_P));
    put_request(0, slot(t.root, 1), pte_make(second.l2[0], PTE_P));
    assert_int_equal(call(1), 0);
    put_request(0, slot(t.root, 1), 0);
    for (;;) {
        unsigned before = fake_continuation.count;

        fake_preempt_after = 5;
        result = hypercall_mmu_update(args[0], args[1], args[2], args[3]);
        if (fake_continuation.count == before)
            break;
        memcpy(args, fake_continuation.args, sizeof(args));
    }
    fake_preempt_after = -1;
    assert_int_equal(result, 0);
    assert_true(fake_continuation.count >= 4);
    assert_int_equal(d->vcpus[0]->dying_tables, 0);
    assert_int_equal(done(), 1);
    assert_true(frame_get_writable(frame_of(second.l2[0])));
    frame_put_type(frame_of(second.l2[0]));
}

static void test_last_refusal_survives_the_release(void **state)
{
    struct fake_tables second = fake_tables(d);
    long result;

    for (unsigned i = 0; i < 40; i++)
        fake_entry_set(second.l2[0], 100 + i, pte_make(fake_frame(d), PTE_P));
    fake_entry_set(second.l2[0], 500, pte_make(t.data, PTE_P));
    put_request(0, slot(t.root, 1), pte_make(second.l2[0], PTE_P));
    fake_preempt_after = 45;
    result = call(1);
    assert_int_equal(result, __HYPERVISOR_mmu_update); /* the L2 it refused has still to be released */
    assert_int_equal(fake_continuation.args[0], 0);
    assert_int_equal(fake_continuation.args[1], MMU_UPDATE_PREEMPTED);
    fake_preempt_after = -1;
    result = hypercall_mmu_update(fake_continuation.args[0], fake_continuation.args[1],
                                  fake_continuation.args[2], fake_continuation.args[3]);
    assert_int_equal(result, -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_type_conflict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_map_and_unmap, start, end),
        cmocka_unit_test_setup_teardown(test_writable_and_back, start, end),
        cmocka_unit_test_setup_teardown(test_soft_bits_hold_nothing, start, end),
        cmocka_unit_test_setup_teardown(test_replaced_frame_is_freed_when_nothing_holds_it, start, end),
        cmocka_unit_test_setup_teardown(test_entry_that_is_not_present_may_hold_anything, start, end),
        cmocka_unit_test_setup_teardown(test_preserve_accessed_and_dirty, start, end),
        cmocka_unit_test_setup_teardown(test_writable_mapping_of_a_table, start, end),
        cmocka_unit_test_setup_teardown(test_foreign_frames, start, end),
        cmocka_unit_test_setup_teardown(test_flags, start, end),
        cmocka_unit_test_setup_teardown(test_l2_entries, start, end),
        cmocka_unit_test_setup_teardown(test_l2_with_a_bad_l1, start, end),
        cmocka_unit_test_setup_teardown(test_linear_entries, start, end),
        cmocka_unit_test_setup_teardown(test_hypervisor_slots, start, end),
        cmocka_unit_test_setup_teardown(test_root_entries, start, end),
        cmocka_unit_test_setup_teardown(test_writable_page_is_written, start, end),
        cmocka_unit_test_setup_teardown(test_page_that_is_neither, start, end),
        cmocka_unit_test_setup_teardown(test_address_is_no_frame_of_the_domain, start, end),
        cmocka_unit_test_setup_teardown(test_no_such_command, start, end),
        cmocka_unit_test_setup_teardown(test_machphys, start, end),
        cmocka_unit_test_setup_teardown(test_partial_batch, start, end),
        cmocka_unit_test_setup_teardown(test_batch_across_tables, start, end),
        cmocka_unit_test_setup_teardown(test_unreadable_requests, start, end),
        cmocka_unit_test_setup_teardown(test_nothing_to_do, start, end),
        cmocka_unit_test_setup_teardown(test_domains_named, start, end),
        cmocka_unit_test_setup_teardown(test_upgrade_of_a_foreign_mapping, start, end),
        cmocka_unit_test_setup_teardown(test_device_frames_by_domid_io, start, end),
        cmocka_unit_test_setup_teardown(test_preempted_batch_goes_on, start, end),
        cmocka_unit_test_setup_teardown(test_release_is_finished_before_the_call_returns, start, end),
        cmocka_unit_test_setup_teardown(test_last_refusal_survives_the_release, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
