// SPDX-License-Identifier: MIT
/* The commands of sysctl, by topic. abi/sysctl.h has the structures. 0, or a negative errno, recorded. */
#ifndef RINGLET_CONTROL_SYSCTL_H
#define RINGLET_CONTROL_SYSCTL_H

#include <abi/sysctl.h>

typedef long sysctl_handler(struct xen_sysctl *op);

/* machine_info.c */
sysctl_handler sysctl_physinfo, sysctl_sched_id, sysctl_getcpuinfo, sysctl_availheap, sysctl_cputopoinfo,
    sysctl_numainfo;
/* console_ring.c */
sysctl_handler sysctl_readconsole, sysctl_debug_keys;
/* domain_info.c */
sysctl_handler sysctl_getdomaininfolist;

#endif
