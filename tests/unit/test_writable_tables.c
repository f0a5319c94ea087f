// SPDX-License-Identifier: MIT
/* memory/writable_tables.c: writes of every size to an L1 entry, whole, in parts, and compared first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/errno.h"
#include "core/why.h"
#include "fake_tables.h"
#include "memory/writable_tables.h"

#define FRAMES 2048u
#define WINDOW 0x3000u /* where the guest sees its L1 table, read-only */
#define SLOT 20u
#define HERE (WINDOW + SLOT * 8)

static struct domain *d, *other;
static struct vcpu *v;
static struct fake_tables t;
static mfn_t page;

static int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    v = d->vcpus[0];
    t = fake_tables(d);
    page = fake_frame(d);
    fake_entry_set(t.l1, WINDOW >> PAGE_SHIFT, pte_make(t.l1, PTE_P));
    fake_entry_set(t.l1, 4, pte_make(t.l2[0], PTE_P));
    assert_int_equal(guest_table_set(v, t.root), 0);
    fake_run(v);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    return 0;
}

static int end(void **state)
{
    unsigned differences = fake_differences();

    fake_machine_end();
    return differences != 0;
}

static uint64_t entry(void)
{
    return fake_entry(t.l1, SLOT);
}

static void test_what_is_wanted(void **state)
{
    assert_true(mfn_equal(table_write_target(v, HERE), t.l1));
    assert_true(
        mfn_equal(table_write_target(v, 0), MFN_NONE)); /* writable: the fault was for something else */
    assert_true(mfn_equal(table_write_target(v, 0x4000), MFN_NONE));     /* an L2 */
    assert_true(mfn_equal(table_write_target(v, 0x9000), MFN_NONE));     /* not mapped */
    assert_true(mfn_equal(table_write_target(v, 0xf5800000), MFN_NONE)); /* the hypervisor's */
}

static void test_whole_entry(void **state)
{
    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(page, PTE_P | PTE_RW), NULL), 0);
    assert_int_equal(entry(), pte_make(page, PTE_P | PTE_RW));
    assert_int_equal(fake_uses(page), 1);
    assert_int_equal(table_write(v, t.l1, HERE, 8, 0, NULL), 0);
    assert_int_equal(fake_uses(page), 0);
}

static void test_halves_in_the_right_order(void **state)
{
    uint64_t whole = pte_make(page, PTE_P | PTE_RW | PTE_NX);

    assert_int_equal(table_write(v, t.l1, HERE + 4, 4, whole >> 32, NULL), 0);
    assert_int_equal(entry(), whole & 0xffffffff00000000);
    assert_int_equal(table_write(v, t.l1, HERE, 4, (uint32_t)whole, NULL), 0);
    assert_int_equal(entry(), whole);
    assert_int_equal(fake_uses(page), 1);
}

static void test_bytes_and_words(void **state)
{
    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(page, PTE_P | PTE_A), NULL), 0);
    assert_int_equal(table_write(v, t.l1, HERE, 1, PTE_P | PTE_RW, NULL), 0);
    assert_int_equal(entry(), pte_make(page, PTE_P | PTE_RW));
    assert_int_equal(table_write(v, t.l1, HERE + 6, 2, 0x8000, NULL), 0);
    assert_int_equal(entry(), pte_make(page, PTE_P | PTE_RW | PTE_NX));
    assert_int_equal(fake_uses(page), 1);
}

/* The upper half first: for a moment the entry names a frame that is not there. It is taken as not present. */
static void test_invalid_upper_half(void **state)
{
    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(page, PTE_P | PTE_RW), NULL), 0);
    assert_int_equal(table_write(v, t.l1, HERE + 4, 4, 0x7, NULL), 0);
    assert_int_equal(entry(), (0x7ull << 32) | (pte_make(page, PTE_RW) & 0xffffffff));
    assert_int_equal(fake_uses(page), 0);
    /* The lower half has no such grace, nor has a compare-and-exchange. */
    assert_int_equal(table_write(v, t.l1, HERE, 4, PTE_P, NULL), -EPERM);
    assert_int_equal(fake_refusal.reason, REASON_device_frame_denied);
    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(page, PTE_P), NULL), 0);
    uint64_t expected = 0;
    assert_int_equal(table_write(v, t.l1, HERE + 4, 4, 0x7, &expected), -EPERM);
    assert_int_equal(entry(), pte_make(page, PTE_P));
}

static void test_compare_and_exchange(void **state)
{
    uint64_t expected = 0;

    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(page, PTE_P | PTE_RW), &expected), 0);
    assert_int_equal(fake_uses(page), 1);
    expected = 0;
    assert_int_equal(table_write(v, t.l1, HERE, 8, 0, &expected), -EAGAIN);
    assert_int_equal(expected, pte_make(page, PTE_P | PTE_RW));
    assert_int_equal(entry(), pte_make(page, PTE_P | PTE_RW));
    assert_int_equal(fake_uses(page), 1);
    expected = (uint32_t)pte_make(page, PTE_P | PTE_RW);
    assert_int_equal(table_write(v, t.l1, HERE, 4, (uint32_t)pte_make(page, PTE_P), &expected), 0);
    assert_int_equal(fake_uses(page), 0);
}

static void test_refusals_change_nothing(void **state)
{
    mfn_t theirs = fake_frame(other);
    static const unsigned sizes[] = {0, 3, 5, 16};

    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(theirs, PTE_P), NULL), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    assert_int_equal(table_write(v, t.l1, HERE, 8, pte_make(t.l1, PTE_P | PTE_RW), NULL), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_type_conflict);
    assert_int_equal(table_write(v, t.l1, WINDOW + (WINDOW >> 12) * 8, 1, PTE_P | PTE_RW, NULL), -EBUSY);
    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        assert_int_equal(table_write(v, t.l1, HERE, sizes[i], 0, NULL), -EINVAL);
        assert_int_equal(fake_refusal.reason, REASON_page_table_write_size);
    }
    assert_int_equal(table_write(v, t.l1, HERE + 4, 8, 0, NULL), -EINVAL);
    assert_int_equal(table_write(v, t.l1, HERE + 2, 4, 0, NULL), -EINVAL);
    assert_int_equal(table_write(v, t.l2[0], 0x4000, 8, 0, NULL), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_ptr_not_a_table);
    assert_int_equal(table_write(v, page, 0, 8, 0, NULL), -EINVAL);
    assert_int_equal(entry(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_wanted, start, end),
        cmocka_unit_test_setup_teardown(test_whole_entry, start, end),
        cmocka_unit_test_setup_teardown(test_halves_in_the_right_order, start, end),
        cmocka_unit_test_setup_teardown(test_bytes_and_words, start, end),
        cmocka_unit_test_setup_teardown(test_invalid_upper_half, start, end),
        cmocka_unit_test_setup_teardown(test_compare_and_exchange, start, end),
        cmocka_unit_test_setup_teardown(test_refusals_change_nothing, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
