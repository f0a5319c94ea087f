// SPDX-License-Identifier: MIT
#ifndef RINGLET_HYPERCALLS_RINGLET_OP_H
#define RINGLET_HYPERCALLS_RINGLET_OP_H

#include <stdint.h>

/* __HYPERVISOR_ringlet: abi/ringlet.h has the commands and what each promises. */
long hypercall_ringlet(uint64_t command, uint64_t arg);

#endif
