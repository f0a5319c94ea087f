// SPDX-License-Identifier: MIT
#ifndef RINGLET_GRANTS_GRANT_TRANSFER_H
#define RINGLET_GRANTS_GRANT_TRANSFER_H

#include <abi/grant_table.h>

#include "core/domain.h"
#include "core/types.h"

/*
 * Gives a frame of d to the domain whose entry `ref` waits for it. GNTST_x. The frame leaves d before the receiver is
 * looked at, as on the reference, but here it returns when the receiver will not have it.
 */
int grant_transfer(struct domain *d, mfn_t frame, uint16_t receiver, grant_ref_t ref);

#endif
