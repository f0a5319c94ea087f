// SPDX-License-Identifier: MIT
#ifndef RINGLET_HYPERCALLS_WHOLE_AUDIT_H
#define RINGLET_HYPERCALLS_WHOLE_AUDIT_H

#include <abi/ringlet.h>

/* Fills in the report: what memory/audit.h finds, pins of grants, and the content of descriptor pages. */
void whole_audit(struct ringlet_audit *report);

#endif
