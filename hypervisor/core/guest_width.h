// SPDX-License-Identifier: MIT
#ifndef RINGLET_CORE_GUEST_WIDTH_H
#define RINGLET_CORE_GUEST_WIDTH_H

enum guest_width { GUEST_32 = 4, GUEST_64 = 8 }; /* bytes in a guest's long */

#endif
