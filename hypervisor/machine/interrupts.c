// SPDX-License-Identifier: MIT
#include "machine/interrupts.h"

#include "core/log.h"

static interrupt_handler *handlers[0x100 - FIRST_INTERRUPT_VECTOR];

void interrupt_register(unsigned vector, interrupt_handler *handler)
{
    INVARIANT(vector >= FIRST_INTERRUPT_VECTOR && vector <= 0xff);
    handlers[vector - FIRST_INTERRUPT_VECTOR] = handler;
}

_Bool interrupt_dispatch(unsigned vector)
{
    if (vector < FIRST_INTERRUPT_VECTOR || !handlers[vector - FIRST_INTERRUPT_VECTOR])
        return 0;
    handlers[vector - FIRST_INTERRUPT_VECTOR](vector);
    return 1;
}
