// SPDX-License-Identifier: MIT
/* A 32-bit guest's kernel at work on the fake machine, for tests of traps/. Its memory is the window. */
#ifndef RINGLET_FAKE_GUEST_H
#define RINGLET_FAKE_GUEST_H

#include "fake_machine.h"

#define GUEST_STACK (FAKE_GUEST_BASE + 0x2000u)        /* top of the interrupted kernel's stack */
#define GUEST_KERNEL_STACK (FAKE_GUEST_BASE + 0x4000u) /* what stack_switch named */
#define GUEST_CODE (FAKE_GUEST_BASE + 0x6000u)
#define GUEST_DATA (FAKE_GUEST_BASE + 0x8000u)
#define GUEST_HANDLER 0x00300000u /* of vector v: + v * 16 */

/* Starts the machine with one domain whose vCPU runs in ring 1 with empty registers and all handlers set. */
struct vcpu *fake_guest_start(void);
/* The guest is at GUEST_CODE, in ring `ring` (1 to 3), with a stack of that ring at GUEST_STACK. */
void fake_guest_at(unsigned ring, const void *code, unsigned bytes);

uint32_t guest_word(uint32_t address);
void guest_poke(uint32_t address, const void *bytes, unsigned n);

/* A frame of the domain, zeroed, filled with descriptors from 0 on; to be given to gdt_set(). */
mfn_t fake_descriptor_frame(const uint64_t *descriptors, unsigned n);
uint64_t fake_segment(uint32_t base, uint32_t limit, unsigned type, unsigned dpl);

#define SEGMENT_DATA 0x2u /* writable */
#define SEGMENT_CODE 0xau /* readable */

#endif
