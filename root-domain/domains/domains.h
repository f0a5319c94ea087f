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

#include "builder/build.h"
#include "config/domain_config.h"
#include "consoles/console.h"
#include "domains/store_link.h"

#define DOMAIN_SENTENCE_MAX 512u
#define ROOT_NAME "Domain-0"

struct domain {
    struct domain *next; /* in the order of their ids */
    domid_t domid;
    char name[CONFIG_NAME_MAX];
    struct domain_config config;
    struct built_domain built;
    struct console console;
    struct store_link store;
    uint8_t uuid[DOMAIN_UUID_BYTES];
    uint64_t started;     /* ns of system time */
    unsigned quick_ends;  /* how many times in a row it ended soon after its start */
    bool awaits_backends; /* to be let run when they wait for it */
    bool ended;           /* shut down, and kept */
    uint32_t end_reason;  /* SHUTDOWN_* */
};

/* Listens for the ends of domains. 0 or a negative errno. */
int domains_init(void);

/* Lets domains run when their backends are ready. 0 or a negative errno. */
int domains_watch_backends(void);

struct domain *domain_first(void);
/* By name or by id; NULL when there is none. */
struct domain *domain_find(const char *name_or_id);
struct domain *domain_with_id(domid_t domid);

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
