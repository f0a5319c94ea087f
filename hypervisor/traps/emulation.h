// SPDX-License-Identifier: MIT
/* What an emulator of one instruction answers. */
#ifndef RINGLET_TRAPS_EMULATION_H
#define RINGLET_TRAPS_EMULATION_H

#include "core/domain.h"
#include "traps/decode.h"

enum emulation {
    EMULATED,          /* done; go on after it */
    EMULATION_AGAIN,   /* done in part; the guest executes it again, from registers that say how far it got */
    EMULATION_STAYED,  /* an exception was delivered for it, or it moved the instruction pointer itself */
    EMULATION_REFUSED, /* the fault that brought it here is the guest's */
};

typedef enum emulation emulator(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in);

#endif
