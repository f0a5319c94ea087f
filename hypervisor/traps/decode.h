// SPDX-License-Identifier: MIT
/*
 * A decoder for the instructions ring 0 emulates. It finds every instruction's length and operands' form, of 16- and
 * 32-bit code, and knows nothing of what they do. Pure: bytes and registers in, a structure out.
 */
#ifndef RINGLET_TRAPS_DECODE_H
#define RINGLET_TRAPS_DECODE_H

#include "core/regs.h"
#include "core/types.h"

#define INSTRUCTION_MAX 15u /* bytes; Intel SDM volume 2, section 2.3.11 */

enum segment_register { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_DEFAULT };

/* Opcode maps: opcode is map << 8 | byte. */
#define MAP_ONE 0x000u /* xx */
#define MAP_TWO 0x100u /* 0F xx */
#define MAP_38 0x200u  /* 0F 38 xx */
#define MAP_3A 0x300u  /* 0F 3A xx */
#define OP2(byte) (MAP_TWO | (byte))

struct instruction {
    uint16_t opcode;
    uint8_t length;
    uint8_t operand_size; /* 2 or 4 */
    uint8_t address_size; /* 2 or 4 */
    uint8_t segment;      /* enum segment_register: override prefix, or SEG_DEFAULT */
    bool lock;
    uint8_t repeat; /* 0, 0xf2 or 0xf3 */
    bool has_modrm;
    uint8_t mod, reg, rm;    /* valid with has_modrm */
    uint8_t scale;           /* log2 of the index's factor */
    int8_t base, index;      /* register numbers of a memory operand (mod < 3); -1: none */
    uint32_t displacement;   /* of the memory operand, sign-extended to the address size */
    uint32_t immediate;      /* zero-extended; an 8-bit one as it stands */
    uint16_t far_selector;   /* of a direct far call or jump */
    uint8_t immediate_bytes; /* 0 when there is none */
};

enum decode_result {
    DECODED,
    DECODE_MORE,   /* the bytes given end inside the instruction */
    DECODE_INVALID /* longer than 15 bytes, VEX-coded, or an opcode the processor does not know */
};

/* `code32`: the code segment's D bit. `n` is at most INSTRUCTION_MAX. */
enum decode_result decode_instruction(struct instruction *in, const uint8_t *bytes, unsigned n, bool code32);

/*
 * The short way for what a kernel's privileged instructions mostly are, in 32-bit code: 0F, no prefix, and no operand or
 * a control or debug register. False when it is something else, with *in undefined.
 */
bool decode_system(struct instruction *in, const uint8_t bytes[3]);

/* A general register by its number in an instruction: eax ecx edx ebx esp ebp esi edi. */
uint32_t register_read(const struct cpu_regs *regs, unsigned number);
/* Writes `size` low bytes (2 or 4) of it. */
void register_write(struct cpu_regs *regs, unsigned number, unsigned size, uint32_t value);
/* The same for byte registers: al cl dl bl ah ch dh bh. */
uint8_t register_read8(const struct cpu_regs *regs, unsigned number);

/* Offset of the memory operand within its segment, for mod < 3. */
uint32_t operand_offset(const struct instruction *in, const struct cpu_regs *regs);
/* The segment it is in: the override, or SS for EBP- and ESP-based addresses, or DS. */
enum segment_register operand_segment(const struct instruction *in);

#endif
