// SPDX-License-Identifier: MIT
/* Collecting a request. */
#ifndef DEMO_HTTP_PARSER_H
#define DEMO_HTTP_PARSER_H

#include "connection_state.h"

/* For a connection's llhttp parser, whose `data` is the connection. It is paused at the end of each request. */
extern const llhttp_settings_t http_callbacks;

/* Notes that the request gets `status` without the handler being asked. The first one counts. */
void http_refuse(struct http_connection *connection, unsigned status);
/* Gives back the memory of the request's content. */
void http_drop_content(struct http_connection *connection);

#endif
