// SPDX-License-Identifier: MIT
/*
 * What the fuzzers of memory share: a processor's TLB at its worst, page-table entries made of few bytes, the auditor as a
 * judge, and calls that are interrupted and made again.
 *
 * The TLB is the worst one the manual allows: it holds every translation that the current root ever offered since the last
 * full flush, and single-address flushes do not count. Rule T8 of page_types.c must hold against it.
 */
#ifndef RINGLET_FUZZ_MEMORY_H
#define RINGLET_FUZZ_MEMORY_H

#include "fake_tables.h"
#include "input.h"

#define FUZZ_FRAMES 96u

/* Few places, so that they meet: entries of tables, frames of any owner, addresses with tables below them. */
unsigned fuzz_slot(struct fuzz_input *in);
mfn_t fuzz_frame(struct fuzz_input *in);
uint64_t fuzz_entry(struct fuzz_input *in);
uint32_t fuzz_address(struct fuzz_input *in);

/* The TLB takes in what the current vCPU's root maps, then no translation may be worth anything to an attacker. */
void fuzz_tlb_check(void);

/*
 * A hypercall that may be interrupted; it is made again until it ends, or given up, as the guest may do. Between the
 * attempts the TLB is checked; the caller does so afterwards.
 */
typedef long fuzz_call(uint64_t a, uint64_t b, uint64_t c, uint64_t d);
void fuzz_call_until_done(struct fuzz_input *in, fuzz_call *call, uint64_t a, uint64_t b, uint64_t c,
                          uint64_t d);

/* What was put off is done, and the auditor finds nothing. */
void fuzz_audit(audit_grants *grants);

#endif
