/* SPDX-License-Identifier: MIT */
/* run-log: ^\(d0v0\) xen_version\(pagesize\) = -EINVAL \(reserved_field: */
/*
 * Ringlet's own hypercall: refusals, counters, audit, trace, leak.
 */
#include <abi/ringlet.h>
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#define OTHER 17
#define UNMAPPED ((void *)0xf0000000)
#define ROOM 80

static ringlet_why_entry_t entries[ROOM];

static ringlet_why_t read_why(uint32_t room)
{
    ringlet_why_t why = {.entries = (uint32_t)entries, .count = room, .domid = DOMID_SELF};

    expect_ok(hypercall_ringlet(RINGLET_why, &why));
    return why;
}

static void refuse_something(unsigned int command)
{
    expect_errno(hypercall_xen_version(command, NULL), -XEN_ENOSYS);
}

static void test_why(void)
{
    uint64_t before = read_why(0).total;
    ringlet_why_t why;

    refuse_something(100);
    refuse_something(101);
    why = read_why(1);
    expect_equal(why.total, before + 2);
    expect_equal(why.count, 1);
    expect_equal(entries[0].sequence, why.total);
    expect_equal(entries[0].hypercall, __HYPERVISOR_xen_version);
    expect_equal(entries[0].subop, 101);
    expect_equal(entries[0].found, 101);
    expect_equal(entries[0].reason, REASON_no_such_subop);
    expect_equal(entries[0].error, -XEN_ENOSYS);
    expect_equal(entries[0].index, RINGLET_WHY_NONE);
    expect(entries[0].guest_ip != 0);
    /* Newest first, and only so many are kept. */
    for (unsigned int i = 0; i < RINGLET_WHY_ENTRIES; i++) {
        refuse_something(200 + i);
    }
    why = read_why(ROOM);
    expect_equal(why.count, RINGLET_WHY_ENTRIES);
    for (unsigned int i = 0; i < RINGLET_WHY_ENTRIES; i++) {
        expect_equal(entries[i].found, 200 + RINGLET_WHY_ENTRIES - 1 - i);
        expect_equal(entries[i].sequence, why.total - i);
    }
    expect(entries[0].time_ns >= entries[RINGLET_WHY_ENTRIES - 1].time_ns);
}

/* In a multicall, a refusal names the call and command of the entry. */
static void test_why_in_multicall(void)
{
    multicall_entry_t calls[3] = {
        {.op = __HYPERVISOR_xen_version, .args = {XENVER_version}},
        {.op = __HYPERVISOR_memory_op, .args = {XENMEM_current_reservation, 0xf0000000}},
        {.op = __HYPERVISOR_xen_version, .args = {XENVER_version}},
    };

    expect_ok(hypercall_multicall(calls, 3));
    expect_equal((int32_t)calls[1].result, -XEN_EFAULT);
    read_why(1);
    expect_equal(entries[0].hypercall, __HYPERVISOR_memory_op);
    expect_equal(entries[0].subop, XENMEM_current_reservation);
    expect_equal(entries[0].reason, REASON_bad_guest_pointer);
}

static void test_why_refusals(void)
{
    ringlet_why_t why = {.entries = (uint32_t)entries, .count = 1, .domid = OTHER};

    expect_errno(hypercall_ringlet(RINGLET_why, &why), -XEN_ESRCH);
    why.domid = 0; /* the own number */
    expect_ok(hypercall_ringlet(RINGLET_why, &why));
    why.pad = 1;
    expect_errno(hypercall_ringlet(RINGLET_why, &why), -XEN_EINVAL);
    expect_reason(REASON_reserved_field);
    why = (ringlet_why_t){.entries = 0xf5800000, .count = 1, .domid = DOMID_SELF};
    expect_errno(hypercall_ringlet(RINGLET_why, &why), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer_write);
    for (unsigned int command = RINGLET_why; command <= RINGLET_leak; command++) {
        expect_errno(hypercall_ringlet(command, UNMAPPED), -XEN_EFAULT);
    }
    expect_errno(hypercall_ringlet(6, NULL), -XEN_ENOSYS);
    expect_equal(hypercall_ringlet(RINGLET_version, NULL), RINGLET_EXTENSION_VERSION);
}

static ringlet_counters_t read_counters(uint32_t size)
{
    ringlet_counters_t counters = {.size = size, .domid = DOMID_SELF, .time_running_ns = 12345};

    expect_ok(hypercall_ringlet(RINGLET_counters, &counters));
    return counters;
}

static void test_counters(void)
{
    ringlet_counters_t before = read_counters(sizeof(before)), after;

    refuse_something(100);
    after = read_counters(sizeof(after));
    expect_equal(after.hypercalls, before.hypercalls + 2);
    expect_equal(after.refusals, before.refusals + 1);
    expect_equal(after.frames_owned, boot_info->nr_pages);
    /* An older caller's smaller structure: what is beyond stays as it was. */
    after = read_counters(16);
    expect(after.hypercalls > before.hypercalls);
    expect_equal(after.time_running_ns, 12345);
    after.size = 4;
    expect_errno(hypercall_ringlet(RINGLET_counters, &after), -XEN_EINVAL);
}

#define MANY 20000 /* a few milliseconds of calls */
static multicall_entry_t many[MANY] __attribute__((aligned(PAGE_BYTES)));

/* Calls are counted when they are made: not what a list holds beyond, nor again when the rest of it is continued. */
static void test_counters_of_multicalls(void)
{
    ringlet_counters_t before, after;
    void *page = &many[PAGE_BYTES / sizeof(many[0])];
    uint32_t mfn = address_to_mfn(page);
    uint64_t continued = 0;

    for (unsigned int i = 0; i < MANY; i++) {
        many[i] = (multicall_entry_t){.op = __HYPERVISOR_xen_version, .args = {XENVER_version}};
    }
    for (unsigned int tries = 0; tries < 100 && !continued; tries++) { /* the timer may be due too early */
        before = read_counters(sizeof(before));
        expect_ok(hypercall_set_timer_op(time_now() + 300000)); /* ns: in the middle of the list */
        expect_ok(hypercall_multicall(many, MANY));
        after = read_counters(sizeof(after));
        continued = after.continuations - before.continuations;
        expect_equal(after.hypercalls - before.hypercalls - continued, MANY + 3);
    }
    expect(continued > 0);
    /* A list that ends at a page which is not there. */
    expect_ok(page_set(page, 0));
    before = read_counters(sizeof(before));
    expect_errno(hypercall_multicall(many, MANY), -XEN_EFAULT);
    after = read_counters(sizeof(after));
    expect_equal(after.hypercalls - before.hypercalls, PAGE_BYTES / sizeof(many[0]) + 2);
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA)));
}

static void test_audit(void)
{
    static ringlet_audit_t audit;

    audit.differences = 99;
    expect_ok(hypercall_ringlet(RINGLET_audit, &audit));
    expect_equal(audit.differences, 0);
    expect_equal(audit.described, 0);
    expect(audit.frames >= boot_info->nr_pages);
}

static void test_trace(void)
{
    ringlet_trace_t trace = {.domid = DOMID_SELF, .mask = RINGLET_TRACE_FAILURES};

    expect_ok(hypercall_ringlet(RINGLET_trace, &trace));
    expect_equal(trace.mask, 0);
    hypercall_xen_version(XENVER_pagesize, (void *)5);
    trace.mask = RINGLET_TRACE_QUERY;
    expect_ok(hypercall_ringlet(RINGLET_trace, &trace));
    expect_equal(trace.mask, RINGLET_TRACE_FAILURES);
    trace.mask = 0;
    expect_ok(hypercall_ringlet(RINGLET_trace, &trace));
    trace.mask = 0x100;
    expect_errno(hypercall_ringlet(RINGLET_trace, &trace), -XEN_EINVAL);
    expect_reason(REASON_bad_flags);
}

static void test_leak(void)
{
    ringlet_leak_t leak = {.domid = DOMID_SELF};
    uint64_t free;
    uint32_t mfn = pfn_to_mfn(frame_alloc());
    xen_memory_reservation_t r = {.extent_start = hypercall_address(&mfn),
                                  .nr_extents = 1,
                                  .domid = DOMID_SELF};

    expect_ok(hypercall_ringlet(RINGLET_leak, &leak));
    expect_equal(leak.owned, boot_info->nr_pages);
    expect(leak.hypervisor > 0);
    expect_equal(leak.dying_owned, 0);
    free = leak.free;
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 1);
    expect_ok(hypercall_ringlet(RINGLET_leak, &leak));
    expect_equal(leak.free, free + 1);
    expect_equal(leak.owned, boot_info->nr_pages - 1);
}

GUEST_TEST("Ringlet's own call")
{
    if (!on_ringlet()) {
        test_skip("only Ringlet has it");
    }
    expect_ok(frames_init(boot_info));
    test_why();
    test_why_in_multicall();
    test_why_refusals();
    test_counters();
    test_counters_of_multicalls();
    test_audit();
    test_trace();
    test_leak();
}
