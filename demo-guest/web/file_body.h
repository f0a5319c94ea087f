// SPDX-License-Identifier: MIT
/* A range of a disk as the body of an answer. */
#ifndef DEMO_WEB_FILE_BODY_H
#define DEMO_WEB_FILE_BODY_H

#include "demo-guest/disk.h"
#include "demo-guest/http/http.h"

/* The body of `connection`'s answer: `size` bytes from `offset` on. False when memory is short. */
bool file_body(struct http_body *body, struct http_connection *connection, struct disk *disk, uint64_t offset,
               uint64_t size);

#endif
