// SPDX-License-Identifier: MIT
/* The hypercalls that live in this folder; contracts in abi/. */
#ifndef RINGLET_CONTROL_HYPERCALLS_H
#define RINGLET_CONTROL_HYPERCALLS_H

#include <stdint.h>

long hypercall_domctl(uint64_t op);
long hypercall_sysctl(uint64_t op);
long hypercall_physdev_op(uint64_t command, uint64_t argument);
long hypercall_physdev_op_compat(uint64_t argument);

#endif
