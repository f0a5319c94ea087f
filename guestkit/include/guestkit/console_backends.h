/* SPDX-License-Identifier: MIT */
/* The two kinds of console beneath <guestkit/console.h>, for a port that wants one of them alone. */
#ifndef GUESTKIT_CONSOLE_BACKENDS_H
#define GUESTKIT_CONSOLE_BACKENDS_H

#include <abi/guest.h>
#include <stddef.h>

/* The hypervisor's own console, by hypercall. Needs `hypercall`. Input is the initial domain's alone. */
void console_io_write(const char *text, size_t length);
size_t console_io_read(char *buffer, size_t size);

/* The PV console ring. console_ring_init() maps its page; 0 or a negative errno. Needs `hypercall`. */
int console_ring_init(const start_info_t *info);
void console_ring_write(const char *text, size_t length);
size_t console_ring_read(char *buffer, size_t size);
/* The event channel that the other end notifies; its handler has nothing to do but read. */
uint32_t console_ring_port(void);

#endif
