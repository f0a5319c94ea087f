// SPDX-License-Identifier: MIT
/* Page tables as a guest would build them, for unit tests. */
#ifndef RINGLET_FAKE_TABLES_H
#define RINGLET_FAKE_TABLES_H

#include "fake_machine.h"
#include "memory/audit.h"
#include "memory/frame_alloc.h"
#include "memory/page_tables.h"
#include "memory/pte.h"

/* A root with four L2 tables. In the first, slot 0 leads to `l1`, whose entry 0 maps `data` writable. */
struct fake_tables {
    mfn_t root, l2[4], l1, data;
};

/* A cleared frame of d. */
mfn_t fake_frame(struct domain *d);
/* Plain memory access: as a guest does before the frame is a table. */
void fake_entry_set(mfn_t table, unsigned index, uint64_t entry);
uint64_t fake_entry(mfn_t table, unsigned index);
struct fake_tables fake_tables(struct domain *d);
/* The same, pinned and the root of d's vCPU, which runs. */
struct fake_tables fake_tables_running(struct domain *d);

/* Differences the auditor finds; the first is in fake_audit. */
extern struct ringlet_audit fake_audit;
unsigned fake_differences(void);

static inline uint32_t fake_uses(mfn_t m)
{
    return type_uses(frame_of(m)->type);
}

static inline enum frame_type fake_type(mfn_t m)
{
    return type_uses(frame_of(m)->type) ? type_of(frame_of(m)->type) : TYPE_NONE;
}

#endif
