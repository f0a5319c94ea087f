/* SPDX-License-Identifier: MIT */
/*
 * Event channels: a kernel's interrupts. Needs `traps`, `shared`, `hypercall`.
 *
 * A port is 0 to EVENT_PORTS - 1. Its pending bit is set by the other end; while its mask bit is clear
 * that makes the vCPU enter the event upcall, unless upcalls are masked as a whole (shared.h). Handlers
 * run inside the upcall, with upcalls masked, once for any number of events since the last time; the
 * pending bit is cleared before the handler runs, so nothing is lost. Each pending port has its turn before any has
 * another, so that a busy one does not keep the others waiting. A port that becomes pending and has no handler is masked.
 *
 * All EVENT_PORTS (1,024: what the ABI's two-level layout has for a 32-bit guest) can be in use; what an event costs does
 * not depend on how many are.
 *
 * Functions that make a port return it (masked no longer), or a negative errno.
 */
#ifndef GUESTKIT_EVENTS_H
#define GUESTKIT_EVENTS_H

#include <abi/guest.h>
#include <stdbool.h>

#define EVENT_PORTS EVTCHN_2L_NR_CHANNELS

typedef void event_handler(uint32_t port, void *context);

/* Take over the event upcall. Call after traps_init(); again after a resume, when every port is gone. */
void events_init(void);

/* A virtual interrupt (VIRQ_*) on a vCPU. */
int event_bind_virq(uint32_t virq, uint32_t vcpu, event_handler *handler, void *context);
/* A port by which other vCPUs, or this one, interrupt `vcpu`. */
int event_bind_ipi(uint32_t vcpu, event_handler *handler, void *context);
/* A port that domain `remote` may connect to. Its number has to reach that domain by other means. */
int event_offer(domid_t remote, event_handler *handler, void *context);
/* Connect to a port that domain `remote` offers to us. */
int event_connect(domid_t remote, uint32_t remote_port, event_handler *handler, void *context);
/* A port that exists already, such as the console's in start_info: attach a handler and unmask it. */
void event_attach(uint32_t port, event_handler *handler, void *context);

/* 0 or a negative errno. */
int event_send(uint32_t port);
int event_close(uint32_t port);

void event_mask(uint32_t port);
/* Events that came in while it was masked are taken now. */
void event_unmask(uint32_t port);
bool event_is_pending(uint32_t port);
void event_clear(uint32_t port);

/* Run the handlers of all pending, unmasked ports: what the upcall does. For loops that keep upcalls masked. */
void events_dispatch(void);

#endif
