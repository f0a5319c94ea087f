/* SPDX-License-Identifier: MIT */
/* Requests about watches and transactions. */
#ifndef XS_REQUEST_WATCHES_H
#define XS_REQUEST_WATCHES_H

#include "request.h"

xs_handler xs_do_watch;
xs_handler xs_do_unwatch;
xs_handler xs_do_reset_watches;
xs_handler xs_do_transaction_start;
xs_handler xs_do_transaction_end;

#endif
