// SPDX-License-Identifier: MIT
/* What a frame can be used as. The rules that hang on it stand at the top of page_types.c. */
#ifndef RINGLET_MEMORY_FRAME_TYPE_H
#define RINGLET_MEMORY_FRAME_TYPE_H

enum frame_type {
    TYPE_NONE,
    TYPE_L1,
    TYPE_L2,
    TYPE_L2_SHARED, /* the L2 of a PAE guest's slot 3, with the hypervisor's slots in it */
    TYPE_L3,
    TYPE_L4,
    TYPE_SEGMENT, /* GDT or LDT page */
    TYPE_WRITABLE,
    TYPE_COUNT
};

/* Guests see these numbers. */
_Static_assert(TYPE_L3 == 4 && TYPE_SEGMENT == 6 && TYPE_WRITABLE == 7, "as RINGLET_FRAME_TYPES names them");

#endif
