// SPDX-License-Identifier: MIT
/*
 * The hypercalls of this folder; abi/hypercalls.def and the contract headers say what each does. hypercall32_ ones are
 * those whose arguments or structures depend on the guest's width. An argument that is a 32-bit integer to the guest is
 * taken as one here.
 */
#ifndef RINGLET_TRAPS_HYPERCALLS_H
#define RINGLET_TRAPS_HYPERCALLS_H

#include "core/types.h"

long hypercall32_set_trap_table(uint64_t table);
long hypercall32_set_gdt(uint64_t frame_list, uint64_t entries);
long hypercall_stack_switch(uint64_t ss, uint64_t sp);
long hypercall32_set_callbacks(uint64_t event_selector, uint64_t event_address, uint64_t failsafe_selector,
                               uint64_t failsafe_address);
long hypercall_callback_op(uint64_t command, uint64_t argument);
long hypercall_nmi_op(uint64_t command, uint64_t argument);
long hypercall32_iret(void);
long hypercall32_update_descriptor(uint64_t address_low, uint64_t address_high, uint64_t descriptor_low,
                                   uint64_t descriptor_high);
long hypercall_fpu_taskswitch(uint64_t set);
long hypercall_set_debugreg(uint64_t number, uint64_t value);
long hypercall_get_debugreg(uint64_t number);
long hypercall_vm_assist(uint64_t command, uint64_t type);

#endif
