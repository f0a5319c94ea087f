/* SPDX-License-Identifier: MIT */
/*
 * A second domain, made by a test that is the initial domain: a copy of the test's own image with page tables of its own,
 * which starts in a function of the test. Everything goes through the calls that a toolstack uses.
 *
 *     static volatile uint32_t said;
 *     static void child_main(void) { said = 1; shutdown(SHUTDOWN_poweroff); }
 *     ...
 *     struct child c;
 *     expect_ok(child_create(&c, child_main));
 *     child_unpause(&c);
 *     ... wait ...
 *     expect_equal(*(uint32_t *)child_view(&c, &said), 1);
 *
 * The child has the test's memory as it was when it was made, its own shared page at `shared_page`, upcalls masked, no trap
 * table and no p2m list. Steps can be done one at a time by tests that want to see each.
 */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <abi/domctl.h>
#include <abi/guest.h>
#include <abi/sysctl.h>
#include <stdbool.h>

#define CHILD_PAGES_MAX 192

struct child {
    domid_t id;
    uint32_t image_pages; /* frames[0] to [image_pages - 1] hold the image, then the L3, four L2 and one L1 */
    uint32_t pages;
    uint32_t frames[CHILD_PAGES_MAX];
    uint32_t shared_info; /* frame */
};

/* domctl of command `cmd` on a domain; *op's union holds arguments and results. 0 or the errno. */
int domctl(struct xen_domctl *op, uint32_t cmd, domid_t domain);
/* The commands without arguments. */
int domctl_plain(uint32_t cmd, domid_t domain);
/* Facts; false when there is no such domain. */
bool domain_facts(domid_t domain, struct xen_domctl_getdomaininfo *info);
/* A configuration that both hypervisors accept. */
struct xen_domctl_createdomain child_config(void);

int child_start_empty(struct child *c); /* create, vCPU, width, memory limit */
int child_populate(struct child *c);
int child_build(struct child *c); /* contents, page tables, pin */
int child_set_context(struct child *c, void (*entry)(void));
/* All of it; the child is paused. */
int child_create(struct child *c, void (*entry)(void));
int child_unpause(const struct child *c);
int child_destroy(const struct child *c);

/* The child's copy of something of ours, until the next call; NULL when it cannot be mapped. */
void *child_view(const struct child *c, const volatile void *what);
void *child_view_frame(const struct child *c, uint32_t mfn);
void child_view_end(void);

/* Lets others run until the child has shut down or some seconds are over: its shutdown code, or -1. */
int child_wait(const struct child *c);

/* Free frames of the machine, by Ringlet's own call or the reference's. */
uint64_t machine_free_frames(void);
/* The same once it is `wanted`, or a second later: the reference frees in the background. */
uint64_t free_frames_settle(uint64_t wanted);

#endif
