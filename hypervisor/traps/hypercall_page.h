// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_HYPERCALL_PAGE_H
#define RINGLET_TRAPS_HYPERCALL_PAGE_H

#include "core/types.h"

/* Fills one page with the stubs a 32-bit guest calls: 32 bytes for each hypercall number. */
void hypercall_page_fill(uint8_t *page);

#endif
