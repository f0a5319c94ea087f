// SPDX-License-Identifier: MIT
/* What a domain may reach of the machine's devices. A domain without the record has no right to any; the initial one to all. */
#ifndef RINGLET_CORE_IO_PERMISSIONS_H
#define RINGLET_CORE_IO_PERMISSIONS_H

#include "core/ranges.h"

struct io_permissions {
    struct ranges memory; /* machine frames */
    struct ranges ports;
    struct ranges interrupts; /* inputs of the I/O APIC */
};
_Static_assert(sizeof(struct io_permissions) <= PAGE_SIZE, "a domain's rights fit a frame");

#endif
