// SPDX-License-Identifier: MIT
#ifndef RINGLET_MEMORY_EXCHANGE_H
#define RINGLET_MEMORY_EXCHANGE_H

#include "core/domain.h"
#include "core/types.h"

/* XENMEM_exchange with its structure at `at`. abi/memory.h says what it promises. */
long memory_exchange(struct domain *caller, gva_t at);

#endif
