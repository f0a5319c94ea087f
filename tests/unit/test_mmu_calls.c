// SPDX-License-Identifier: MIT
/* update_va_mapping and mmuext_op: what each command does, and each refusal with its errno, reason and no effect. */
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

#define FRAMES 2048u
#define OPS FAKE_GUEST_BASE
#define MASK (FAKE_GUEST_BASE + 0x8000)
#define DONE (FAKE_GUEST_BASE + 0x9000)

static struct domain *d, *other;
static struct vcpu *v;
static struct fake_tables t;

static int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    v = d->vcpus[0];
    t = fake_tables_running(d);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    fake_full_flushes = 0;
    return 0;
}

static int end(void **state)
{
    unsigned differences;

    while (frame_release_pending(v))
        ;
    differences = fake_differences();
    if (differences)
        print_error("audit: %u differences, first: frame %lx field %u expected %lx found %lx\n", differences,
                    fake_audit.first[0].frame, fake_audit.first[0].field, fake_audit.first[0].expected,
                    fake_audit.first[0].found);
    fake_machine_end();
    return differences != 0;
}

/* ---- update_va_mapping ---- */

static long update(uint64_t address, uint64_t entry, uint64_t flags)
{
    return hypercall32_update_va_mapping(address, (uint32_t)entry, entry >> 32, flags);
}

static void test_va_map(void **state)
{
    mfn_t m = fake_frame(d);

    assert_int_equal(update(0x5000, pte_make(m, PTE_P | PTE_RW | PTE_NX), UVMF_NONE), 0);
    assert_int_equal(fake_entry(t.l1, 5), pte_make(m, PTE_P | PTE_RW | PTE_NX));
    assert_int_equal(fake_uses(m), 1);
    assert_int_equal(fake_full_flushes + fake_processor.page_flushes, 0);
    assert_int_equal(update(0x5fff, 0, UVMF_INVLPG), 0);
    assert_int_equal(fake_uses(m), 0);
    assert_int_equal(fake_processor.page_flushes, 1);
}

static void test_va_flushes(void **state)
{
    static const struct {
        uint64_t flags;
        unsigned pages, full;
    } kinds[] = {
        {UVMF_NONE, 0, 0},
        {UVMF_NONE | UVMF_ALL, 0, 0},
        {UVMF_FLUSHTYPE_MASK, 0, 0},
        {UVMF_INVLPG | UVMF_LOCAL, 1, 0},
        {UVMF_INVLPG | UVMF_ALL, 1, 0},
        {UVMF_INVLPG | MASK, 1, 0},
        {UVMF_TLB_FLUSH | UVMF_LOCAL, 0, 1},
        {UVMF_TLB_FLUSH | UVMF_ALL, 0, 1},
        {UVMF_TLB_FLUSH | MASK, 0, 1},
    };

    fake_guest[MASK - FAKE_GUEST_BASE] = 1;
    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        fake_full_flushes = fake_processor.page_flushes = 0;
        assert_int_equal(update(0x1000, 0, kinds[i].flags), 0);
        assert_int_equal(fake_processor.page_flushes, kinds[i].pages);
        assert_int_equal(fake_full_flushes, kinds[i].full);
    }
}

/* The mask is looked at last: the entry is changed already, as with the reference. */
static void test_va_unreadable_mask(void **state)
{
    assert_int_equal(update(0x5000, pte_make(t.data, PTE_P), UVMF_TLB_FLUSH | 0x500000), -EFAULT);
    assert_int_equal(fake_refusal.reason, REASON_vcpu_mask_unreadable);
    assert_int_equal(fake_entry(t.l1, 5), pte_make(t.data, PTE_P));
    assert_int_equal(fake_full_flushes, 0);
}

static void test_va_without_table(void **state)
{
    static const uint64_t addresses[] = {0x200000, 0x40000000, 0xc0000000, 0xf57fffff};

    for (unsigned i = 0; i < ARRAY_SIZE(addresses); i++) {
        assert_int_equal(update(addresses[i], 0, UVMF_TLB_FLUSH), -EINVAL);
        assert_int_equal(fake_refusal.reason, REASON_va_not_mapped);
    }
    assert_int_equal(fake_full_flushes, 0); /* nothing changed, nothing to flush */
}

static void test_va_of_the_hypervisor(void **state)
{
    static const uint64_t addresses[] = {0xf5800000, 0xf5fff000, 0xffffffff};

    for (unsigned i = 0; i < ARRAY_SIZE(addresses); i++) {
        assert_int_equal(update(addresses[i], pte_make(t.data, PTE_P | PTE_RW), 0), -EINVAL);
        assert_int_equal(fake_refusal.reason, REASON_va_hypervisor);
    }
}

static void test_va_through_a_linear_table(void **state)
{
    uint64_t window = 0xc0000000 + (9ull << 21);

    fake_entry_set(t.l2[3], 9, pte_make(t.l2[3], PTE_P)); /* itself: holds nothing */
    assert_int_equal(update(window, 0, 0), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_ptr_not_a_table);
    assert_int_equal(fake_refusal.found, TYPE_L2_SHARED);
}

static void test_va_refusals_are_those_of_an_l1_entry(void **state)
{
    mfn_t theirs = fake_frame(other);

    assert_int_equal(update(0, pte_make(t.l1, PTE_P | PTE_RW), UVMF_TLB_FLUSH), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_type_conflict);
    assert_int_equal(update(0, pte_make(theirs, PTE_P), 0), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    assert_int_equal(update(0, pte_make(t.data, PTE_P | PTE_PWT), 0), -EINVAL);
    assert_int_equal(fake_entry(t.l1, 0), pte_make(t.data, PTE_P | PTE_RW | PTE_A | PTE_D));
    assert_int_equal(fake_full_flushes, 0);
}

static void test_va_other_domain(void **state)
{
    mfn_t theirs = fake_frame(other);
    uint64_t entry = pte_make(theirs, PTE_P);

    assert_int_equal(hypercall32_update_va_mapping_otherdomain(0x5000, entry, 0, 0, other->id), -EPERM);
    assert_int_equal(fake_refusal.reason, REASON_foreign_mapping_denied);
    assert_int_equal(hypercall32_update_va_mapping_otherdomain(0x5000, entry, 0, 0, 99), -ESRCH);
    assert_int_equal(hypercall32_update_va_mapping_otherdomain(0x5000, entry, 0, 0, d->id), -ESRCH);
    assert_int_equal(fake_entry(t.l1, 5), 0);
    d->privileged = true;
    assert_int_equal(hypercall32_update_va_mapping_otherdomain(0x5000, entry, 0, 0, other->id), 0);
    assert_int_equal(frame_of(theirs)->refs, 2);
    assert_int_equal(hypercall32_update_va_mapping_otherdomain(0x6000, pte_make(t.data, PTE_P), 0, 0,
                                                               other->id),
                     -EBUSY);
    assert_int_equal(hypercall32_update_va_mapping_otherdomain(0x6000, pte_make(t.data, PTE_P), 0, 0,
                                                               DOMID_SELF),
                     0);
}

/* ---- mmuext_op ---- */

static void put_op(unsigned i, uint32_t cmd, uint64_t arg1, uint64_t arg2)
{
    struct mmuext_op_32 op = {.cmd = cmd, .arg1.mfn = (uint32_t)arg1, .arg2.nr_ents = (uint32_t)arg2};

    memcpy(fake_guest + i * sizeof(op), &op, sizeof(op));
}

static uint32_t done(void)
{
    uint32_t n;

    memcpy(&n, fake_guest + (DONE - FAKE_GUEST_BASE), sizeof(n));
    return n;
}

static long op(uint32_t cmd, uint64_t arg1, uint64_t arg2)
{
    put_op(0, cmd, arg1, arg2);
    return hypercall32_mmuext_op(OPS, 1, DONE, DOMID_SELF);
}

static void expect_refused(uint32_t cmd, uint64_t arg1, uint64_t arg2, int error, uint32_t reason)
{
    assert_int_equal(op(cmd, arg1, arg2), error);
    assert_int_equal(done(), 0);
    assert_int_equal(fake_refusal.reason, reason);
    assert_int_equal(fake_refusal.error, error);
    assert_int_equal(fake_refusal.subop, cmd);
    assert_int_equal(fake_refusal.index, 0);
    assert_int_equal(fake_differences(), 0);
}

static void test_ext_pin_each_level(void **state)
{
    struct fake_tables n = fake_tables(d);

    assert_int_equal(op(MMUEXT_PIN_L1_TABLE, n.l1.raw, 0), 0);
    assert_int_equal(done(), 1);
    assert_int_equal(fake_type(n.l1), TYPE_L1);
    assert_int_equal(op(MMUEXT_PIN_L2_TABLE, n.l2[0].raw, 0), 0);
    assert_int_equal(fake_type(n.l2[0]), TYPE_L2);
    assert_int_equal(fake_uses(n.l1), 2);
    assert_int_equal(op(MMUEXT_PIN_L3_TABLE, n.root.raw, 0), 0);
    assert_int_equal(fake_uses(n.l2[0]), 2);
    assert_int_equal(op(MMUEXT_UNPIN_TABLE, n.root.raw, 0), 0);
    assert_int_equal(fake_uses(n.l2[0]), 1);
    assert_int_equal(op(MMUEXT_UNPIN_TABLE, n.l2[0].raw, 0), 0);
    assert_int_equal(op(MMUEXT_UNPIN_TABLE, n.l1.raw, 0), 0);
    assert_int_equal(fake_uses(n.l1), 0);
    assert_int_equal(fake_uses(n.data), 0);
}

static void test_ext_pin_refusals(void **state)
{
    mfn_t theirs = fake_frame(other);

    expect_refused(MMUEXT_PIN_L1_TABLE, theirs.raw, 0, -EINVAL, REASON_frame_foreign);
    expect_refused(MMUEXT_PIN_L1_TABLE, 0, 0, -EINVAL, REASON_frame_hypervisor);
    expect_refused(MMUEXT_PIN_L1_TABLE, 0xffffffff, 0, -EINVAL, REASON_frame_invalid);
    expect_refused(MMUEXT_PIN_L1_TABLE, t.data.raw, 0, -EINVAL, REASON_frame_type_conflict);
    expect_refused(MMUEXT_PIN_L2_TABLE, t.l2[3].raw, 0, -EINVAL, REASON_frame_type_conflict);
    expect_refused(MMUEXT_PIN_L3_TABLE, t.root.raw, 0, -EINVAL, REASON_frame_pinned_already);
    expect_refused(MMUEXT_UNPIN_TABLE, t.l1.raw, 0, -EINVAL, REASON_frame_not_pinned);
    expect_refused(MMUEXT_UNPIN_TABLE, theirs.raw, 0, -EINVAL, REASON_frame_foreign);
}

static void test_ext_unpinned_tree_may_be_written_at_once(void **state)
{
    struct fake_tables n = fake_tables(d);

    assert_int_equal(op(MMUEXT_PIN_L3_TABLE, n.root.raw, 0), 0);
    put_op(0, MMUEXT_UNPIN_TABLE, n.root.raw, 0);
    assert_int_equal(hypercall32_mmuext_op(OPS, 1, 0, DOMID_SELF), 0);
    assert_int_equal(v->dying_tables, 0);
    assert_int_equal(update(0x7000, pte_make(n.root, PTE_P | PTE_RW), 0), 0);
    assert_int_equal(update(0x8000, pte_make(n.l2[3], PTE_P | PTE_RW), 0), 0);
    assert_int_equal(update(0x9000, pte_make(n.l1, PTE_P | PTE_RW), 0), 0);
}

static void test_ext_root(void **state)
{
    struct fake_tables n = fake_tables(d);

    assert_int_equal(op(MMUEXT_NEW_BASEPTR, t.root.raw, 0), 0);
    assert_int_equal(op(MMUEXT_NEW_BASEPTR, n.root.raw, 0), 0);
    assert_int_equal(v->guest_table.raw, n.root.raw);
    assert_int_equal(fake_uses(t.root), 1);
    assert_int_equal(op(MMUEXT_UNPIN_TABLE, t.root.raw, 0), 0);
    assert_int_equal(fake_uses(t.root), 0);
    expect_refused(MMUEXT_NEW_BASEPTR, t.data.raw, 0, -EINVAL, REASON_l3_slot_3_missing);
    expect_refused(MMUEXT_NEW_BASEPTR, n.l1.raw, 0, -EINVAL, REASON_frame_type_conflict);
    expect_refused(MMUEXT_NEW_BASEPTR, 0, 0, -EINVAL, REASON_frame_hypervisor);
    assert_int_equal(v->guest_table.raw, n.root.raw);
    expect_refused(MMUEXT_NEW_USER_BASEPTR, n.root.raw, 0, -EINVAL, REASON_not_for_this_width);
}

static void test_ext_flushes(void **state)
{
    static const struct {
        uint32_t cmd;
        uint64_t arg1, arg2;
        unsigned pages, full;
    } kinds[] = {
        {MMUEXT_TLB_FLUSH_LOCAL, 0, 0, 0, 1},       {MMUEXT_TLB_FLUSH_ALL, 0, 0, 0, 1},
        {MMUEXT_TLB_FLUSH_MULTI, 0, MASK, 0, 1},    {MMUEXT_INVLPG_LOCAL, 0x5000, 0, 1, 0},
        {MMUEXT_INVLPG_ALL, 0x5000, 0, 1, 0},       {MMUEXT_INVLPG_MULTI, 0x5000, MASK, 1, 0},
        {MMUEXT_INVLPG_LOCAL, 0xf5800000, 0, 0, 0}, {MMUEXT_INVLPG_ALL, 0xf5800000, 0, 0, 0},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        fake_full_flushes = fake_processor.page_flushes = 0;
        assert_int_equal(op(kinds[i].cmd, kinds[i].arg1, kinds[i].arg2), 0);
        assert_int_equal(fake_processor.page_flushes, kinds[i].pages);
        assert_int_equal(fake_full_flushes, kinds[i].full);
    }
    expect_refused(MMUEXT_TLB_FLUSH_MULTI, 0, 0x500000, -EINVAL, REASON_vcpu_mask_unreadable);
    expect_refused(MMUEXT_INVLPG_MULTI, 0, 0x500000, -EINVAL, REASON_vcpu_mask_unreadable);
}

static void test_ext_caches(void **state)
{
    expect_refused(MMUEXT_FLUSH_CACHE, 0, 0, -EACCES, REASON_not_privileged);
    expect_refused(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0, -EACCES, REASON_not_privileged);
    assert_int_equal(fake_processor.cache_flushes, 0);
    d->privileged = true;
    assert_int_equal(op(MMUEXT_FLUSH_CACHE, 0, 0), 0);
    assert_int_equal(op(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0), 0);
    assert_int_equal(fake_processor.cache_flushes, 2);
}

static void test_ext_clear_page(void **state)
{
    mfn_t m = fake_frame(d);

    fake_entry_set(m, 511, 5);
    assert_int_equal(op(MMUEXT_CLEAR_PAGE, m.raw, 0), 0);
    assert_int_equal(fake_entry(m, 511), 0);
    expect_refused(MMUEXT_CLEAR_PAGE, t.l1.raw, 0, -EINVAL, REASON_frame_type_conflict);
    assert_int_not_equal(fake_entry(t.l1, 0), 0);
    expect_refused(MMUEXT_CLEAR_PAGE, 0, 0, -EINVAL, REASON_frame_hypervisor);
    expect_refused(MMUEXT_CLEAR_PAGE, 2, 0, -EINVAL, REASON_frame_invalid);
}

static void test_ext_copy_page(void **state)
{
    mfn_t from = fake_frame(d), to = fake_frame(d), theirs = fake_frame(other);

    fake_entry_set(from, 511, 5);
    assert_int_equal(op(MMUEXT_COPY_PAGE, to.raw, from.raw), 0);
    assert_int_equal(fake_entry(to, 511), 5);
    assert_int_equal(op(MMUEXT_COPY_PAGE, to.raw, t.root.raw), 0); /* reading a table is no harm */
    assert_int_equal(fake_entry(to, 0), fake_entry(t.root, 0));
    assert_int_equal(op(MMUEXT_COPY_PAGE, to.raw, to.raw), 0);
    expect_refused(MMUEXT_COPY_PAGE, t.root.raw, from.raw, -EINVAL, REASON_frame_type_conflict);
    expect_refused(MMUEXT_COPY_PAGE, theirs.raw, from.raw, -EINVAL, REASON_frame_foreign);
    expect_refused(MMUEXT_COPY_PAGE, to.raw, theirs.raw, -EINVAL, REASON_frame_foreign);
    assert_int_equal(fake_entry(theirs, 511), 0);
}

static void test_ext_ldt_arguments(void **state)
{
    expect_refused(MMUEXT_SET_LDT, 0x1000, 8193, -EINVAL, REASON_ldt_entries);
    expect_refused(MMUEXT_SET_LDT, 0x1008, 1, -EINVAL, REASON_ldt_base);
    assert_int_equal(v->ldt_entries, 0);
    assert_int_equal(op(MMUEXT_SET_LDT, 0x1008, 0), 0); /* without entries the address means nothing */
}

static unsigned ldt_calls;

static void ldt_recorded(struct vcpu *of, gva_t base, unsigned entries)
{
    assert_ptr_equal(of, v);
    of->ldt_base = base;
    of->ldt_entries = (uint16_t)entries;
    ldt_calls++;
}

static void test_ext_ldt_is_handed_over_once(void **state)
{
    mmuext_on_set_ldt(ldt_recorded);
    ldt_calls = 0;
    assert_int_equal(op(MMUEXT_SET_LDT, 0x4000, 8192), 0);
    assert_int_equal(v->ldt_base.raw, 0x4000);
    assert_int_equal(v->ldt_entries, 8192);
    assert_int_equal(op(MMUEXT_SET_LDT, 0x4000, 8192), 0);
    assert_int_equal(ldt_calls, 1); /* nothing to change */
    assert_int_equal(op(MMUEXT_SET_LDT, 0x4000, 0), 0);
    assert_int_equal(v->ldt_base.raw, 0);
    assert_int_equal(ldt_calls, 2);
}

static void test_ext_superpages_and_unknown_commands(void **state)
{
    expect_refused(MMUEXT_MARK_SUPER, 0, 0, -EOPNOTSUPP, REASON_obsolete);
    expect_refused(MMUEXT_UNMARK_SUPER, 0, 0, -EOPNOTSUPP, REASON_obsolete);
    expect_refused(14, 0, 0, -ENOSYS, REASON_no_such_subop);
    expect_refused(21, 0, 0, -ENOSYS, REASON_no_such_subop);
    expect_refused(0xffffffff, 0, 0, -ENOSYS, REASON_no_such_subop);
}

static void test_ext_partial_batch(void **state)
{
    mfn_t a = fake_frame(d), b = fake_frame(d);

    put_op(0, MMUEXT_PIN_L1_TABLE, a.raw, 0);
    put_op(1, MMUEXT_TLB_FLUSH_LOCAL, 0, 0);
    put_op(2, MMUEXT_UNPIN_TABLE, b.raw, 0);
    put_op(3, MMUEXT_PIN_L1_TABLE, b.raw, 0);
    assert_int_equal(hypercall32_mmuext_op(OPS, 4, DONE, DOMID_SELF), -EINVAL);
    assert_int_equal(done(), 2);
    assert_int_equal(fake_refusal.index, 2);
    assert_int_equal(fake_refusal.subop, MMUEXT_UNPIN_TABLE);
    assert_int_equal(fake_type(a), TYPE_L1);
    assert_int_equal(fake_uses(b), 0);
}

static void test_ext_domains(void **state)
{
    mfn_t theirs = fake_frame(other);

    put_op(0, MMUEXT_PIN_L1_TABLE, theirs.raw, 0);
    assert_int_equal(hypercall32_mmuext_op(OPS, 1, DONE, 99), -ESRCH);
    assert_int_equal(hypercall32_mmuext_op(OPS, 1, DONE, d->id), -ESRCH);
    assert_int_equal(hypercall32_mmuext_op(OPS, 1, DONE, other->id), -EPERM);
    assert_int_equal(fake_uses(theirs), 0);
    d->privileged = true;
    assert_int_equal(hypercall32_mmuext_op(OPS, 1, DONE, other->id), 0);
    assert_int_equal(fake_type(theirs), TYPE_L1);
    for (unsigned cmd = MMUEXT_NEW_BASEPTR; cmd <= MMUEXT_SET_LDT; cmd++) {
        put_op(0, cmd, 0, 0);
        assert_int_equal(hypercall32_mmuext_op(OPS, 1, DONE, other->id), -EPERM);
        assert_int_equal(fake_refusal.reason, REASON_domain_not_self);
    }
}

static void test_ext_unreadable(void **state)
{
    assert_int_equal(hypercall32_mmuext_op(0x500000, 1, DONE, DOMID_SELF), -EFAULT);
    assert_int_equal(fake_refusal.reason, REASON_bad_guest_pointer);
    assert_int_equal(hypercall32_mmuext_op(GUEST32_M2P_BASE, 1, DONE, DOMID_SELF), -EFAULT);
    memset(fake_guest + (DONE - FAKE_GUEST_BASE), 7, 4);
    assert_int_equal(hypercall32_mmuext_op(0, 0, DONE, DOMID_SELF), 0);
    assert_int_equal(done(), 0x07070707);
}

static void test_ext_long_pin_and_unpin(void **state)
{
    struct fake_tables n = fake_tables(d);
    uint64_t args[4];
    unsigned rounds;

    for (unsigned i = 0; i < 60; i++)
        fake_entry_set(n.l2[i % 4], 100 + i, pte_make(fake_frame(d), PTE_P));
    for (unsigned cmd = MMUEXT_PIN_L3_TABLE;; cmd = MMUEXT_UNPIN_TABLE) {
        put_op(0, cmd, n.root.raw, 0);
        memcpy(args, (uint64_t[]){OPS, 1, DONE, DOMID_SELF}, sizeof(args));
        for (rounds = 0;; rounds++) {
            unsigned before = fake_continuation.count;
            long result;

            fake_preempt_after = 3;
            result = hypercall32_mmuext_op(args[0], args[1], args[2], args[3]);
            if (fake_continuation.count == before) {
                assert_int_equal(result, 0);
                break;
            }
            assert_int_equal(result, __HYPERVISOR_mmuext_op);
            memcpy(args, fake_continuation.args, sizeof(args));
        }
        fake_preempt_after = -1;
        assert_true(rounds > 10);
        assert_int_equal(done(), 1);
        assert_int_equal(fake_differences(), 0);
        if (cmd == MMUEXT_UNPIN_TABLE)
            break;
        assert_int_equal(fake_type(n.root), TYPE_L3);
    }
    assert_int_equal(fake_uses(n.root), 0);
    assert_int_equal(v->dying_tables, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_va_map, start, end),
        cmocka_unit_test_setup_teardown(test_va_flushes, start, end),
        cmocka_unit_test_setup_teardown(test_va_unreadable_mask, start, end),
        cmocka_unit_test_setup_teardown(test_va_without_table, start, end),
        cmocka_unit_test_setup_teardown(test_va_of_the_hypervisor, start, end),
        cmocka_unit_test_setup_teardown(test_va_through_a_linear_table, start, end),
        cmocka_unit_test_setup_teardown(test_va_refusals_are_those_of_an_l1_entry, start, end),
        cmocka_unit_test_setup_teardown(test_va_other_domain, start, end),
        cmocka_unit_test_setup_teardown(test_ext_pin_each_level, start, end),
        cmocka_unit_test_setup_teardown(test_ext_pin_refusals, start, end),
        cmocka_unit_test_setup_teardown(test_ext_unpinned_tree_may_be_written_at_once, start, end),
        cmocka_unit_test_setup_teardown(test_ext_root, start, end),
        cmocka_unit_test_setup_teardown(test_ext_flushes, start, end),
        cmocka_unit_test_setup_teardown(test_ext_caches, start, end),
        cmocka_unit_test_setup_teardown(test_ext_clear_page, start, end),
        cmocka_unit_test_setup_teardown(test_ext_copy_page, start, end),
        cmocka_unit_test_setup_teardown(test_ext_ldt_arguments, start, end),
        cmocka_unit_test_setup_teardown(test_ext_ldt_is_handed_over_once, start, end),
        cmocka_unit_test_setup_teardown(test_ext_superpages_and_unknown_commands, start, end),
        cmocka_unit_test_setup_teardown(test_ext_partial_batch, start, end),
        cmocka_unit_test_setup_teardown(test_ext_domains, start, end),
        cmocka_unit_test_setup_teardown(test_ext_unreadable, start, end),
        cmocka_unit_test_setup_teardown(test_ext_long_pin_and_unpin, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
