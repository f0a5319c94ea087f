/* SPDX-License-Identifier: MIT */
/* Requests about nodes. */
#ifndef XS_REQUEST_NODES_H
#define XS_REQUEST_NODES_H

#include "request.h"

xs_handler xs_do_directory;
xs_handler xs_do_directory_part;
xs_handler xs_do_read;
xs_handler xs_do_write;
xs_handler xs_do_mkdir;
xs_handler xs_do_rm;
xs_handler xs_do_get_perms;
xs_handler xs_do_set_perms;

#endif
