// SPDX-License-Identifier: MIT
/* Reading the instruction a guest is at. */
#ifndef RINGLET_TRAPS_CODE_FETCH_H
#define RINGLET_TRAPS_CODE_FETCH_H

#include "core/domain.h"
#include "traps/decode.h"

enum fetch_result {
    FETCHED,
    FETCH_FAULTED,   /* a byte is not mapped: *fault has its linear address */
    FETCH_INVALID,   /* beyond the segment's limit, or nothing the decoder knows */
    FETCH_NO_SEGMENT /* the selector in regs->cs names no present code segment */
};

/* Reads and decodes the instruction at regs->rip. v is the current vCPU. */
enum fetch_result code_fetch(struct vcpu *v, const struct cpu_regs *regs, struct instruction *in,
                             uint32_t *fault);

#endif
