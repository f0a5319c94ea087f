/* SPDX-License-Identifier: MIT */
/*
 * The glue of a kernel made with guestkit. Event handlers only note what is pending; pv_guest_run() calls the drivers'
 * handlers from the main loop:
 *
 *     const struct pv_glue *glue = pv_guest_init(info);
 *     ... start devices ...
 *     for (;;) {
 *         while (pv_guest_run()) {
 *         }
 *         ... other work ...
 *         pv_guest_wait();
 *     }
 *
 * Needs guestkit's `events`, `grants`, `areas`, `frames`, `time`, `console`, `xenstore_connect`; frames_init(), spaces_init(), events_init() and
 * grants_init() before.
 */
#ifndef PV_GUEST_H
#define PV_GUEST_H

#include <abi/guest.h>
#include <guestkit/xenstore_client.h>
#include <pv/glue.h>

/* A domain without a store (the initial one) gets a table whose store functions refuse with -XEN_ENODEV. Again after a resume. */
const struct pv_glue *pv_guest_init(const start_info_t *info);
/* Call the handlers of what is pending. True if there was something. */
bool pv_guest_run(void);
/* Sleep until something is pending, or any other event has been taken. Upcalls are unmasked afterwards. */
void pv_guest_wait(void);
/* Have a port that exists already (a device's interrupt) handled like a channel; the table's channel_close ends it. */
void pv_guest_attach(uint32_t port, pv_handler *handler, void *argument);
/* The kernel's conversation with the store, for its own use; NULL when there is none. Watch through the table alone. */
struct xenstore *pv_guest_store(void);

#endif
