// SPDX-License-Identifier: MIT
/* Building the initial domain from the boot modules. */
#ifndef RINGLET_BOOT_INITIAL_DOMAIN_H
#define RINGLET_BOOT_INITIAL_DOMAIN_H

#include "core/domain.h"

/*
 * The domain, ready to run from its first instruction, all memory assigned and page tables validated. A kernel that
 * cannot be run stops the machine with one sentence.
 */
struct domain *initial_domain_build(void);

#endif
