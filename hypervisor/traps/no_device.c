// SPDX-License-Identifier: MIT
#include "traps/no_device.h"

#include "traps/control_registers.h"
#include "traps/inject.h"

void no_device(struct vcpu *v, struct cpu_regs *regs)
{
    task_switched_set(v, false);
    inject_exception(EXC_NM, 0);
}
