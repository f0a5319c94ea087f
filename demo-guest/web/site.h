// SPDX-License-Identifier: MIT
#ifndef DEMO_WEB_SITE_H
#define DEMO_WEB_SITE_H

#include "demo-guest/http/http.h"

/* Hands each request to the part of the site that its target begins with; 404 when there is none. */
void site_handle(struct http_connection *connection, const struct http_request *request);

#endif
