/* SPDX-License-Identifier: MIT */
/* Requests about domains, and the server's own. */
#ifndef XS_REQUEST_DOMAINS_H
#define XS_REQUEST_DOMAINS_H

#include "request.h"

xs_handler xs_do_introduce;
xs_handler xs_do_release;
xs_handler xs_do_is_domain_introduced;
xs_handler xs_do_get_domain_path;
xs_handler xs_do_resume;
xs_handler xs_do_set_target;
xs_handler xs_do_control;

#endif
