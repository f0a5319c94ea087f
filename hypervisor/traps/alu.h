// SPDX-License-Identifier: MIT
/* What arithmetic instructions give and do to the flags (Intel SDM volume 1, section 3.4.3). Pure. */
#ifndef RINGLET_TRAPS_ALU_H
#define RINGLET_TRAPS_ALU_H

#include "core/types.h"

/* In the order of their opcodes: bits 5..3 of the one-byte forms, the reg field of group 1. */
enum alu_operation { ALU_ADD, ALU_OR, ALU_ADC, ALU_SBB, ALU_AND, ALU_SUB, ALU_XOR, ALU_CMP };

/* a op b for operands of 1, 2 or 4 bytes. Changes CF, PF, AF, ZF, SF and OF in *flags; ADC and SBB use CF. */
uint32_t alu(enum alu_operation op, uint32_t a, uint32_t b, unsigned bytes, uint64_t *flags);

/* INC and DEC: as adding and subtracting 1, but CF stays. */
uint32_t alu_increment(uint32_t a, unsigned bytes, uint64_t *flags);
uint32_t alu_decrement(uint32_t a, unsigned bytes, uint64_t *flags);

#endif
