// SPDX-License-Identifier: MIT
/*
 * Why a call was refused. Every refusal goes through refuse(), which records a stable reason code in the calling
 * domain's ring (hypercall 55 reads it back) and returns the errno, so that `return refuse(...)` is the idiom.
 * Nothing of this runs on a success path.
 */
#ifndef RINGLET_CORE_WHY_H
#define RINGLET_CORE_WHY_H

#include <abi/ringlet.h>

#include "core/errno.h"
#include "core/types.h"

/*
 * error: negative errno, returned. expected, found: what the reason's text in abi/ringlet.h says they mean (types,
 * counts, limits). frame: the machine frame or guest address it is about, 0 if none.
 */
int refuse(int error, uint32_t reason, uint64_t expected, uint64_t found, uint64_t frame)
    __attribute__((cold, noinline));

/* Adds to the newest refusal which sub-operation and which element of a batch it was. */
void refuse_context(uint32_t subop, uint32_t index) __attribute__((cold, noinline));

#endif
