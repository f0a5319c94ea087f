// SPDX-License-Identifier: MIT
#include "traps/vm_assist.h"

#include "core/why.h"
#include "machine/percpu.h"
#include "traps/hypercalls.h"

long hypercall_vm_assist(uint64_t command, uint64_t type64)
{
    struct domain *d = current_vcpu()->domain;
    uint32_t type = (uint32_t)type64;

    if (type >= 32 || !(VM_ASSISTS_32 >> type & 1))
        return refuse(-EINVAL, REASON_no_such_assist, 0, type, 0);
    switch ((uint32_t)command) {
    case VMASST_CMD_enable: __atomic_fetch_or(&d->vm_assist, 1u << type, __ATOMIC_RELAXED); return 0;
    case VMASST_CMD_disable: __atomic_fetch_and(&d->vm_assist, ~(1u << type), __ATOMIC_RELAXED); return 0;
    default: return refuse(-ENOSYS, REASON_no_such_subop, 0, (uint32_t)command, 0);
    }
}
