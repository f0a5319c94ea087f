// SPDX-License-Identifier: MIT
/*
 * Looking a selector up as the processor would, for bounce frames and emulation. Selectors of the reserved GDT page
 * answer without a look: they are flat.
 */
#ifndef RINGLET_TRAPS_SEGMENTS_H
#define RINGLET_TRAPS_SEGMENTS_H

#include "core/domain.h"
#include "machine/layout.h"
#include "traps/decode.h"
#include "traps/descriptors.h"

/*
 * The descriptor a guest's selector names, in v's GDT or LDT. False for null, beyond the table, or in a part of the
 * reserved page that is not the guest's. The descriptor may be of any kind, present or not. v is the current vCPU.
 */
bool segment_descriptor(struct vcpu *v, uint16_t selector, uint64_t *descriptor);

/* True when it is one of the flat segments the hypervisor provides (32-bit guests). */
static inline bool selector_is_flat(uint16_t selector)
{
    return selector == SEL_RING1_DS || selector == SEL_RING1_CS || selector == SEL_RING3_DS ||
           selector == SEL_RING3_CS;
}

/* Linear base of a stack segment for a frame; false when the selector is no present data segment. */
bool segment_stack_base(struct vcpu *v, uint16_t selector, uint32_t *base);

/* The current guest's selector in a segment register; DS for SEG_DEFAULT. */
uint16_t segment_register_read(const struct cpu_regs *regs, enum segment_register segment);

#endif
