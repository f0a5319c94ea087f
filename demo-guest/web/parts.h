// SPDX-License-Identifier: MIT
/* The parts of the site. `path` is the target behind the part's prefix. */
#ifndef DEMO_WEB_PARTS_H
#define DEMO_WEB_PARTS_H

#include "demo-guest/http/http.h"
#include "demo-guest/kv/store.h"

typedef void site_part(struct http_connection *connection, const struct http_request *request,
                       const char *path);

site_part files_handle, kv_handle, page_handle, stats_handle;

/* The store that /kv/ serves; until it is set, and when it is not open, /kv/ answers 503. */
void kv_routes_use(struct kv_store *store);

struct catalog;
/* The files that /files/ serves. */
void files_use(const struct catalog *catalog);

/* GET or HEAD; else answers 405 and returns false. */
bool part_only_reads(struct http_connection *connection, const struct http_request *request);
/* Answers 405 with the methods that would do, such as "GET, HEAD". */
void part_refuse_method(struct http_connection *connection, const char *allowed);

#endif
