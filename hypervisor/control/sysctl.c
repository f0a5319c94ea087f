// SPDX-License-Identifier: MIT
#include "control/sysctl.h"

#include "control/hypercalls.h"
#include "core/domain.h"
#include "core/why.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

static sysctl_handler *const commands[] = {
    [XEN_SYSCTL_readconsole] = sysctl_readconsole, [XEN_SYSCTL_physinfo] = sysctl_physinfo,
    [XEN_SYSCTL_sched_id] = sysctl_sched_id,       [XEN_SYSCTL_getdomaininfolist] = sysctl_getdomaininfolist,
    [XEN_SYSCTL_debug_keys] = sysctl_debug_keys,   [XEN_SYSCTL_getcpuinfo] = sysctl_getcpuinfo,
    [XEN_SYSCTL_availheap] = sysctl_availheap,     [XEN_SYSCTL_cputopoinfo] = sysctl_cputopoinfo,
    [XEN_SYSCTL_numainfo] = sysctl_numainfo,
};

static int check(const struct xen_sysctl *op)
{
    if (op->interface_version != XEN_SYSCTL_INTERFACE_VERSION)
        return refuse(-EACCES, REASON_interface_version, XEN_SYSCTL_INTERFACE_VERSION, op->interface_version,
                      0);
    if (!current_vcpu()->domain->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, op->cmd, 0);
    if (op->cmd >= ARRAY_SIZE(commands) || !commands[op->cmd])
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(commands), op->cmd, 0);
    return 0;
}

/* Every command tells something, if only how much it did. */
long hypercall_sysctl(uint64_t arg)
{
    const gva_t at = gva(arg);
    struct xen_sysctl op;
    long result;

    if (copy_from_guest(&op, at, sizeof(op)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(op), arg, 0);
    result = check(&op);
    if (!result)
        result = commands[op.cmd](&op);
    if (!result && copy_to_guest(at, &op, sizeof(op)))
        result = refuse(-EFAULT, REASON_bad_guest_pointer_write, sizeof(op), arg, 0);
    if (result)
        refuse_context(op.cmd, RINGLET_WHY_NONE);
    return result;
}
