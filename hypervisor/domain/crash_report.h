// SPDX-License-Identifier: MIT
/* What is printed when a domain crashes: enough to find the reason without a debugger. */
#ifndef RINGLET_DOMAIN_CRASH_REPORT_H
#define RINGLET_DOMAIN_CRASH_REPORT_H

#include "core/domain.h"

/* Registers and trap state of each vCPU that is up, the current one's stack, the domain's last refusals. */
void crash_report(struct domain *d, const char *why);

#endif
