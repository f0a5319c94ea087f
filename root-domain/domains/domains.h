/* SPDX-License-Identifier: MIT */
/*
 * The domains that the root domain made, and what becomes of them.
 *
 *     create -> running -> ended --on_poweroff, on_reboot, on_crash--> destroyed | restarted | preserved
 *
 * Errors are told in `sentence`, DOMAIN_SENTENCE_MAX bytes, without a full stop.
 */
#ifndef ROOT_DOMAINS_DOMAINS_H
#define ROOT_DOMAINS_DOMAINS_H

#include <abi/guest.h>
#include <stdbool.h>
#include <stdint.h>

#include "domains/domain_list.h"

/* Listens for the ends of domains. 0 or a negative errno. */
int domains_init(void);

/* Lets domains run when their backends are ready. 0 or a negative errno. */
int domains_watch_backends(void);

/* Reads a configuration of the boot archive; faults in it are reported. */
bool domain_config_load(const char *file, struct domain_config *config, char *sentence);
/* Builds the domain and, unless `paused`, lets it run. 0 or a negative errno. */
int domain_create(const struct domain_config *config, bool paused, char *sentence);
/* The domain and its console are gone. 0 or a negative errno. */
int domain_destroy(struct domain *domain, char *sentence);
/* The same configuration again, in a new domain with the same record. On failure the domain is gone. */
int domain_restart(struct domain *domain, char *sentence);
int domain_rename(struct domain *domain, const char *name, char *sentence);

/* Told after any domain has come or gone, or has ended: NULL for nobody. */
extern void (*domains_changed)(void);

const char *shutdown_reason_name(uint32_t reason);

#endif
