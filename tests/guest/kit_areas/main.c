/* SPDX-License-Identifier: MIT */
/*
 * The kit's areas: pages in a row for frames and grants, thousands of them, taken and given back; and as many events and
 * grants as the ABI has.
 */
#include <guestkit/areas.h>
#include <guestkit/events.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/shared.h>
#include <guestkit/spaces.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define OURSELVES 0 /* the initial domain */
#define MANY 600u   /* pages: more than one L1 table, more than one batch */
#define GRANTS 4096u
#define AT_ONCE 256u

static uint32_t mfns[MANY];
static gnttab_map_grant_ref_t maps[AT_ONCE];
static gnttab_unmap_grant_ref_t unmaps[AT_ONCE];
static uint32_t references[GRANTS];

static void runs(void)
{
    char *first = area_alloc(3), *second = area_alloc(1), *third = area_alloc(MANY);

    expect((uint32_t)first >= AREAS_START && second == first + 3 * PAGE_BYTES &&
           third == second + PAGE_BYTES);
    expect_fault(probe_read(third + (MANY - 1) * PAGE_BYTES), TRAP_PAGE_FAULT, 0);
    area_free(first, 3);
    expect(area_alloc(4) == third + MANY * PAGE_BYTES, "no run of four before");
    expect(area_alloc(2) == first);
    expect(area_alloc(1) == first + 2 * PAGE_BYTES);
    expect(area_alloc(AREAS_PAGES) == NULL);
    expect(area_alloc(AREAS_PAGES + 1) == NULL && area_alloc(0) == NULL);
    area_free(first, MANY + 8);
    expect(area_alloc(AREAS_PAGES) == first, "all of it");
    area_free(first, AREAS_PAGES);
}

static void frames(void)
{
    uint32_t *pages = pages_alloc(MANY), *seen = area_alloc(MANY);

    for (uint32_t i = 0; i < MANY; i++) {
        mfns[i] = address_to_mfn(pages + i * 1024);
        pages[i * 1024] = i;
    }
    expect_ok(area_map(seen, DOMID_SELF, mfns, MANY, PTE_DATA));
    for (uint32_t i = 0; i < MANY; i++) {
        expect(seen[i * 1024] == i, "page %u has %u", i, seen[i * 1024]);
    }
    seen[5 * 1024] = 77;
    expect_equal(pages[5 * 1024], 77);
    expect_ok(area_unmap(seen, MANY));
    expect_fault(probe_read(seen), TRAP_PAGE_FAULT, 0);
    expect_fault(probe_read(seen + (MANY - 1) * 1024), TRAP_PAGE_FAULT, 0);

    /* One that cannot be mapped: none is. */
    uint32_t kept = mfns[200];
    mfns[200] = page_root_mfn;
    expect_errno(area_map(seen, DOMID_SELF, mfns, MANY, PTE_DATA), -XEN_EBUSY);
    expect_fault(probe_read(seen), TRAP_PAGE_FAULT, 0);
    expect_fault(probe_read(seen + 199 * 1024), TRAP_PAGE_FAULT, 0);
    mfns[200] = kept;
    expect_ok(area_map(seen, DOMID_SELF, mfns, 1, PTE_READ));
    expect_fault(probe_write(seen, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_ok(area_unmap(seen, 1));
    area_free(seen, MANY);
    pages_free(pages, MANY);
}

static void many_grants(void)
{
    uint32_t *page = pages_alloc(1), *seen = area_alloc(AT_ONCE);

    expect_ok(grants_init());
    page[7] = 4711;
    for (uint32_t i = 0; i < GRANTS; i++) {
        int ref = grant_access(OURSELVES, address_to_mfn(page), true);
        expect(ref >= GNTTAB_NR_RESERVED_ENTRIES, "grant %u is %d", i, ref);
        references[i] = (uint32_t)ref;
    }
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        maps[i] = (gnttab_map_grant_ref_t){.host_addr = (uint32_t)(seen + i * 1024),
                                           .flags = GNTMAP_host_map | GNTMAP_readonly,
                                           .ref = references[GRANTS - AT_ONCE + i],
                                           .dom = OURSELVES};
    }
    expect_ok(grant_table_op_map_grant_ref(maps, AT_ONCE));
    for (uint32_t i = 0; i < AT_ONCE; i++) {
        expect(maps[i].status == GNTST_okay && seen[i * 1024 + 7] == 4711, "grant %u", i);
        unmaps[i] = (gnttab_unmap_grant_ref_t){.host_addr = maps[i].host_addr, .handle = maps[i].handle};
    }
    expect(!grant_end(references[GRANTS - 1]), "in use");
    expect_ok(grant_table_op_unmap_grant_ref(unmaps, AT_ONCE));
    for (uint32_t i = 0; i < GRANTS; i++) {
        expect(grant_end(references[i]), "grant %u", i);
    }
    expect(grant_end(references[0]), "twice is once");
    expect_equal(grant_access(OURSELVES, address_to_mfn(page), true), references[GRANTS - 1]);
    expect(grant_access(OURSELVES, address_to_mfn(page), true) != (int)references[GRANTS - 1],
           "not given out twice");
    area_free(seen, AT_ONCE);
}

static unsigned int order[8], order_count;
static uint32_t resent;
static unsigned int calls[EVENT_PORTS];

static void counted(uint32_t port, void *context)
{
    calls[port]++;
}

static void noted(uint32_t port, void *context)
{
    if (order_count < 8) {
        order[order_count++] = port;
    }
    if (port == resent && order_count < 6) {
        event_send(port);
    }
}

/* A port that keeps itself busy, and one after it: each has its turn. */
static void in_turn(void)
{
    uint32_t low = (uint32_t)event_bind_ipi(0, noted, NULL), high = (uint32_t)event_bind_ipi(0, noted, NULL);

    resent = low;
    event_send(low);
    event_send(high);
    events_dispatch();
    expect_equal(order_count, 6);
    expect_equal(order[0], low);
    expect_equal(order[1], high);
    expect_equal(order[2], low);
    expect_ok(event_close(low));
    expect_ok(event_close(high));
}

static void many_events(void)
{
    uint32_t made = 0;
    int port;

    while ((port = event_bind_ipi(0, counted, NULL)) > 0) {
        made++;
        expect_ok(event_send((uint32_t)port));
    }
    expect_errno(port, -XEN_ENOSPC);
    expect(made > EVENT_PORTS - 16, "%u ports", made);
    events_dispatch();
    uint32_t called = 0;
    for (uint32_t i = 0; i < EVENT_PORTS; i++) {
        expect(calls[i] <= 1, "port %u: %u calls", i, calls[i]);
        called += calls[i];
    }
    expect_equal(called, made);
}

GUEST_TEST("areas for other domains' memory, and many grants and events")
{
    expect_ok(frames_init(boot_info));
    spaces_init();
    events_init();
    runs();
    frames();
    many_grants();
    in_turn();
    many_events();
}
