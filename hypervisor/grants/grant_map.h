// SPDX-License-Identifier: MIT
/* Mapping granted frames and unmapping them. What each operation promises stands in abi/grant_table.h. */
#ifndef RINGLET_GRANTS_GRANT_MAP_H
#define RINGLET_GRANTS_GRANT_MAP_H

#include <abi/grant_table.h>

#include "core/domain.h"
#include "core/types.h"

/* Maps for the current domain. GNTST_x, also in op->status; op->handle and op->dev_bus_addr on success. */
int grant_map(struct vcpu *v, struct gnttab_map_grant_ref *op);

/* One mapping on its way out. Unmapping has two halves, with a TLB flush for the whole batch in between. */
struct grant_unmapping {
    uint64_t host_address;   /* 0: leave the host mapping */
    uint64_t device_address; /* 0: leave the device mapping */
    uint64_t new_address;    /* 0, or whose entry takes the place of the mapping */
    grant_handle_t handle;
    /* Between the halves. */
    uint32_t done; /* GNTMAP_host_map, GNTMAP_device_map as removed, with GNTMAP_readonly */
    bool last;     /* nothing is left of the mapping */
    struct domain *granter;
    grant_ref_t ref;
    mfn_t frame;
};

/* Takes the mapping out of the page tables. GNTST_x. */
int grant_unmap_start(struct vcpu *v, struct grant_unmapping *u);
/* After the flush: drops references and pins, frees the handle when nothing is left of the mapping. */
void grant_unmap_finish(struct vcpu *v, const struct grant_unmapping *u);

/* d ends: gives back what the mapping holds besides its page-table entry. False when there is no such mapping. */
bool grant_mapping_forget(struct domain *d, grant_handle_t handle);

/* For the auditor: every reference a domain's mappings hold besides those its page-table entries show. */
typedef void grant_reference_visitor(void *context, mfn_t frame, bool writable);
void grant_visit_references(const struct domain *d, grant_reference_visitor *visit, void *context);
/* Likewise: how many pins d's grants have, and how many the mappings of all `domains` (by `next`) stand for. */
uint64_t grant_pins(const struct domain *d);
uint64_t grant_pins_expected(const struct domain *d, const struct domain *domains);

#endif
