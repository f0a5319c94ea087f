// SPDX-License-Identifier: MIT
/*
 * grants/ between two domains, which no guest test can show yet: what is lent, what a granter may do meanwhile, and that
 * nothing of a refusal stays behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/errno.h"
#include "fake_tables.h"
#include "grants/grant_copy.h"
#include "grants/grant_map.h"
#include "grants/grant_op.h"
#include "grants/grant_table.h"
#include "grants/grant_transfer.h"
#include "machine/tlb.h"
#include "memory/l1_table.h"

#define FRAMES 2048u
#define OPS FAKE_GUEST_BASE
#define USER 1 /* maps and copies */
#define LENDER 2
#define REF 20
#define PLACE 0x5000ull /* entry 5 of the running L1 */

static struct domain *user, *lender;
static struct fake_tables t;
static mfn_t lent;

static struct grant_entry_v1 *entry(grant_ref_t ref)
{
    return grant_shared(lender->grants, ref);
}

static void lend(grant_ref_t ref, uint16_t flags, mfn_t frame)
{
    *entry(ref) = (struct grant_entry_v1){.flags = flags, .domid = USER, .frame = (uint32_t)frame.raw};
}

static int start(void **state)
{
    fake_machine_start(FRAMES);
    user = fake_domain(USER, false);
    lender = fake_domain(LENDER, false);
    if (grant_table_init(user) || grant_table_init(lender))
        return 1;
    t = fake_tables_running(user);
    lent = fake_frame(lender);
    lend(REF, GTF_permit_access, lent);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    return 0;
}

static unsigned differences(void)
{
    memory_audit(fake_domain_list(), grant_visit_references, &fake_audit);
    for (const struct domain *d = fake_domain_list(); d; d = d->next)
        fake_audit.differences += grant_pins(d) != grant_pins_expected(d, fake_domain_list());
    return fake_audit.differences;
}

static int end(void **state)
{
    unsigned found = differences();

    if (found)
        print_error("audit: %u differences, first: frame %lx field %u expected %lx found %lx\n", found,
                    fake_audit.first[0].frame, fake_audit.first[0].field, fake_audit.first[0].expected,
                    fake_audit.first[0].found);
    fake_machine_end();
    return found != 0;
}

static struct gnttab_map_grant_ref map_op(uint32_t flags)
{
    return (struct gnttab_map_grant_ref){.host_addr = PLACE, .flags = flags, .ref = REF, .dom = LENDER};
}

static int unmap(grant_handle_t handle, uint64_t host, uint64_t device)
{
    struct grant_unmapping u = {.host_address = host, .device_address = device, .handle = handle};
    int status = grant_unmap_start(user->vcpus[0], &u);

    grant_unmap_finish(user->vcpus[0], &u);
    return status;
}

static void maps_a_foreign_frame(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map);
    uint32_t before = frame_of(lent)->refs;

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    assert_true(pte_frame(fake_entry(t.l1, 5)).raw == lent.raw);
    assert_true(fake_entry(t.l1, 5) & PTE_RW);
    assert_int_equal(frame_of(lent)->refs, before + 1);
    assert_int_equal(fake_type(lent), TYPE_WRITABLE);
    assert_int_equal(entry(REF)->flags, GTF_permit_access | GTF_reading | GTF_writing);
    assert_int_equal(differences(), 0);
    assert_int_equal(unmap(op.handle, PLACE, 0), GNTST_okay);
    assert_int_equal(fake_entry(t.l1, 5), 0);
    assert_int_equal(frame_of(lent)->refs, before);
    assert_int_equal(fake_type(lent), TYPE_NONE);
    assert_int_equal(entry(REF)->flags, GTF_permit_access);
    assert_true(user->counters.grants_mapped == 1 && user->counters.grants_unmapped == 1);
}

/* While it is mapped writable, the lender cannot make a page table of it; read-only it can. */
static void holds_the_type(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map);

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    assert_int_equal(page_table_pin(lender, lent, TYPE_L1), -EINVAL);
    assert_int_equal(unmap(op.handle, PLACE, 0), GNTST_okay);
    op = map_op(GNTMAP_host_map | GNTMAP_readonly);
    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    assert_int_equal(page_table_pin(lender, lent, TYPE_L1), 0);
    assert_int_equal(unmap(op.handle, PLACE, 0), GNTST_okay);
    op = map_op(GNTMAP_host_map);
    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_general_error);
    assert_int_equal(page_table_unpin(lender, lent), 0);
}

/* The lender gives the frame up while it is mapped: it stays alive until the mapping goes. */
static void keeps_a_frame_alive(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map);
    uint64_t free = frame_free_count();

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    free = frame_free_count(); /* the first mapping took frames for its records */
    assert_true(frame_disown(frame_of(lent)));
    assert_int_equal(frame_free_count(), free);
    assert_int_equal(unmap(op.handle, PLACE, 0), GNTST_okay);
    assert_int_equal(frame_free_count(), free + 1);
}

/* What was decided when it was mapped stays, whatever the lender writes into its entry. */
static void decides_once(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map | GNTMAP_readonly), again = op;
    mfn_t other = fake_frame(lender);

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    entry(REF)->frame = (uint32_t)other.raw;
    entry(REF)->domid = 77;
    again.host_addr = PLACE + PAGE_SIZE;
    assert_int_equal(grant_map(user->vcpus[0], &again), GNTST_okay);
    assert_true(pte_frame(fake_entry(t.l1, 6)).raw == lent.raw);
    assert_int_equal(unmap(again.handle, PLACE + PAGE_SIZE, 0), GNTST_okay);
    assert_int_equal(unmap(op.handle, PLACE, 0), GNTST_okay);
    assert_int_equal(frame_of(other)->refs, 1);
    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_general_error); /* now it counts again */
}

static void expect_no_map(struct gnttab_map_grant_ref op, int status, uint32_t reason)
{
    uint16_t flags = entry(REF)->flags;
    uint32_t refs = frame_of(lent)->refs;

    assert_int_equal(grant_map(user->vcpus[0], &op), status);
    assert_int_equal(op.status, status);
    assert_int_equal(fake_refusal.reason, reason);
    assert_int_equal(entry(REF)->flags, flags);
    assert_int_equal(frame_of(lent)->refs, refs);
    assert_int_equal(fake_entry(t.l1, 5), 0);
    assert_int_equal(grant_active(lender->grants, REF)->pins, 0);
    assert_int_equal(differences(), 0);
}

static void refuses_to_map(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map);

    op.dom = 9;
    expect_no_map(op, GNTST_bad_domain, REASON_grant_domain);
    op = map_op(GNTMAP_host_map);
    op.ref = 512;
    expect_no_map(op, GNTST_bad_gntref, REASON_grant_reference);
    op = map_op(GNTMAP_host_map);
    op.host_addr = 0x40000000; /* no L1 there */
    expect_no_map(op, GNTST_general_error, REASON_grant_address);
    op.host_addr = GUEST32_LIMIT;
    expect_no_map(op, GNTST_general_error, REASON_grant_address);
    op = map_op(GNTMAP_host_map | GNTMAP_contains_pte);
    op.host_addr = lent.raw << PAGE_SHIFT; /* another domain's frame, not a table */
    expect_no_map(op, GNTST_general_error, REASON_grant_address);
    op.host_addr = t.l2[0].raw << PAGE_SHIFT; /* a table, but no L1 */
    expect_no_map(op, GNTST_general_error, REASON_grant_address);
    entry(REF)->domid = 9;
    expect_no_map(map_op(GNTMAP_host_map), GNTST_general_error, REASON_grant_not_granted);
    lend(REF, GTF_permit_access | GTF_readonly, lent);
    expect_no_map(map_op(GNTMAP_host_map), GNTST_general_error, REASON_grant_read_only);
    /* The lender offers what is not its own: the user's frame, a hypervisor frame, no frame. */
    lend(REF, GTF_permit_access, t.data);
    expect_no_map(map_op(GNTMAP_host_map), GNTST_bad_page, REASON_grant_frame);
    lend(REF, GTF_permit_access, mfn(4));
    expect_no_map(map_op(GNTMAP_host_map), GNTST_bad_page, REASON_grant_frame);
    lend(REF, GTF_permit_access, mfn(FRAMES + 5));
    expect_no_map(map_op(GNTMAP_host_map), GNTST_bad_page, REASON_grant_frame);
}

/* Another domain cannot use a grant that one already uses, even when the entry now names it. */
static void one_user_at_a_time(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_device_map | GNTMAP_readonly);
    struct grant_use use = {.user = 9, .pins = PIN_HOST_READ};
    mfn_t frame;

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    entry(REF)->domid = 9;
    assert_int_equal(grant_pin(lender, REF, &use, &frame), GNTST_general_error);
    assert_int_equal(fake_refusal.reason, REASON_grant_busy);
    assert_int_equal(differences(), 0);
    assert_int_equal(unmap(op.handle, 0, lent.raw << PAGE_SHIFT), GNTST_okay);
    assert_int_equal(grant_pin(lender, REF, &use, &frame), GNTST_okay);
    grant_unpin(lender, REF, use.pins);
}

/* The handle in the second element of a batch is that of the first: it is already on its way out. */
static void unmaps_a_batch(void **state)
{
    struct gnttab_unmap_grant_ref *ops = (void *)fake_guest;
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map | GNTMAP_device_map);

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    for (unsigned i = 0; i < 3; i++)
        ops[i] = (struct gnttab_unmap_grant_ref){.host_addr = PLACE, .handle = op.handle};
    ops[1].dev_bus_addr = lent.raw << PAGE_SHIFT;
    assert_int_equal(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, OPS, 3), 0);
    assert_int_equal(ops[0].status, GNTST_okay);
    assert_int_equal(ops[1].status, GNTST_okay);
    assert_int_equal(ops[2].status, GNTST_bad_handle);
    assert_int_equal(fake_refusal.index, 2);
    assert_int_equal(entry(REF)->flags, GTF_permit_access);
    assert_int_equal(frame_of(lent)->refs, 1);
    assert_true(fake_full_flushes > 0);
}

static struct copy_request copy_of(bool from_grant, bool to_grant)
{
    return (struct copy_request){
        .source = {from_grant ? REF : t.data.raw, from_grant ? LENDER : DOMID_SELF, 8, from_grant},
        .dest = {to_grant ? REF : t.data.raw, to_grant ? LENDER : DOMID_SELF, 100, to_grant},
        .length = 32,
    };
}

static void copies_both_ways(void **state)
{
    struct copy_request r = copy_of(true, false);

    memset(frame_map(lent), 0x31, PAGE_SIZE);
    assert_int_equal(grant_copy(user, &r), GNTST_okay);
    assert_memory_equal((uint8_t *)frame_map(t.data) + 100, frame_map(lent), 32);
    assert_int_equal(((uint8_t *)frame_map(t.data))[132], 0);
    r = copy_of(false, true);
    memset(frame_map(t.data), 0x32, PAGE_SIZE);
    assert_int_equal(grant_copy(user, &r), GNTST_okay);
    assert_memory_equal((uint8_t *)frame_map(lent) + 100, frame_map(t.data), 32);
    assert_int_equal(entry(REF)->flags, GTF_permit_access);
    assert_int_equal(frame_of(lent)->refs, 1);
}

static void refuses_to_copy(void **state)
{
    struct copy_request r = copy_of(true, false);

    r.dest.ref_or_frame = lent.raw; /* without a grant: not ours */
    assert_int_equal(grant_copy(user, &r), GNTST_bad_page);
    r = copy_of(true, false);
    r.source = (struct copy_request_end){lent.raw, LENDER, 0, false};
    assert_int_equal(grant_copy(user, &r), GNTST_permission_denied);
    r = copy_of(true, false);
    r.dest.ref_or_frame = t.l1.raw; /* a page table */
    assert_int_equal(grant_copy(user, &r), GNTST_general_error);
    r = copy_of(true, false);
    r.length = 4090;
    assert_int_equal(grant_copy(user, &r), GNTST_bad_copy_arg);
    assert_int_equal(entry(REF)->flags, GTF_permit_access);
    assert_int_equal(frame_of(lent)->refs, 1);
}

static void transfers(void **state)
{
    mfn_t gift = fake_frame(user);
    uint32_t users = user->pages, lenders = lender->pages;

    entry(30)->domid = USER;
    entry(30)->flags = GTF_accept_transfer;
    assert_int_equal(grant_transfer(user, t.data, LENDER, 30), GNTST_bad_page); /* mapped */
    assert_int_equal(grant_transfer(user, lent, LENDER, 30), GNTST_bad_page);   /* not ours */
    assert_int_equal(grant_transfer(user, gift, 9, 30), GNTST_bad_domain);
    assert_int_equal(grant_transfer(user, gift, LENDER, 31), GNTST_general_error);
    lender->max_pages = lenders;
    assert_int_equal(grant_transfer(user, gift, LENDER, 30), GNTST_general_error);
    assert_int_equal(fake_refusal.reason, REASON_over_maximum);
    assert_int_equal(entry(30)->flags, GTF_accept_transfer);
    assert_int_equal(user->pages, users);
    lender->max_pages = lenders + 1;
    assert_int_equal(grant_transfer(user, gift, LENDER, 30), GNTST_okay);
    assert_int_equal(entry(30)->flags, GTF_accept_transfer | GTF_transfer_committed | GTF_transfer_completed);
    assert_int_equal(entry(30)->frame, gift.raw);
    assert_int_equal(frame_of(gift)->owner, LENDER);
    assert_true(user->pages == users - 1 && lender->pages == lenders + 1);
}

/*
 * A toolstack may set a maximum below what the domain has; a transfer that comes to nothing still gives the frame back. A
 * frame that changes its owner takes no translations along: not even of a read-only mapping, which leaves no stamp.
 */
static void transfers_over_the_maximum_and_with_stale_translations(void **state)
{
    mfn_t gift = fake_frame(user);
    uint32_t users = user->pages;
    unsigned flushes;

    user->max_pages = users - 1;
    assert_int_equal(grant_transfer(user, gift, LENDER, 31), GNTST_general_error);
    assert_int_equal(user->pages, users);
    assert_int_equal(frame_of(gift)->owner, USER);
    entry(30)->domid = USER;
    entry(30)->flags = GTF_accept_transfer;
    assert_int_equal(l1_entry_update(t.l1, (uint64_t *)frame_map(t.l1) + 6, pte_make(gift, PTE_P), false,
                                     user, user),
                     0);
    tlb_flush_local();
    assert_int_equal(l1_entry_update(t.l1, (uint64_t *)frame_map(t.l1) + 6, 0, false, user, user), 0);
    flushes = fake_full_flushes;
    assert_int_equal(grant_transfer(user, gift, LENDER, 30), GNTST_okay);
    assert_int_equal(fake_full_flushes, flushes + 1);
}

/* The user may change the software bits of a mapping's entry: it stays a grant's, to the auditor and to the unmapping. */
static void keeps_the_mark(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map);
    uint64_t *slot = (uint64_t *)frame_map(t.l1) + 5;

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    assert_int_equal(l1_entry_update(t.l1, slot, pte_make(lent, PTE_P | PTE_RW | PTE_AVAIL), false, user,
                                     user),
                     0);
    assert_int_equal(*slot & PTE_AVAIL, PTE_AVAIL);
    assert_int_equal(*slot & (PTE_A | PTE_D), 0);
    assert_int_equal(differences(), 0);
    assert_int_equal(unmap(op.handle, PLACE, 0), GNTST_okay);
    assert_int_equal(entry(REF)->flags, GTF_permit_access);
}

static void counts_pins(void **state)
{
    struct gnttab_map_grant_ref op = map_op(GNTMAP_host_map | GNTMAP_device_map);

    assert_int_equal(grant_map(user->vcpus[0], &op), GNTST_okay);
    assert_int_equal(grant_pins(lender), 2);
    assert_int_equal(grant_pins(user), 0);
    assert_int_equal(unmap(op.handle, 0, lent.raw << PAGE_SHIFT), GNTST_okay);
    assert_int_equal(grant_pins(lender), 1);
    grant_active(lender->grants, REF)->pins += PIN_DEVICE_READ; /* one that nobody stands for */
    assert_int_equal(differences(), 1);
    grant_active(lender->grants, REF)->pins -= PIN_DEVICE_READ;
    assert_int_equal(differences(), 0);
}

/* A table not one's own may be asked about and sized by a privileged domain only. */
static void guards_other_tables(void **state)
{
    struct gnttab_query_size *query = (void *)fake_guest;
    struct gnttab_setup_table_32 *setup = (void *)fake_guest;

    *query = (struct gnttab_query_size){.dom = LENDER};
    assert_int_equal(hypercall_grant_table_op(GNTTABOP_query_size, OPS, 1), 0);
    assert_int_equal(query->status, GNTST_permission_denied);
    *setup = (struct gnttab_setup_table_32){.dom = LENDER, .nr_frames = 2, .frame_list = OPS + 64};
    assert_int_equal(hypercall_grant_table_op(GNTTABOP_setup_table, OPS, 1), 0);
    assert_int_equal(setup->status, GNTST_permission_denied);
    assert_int_equal(lender->grants->frames, 1);
    user->privileged = true;
    assert_int_equal(hypercall_grant_table_op(GNTTABOP_setup_table, OPS, 1), 0);
    assert_int_equal(setup->status, GNTST_okay);
    assert_int_equal(lender->grants->frames, 2);
}

/* A long array stops when other work waits, and says where to go on. */
static void is_preempted(void **state)
{
    struct gnttab_swap_grant_ref *ops = (void *)fake_guest;

    fake_preempt_after = 1;
    assert_int_equal(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, OPS, 100),
                     __HYPERVISOR_grant_table_op);
    assert_int_equal(fake_continuation.count, 1);
    assert_int_equal(fake_continuation.args[0], GNTTABOP_swap_grant_ref);
    assert_int_equal(fake_continuation.args[1], OPS + 32 * sizeof(*ops));
    assert_int_equal(fake_continuation.args[2], 68);
}

static void counts_handles(void **state)
{
    struct maptrack m;
    uint64_t free = frame_free_count();

    maptrack_init(&m);
    for (unsigned i = 0; i < 2 * MAPTRACK_PER_PAGE; i++)
        assert_int_equal(maptrack_take(&m), i);
    assert_null(maptrack_find(&m, 3));
    maptrack_at(&m, 3)->kinds = GNTMAP_host_map;
    assert_non_null(maptrack_find(&m, 3));
    assert_null(maptrack_find(&m, 2 * MAPTRACK_PER_PAGE));
    maptrack_give(&m, 3);
    assert_int_equal(maptrack_take(&m), 3);
    maptrack_free(&m);
    assert_int_equal(frame_free_count(), free);
}

static void frees_everything(void **state)
{
    uint64_t free = frame_free_count();
    struct domain *third = fake_domain(3, false);
    uint64_t with_domain = frame_free_count();

    assert_int_equal(grant_table_init(third), 0);
    assert_int_equal(grant_table_grow(third, GRANT_MAX_FRAMES), 0);
    assert_int_equal(grant_table_grow(third, GRANT_MAX_FRAMES + 1), -EINVAL);
    assert_true(frame_free_count() < with_domain && with_domain < free);
    grant_table_free(third);
    assert_int_equal(frame_free_count(), with_domain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(maps_a_foreign_frame, start, end),
        cmocka_unit_test_setup_teardown(holds_the_type, start, end),
        cmocka_unit_test_setup_teardown(keeps_a_frame_alive, start, end),
        cmocka_unit_test_setup_teardown(decides_once, start, end),
        cmocka_unit_test_setup_teardown(refuses_to_map, start, end),
        cmocka_unit_test_setup_teardown(one_user_at_a_time, start, end),
        cmocka_unit_test_setup_teardown(unmaps_a_batch, start, end),
        cmocka_unit_test_setup_teardown(copies_both_ways, start, end),
        cmocka_unit_test_setup_teardown(refuses_to_copy, start, end),
        cmocka_unit_test_setup_teardown(transfers, start, end),
        cmocka_unit_test_setup_teardown(transfers_over_the_maximum_and_with_stale_translations, start, end),
        cmocka_unit_test_setup_teardown(keeps_the_mark, start, end),
        cmocka_unit_test_setup_teardown(counts_pins, start, end),
        cmocka_unit_test_setup_teardown(guards_other_tables, start, end),
        cmocka_unit_test_setup_teardown(is_preempted, start, end),
        cmocka_unit_test_setup_teardown(counts_handles, start, end),
        cmocka_unit_test_setup_teardown(frees_everything, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
