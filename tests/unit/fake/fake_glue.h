// SPDX-License-Identifier: MIT
/*
 * A fake system for split drivers: a few domains in one process, with memory that can be lent and mapped, channels, and
 * the root domain's real store. Nothing happens by itself: fake_glue_run() delivers what is pending.
 */
#ifndef FAKE_GLUE_H
#define FAKE_GLUE_H

#include <pv/glue.h>
#include "root-domain/xenstore/local.h"

#define FAKE_DOMAINS 5 /* 0 is the toolstack */

/* An empty world; fake_glue_end() returns how many pages, grants, mappings, channels and watches are left over. */
void fake_glue_begin(void);
int fake_glue_end(void);
const struct pv_glue *fake_glue(domid_t domain);
/* Deliver events until there are none. False when they do not end. */
bool fake_glue_run(void);
/* The domain is gone: its mappings, channels and watches end, its grants stay only where others have them mapped. Its memory comes back. */
void fake_glue_kill(domid_t domain);

/* Pages lent by `domain` that are mapped now; grants it has made; pages it has. */
unsigned fake_glue_mapped(domid_t domain);
unsigned fake_glue_granted(domid_t domain);
unsigned fake_glue_pages(domid_t domain);
unsigned fake_glue_maps_made(void);
/* The next `count` grants or maps fail. */
void fake_glue_fail_grants(unsigned count);
void fake_glue_fail_maps(unsigned count);

/* A node as the toolstack writes and reads it. read gives "" for none. */
void fake_store_write(const char *path, const char *value, const char *permissions);
const char *fake_store_read(const char *path);
/* The line that was logged last. */
const char *fake_glue_logged(void);

#endif
