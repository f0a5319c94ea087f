// SPDX-License-Identifier: MIT
/* IN, OUT, INS and OUTS. */
#ifndef RINGLET_TRAPS_EMULATE_IO_H
#define RINGLET_TRAPS_EMULATE_IO_H

#include "traps/emulation.h"

emulator emulate_in, emulate_out, emulate_ins, emulate_outs;

#endif
