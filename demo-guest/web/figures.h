// SPDX-License-Identifier: MIT
/* What the page and /stats.json show. The demo's main program collects it. */
#ifndef DEMO_WEB_FIGURES_H
#define DEMO_WEB_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#define FIGURES_MAX 16u
#define FIGURES_DOMAINS_MAX 16u

struct figure {
    const char *name;  /* in /stats.json */
    const char *label; /* for people */
    const char *unit;  /* of a difference: "calls", "bytes" */
    uint64_t total;    /* since the domain started; only grows */
};

struct figure_domain {
    unsigned id;
    char name[32];
};

struct figures {
    uint64_t time; /* ns of system time */
    unsigned domain, ring;
    size_t count, domains;
    struct figure figures[FIGURES_MAX];
    struct figure_domain list[FIGURES_DOMAINS_MAX];
};

void figures_use(void (*collect)(struct figures *figures));

#endif
