// SPDX-License-Identifier: MIT
/* The hypercalls that live in this folder; contracts in abi/. */
#ifndef RINGLET_DOMAIN_HYPERCALLS_H
#define RINGLET_DOMAIN_HYPERCALLS_H

#include <stdint.h>

long hypercall_sched_op(uint64_t cmd, uint64_t arg);
long hypercall_sched_op_compat(uint64_t cmd, uint64_t arg);
long hypercall_set_timer_op(uint64_t timeout);
long hypercall32_set_timer_op(uint64_t timeout_low, uint64_t timeout_high);
long hypercall_vcpu_op(uint64_t cmd, uint64_t vcpu, uint64_t arg);

#endif
