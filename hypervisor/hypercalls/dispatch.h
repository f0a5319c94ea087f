// SPDX-License-Identifier: MIT
/* The tables entry.S and multicall call through. */
#ifndef RINGLET_HYPERCALLS_DISPATCH_H
#define RINGLET_HYPERCALLS_DISPATCH_H

#include "core/hypercall.h"

/* Answers -ENOSYS: numbers beyond the table and entries without a handler. */
long hypercall_unknown(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6);
/* The call the current vCPU is in; within a multicall, the entry's. */
uint32_t hypercall_number(void);

#endif
