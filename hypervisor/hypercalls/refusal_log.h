// SPDX-License-Identifier: MIT
/* The ring behind refuse() (core/why.h): a domain's last refusals, overwritten oldest first. */
#ifndef RINGLET_HYPERCALLS_REFUSAL_LOG_H
#define RINGLET_HYPERCALLS_REFUSAL_LOG_H

#include <abi/ringlet.h>

#include "core/domain.h"

struct refusal_log {
    uint64_t total; /* refusals so far; number n is in entries[(n - 1) % RINGLET_WHY_ENTRIES] */
    struct ringlet_why_entry entries[RINGLET_WHY_ENTRIES];
};

/* Gives a new domain its refusal ring and its counters. False without memory. */
bool domain_records_init(struct domain *d);
void domain_records_free(struct domain *d);

/* The refusal `back` steps before the newest, or NULL when there are not so many. */
const struct ringlet_why_entry *refusal_get(const struct domain *d, unsigned back);
/* Prints the last `count` refusals, oldest first, one or two lines each. */
void refusals_print(const struct domain *d, unsigned count);

#endif
