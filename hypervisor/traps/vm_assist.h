// SPDX-License-Identifier: MIT
/* Which assists a domain may turn on: bits 1u << VMASST_TYPE_x. */
#ifndef RINGLET_TRAPS_VM_ASSIST_H
#define RINGLET_TRAPS_VM_ASSIST_H

#include <abi/xen.h>

/* The 4gb_segments assists have nothing to do: segments reach all of 4 GiB as they are. */
#define VM_ASSISTS_32                                                                                        \
    (1u << VMASST_TYPE_4gb_segments | 1u << VMASST_TYPE_4gb_segments_notify |                                \
     1u << VMASST_TYPE_writable_pagetables | 1u << VMASST_TYPE_pae_extended_cr3 |                            \
     1u << VMASST_TYPE_architectural_iopl | 1u << VMASST_TYPE_runstate_update_flag)

#endif
