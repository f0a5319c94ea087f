/* SPDX-License-Identifier: MIT */
/*
 * Who gets how much of the processor: four busy domains get equal shares, weights divide it in proportion, a cap holds
 * even when nobody else wants to run, and one that sleeps is served at once.
 *
 * run-cpu: qemu64
 * run-options: dom0_mem=64M
 * run-qemu: -icount shift=6,sleep=off
 */
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#include "child.h"

#define BUSY 4
#define WHILE 1200000000ull /* many rounds of slices, whatever the weights here */

static struct child children[BUSY];

static void busy(void)
{
    for (volatile uint32_t n = 0;; n++) {
    }
}

static uint64_t time_of(const struct child *c)
{
    struct xen_domctl_getdomaininfo info;

    return domain_facts(c->id, &info) ? info.cpu_time : 0;
}

/* How long each ran while we slept. */
static void run_for(uint64_t ns, uint64_t ran[BUSY])
{
    for (unsigned int i = 0; i < BUSY; i++) {
        ran[i] = time_of(&children[i]);
        child_unpause(&children[i]);
    }
    time_sleep(ns);
    for (unsigned int i = 0; i < BUSY; i++) {
        domctl_plain(XEN_DOMCTL_pausedomain, children[i].id);
        ran[i] = time_of(&children[i]) - ran[i];
    }
}

static void set_share(const struct child *c, uint16_t weight, uint16_t cap)
{
    struct xen_domctl op = {.u.scheduler_op = {.sched_id = XEN_SCHEDULER_CREDIT2,
                                               .cmd = XEN_DOMCTL_SCHEDOP_putinfo,
                                               .u.credit2 = {weight, cap}}};

    expect_ok(domctl(&op, XEN_DOMCTL_scheduler_op, c->id));
    op.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_getinfo;
    expect_ok(domctl(&op, XEN_DOMCTL_scheduler_op, c->id));
    expect_equal(op.u.scheduler_op.u.credit2.weight, weight);
    expect_equal(op.u.scheduler_op.u.credit2.cap, cap);
}

static void expect_share(uint64_t ran, uint64_t wanted)
{
    expect(ran > wanted * 95 / 100 && ran < wanted * 105 / 100, "ran %llu ns, wanted %llu", ran, wanted);
}

static void test_equal(void)
{
    uint64_t ran[BUSY];

    run_for(WHILE, ran);
    for (unsigned int i = 0; i < BUSY; i++) {
        expect_share(ran[i], WHILE / BUSY);
    }
}

static void test_weights(void)
{
    uint64_t ran[BUSY];

    set_share(&children[0], 512, 0);
    set_share(&children[1], 512, 0);
    run_for(WHILE, ran);
    for (unsigned int i = 0; i < BUSY; i++) {
        expect_share(ran[i], WHILE * (i < 2 ? 2 : 1) / 6);
    }
    set_share(&children[0], 256, 0);
    set_share(&children[1], 256, 0);
}

static void test_cap(void)
{
    uint64_t ran[BUSY];

    for (unsigned int i = 0; i < BUSY; i++) {
        set_share(&children[i], 256, 10 + (uint16_t)i);
    }
    run_for(WHILE, ran);
    for (unsigned int i = 0; i < BUSY; i++) {
        expect_share(ran[i], WHILE * (10 + i) / 100);
        set_share(&children[i], 256, 0);
    }
}

/* We sleep and wake while all are busy: each time we run within two milliseconds. */
static void test_wake(void)
{
    uint64_t worst = 0;

    for (unsigned int i = 0; i < BUSY; i++) {
        child_unpause(&children[i]);
    }
    for (unsigned int i = 0; i < 20; i++) {
        uint64_t due = time_now() + 5000000;
        time_sleep_until(due);
        uint64_t late = time_now() - due;
        worst = late > worst ? late : worst;
    }
    expect(worst < 2000000, "%llu ns late", worst);
}

static void test_refusals(void)
{
    struct xen_domctl op = {.u.scheduler_op = {.sched_id = XEN_SCHEDULER_CREDIT}};

    expect_errno(domctl(&op, XEN_DOMCTL_scheduler_op, children[0].id), -XEN_EINVAL);
    expect_reason(REASON_scheduler);
    op.u.scheduler_op.sched_id = XEN_SCHEDULER_CREDIT2;
    op.u.scheduler_op.cmd = 77;
    expect_errno(domctl(&op, XEN_DOMCTL_scheduler_op, children[0].id), -XEN_EINVAL);
    expect_reason(REASON_no_such_subop);
}

GUEST_TEST("busy domains share the processor as they should")
{
    for (unsigned int i = 0; i < BUSY; i++) {
        expect_ok(child_create(&children[i], busy));
    }
    test_equal();
    test_weights();
    test_cap();
    test_wake();
    test_refusals();
    for (unsigned int i = 0; i < BUSY; i++) {
        expect_ok(child_destroy(&children[i]));
    }
}
