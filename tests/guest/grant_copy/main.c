/* SPDX-License-Identifier: MIT */
/*
 * grant_table_op: copy, in all its forms: from and to a grant or an own frame, and every refusal.
 */
#include <guestkit/grants.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define OTHER 17
#define SOURCE GNTCOPY_source_gref
#define DEST GNTCOPY_dest_gref
#define COUNT 40

extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

static uint8_t from[PAGE_BYTES] __attribute__((aligned(4096)));
static uint8_t to[PAGE_BYTES] __attribute__((aligned(4096)));
static int from_ref, to_ref, read_only_ref;

static gnttab_copy_t make(uint16_t flags, uint16_t from_offset, uint16_t to_offset, uint16_t length)
{
    gnttab_copy_t op = {
        .source = {.domid = flags & SOURCE ? 0 : DOMID_SELF, .offset = from_offset},
        .dest = {.domid = flags & DEST ? 0 : DOMID_SELF, .offset = to_offset},
        .len = length,
        .flags = flags,
        .status = 99,
    };
    op.source.u.ref = flags & SOURCE ? (grant_ref_t)from_ref : address_to_mfn(from);
    op.dest.u.ref = flags & DEST ? (grant_ref_t)to_ref : address_to_mfn(to);
    return op;
}

static int run(gnttab_copy_t op)
{
    expect_ok(hypercall_grant_table_op(GNTTABOP_copy, &op, 1));
    return op.status;
}

static void reset(void)
{
    for (unsigned int i = 0; i < PAGE_BYTES; i++) {
        from[i] = (uint8_t)(i * 7 + i / 256);
    }
    memset(to, 0, sizeof(to));
}

static bool untouched(void)
{
    for (unsigned int i = 0; i < PAGE_BYTES; i++) {
        if (to[i]) {
            return false;
        }
    }
    return !(grant_table[from_ref].flags & (GTF_reading | GTF_writing)) &&
           !(grant_table[to_ref].flags & (GTF_reading | GTF_writing));
}

static void test_forms(void)
{
    static const uint16_t forms[] = {0, SOURCE, DEST, SOURCE | DEST};

    for (unsigned int i = 0; i < 4; i++) {
        reset();
        expect_equal(run(make(forms[i], 0, 0, 4096)), GNTST_okay);
        expect_equal(memcmp(from, to, 4096), 0);
        reset();
        expect_equal(run(make(forms[i], 100, 3000, 64)), GNTST_okay);
        expect_equal(memcmp(from + 100, to + 3000, 64), 0);
        expect(to[2999] == 0 && to[3064] == 0);
        expect_equal(run(make(forms[i], 4096, 4096, 0)), GNTST_okay);
        memset(to, 0, sizeof(to));
        expect(untouched());
    }
    reset();
    gnttab_copy_t self = make(SOURCE | DEST, 0, 0, 16);
    self.source.domid = self.dest.domid = DOMID_SELF;
    expect_equal(run(self), GNTST_okay);
    expect_equal(memcmp(from, to, 16), 0);
}

static void expect_status(gnttab_copy_t op, int status, uint32_t reason)
{
    reset();
    expect_equal(run(op), status);
    expect_reason(reason);
    expect(untouched());
}

static void test_refusals(void)
{
    gnttab_copy_t op;

    expect_status(make(SOURCE, 4000, 0, 97), GNTST_bad_copy_arg, REASON_grant_copy_range);
    expect_status(make(SOURCE, 0, 4000, 97), GNTST_bad_copy_arg, REASON_grant_copy_range);
    expect_status(make(0, 0xffff, 0, 0xffff), GNTST_bad_copy_arg, REASON_grant_copy_range);
    op = make(SOURCE, 0, 0, 8);
    op.source.u.ref = GRANT_ENTRIES * 64;
    expect_status(op, GNTST_bad_gntref, REASON_grant_reference);
    op.source.u.ref = 8 + 500; /* never granted */
    expect_status(op, GNTST_general_error, REASON_grant_not_granted);
    op = make(SOURCE, 0, 0, 8);
    op.source.domid = OTHER;
    expect_status(op, GNTST_bad_domain, REASON_grant_domain);
    op = make(DEST, 0, 0, 8);
    op.dest.domid = OTHER;
    expect_status(op, GNTST_bad_domain, REASON_grant_domain);
    op = make(0, 0, 0, 8);
    op.source.domid = 0; /* by number, without a grant: not even ours */
    expect_status(op, GNTST_permission_denied, REASON_domain_not_self);
    op = make(0, 0, 0, 8);
    op.dest.domid = OTHER;
    expect_status(op, GNTST_permission_denied, REASON_domain_not_self);
    op = make(0, 0, 0, 8);
    op.source.u.gmfn = 0xfffff000;
    expect_status(op, GNTST_bad_page, REASON_grant_frame);
    op = make(0, 0, 0, 8);
    op.dest.u.gmfn = 0;
    expect_status(op, GNTST_bad_page, REASON_grant_frame);
    op = make(DEST, 0, 0, 8);
    op.dest.u.ref = (grant_ref_t)read_only_ref;
    expect_status(op, GNTST_general_error, REASON_grant_read_only);
}

/* The granter names a frame that is not its own, or one that must not be written. */
static void test_frames(void)
{
    int wild = grant_access(0, 0xfffff000, false);
    int table = grant_access(0, page_table(from, 1), false);
    gnttab_copy_t op = make(SOURCE, 0, 0, 8);

    op.source.u.ref = (grant_ref_t)wild;
    expect_status(op, GNTST_bad_page, REASON_grant_frame);
    op = make(DEST, 0, 0, 8);
    op.dest.u.ref = (grant_ref_t)table;
    expect_status(op, GNTST_general_error, REASON_grant_frame);
    expect_equal(grant_table[table].flags, GTF_permit_access);
    op = make(SOURCE, 0, 0, 8);
    op.source.u.ref = (grant_ref_t)table;
    expect_equal(run(op), GNTST_okay);
    op = make(0, 0, 0, 8);
    op.dest.u.gmfn = page_table(from, 1);
    expect_status(op, GNTST_general_error, REASON_grant_frame);
    expect(grant_end((grant_ref_t)wild) && grant_end((grant_ref_t)table));
}

/* Kinds of entry that allow no copy. */
static void test_entries(void)
{
    static const uint16_t flags[] = {GTF_invalid, GTF_accept_transfer, GTF_transitive,
                                     GTF_transitive | GTF_sub_page};
    volatile grant_entry_v1_t *entry = &grant_table[from_ref];

    for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        entry->flags = flags[i];
        reset();
        expect_equal(run(make(SOURCE, 0, 0, 8)), GNTST_general_error);
        expect_reason(REASON_grant_not_granted);
        expect_equal(entry->flags, flags[i]);
    }
    entry->flags = GTF_permit_access;
    entry->domid = OTHER;
    expect_equal(run(make(SOURCE, 0, 0, 8)), GNTST_general_error);
    entry->domid = DOMID_SELF; /* a grantee is named by number */
    expect_equal(run(make(SOURCE, 0, 0, 8)), GNTST_general_error);
    entry->domid = 0;
    expect_equal(run(make(SOURCE, 0, 0, 8)), GNTST_okay);
}

/* Each element has its own status; the batch goes on after a bad one, and is long enough to be preempted. */
static void test_batch(void)
{
    static gnttab_copy_t ops[COUNT];

    reset();
    for (unsigned int i = 0; i < COUNT; i++) {
        ops[i] = make(SOURCE | DEST, (uint16_t)(i * 8), (uint16_t)(i * 8), 8);
    }
    ops[7].source.u.ref = 8 + 500;
    expect_ok(hypercall_grant_table_op(GNTTABOP_copy, ops, COUNT));
    for (unsigned int i = 0; i < COUNT; i++) {
        expect_equal(ops[i].status, i == 7 ? (int16_t)GNTST_general_error : GNTST_okay);
        expect_equal(memcmp(from + i * 8, to + i * 8, 8) == 0, i != 7);
    }
}

GUEST_TEST("grant_table_op: copy")
{
    expect_ok(grants_init());
    from_ref = grant_access(0, address_to_mfn(from), false);
    to_ref = grant_access(0, address_to_mfn(to), false);
    read_only_ref = grant_access(0, address_to_mfn(to), true);
    test_forms();
    test_refusals();
    test_frames();
    test_entries();
    test_batch();
}
