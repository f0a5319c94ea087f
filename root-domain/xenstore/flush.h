/* SPDX-License-Identifier: MIT */
#ifndef XS_FLUSH_H
#define XS_FLUSH_H

struct xs_store;

/* Put out what waits for every domain, after anything that may have fired watches. */
void xs_store_flush(struct xs_store *store);

#endif
