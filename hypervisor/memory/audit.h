// SPDX-License-Identifier: MIT
/* The auditor: do the counts and types of all frames follow from what is there? */
#ifndef RINGLET_MEMORY_AUDIT_H
#define RINGLET_MEMORY_AUDIT_H

#include <abi/ringlet.h>

#include "core/domain.h"

/* Calls `visit` for each reference that d's grant mappings hold besides their page-table entries. */
typedef void audit_visitor(void *context, mfn_t frame, bool writable);
typedef void audit_grants(const struct domain *d, audit_visitor *visit, void *context);

/*
 * Fills in the report. `domains`: all there are, by `next`. `grants` may be NULL. Nothing else may change frames
 * meanwhile, and no function of the hypervisor may be in the middle of holding one.
 */
void memory_audit(const struct domain *domains, audit_grants *grants, struct ringlet_audit *report);

#endif
