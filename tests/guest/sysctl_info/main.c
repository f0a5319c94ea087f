/* SPDX-License-Identifier: MIT */
/*
 * sysctl: what a toolstack learns about the machine and the domains in it.
 *
 * run-options: dom0_mem=64M
 * run-log: a line that only the console knows
 */
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#include "child.h"

#define UNMAPPED 0xf0000000

static int sysctl(struct xen_sysctl *op, uint32_t cmd)
{
    op->cmd = cmd;
    op->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    return hypercall_sysctl(op);
}

static void test_refusals(void)
{
    struct xen_sysctl op = {.cmd = XEN_SYSCTL_physinfo, .interface_version = 0x14};

    expect_errno(hypercall_sysctl(&op), -XEN_EACCES);
    expect_reason(REASON_interface_version);
    expect_equal(op.u.physinfo.nr_cpus, 0);
    expect_errno(hypercall_sysctl((void *)UNMAPPED), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(sysctl(&op, 99), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(sysctl(&op, XEN_SYSCTL_tbuf_op) < 0, 1);
}

static void test_machine(void)
{
    struct xen_sysctl op = {0};
    static struct xen_sysctl_cpuinfo idle[4];
    static struct xen_sysctl_cputopo topology[4];
    static struct xen_sysctl_meminfo memory[2];
    uint64_t before, total;

    expect_ok(sysctl(&op, XEN_SYSCTL_physinfo));
    expect_equal(op.u.physinfo.nr_cpus, 1);
    expect_equal(op.u.physinfo.max_cpu_id, 0);
    expect_equal(op.u.physinfo.nr_nodes, 1);
    expect_equal(op.u.physinfo.cores_per_socket, 1);
    expect_equal(op.u.physinfo.threads_per_core, 1);
    expect(op.u.physinfo.capabilities & XEN_SYSCTL_PHYSCAP_pv);
    expect(op.u.physinfo.capabilities & XEN_SYSCTL_PHYSCAP_gnttab_v1);
    expect(op.u.physinfo.cpu_khz > 100000);
    total = op.u.physinfo.total_pages;
    expect(total > 0xff00 && total <= 0x10000, "%llu", total);
    expect(op.u.physinfo.free_pages > 0x8000 && op.u.physinfo.free_pages < total - 0x4000);
    expect(op.u.physinfo.max_mfn >= total - 0x100);

    expect_ok(sysctl(&op, XEN_SYSCTL_sched_id));
    expect_equal(op.u.sched_id.sched_id, XEN_SCHEDULER_CREDIT2);

    op.u.getcpuinfo = (struct xen_sysctl_getcpuinfo){.max_cpus = 4, .info = hypercall_address(idle)};
    expect_ok(sysctl(&op, XEN_SYSCTL_getcpuinfo));
    expect_equal(op.u.getcpuinfo.nr_cpus, 1);
    before = idle[0].idletime;
    time_sleep(50000000);
    expect_ok(sysctl(&op, XEN_SYSCTL_getcpuinfo));
    expect(idle[0].idletime - before > 30000000 && idle[0].idletime - before < 5000000000ull, "%llu",
           idle[0].idletime - before);

    op.u.cputopoinfo = (struct xen_sysctl_cputopoinfo){0};
    expect_ok(sysctl(&op, XEN_SYSCTL_cputopoinfo));
    expect_equal(op.u.cputopoinfo.num_cpus, 1);
    op.u.cputopoinfo = (struct xen_sysctl_cputopoinfo){4, hypercall_address(topology)};
    expect_ok(sysctl(&op, XEN_SYSCTL_cputopoinfo));
    expect_equal(op.u.cputopoinfo.num_cpus, 1);
    expect_equal(topology[0].node, 0);

    op.u.numainfo = (struct xen_sysctl_numainfo){0};
    expect_ok(sysctl(&op, XEN_SYSCTL_numainfo));
    expect_equal(op.u.numainfo.num_nodes, 1);
    op.u.numainfo = (struct xen_sysctl_numainfo){2, hypercall_address(memory), 0};
    expect_ok(sysctl(&op, XEN_SYSCTL_numainfo));
    expect_equal(op.u.numainfo.num_nodes, 1);
    expect(memory[0].memfree > 0x8000000 && memory[0].memfree < memory[0].memsize);
}

static uint64_t available(uint32_t min, uint32_t max, int32_t node)
{
    struct xen_sysctl op = {.u.availheap = {.min_bitwidth = min, .max_bitwidth = max, .node = node}};

    return sysctl(&op, XEN_SYSCTL_availheap) ? ~0ull : op.u.availheap.avail_bytes;
}

static void test_free_memory(void)
{
    uint64_t all = available(0, 0, -1);

    expect_equal(all, machine_free_frames() * PAGE_BYTES);
    expect_equal(available(0, 0, 0), all);
    expect_equal(available(0, 40, -1), all);
    expect_equal(available(40, 0, -1), 0);
    expect(available(0, 26, -1) < all);
}

static void test_domains(void)
{
    static struct xen_domctl_getdomaininfo list[4];
    struct xen_sysctl op = {.u.getdomaininfolist = {.max_domains = 4, .buffer = hypercall_address(list)}};
    struct child c;

    expect_ok(child_start_empty(&c));
    expect_ok(sysctl(&op, XEN_SYSCTL_getdomaininfolist));
    expect_equal(op.u.getdomaininfolist.num_domains, 2);
    expect_equal(list[0].domain, 0);
    expect(list[0].flags & XEN_DOMINF_running);
    expect(list[0].cpu_time > 0);
    expect_equal(list[0].tot_pages, 64 * 256);
    expect_equal(list[1].domain, c.id);
    op.u.getdomaininfolist.max_domains = 1;
    op.u.getdomaininfolist.first_domain = 1;
    expect_ok(sysctl(&op, XEN_SYSCTL_getdomaininfolist));
    expect_equal(op.u.getdomaininfolist.num_domains, 1);
    expect_equal(list[0].domain, c.id);
    op.u.getdomaininfolist.first_domain = c.id + 1;
    expect_ok(sysctl(&op, XEN_SYSCTL_getdomaininfolist));
    expect_equal(op.u.getdomaininfolist.num_domains, 0);
    op.u.getdomaininfolist.buffer = UNMAPPED;
    op.u.getdomaininfolist.first_domain = 0;
    expect_errno(sysctl(&op, XEN_SYSCTL_getdomaininfolist), -XEN_EFAULT);
    expect_ok(child_destroy(&c));
}

static bool contains(const char *text, const char *part)
{
    for (size_t n = strlen(part); *text; text++) {
        if (memcmp(text, part, n) == 0) {
            return true;
        }
    }
    return false;
}

static void test_console(void)
{
    static char text[20000];
    struct xen_sysctl op = {
        .u.readconsole = {.buffer = hypercall_address(text), .count = sizeof(text) - 100}};
    uint32_t end;

    console_printf("a line that only the console knows\n");
    expect_ok(sysctl(&op, XEN_SYSCTL_readconsole));
    expect(op.u.readconsole.count > 100 && op.u.readconsole.count < sizeof(text));
    end = op.u.readconsole.index;
    expect(contains(text, "that only the console knows"));
    console_printf("more\n");
    memset(text, 0, sizeof(text));
    op.u.readconsole = (struct xen_sysctl_readconsole){.incremental = 1,
                                                       .index = end,
                                                       .buffer = hypercall_address(text),
                                                       .count = 64};
    expect_ok(sysctl(&op, XEN_SYSCTL_readconsole));
    expect(contains(text, "more") && !contains(text, "knows"));
    /* Cleared: what was there is not told again. */
    op.u.readconsole = (struct xen_sysctl_readconsole){.clear = 1,
                                                       .buffer = hypercall_address(text),
                                                       .count = sizeof(text) - 100};
    expect_ok(sysctl(&op, XEN_SYSCTL_readconsole));
    op.u.readconsole.clear = 0;
    op.u.readconsole.count = sizeof(text) - 100;
    expect_ok(sysctl(&op, XEN_SYSCTL_readconsole));
    expect_equal(op.u.readconsole.count, 0);
}

GUEST_TEST("a toolstack sees the machine")
{
    test_refusals();
    test_machine();
    test_free_memory();
    test_domains();
    test_console();
}
