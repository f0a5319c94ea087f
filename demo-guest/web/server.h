// SPDX-License-Identifier: MIT
/* HTTP on lwIP's raw TCP. */
#ifndef DEMO_WEB_SERVER_H
#define DEMO_WEB_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "demo-guest/http/http.h"

#define WEB_CLIENTS_MAX 400u /* more get 503 at once */
#define WEB_IDLE_SECONDS 30u /* without a byte moving, then the connection is closed */

struct web_figures {
    uint64_t requests, refused, bytes_out;
    unsigned clients;
};

extern struct web_figures web_figures;

/* Listens on `port`. False when lwIP has no memory for it. */
bool web_listen(uint16_t port, http_handler *handler);

#endif
