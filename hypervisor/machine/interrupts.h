// SPDX-License-Identifier: MIT
/*
 * Device interrupts: which function a vector belongs to. Handlers run with interrupts off, from the guest, from idle or
 * from a preemption point; they note what is to be done in cpu.pending and return.
 */
#ifndef RINGLET_MACHINE_INTERRUPTS_H
#define RINGLET_MACHINE_INTERRUPTS_H

#define FIRST_INTERRUPT_VECTOR 0xe0 /* below: exceptions and vectors a guest may use for `int n` */

typedef void interrupt_handler(unsigned vector);

/* vector: FIRST_INTERRUPT_VECTOR to 0xff. The handler acknowledges its interrupt itself. */
void interrupt_register(unsigned vector, interrupt_handler *handler);
/* False when nothing is registered for it. */
_Bool interrupt_dispatch(unsigned vector);

#endif
