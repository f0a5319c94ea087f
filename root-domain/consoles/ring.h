/* SPDX-License-Identifier: MIT */
/*
 * The toolstack's side of a console page (abi/io_console.h). The guest may write anything anywhere in it, at any time:
 * our own indices are kept here and only published there, and its indices are read once and checked.
 */
#ifndef ROOT_CONSOLES_RING_H
#define ROOT_CONSOLES_RING_H

#include <abi/io_console.h>
#include <stddef.h>

struct console_ring {
    struct xencons_interface *page;
    uint32_t out_cons, in_prod; /* ours */
};

/* A new page, or one whose guest has started afresh: begins where the page's indices stand. */
void console_ring_open(struct console_ring *ring, struct xencons_interface *page);
/*
 * Takes what the guest has printed, at most `size` bytes. Indices that make no sense drop what is in the ring and begin
 * afresh there.
 */
size_t console_ring_take(struct console_ring *ring, char *buffer, size_t size);
/* Types at the guest; returns how many bytes found room. One byte is always left free: some guests mask no index. */
size_t console_ring_put(struct console_ring *ring, const char *text, size_t length);

#endif
