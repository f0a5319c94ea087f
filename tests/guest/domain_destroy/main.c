/* SPDX-License-Identifier: MIT */
/*
 * The end of a domain. All its frames come back, at once or when the last that others hold is let go; the far ends of its
 * channels are open again; what it had mapped is its owner's again; and checks of page tables that it was in the middle
 * of are undone. The count of free frames and the auditor say so after each.
 *
 * run-options: dom0_mem=64M
 * run-limit: 120
 */
#include <guestkit/grants.h>
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#include "child.h"

#define ROUNDS 200
#define INTERRUPTED 20
#define LEAVES 8

static uint64_t free_before;
static char page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static char shared[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static void nothing(void)
{
    for (;;) {
        sched_op_block();
    }
}

static void destroyed(const struct child *c)
{
    struct xen_domctl_getdomaininfo info;

    expect_ok(child_destroy(c));
    expect(!domain_facts(c->id, &info));
    expect_equal(free_frames_settle(free_before), free_before);
    expect(audit_clean());
}

static void test_many(void)
{
    struct child c;

    for (unsigned int i = 0; i < ROUNDS; i++) {
        bool whole = i % 4 == 0;
        if (!expect(!(whole ? child_create(&c, nothing) : child_start_empty(&c)), "round %u", i)) {
            return;
        }
        if (whole) {
            expect_ok(child_unpause(&c));
            sched_op_yield();
        } else if (i % 4 == 1) {
            expect_ok(child_populate(&c));
        }
        if (!expect(!child_destroy(&c), "round %u", i)) {
            return;
        }
    }
    expect_equal(free_frames_settle(free_before), free_before);
}

static void is_dying(const struct child *c, uint64_t pages)
{
    struct xen_domctl_getdomaininfo info;

    expect(domain_facts(c->id, &info));
    expect(info.flags & XEN_DOMINF_dying);
    expect_equal(info.tot_pages, pages);
    expect_ok(child_destroy(c)); /* nothing more happens */
    expect_errno(domctl_plain(XEN_DOMCTL_max_vcpus, c->id), -XEN_EINVAL);
}

/* A frame of it that we map stays until we do not. */
static void test_mapped(void)
{
    struct xen_domctl_getdomaininfo info;
    evtchn_bind_virq_t virq = {.virq = VIRQ_DOM_EXC};
    struct child c;
    uint32_t *view;

    expect_ok(event_channel_op_bind_virq(&virq));
    expect_ok(child_create(&c, nothing));
    view = child_view(&c, &free_before);
    expect_equal(*view, (uint32_t)free_before);
    shared_page.evtchn_pending[0] = 0;
    expect_ok(child_destroy(&c));
    expect(shared_page.evtchn_pending[0] & 1u << virq.port);
    is_dying(&c, 1);
    expect_equal(*view, (uint32_t)free_before);
    *view = 5;
    shared_page.evtchn_pending[0] = 0;
    child_view_end();
    expect_equal(free_frames_settle(free_before), free_before);
    expect(!domain_facts(c.id, &info));
    expect(shared_page.evtchn_pending[0] & 1u << virq.port);
    expect(audit_clean());
    expect_ok(event_channel_op_close(&(evtchn_close_t){virq.port}));
}

/* The toolstack grants itself a frame of the child, as it does for the console's ring. */
static void test_granted_by(void)
{
    uint32_t table[1];
    xen_mem_acquire_resource_t get = {.type = XENMEM_resource_grant_table,
                                      .nr_frames = 1,
                                      .frame_list = hypercall_address(table)};
    gnttab_map_grant_ref_t map = {.flags = GNTMAP_host_map, .host_addr = hypercall_address(page), .ref = 3};
    gnttab_unmap_grant_ref_t unmap = {.host_addr = hypercall_address(page)};
    struct child c;
    grant_entry_v1_t *entries;

    expect_ok(child_create(&c, nothing));
    get.domid = map.dom = c.id;
    expect_ok(memory_op_acquire_resource(&get));
    entries = child_view_frame(&c, table[0]);
    expect(entries != NULL);
    entries[3] = (grant_entry_v1_t){.flags = GTF_permit_access, .frame = c.frames[1]};
    expect_ok(grant_table_op_map_grant_ref(&map, 1));
    expect_ok(map.status);
    expect_equal(entries[3].flags, GTF_permit_access | GTF_reading | GTF_writing);
    child_view_end();
    page[0] = 7;
    expect_ok(child_destroy(&c));
    is_dying(&c, 1);
    expect(audit_clean());
    expect_equal(page[0], 7);
    unmap.handle = map.handle;
    expect_ok(grant_table_op_unmap_grant_ref(&unmap, 1));
    expect_ok(unmap.status);
    expect_ok(page_set(page, pte_make(address_to_mfn(page), PTE_DATA)));
    expect_equal(free_frames_settle(free_before), free_before);
    expect_errno(child_destroy(&c), -XEN_ESRCH);
    expect(audit_clean());
}

/* Pages of the hypervisor's, its shared one and its grant table: the domain is gone soon after we let them go. */
static void test_shared_pages_mapped(void)
{
    struct xen_domctl_getdomaininfo info;
    uint32_t table[1];
    xen_mem_acquire_resource_t get = {.type = XENMEM_resource_grant_table,
                                      .nr_frames = 1,
                                      .frame_list = hypercall_address(table)};
    struct child c;

    for (unsigned int i = 0; i < 2; i++) {
        expect_ok(child_create(&c, nothing));
        get.domid = c.id;
        expect_ok(memory_op_acquire_resource(&get));
        expect(child_view_frame(&c, i ? table[0] : c.shared_info) != NULL);
        expect_ok(child_destroy(&c));
        is_dying(&c, 0);
        child_view_end();
        (void)domain_facts(c.id, &info);
        expect_equal(free_frames_settle(free_before), free_before);
        expect(!domain_facts(c.id, &info), "page %u", i);
        expect(audit_clean());
    }
}

static volatile uint32_t our_grant, our_port;
static volatile int child_mapped, child_bound, child_sent;

static void map_and_bind(void)
{
    gnttab_map_grant_ref_t map = {.flags = GNTMAP_host_map | GNTMAP_device_map,
                                  .host_addr = hypercall_address(page),
                                  .ref = our_grant};
    evtchn_bind_interdomain_t bind = {.remote_port = our_port};

    child_mapped = grant_table_op_map_grant_ref(&map, 1) ? -1 : map.status;
    child_bound = event_channel_op_bind_interdomain(&bind);
    child_sent = event_channel_op_send(&(evtchn_send_t){bind.local_port});
    shutdown(SHUTDOWN_poweroff);
}

/* It maps a grant of ours and is connected to us: both are ours alone again. */
static void test_its_mappings(void)
{
    evtchn_alloc_unbound_t offer = {.dom = DOMID_SELF};
    evtchn_status_t status = {.dom = DOMID_SELF};
    struct child c;

    expect_ok(child_start_empty(&c));
    offer.remote_dom = c.id;
    expect_ok(event_channel_op_alloc_unbound(&offer));
    our_port = status.port = offer.port;
    our_grant = (uint32_t)grant_access(c.id, address_to_mfn(shared), false);
    expect_ok(child_populate(&c));
    expect_ok(child_build(&c));
    expect_ok(child_set_context(&c, map_and_bind));
    expect_ok(child_unpause(&c));
    expect_equal(child_wait(&c), SHUTDOWN_poweroff);
    expect_ok(*(int *)child_view(&c, &child_mapped));
    expect_ok(*(int *)child_view(&c, &child_bound));
    expect_ok(*(int *)child_view(&c, &child_sent));
    child_view_end();
    expect(!grant_end(our_grant)); /* it is in use */
    expect_ok(event_channel_op_status(&status));
    expect_equal(status.status, EVTCHNSTAT_interdomain);
    expect(audit_clean());
    destroyed(&c);
    expect(grant_end(our_grant));
    expect_ok(event_channel_op_status(&status));
    expect_equal(status.status, EVTCHNSTAT_unbound);
    expect_ok(event_channel_op_close(&(evtchn_close_t){offer.port}));
}

/* Tables of its own that it pins and unpins all the time: an L3, four L2, full L1 tables. */
static uint64_t tables[5 + LEAVES][PAGE_BYTES / 8] __attribute__((aligned(PAGE_BYTES)));
static volatile uint32_t table_frames[5 + LEAVES];
static volatile uint32_t pins, last_error;

static void pin_for_ever(void)
{
    for (unsigned int i = 0; i < LEAVES; i++) {
        for (unsigned int k = 0; k < 512; k++) {
            tables[5 + i][k] = pte_make(table_frames[(i + k) % (5 + LEAVES)], PTE_READ);
        }
        tables[1 + i % 4][i] = pte_make(table_frames[5 + i], PTE_TABLE);
    }
    for (unsigned int i = 0; i < 4; i++) {
        tables[0][i] = pte_make(table_frames[1 + i], PTE_L3);
    }
    for (unsigned int i = 0; i < 5 + LEAVES; i++) {
        page_set(tables[i], pte_make(table_frames[i], PTE_READ));
    }
    for (;;) {
        int error = table_pin(table_frames[0], 3);
        error = error ? error : table_unpin(table_frames[0]);
        last_error = error ? (uint32_t)error : last_error;
        pins++;
    }
}

static void test_interrupted(void)
{
    extern char image_start[];
    uint32_t total = 0;

    for (unsigned int round = 0; round < INTERRUPTED; round++) {
        struct child c;

        expect_ok(child_start_empty(&c));
        expect_ok(child_populate(&c));
        expect_ok(child_build(&c));
        for (unsigned int i = 0; i < 5 + LEAVES; i++) {
            uint32_t *told = child_view(&c, &table_frames[i]);
            *told = c.frames[((char *)tables[i] - image_start) / PAGE_BYTES];
        }
        child_view_end();
        expect_ok(child_set_context(&c, pin_for_ever));
        expect_ok(child_unpause(&c));
        time_sleep(3000000 + round * 77777);
        expect_equal(*(uint32_t *)child_view(&c, &last_error), 0);
        total += *(uint32_t *)child_view(&c, &pins);
        child_view_end();
        destroyed(&c);
    }
    expect(total > INTERRUPTED, "%u pins", total);
}

static void test_refusals(void)
{
    expect_errno(domctl_plain(XEN_DOMCTL_destroydomain, 0), -XEN_EINVAL);
    expect_reason(REASON_domain_is_self);
    expect_errno(domctl_plain(XEN_DOMCTL_destroydomain, 999), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
}

GUEST_TEST("a domain's end leaves nothing behind")
{
    grant_handle_t handle;
    struct child c;

    grants_init();
    /* What ring 0 keeps for us for good, it allocates at the first use: records of our grant mappings. */
    expect_ok(child_create(&c, nothing));
    expect_ok(child_destroy(&c));
    expect_ok(grant_map(0, grant_access(0, address_to_mfn(shared), false), page, false, &handle));
    expect_ok(grant_unmap(page, handle));
    expect_ok(page_set(page, pte_make(address_to_mfn(page), PTE_DATA)));
    free_before = machine_free_frames();
    test_many();
    test_mapped();
    test_granted_by();
    test_shared_pages_mapped();
    test_its_mappings();
    test_interrupted();
    test_refusals();
}
