// SPDX-License-Identifier: MIT
/* Control registers, caches and the halt of a guest's kernel. */
#ifndef RINGLET_TRAPS_EMULATE_CONTROL_H
#define RINGLET_TRAPS_EMULATE_CONTROL_H

#include "traps/emulation.h"

emulator emulate_cr_read, emulate_cr_write, emulate_clts, emulate_wbinvd, emulate_hlt, emulate_cli_sti;

#endif
