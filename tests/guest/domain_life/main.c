/* SPDX-License-Identifier: MIT */
/*
 * A second domain from nothing to nothing: created, given memory, built through foreign mappings, started, seen to run,
 * destroyed; and every frame is back.
 *
 * run-options: dom0_mem=64M
 */
#include <guestkit/shutdown.h>
#include <guestkit/test.h>

#include "child.h"

static volatile uint32_t said;

static void child_main(void)
{
    said = 0x600d;
    shutdown(SHUTDOWN_reboot);
}

static void test_once(void)
{
    uint64_t before = machine_free_frames();
    struct xen_domctl_getdomaininfo info;
    struct child c;

    expect_ok(child_start_empty(&c));
    expect(domain_facts(c.id, &info));
    expect_equal(info.flags, XEN_DOMINF_paused | 0xffffu << XEN_DOMINF_shutdownshift);
    expect_equal(info.tot_pages, 0);
    expect_equal(info.max_pages, CHILD_PAGES_MAX);
    expect_ok(child_populate(&c));
    expect_ok(child_build(&c));
    expect_ok(child_set_context(&c, child_main));
    expect(domain_facts(c.id, &info));
    expect_equal(info.tot_pages, c.pages);
    expect_equal(info.flags, XEN_DOMINF_paused | 0xffffu << XEN_DOMINF_shutdownshift);
    expect_equal(info.nr_online_vcpus, 1);
    expect_equal(info.max_vcpu_id, 0);
    expect_ok(child_unpause(&c));
    expect_equal(child_wait(&c), SHUTDOWN_reboot);
    expect_equal(*(uint32_t *)child_view(&c, &said), 0x600d);
    child_view_end();
    expect_equal(said, 0);
    expect(audit_clean());
    expect_ok(child_destroy(&c));
    expect(!domain_facts(c.id, &info));
    expect_errno(child_destroy(&c), -XEN_ESRCH);
    expect_equal(free_frames_settle(before), before);
}

GUEST_TEST("a second domain is made, runs and is gone again")
{
    test_once();
    test_once();
}
