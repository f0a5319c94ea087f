// SPDX-License-Identifier: MIT
/* memory/audit.c finds every kind of difference that is planted, and none where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/errno.h"
#include "domain/domain_list.h"
#include "fake_tables.h"
#include "hypercalls/whole_audit.h"
#include "memory/m2p.h"
#include "traps/descriptor_tables.h"

#define FRAMES 1024u

static struct domain *d, *other;
static struct fake_tables t;

static int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    t = fake_tables_running(d);
    return 0;
}

static int end(void **state)
{
    fake_machine_end();
    return 0;
}

/* What was planted shows, as the first difference of that frame and field. */
static void expect(mfn_t m, uint32_t field, uint64_t expected, uint64_t found)
{
    assert_int_not_equal(fake_differences(), 0);
    for (unsigned i = 0; i < fake_audit.described; i++)
        if (fake_audit.first[i].frame == m.raw && fake_audit.first[i].field == field) {
            assert_int_equal(fake_audit.first[i].expected, expected);
            assert_int_equal(fake_audit.first[i].found, found);
            return;
        }
    fail_msg("no difference of field %u in frame %lx among %u", field, m.raw, fake_audit.described);
}

static void test_clean(void **state)
{
    assert_int_equal(fake_differences(), 0);
    assert_int_equal(fake_audit.frames, FRAMES);
    assert_int_equal(fake_audit.described, 0);
}

static void test_clean_with_linear_tables_and_shares(void **state)
{
    struct fake_tables second = fake_tables(d);
    mfn_t shared = frame_alloc(0, 0), read_only = frame_alloc(0, 0);

    frame_share(shared, d, true);
    frame_share(read_only, d, false);
    fake_entry_set(second.l2[3], 9, pte_make(second.l2[0], PTE_P));
    fake_entry_set(second.l2[3], 10, pte_make(second.l2[3], PTE_P));
    fake_entry_set(second.l1, 1, pte_make(shared, PTE_P | PTE_RW));
    fake_entry_set(second.l1, 2, pte_make(read_only, PTE_P));
    assert_int_equal(page_table_pin(d, second.root, TYPE_L3), 0);
    assert_int_equal(fake_differences(), 0);
}

static void test_clean_half_way(void **state)
{
    struct fake_tables second = fake_tables(d);

    fake_entry_set(second.l2[0], 1, pte_make(fake_frame(d), PTE_P));
    fake_preempt_after = 0;
    assert_int_equal(page_table_pin(d, second.root, TYPE_L3), -ERESTART);
    fake_preempt_after = -1;
    assert_int_equal(fake_differences(), 0);
    assert_int_equal(page_table_pin(d, second.root, TYPE_L3), 0);
    assert_int_equal(page_table_unpin(d, second.root), 0);
    assert_int_equal(fake_differences(), 0);
    fake_preempt_after = 1;
    assert_int_equal(frame_release_pending(d->vcpus[0]), -ERESTART);
    fake_preempt_after = -1;
    assert_int_equal(fake_differences(), 0);
    assert_int_equal(frame_release_pending(d->vcpus[0]), 0);
    assert_int_equal(fake_differences(), 0);
}

static void test_reference_too_many(void **state)
{
    frame_of(t.data)->refs++;
    expect(t.data, RINGLET_AUDIT_FIELD_REFERENCES, 2, 3);
}

static void test_reference_too_few(void **state)
{
    frame_of(t.l2[1])->refs--;
    expect(t.l2[1], RINGLET_AUDIT_FIELD_REFERENCES, 2, 1);
}

static void test_use_too_many(void **state)
{
    frame_of(t.data)->type++;
    expect(t.data, RINGLET_AUDIT_FIELD_TYPE_COUNT, 1, 2);
}

static void test_use_too_few(void **state)
{
    frame_of(t.l1)->type--;
    expect(t.l1, RINGLET_AUDIT_FIELD_TYPE_COUNT, 1, 0);
}

static void test_table_recorded_as_writable(void **state)
{
    frame_of(t.l1)->type = type_word(TYPE_WRITABLE, 1) | TYPE_VALIDATED;
    expect(t.l1, RINGLET_AUDIT_FIELD_TYPE, TYPE_L1, TYPE_WRITABLE);
}

static void test_table_mapped_writable(void **state)
{
    fake_entry_set(t.l1, 0, pte_make(t.root, PTE_P | PTE_RW));
    expect(t.root, RINGLET_AUDIT_FIELD_TYPE, TYPE_WRITABLE, TYPE_L3);
}

static void test_mapping_of_a_free_frame(void **state)
{
    fake_entry_set(t.l1, 0, pte_make(mfn(FAKE_FIRST_FREE), PTE_P));
    expect(mfn(FAKE_FIRST_FREE), RINGLET_AUDIT_FIELD_FREE, 0, TYPE_NONE);
}

static void test_mapping_beyond_memory_in_an_l2(void **state)
{
    fake_entry_set(t.l2[0], 4, pte_make(mfn(FRAMES + 5), PTE_P));
    expect(mfn(FRAMES + 5), RINGLET_AUDIT_FIELD_FREE, 0, TYPE_L1);
}

static void test_foreign_mapping(void **state)
{
    mfn_t theirs = fake_frame(other);
    uint64_t entry = pte_make(theirs, PTE_P);

    fake_entry_set(t.l1, 4, entry);
    expect(t.l1, RINGLET_AUDIT_FIELD_ENTRY, 0, entry);
    expect(theirs, RINGLET_AUDIT_FIELD_REFERENCES, 2, 1);
    /* With a grant only the reference nobody took is wrong. */
    fake_entry_set(t.l1, 4, entry | PTE_GRANTED);
    assert_int_equal(fake_differences(), 1);
    frame_of(theirs)->refs++;
    assert_int_equal(fake_differences(), 0);
}

static void test_device_mapping_without_the_right(void **state)
{
    fake_entry_set(t.l1, 4, pte_make(mfn(2), PTE_P));
    expect(t.l1, RINGLET_AUDIT_FIELD_ENTRY, 0, pte_make(mfn(2), PTE_P));
    d->privileged = true;
    assert_int_equal(fake_differences(), 0);
    fake_entry_set(t.l1, 4, pte_make(mfn(0xfee00), PTE_P));
    expect(t.l1, RINGLET_AUDIT_FIELD_ENTRY, 0, pte_make(mfn(0xfee00), PTE_P));
}

static void test_superpage(void **state)
{
    uint64_t entry = pte_make(t.l1, PTE_P | PTE_LARGE);

    fake_entry_set(t.l2[0], 0, entry);
    expect(t.l2[0], RINGLET_AUDIT_FIELD_ENTRY, ~L2_FORBIDDEN, entry);
}

static void test_writable_linear_entry(void **state)
{
    uint64_t entry = pte_make(t.l2[1], PTE_P | PTE_RW);

    fake_entry_set(t.l2[1], 0, entry);
    expect(t.l2[1], RINGLET_AUDIT_FIELD_ENTRY, ~PTE_RW, entry);
}

static void test_root_without_forced_bits(void **state)
{
    uint64_t entry = fake_entry(t.root, 1) & ~PTE_RW;

    fake_entry_set(t.root, 1, entry);
    expect(t.root, RINGLET_AUDIT_FIELD_ENTRY, ~L3_FORBIDDEN, entry);
}

static void test_entry_beyond_the_root(void **state)
{
    fake_entry_set(t.root, 511, 1ull << 40);
    expect(t.root, RINGLET_AUDIT_FIELD_ENTRY, 0, 1ull << 40);
}

static void test_root_without_slot_3(void **state)
{
    fake_entry_set(t.root, 3, 0);
    expect(t.root, RINGLET_AUDIT_FIELD_ENTRY, PTE_P, 0);
}

static void test_hypervisor_slots_changed(void **state)
{
    fake_entry_set(t.l2[3], L2_FIRST_HYPERVISOR_SLOT, 0);
    expect(t.l2[3], RINGLET_AUDIT_FIELD_ENTRY, 0, 0);
}

static void test_pin_forgotten(void **state)
{
    frame_of(t.root)->type &= ~TYPE_PINNED;
    expect(t.root, RINGLET_AUDIT_FIELD_REFERENCES, 2, 3);
    expect(t.root, RINGLET_AUDIT_FIELD_TYPE_COUNT, 1, 2);
}

static void test_pin_of_no_table(void **state)
{
    frame_of(t.data)->type |= TYPE_PINNED;
    expect(t.data, RINGLET_AUDIT_FIELD_PINNED, 0, TYPE_WRITABLE);
}

static void test_another_root_installed(void **state)
{
    struct vcpu *v = d->vcpus[0];
    uint64_t entry = pte_make(t.l2[0], PTE_P);

    fake_entry_set(v->l4, 0, entry);
    expect(v->l4, RINGLET_AUDIT_FIELD_ENTRY, pte_make(t.root, 0), entry);
}

static void test_lower_half_above_4_gib(void **state)
{
    struct vcpu *v = d->vcpus[0];

    fake_entry_set(v->l4, 1, pte_make(t.root, PTE_P));
    expect(v->l4, RINGLET_AUDIT_FIELD_ENTRY, 0, pte_make(t.root, PTE_P));
}

static void test_descriptor_page(void **state)
{
    mfn_t gdt = fake_frame(d);
    struct vcpu *v = d->vcpus[0];

    v->descriptor_ptes[0].raw = pte_make(gdt, PTE_P | PTE_RW);
    expect(gdt, RINGLET_AUDIT_FIELD_TYPE, TYPE_SEGMENT, TYPE_NONE);
    expect(gdt, RINGLET_AUDIT_FIELD_REFERENCES, 2, 1);
    frame_of(gdt)->refs++;
    frame_of(gdt)->type = type_word(TYPE_SEGMENT, 1) | TYPE_VALIDATED;
    assert_int_equal(fake_differences(), 0);
    v->descriptor_ptes[0].raw = 0;
    v->descriptor_ptes[17].raw = pte_make(gdt, PTE_P | PTE_RW);
    assert_int_equal(fake_differences(), 0);
}

struct domain *domain_list_first(void)
{
    return fake_domain_list();
}

/* What no rule lets in: ring 0's privilege, and 64-bit code. */
static void test_descriptors_that_nobody_checked(void **state)
{
    mfn_t gdt = fake_frame(d);
    struct ringlet_audit report;

    descriptor_tables_start();
    fake_entry_set(gdt, 3, 0x00cfb3000000ffff); /* data, ring 1 */
    assert_int_equal(gdt_set(d->vcpus[0], &gdt, 512), 0);
    whole_audit(&report);
    assert_int_equal(report.differences, 0);
    fake_entry_set(gdt, 3, 0x00cf93000000ffff); /* ring 0 */
    fake_entry_set(gdt, 4, 0x00afbb000000ffff); /* 64-bit code */
    whole_audit(&report);
    assert_int_equal(report.differences, 2);
    assert_int_equal(report.first[0].frame, gdt.raw);
    assert_int_equal(report.first[0].expected, 0x00cfb3000000ffff);
    assert_int_equal(report.first[1].field, RINGLET_AUDIT_FIELD_ENTRY);
}

static void test_registered_vcpu_info(void **state)
{
    mfn_t info = fake_frame(d);

    d->vcpus[0]->info_frame = info;
    expect(info, RINGLET_AUDIT_FIELD_REFERENCES, 2, 1);
}

static void test_owner_counts(void **state)
{
    d->pages++;
    expect(MFN_NONE, RINGLET_AUDIT_FIELD_OWNER, d->pages - 1, d->pages);
    d->pages--;
    d->xen_pages++;
    expect(MFN_NONE, RINGLET_AUDIT_FIELD_OWNER, 0, 1);
}

static void test_owner_that_is_none(void **state)
{
    frame_of(fake_frame(d))->owner = 77;
    d->pages--;
    assert_int_equal(fake_differences(), 1);
    assert_int_equal(fake_audit.first[0].field, RINGLET_AUDIT_FIELD_OWNER);
    assert_int_equal(fake_audit.first[0].found, 77);
}

static void test_stray_machine_to_physical_entry(void **state)
{
    m2p_set(d->vcpus[0]->l4, 3);
    expect(d->vcpus[0]->l4, RINGLET_AUDIT_FIELD_OWNER, M2P_NONE, 3);
}

static void test_free_frame_with_a_use(void **state)
{
    frame_of(mfn(FAKE_FIRST_FREE))->type = type_word(TYPE_L1, 1);
    expect(mfn(FAKE_FIRST_FREE), RINGLET_AUDIT_FIELD_FREE, 0, 1);
}

static void test_free_frame_that_is_lost(void **state)
{
    mfn_t lost = frame_alloc(0, 0);

    frame_of(lost)->refs = 0;
    frame_of(lost)->owner = OWNER_NONE;
    expect(MFN_NONE, RINGLET_AUDIT_FIELD_FREE, frame_free_count() + 1, frame_free_count());
}

static void test_check_that_never_ended(void **state)
{
    frame_of(t.l2[1])->type = type_word(TYPE_L2, 1) | TYPE_BUSY;
    expect(t.l2[1], RINGLET_AUDIT_FIELD_TYPE, TYPE_L2, frame_of(t.l2[1])->type);
    frame_of(t.l1)->type |= TYPE_LOCKED;
    expect(t.l1, RINGLET_AUDIT_FIELD_TYPE, TYPE_L1, frame_of(t.l1)->type);
    frame_of(t.l2[1])->type = type_word(TYPE_L2, 1);
    expect(t.l2[1], RINGLET_AUDIT_FIELD_TYPE, TYPE_L2, frame_of(t.l2[1])->type);
}

static void test_linear_uses(void **state)
{
    frame_of(t.l2[1])->linear_uses = 1;
    expect(t.l2[1], RINGLET_AUDIT_FIELD_TYPE_COUNT, 0, 1);
    frame_of(t.l2[1])->linear_uses = 0;
    assert_int_equal(fake_differences(), 0);
    /* A table that names another, and nobody took note. */
    fake_entry_set(t.l2[1], 7, pte_make(t.l2[2], PTE_P));
    frame_of(t.l2[2])->refs++;
    frame_of(t.l2[2])->type++;
    expect(t.l2[1], RINGLET_AUDIT_FIELD_ENTRY, 0, pte_make(t.l2[2], PTE_P));
    expect(t.l2[1], RINGLET_AUDIT_FIELD_TYPE_COUNT, UINT32_MAX, 0);
    frame_of(t.l2[1])->linear_uses = -1;
    frame_of(t.l2[2])->linear_uses = 1;
    assert_int_equal(fake_differences(), 0);
}

static void test_slots_of_ring_0(void **state)
{
    struct vcpu *v = d->vcpus[0];
    uint64_t mine = fake_entry(v->l4, VCPU_MAP_SLOT), boot = fake_entry(v->l4, HYPERVISOR_FIRST_SLOT + 1);

    fake_entry_set(v->l4, 511, pte_make(t.root, PTE_P));
    expect(v->l4, RINGLET_AUDIT_FIELD_ENTRY, 0, pte_make(t.root, PTE_P));
    fake_entry_set(v->l4, 511, 0);
    fake_entry_set(v->l4, HYPERVISOR_FIRST_SLOT + 1, boot ^ PTE_P);
    expect(v->l4, RINGLET_AUDIT_FIELD_ENTRY, boot, boot ^ PTE_P);
    fake_entry_set(v->l4, HYPERVISOR_FIRST_SLOT + 1, boot);
    fake_entry_set(v->l4, VCPU_MAP_SLOT, pte_make(t.l2[0], PTE_P));
    assert_true(fake_differences() > 0);
    fake_entry_set(v->l4, VCPU_MAP_SLOT, mine);
    assert_int_equal(fake_differences(), 0);
}

static const struct domain *granting;
static mfn_t granted;

static void grants_of(const struct domain *of, audit_visitor *visit, void *context)
{
    if (of == granting)
        visit(context, granted, true);
}

static void test_grants_are_asked(void **state)
{
    granting = d;
    granted = fake_frame(other);
    memory_audit(fake_domain_list(), grants_of, &fake_audit);
    assert_int_equal(fake_audit.differences, 3); /* the reference, the type, the use */
    frame_of(granted)->refs++;
    frame_of(granted)->type = type_word(TYPE_WRITABLE, 1) | TYPE_VALIDATED;
    memory_audit(fake_domain_list(), grants_of, &fake_audit);
    assert_int_equal(fake_audit.differences, 0);
}

static void test_more_differences_than_described(void **state)
{
    for (uint64_t i = 0; i < FRAMES; i++)
        if (frame_table[i].owner == OWNER_NONE)
            frame_table[i].type = type_word(TYPE_L1, 1);
    assert_int_equal(fake_differences(), 2 * frame_free_count());
    assert_int_equal(fake_audit.described, RINGLET_AUDIT_DIFFERENCES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_clean, start, end),
        cmocka_unit_test_setup_teardown(test_clean_with_linear_tables_and_shares, start, end),
        cmocka_unit_test_setup_teardown(test_clean_half_way, start, end),
        cmocka_unit_test_setup_teardown(test_reference_too_many, start, end),
        cmocka_unit_test_setup_teardown(test_reference_too_few, start, end),
        cmocka_unit_test_setup_teardown(test_use_too_many, start, end),
        cmocka_unit_test_setup_teardown(test_use_too_few, start, end),
        cmocka_unit_test_setup_teardown(test_table_recorded_as_writable, start, end),
        cmocka_unit_test_setup_teardown(test_table_mapped_writable, start, end),
        cmocka_unit_test_setup_teardown(test_mapping_of_a_free_frame, start, end),
        cmocka_unit_test_setup_teardown(test_mapping_beyond_memory_in_an_l2, start, end),
        cmocka_unit_test_setup_teardown(test_foreign_mapping, start, end),
        cmocka_unit_test_setup_teardown(test_device_mapping_without_the_right, start, end),
        cmocka_unit_test_setup_teardown(test_superpage, start, end),
        cmocka_unit_test_setup_teardown(test_writable_linear_entry, start, end),
        cmocka_unit_test_setup_teardown(test_root_without_forced_bits, start, end),
        cmocka_unit_test_setup_teardown(test_entry_beyond_the_root, start, end),
        cmocka_unit_test_setup_teardown(test_root_without_slot_3, start, end),
        cmocka_unit_test_setup_teardown(test_hypervisor_slots_changed, start, end),
        cmocka_unit_test_setup_teardown(test_pin_forgotten, start, end),
        cmocka_unit_test_setup_teardown(test_pin_of_no_table, start, end),
        cmocka_unit_test_setup_teardown(test_another_root_installed, start, end),
        cmocka_unit_test_setup_teardown(test_lower_half_above_4_gib, start, end),
        cmocka_unit_test_setup_teardown(test_descriptor_page, start, end),
        cmocka_unit_test_setup_teardown(test_descriptors_that_nobody_checked, start, end),
        cmocka_unit_test_setup_teardown(test_registered_vcpu_info, start, end),
        cmocka_unit_test_setup_teardown(test_owner_counts, start, end),
        cmocka_unit_test_setup_teardown(test_owner_that_is_none, start, end),
        cmocka_unit_test_setup_teardown(test_stray_machine_to_physical_entry, start, end),
        cmocka_unit_test_setup_teardown(test_free_frame_with_a_use, start, end),
        cmocka_unit_test_setup_teardown(test_free_frame_that_is_lost, start, end),
        cmocka_unit_test_setup_teardown(test_check_that_never_ended, start, end),
        cmocka_unit_test_setup_teardown(test_linear_uses, start, end),
        cmocka_unit_test_setup_teardown(test_slots_of_ring_0, start, end),
        cmocka_unit_test_setup_teardown(test_grants_are_asked, start, end),
        cmocka_unit_test_setup_teardown(test_more_differences_than_described, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
