// SPDX-License-Identifier: MIT
#ifndef RINGLET_HYPERCALLS_MULTICALL_H
#define RINGLET_HYPERCALLS_MULTICALL_H

#include <stdint.h>

/* list: linear address of multicall entries. 0; -EFAULT: an entry cannot be read or written; -EINVAL: nested. */
long hypercall32_multicall(uint64_t list, uint64_t count);

#endif
