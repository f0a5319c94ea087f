// SPDX-License-Identifier: MIT
/* Reading the instruction a guest is at. */
#ifndef RINGLET_TRAPS_CODE_FETCH_H
#define RINGLET_TRAPS_CODE_FETCH_H

#include "core/domain.h"
#include "traps/decode.h"

/* What the guest's code segment says. */
struct code_segment {
    uint32_t base, limit;
    bool code32;
};

/* False when the selector in regs->cs names no present code segment. v is the current vCPU. */
bool code_segment_read(struct vcpu *v, const struct cpu_regs *regs, struct code_segment *code);

enum fetch_result {
    FETCHED,
    FETCH_FAULTED, /* a byte is not mapped: *fault has its linear address */
    FETCH_INVALID  /* beyond the segment's limit, or nothing the decoder knows */
};

/* Reads and decodes the instruction at regs->rip. */
enum fetch_result code_fetch(const struct code_segment *code, const struct cpu_regs *regs,
                             struct instruction *in, uint32_t *fault);

#endif
