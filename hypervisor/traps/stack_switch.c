// SPDX-License-Identifier: MIT
#include "machine/percpu.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

/* The selector is looked up when the stack is first used, so the guest may set it before its GDT. */
long hypercall_stack_switch(uint64_t ss, uint64_t sp)
{
    struct vcpu *v = current_vcpu();

    v->kernel_ss = sanitize_stack_selector(v->domain, (uint16_t)ss);
    v->kernel_sp = sp;
    return 0;
}
