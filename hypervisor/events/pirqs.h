// SPDX-License-Identifier: MIT
/*
 * Interrupts of devices, as guests have them ("pirqs"): a domain is given one, binds it to a port, and gets an event for
 * each interrupt. Numbers are the machine's: the first are the I/O APIC's inputs, the others stand for messages (MSI-X
 * table entries) and are given out as they are mapped. Contracts: abi/physdev.h.
 */
#ifndef RINGLET_EVENTS_PIRQS_H
#define RINGLET_EVENTS_PIRQS_H

#include "core/domain.h"

#define PIRQS 208u /* the reference's number on a machine of this size */

/* Gives d an input of the I/O APIC, or a message of a device. 0 with *pirq; or a refusal. */
int pirq_map_line(struct domain *d, unsigned input, uint32_t *pirq);
int pirq_map_message(struct domain *d, uint32_t function, unsigned entry, uint32_t *pirq);
/* Takes it back; a port bound to it stays and is sent no more. 0, or -EINVAL: d does not have it. */
int pirq_unmap(struct domain *d, uint32_t pirq);
/* d ends. */
void pirqs_release(struct domain *d);

/* d's port is sent an event for each interrupt. 0, -EINVAL, -EPERM: not d's, -EEXIST. The lock of d's channels is held. */
int pirq_bind(struct domain *d, uint32_t pirq, uint32_t port);
void pirq_unbind(struct domain *d, uint32_t pirq, uint32_t port);

/* The guest has dealt with it: a level-triggered line may interrupt again. 0 or -EINVAL. */
int pirq_end(struct domain *d, uint32_t pirq);
/* Polarity and trigger (MADT flags) of an input when it is bound next. False when there is no such input. */
bool pirq_line_configure(unsigned input, uint16_t flags);
/* Whether a toolstack may give this input away. */
bool pirq_line_may_be_given(unsigned input);

#endif
