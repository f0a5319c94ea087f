/* SPDX-License-Identifier: MIT */
/* A record for each domain that the root domain made, in the order of their ids. */
#ifndef ROOT_DOMAINS_DOMAIN_LIST_H
#define ROOT_DOMAINS_DOMAIN_LIST_H

#include <abi/guest.h>
#include <stdbool.h>
#include <stdint.h>

#include "builder/build.h"
#include "config/domain_config.h"
#include "consoles/console.h"
#include "domains/store_link.h"
#include "pci/pci_server.h"

/* Room for what a function says about an error. */
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
    struct pci_server pci;
    uint8_t uuid[DOMAIN_UUID_BYTES];
    uint64_t started;     /* ns of system time */
    unsigned quick_ends;  /* how many times in a row it ended soon after its start */
    bool awaits_backends; /* to be let run when they wait for it */
    bool ended;           /* shut down, and kept */
    uint32_t end_reason;  /* SHUTDOWN_* */
};

struct domain *domain_first(void);
/* By name or by id; NULL when there is none. */
struct domain *domain_find(const char *name_or_id);
struct domain *domain_with_id(domid_t domid);

void domain_list_add(struct domain *domain);
void domain_list_remove(struct domain *domain);

#endif
