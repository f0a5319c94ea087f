// SPDX-License-Identifier: MIT
/* The machine as a toolstack sees it: one node, one socket, one core and no IOMMU. */
#include "boot/boot_info.h"
#include "control/sysctl.h"
#include "core/why.h"
#include "domain/scheduler.h"
#include "machine/clock.h"
#include "machine/user_copy.h"
#include "memory/frame_alloc.h"

#define PROCESSORS 1u
#define NODE_DISTANCE_SELF 10u

static uint64_t ram_bytes(void)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < boot_info.range_count; i++)
        if (boot_info.ranges[i].type == MAP_RAM)
            sum += boot_info.ranges[i].end - boot_info.ranges[i].start;
    return sum;
}

/* The reference's first words: leaf 1 EDX and ECX, leaf 0x80000001 EDX and ECX, leaf 0xd, ... */
static void features(uint32_t words[8])
{
    const struct cpuid_result basic = cpuid(1, 0), extended = cpuid(0x80000001, 0);

    words[0] = basic.d;
    words[1] = basic.c;
    words[2] = extended.d;
    words[3] = extended.c;
}

long sysctl_physinfo(struct xen_sysctl *op)
{
    op->u.physinfo = (struct xen_sysctl_physinfo){
        .threads_per_core = 1,
        .cores_per_socket = 1,
        .nr_cpus = PROCESSORS,
        .max_cpu_id = PROCESSORS - 1,
        .nr_nodes = 1,
        .max_node_id = 0,
        .cpu_khz = (uint32_t)(system_clock.tsc_hz / 1000),
        .capabilities = XEN_SYSCTL_PHYSCAP_pv | XEN_SYSCTL_PHYSCAP_gnttab_v1,
        .total_pages = ram_bytes() >> PAGE_SHIFT,
        .free_pages = frame_free_count(),
        .max_mfn = frame_table_frames - 1,
    };
    features(op->u.physinfo.hw_cap);
    return 0;
}

/* Weights and caps as that one has them, though they are kept in a simpler way. */
long sysctl_sched_id(struct xen_sysctl *op)
{
    op->u.sched_id.sched_id = SCHEDULER_SHOWN;
    return 0;
}

static int write_out(uint64_t to, const void *from, size_t n)
{
    return copy_to_guest(gva(to), from, n) ? refuse(-EFAULT, REASON_bad_guest_pointer_write, n, to, 0) : 0;
}

long sysctl_getcpuinfo(struct xen_sysctl *op)
{
    struct xen_sysctl_getcpuinfo *g = &op->u.getcpuinfo;

    g->nr_cpus = MIN(g->max_cpus, PROCESSORS);
    for (uint32_t i = 0; i < g->nr_cpus; i++) {
        const struct xen_sysctl_cpuinfo info = {.idletime = scheduler_idle_time(i)};

        if (write_out(g->info + i * sizeof(info), &info, sizeof(info)))
            return -EFAULT;
    }
    return 0;
}

long sysctl_availheap(struct xen_sysctl *op)
{
    struct xen_sysctl_availheap *h = &op->u.availheap;

    h->avail_bytes = h->node > 0 ? 0 : frame_free_between(h->min_bitwidth, h->max_bitwidth) << PAGE_SHIFT;
    return 0;
}

long sysctl_cputopoinfo(struct xen_sysctl *op)
{
    struct xen_sysctl_cputopoinfo *t = &op->u.cputopoinfo;
    const struct xen_sysctl_cputopo here = {0, 0, 0};

    t->num_cpus = t->cputopo ? MIN(t->num_cpus, PROCESSORS) : PROCESSORS;
    return t->cputopo && t->num_cpus ? write_out(t->cputopo, &here, sizeof(here)) : 0;
}

long sysctl_numainfo(struct xen_sysctl *op)
{
    struct xen_sysctl_numainfo *n = &op->u.numainfo;
    const struct xen_sysctl_meminfo memory = {ram_bytes(), frame_free_count() << PAGE_SHIFT};
    const uint32_t distance = NODE_DISTANCE_SELF;
    bool ask_number = !n->meminfo && !n->distance;

    n->num_nodes = ask_number ? 1 : MIN(n->num_nodes, 1u);
    if (n->num_nodes && n->meminfo && write_out(n->meminfo, &memory, sizeof(memory)))
        return -EFAULT;
    if (n->num_nodes && n->distance && write_out(n->distance, &distance, sizeof(distance)))
        return -EFAULT;
    return 0;
}
