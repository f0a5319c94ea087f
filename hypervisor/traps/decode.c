// SPDX-License-Identifier: MIT
/*
 * Instruction format, Intel SDM volume 2, chapter 2 and appendix A: prefixes, opcode of one to three bytes, ModRM, SIB,
 * displacement, immediate. One attribute a opcode says what follows it; the tables below are those of appendix A for
 * 16- and 32-bit code.
 */
#include "traps/decode.h"

#include "core/string.h"

enum attribute {
    NO = 0,  /* nothing follows */
    M = 1,   /* ModRM */
    B = 2,   /* 8-bit immediate */
    W = 4,   /* 16-bit immediate */
    Z = 8,   /* immediate of the operand size */
    O = 16,  /* offset of the address size (MOV AL, moffs) */
    F = 32,  /* far pointer: offset of the operand size, 16-bit selector */
    P = 64,  /* prefix */
    X = 128, /* not an instruction */
    MB = M | B,
    MZ = M | Z,
    BW = B | W, /* ENTER */
};

static const uint8_t one_byte[256] = {
    /*       0   1   2   3   4   5   6   7   8   9   a   b   c   d   e   f */
    /* 0 */ M,  M,  M,  M,  B,  Z,  NO, NO, M,  M,  M,  M,  B,  Z,  NO, NO,
    /* 1 */ M,  M,  M,  M,  B,  Z,  NO, NO, M,  M,  M,  M,  B,  Z,  NO, NO,
    /* 2 */ M,  M,  M,  M,  B,  Z,  P,  NO, M,  M,  M,  M,  B,  Z,  P,  NO,
    /* 3 */ M,  M,  M,  M,  B,  Z,  P,  NO, M,  M,  M,  M,  B,  Z,  P,  NO,
    /* 4 */ NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    /* 5 */ NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    /* 6 */ NO, NO, M,  M,  P,  P,  P,  P,  Z,  MZ, B,  MB, NO, NO, NO, NO,
    /* 7 */ B,  B,  B,  B,  B,  B,  B,  B,  B,  B,  B,  B,  B,  B,  B,  B,
    /* 8 */ MB, MZ, MB, MB, M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* 9 */ NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, F,  NO, NO, NO, NO, NO,
    /* a */ O,  O,  O,  O,  NO, NO, NO, NO, B,  Z,  NO, NO, NO, NO, NO, NO,
    /* b */ B,  B,  B,  B,  B,  B,  B,  B,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,
    /* c */ MB, MB, W,  NO, M,  M,  MB, MZ, BW, NO, W,  NO, NO, B,  NO, NO,
    /* d */ M,  M,  M,  M,  B,  B,  NO, NO, M,  M,  M,  M,  M,  M,  M,  M,
    /* e */ B,  B,  B,  B,  B,  B,  B,  B,  Z,  Z,  F,  B,  NO, NO, NO, NO,
    /* f */ P,  NO, P,  P,  NO, NO, M,  M,  NO, NO, NO, NO, NO, NO, M,  M,
};

static const uint8_t two_byte[256] = {
    /*       0   1   2   3   4   5   6   7   8   9   a   b   c   d   e   f */
    /* 0 */ M,  M,  M,  M,  X,  NO, NO, NO, NO, NO, X,  NO, X,  M,  NO, MB,
    /* 1 */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* 2 */ M,  M,  M,  M,  X,  X,  X,  X,  M,  M,  M,  M,  M,  M,  M,  M,
    /* 3 */ NO, NO, NO, NO, NO, NO, X,  NO, X,  X,  X,  X,  X,  X,  X,  X,
    /* 4 */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* 5 */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* 6 */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* 7 */ MB, MB, MB, MB, M,  M,  M,  NO, M,  M,  X,  X,  M,  M,  M,  M,
    /* 8 */ Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,  Z,
    /* 9 */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* a */ NO, NO, NO, M,  MB, M,  X,  X,  NO, NO, NO, M,  MB, M,  M,  M,
    /* b */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  MB, M,  M,  M,  M,  M,
    /* c */ M,  M,  MB, M,  MB, MB, MB, M,  NO, NO, NO, NO, NO, NO, NO, NO,
    /* d */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* e */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
    /* f */ M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,  M,
};

/* The bytes of one instruction, as far as they are read. */
struct reader {
    const uint8_t *bytes;
    unsigned n, at;
};

/* The next `count` (1, 2 or 4) bytes as a little-endian number; false past the end. */
static bool take(struct reader *r, unsigned count, uint32_t *value)
{
    const uint8_t *from = r->bytes + r->at;
    uint16_t half;

    if (unlikely(r->n - r->at < count))
        return false;
    if (count == 1) {
        *value = *from;
    } else if (count == 2) {
        memcpy(&half, from, sizeof(half));
        *value = half;
    } else {
        memcpy(value, from, sizeof(*value));
    }
    r->at += count;
    return true;
}

static uint32_t sign_extend(uint32_t value, unsigned bytes)
{
    return bytes == 1 ? (uint32_t)(int8_t)value : bytes == 2 ? (uint32_t)(int16_t)value : value;
}

static void prefix(struct instruction *in, uint8_t byte, bool code32)
{
    switch (byte) {
    case 0x26: in->segment = SEG_ES; break;
    case 0x2e: in->segment = SEG_CS; break;
    case 0x36: in->segment = SEG_SS; break;
    case 0x3e: in->segment = SEG_DS; break;
    case 0x64: in->segment = SEG_FS; break;
    case 0x65: in->segment = SEG_GS; break;
    case 0x66: in->operand_size = code32 ? 2 : 4; break;
    case 0x67: in->address_size = code32 ? 2 : 4; break;
    case 0xf0: in->lock = true; break;
    default: in->repeat = byte;
    }
}

/* Prefixes and opcode; its attributes in *attributes. */
static bool take_opcode(struct instruction *in, struct reader *r, bool code32, uint8_t *attributes)
{
    uint32_t byte;

    for (;;) {
        if (!take(r, 1, &byte))
            return false;
        if (!(one_byte[byte] & P))
            break;
        prefix(in, (uint8_t)byte, code32);
    }
    in->opcode = (uint16_t)byte;
    *attributes = one_byte[byte];
    if (byte != 0x0f)
        return true;
    if (!take(r, 1, &byte))
        return false;
    in->opcode = (uint16_t)(MAP_TWO | byte);
    *attributes = two_byte[byte];
    if (byte != 0x38 && byte != 0x3a)
        return true;
    in->opcode = byte == 0x38 ? MAP_38 : MAP_3A;
    *attributes = byte == 0x38 ? M : MB;
    if (!take(r, 1, &byte))
        return false;
    in->opcode |= (uint16_t)byte;
    return true;
}

/* 16-bit addressing: Intel SDM volume 2, table 2-1. */
static bool take_memory16(struct instruction *in, struct reader *r)
{
    static const int8_t base[8] = {3, 3, 5, 5, 6, 7, 5, 3}, index[8] = {6, 7, 6, 7, -1, -1, -1, -1};
    unsigned bytes = in->mod == 0 ? 0 : in->mod;

    in->base = base[in->rm];
    in->index = index[in->rm];
    if (in->mod == 0 && in->rm == 6) {
        in->base = -1;
        bytes = 2;
    }
    if (bytes && !take(r, bytes, &in->displacement))
        return false;
    in->displacement = sign_extend(in->displacement, bytes);
    return true;
}

/* 32-bit addressing: tables 2-2 and 2-3. */
static bool take_memory32(struct instruction *in, struct reader *r)
{
    unsigned bytes = in->mod == 1 ? 1 : in->mod == 2 ? 4 : 0;
    uint32_t sib;

    in->base = (int8_t)in->rm;
    if (in->rm == 4) {
        if (!take(r, 1, &sib))
            return false;
        in->scale = (uint8_t)(sib >> 6);
        in->index = (sib >> 3 & 7) == 4 ? -1 : (int8_t)(sib >> 3 & 7);
        in->base = sib & 7;
    }
    if (in->mod == 0 && in->base == 5) {
        in->base = -1;
        bytes = 4;
    }
    if (bytes && !take(r, bytes, &in->displacement))
        return false;
    in->displacement = sign_extend(in->displacement, bytes);
    return true;
}

/* MOV to and from control and debug registers ignores mod: its operand is always a register. */
static bool register_form_only(uint16_t opcode)
{
    return opcode >= OP2(0x20) && opcode <= OP2(0x23);
}

static bool take_modrm(struct instruction *in, struct reader *r)
{
    uint32_t modrm;

    if (!take(r, 1, &modrm))
        return false;
    in->has_modrm = true;
    in->mod = register_form_only(in->opcode) ? 3 : (uint8_t)(modrm >> 6);
    in->reg = modrm >> 3 & 7;
    in->rm = modrm & 7;
    if (in->mod == 3)
        return true;
    return in->address_size == 2 ? take_memory16(in, r) : take_memory32(in, r);
}

/* TEST (F6 and F7 with reg 0 or 1) alone of its group has an immediate. */
static uint8_t group_attributes(const struct instruction *in, uint8_t attributes)
{
    if (likely((in->opcode | 1) != 0xf7) || in->reg > 1)
        return attributes;
    return attributes | (in->opcode == 0xf6 ? B : Z);
}

static bool take_immediate(struct instruction *in, struct reader *r, uint8_t attributes)
{
    uint32_t value;

    if (attributes & O) {
        in->base = in->index = -1;
        return take(r, in->address_size, &in->displacement);
    }
    if (attributes & F) {
        in->immediate_bytes = in->operand_size;
        if (!take(r, in->operand_size, &in->immediate) || !take(r, 2, &value))
            return false;
        in->far_selector = (uint16_t)value;
        return true;
    }
    if (attributes & W) {
        in->immediate_bytes = 2;
        if (!take(r, 2, &in->immediate))
            return false;
        return !(attributes & B) || take(r, 1, &value); /* ENTER's second one is of no interest */
    }
    in->immediate_bytes = attributes & B ? 1 : attributes & Z ? in->operand_size : 0;
    return !in->immediate_bytes || take(r, in->immediate_bytes, &in->immediate);
}

/* LDS, LES and BOUND take memory only; with a register they are VEX and EVEX prefixes. POP with reg not 0 is XOP. */
static bool vex_coded(const struct instruction *in)
{
    if (in->opcode == 0x8f)
        return in->reg != 0;
    return in->mod == 3 && (in->opcode == 0xc4 || in->opcode == 0xc5 || in->opcode == 0x62);
}

bool decode_system(struct instruction *in, const uint8_t bytes[3])
{
    if (bytes[0] != 0x0f)
        return false;
    *in = (struct instruction){.opcode = (uint16_t)OP2(bytes[1]),
                               .length = 2,
                               .operand_size = 4,
                               .address_size = 4,
                               .segment = SEG_DEFAULT,
                               .base = -1,
                               .index = -1};
    if (two_byte[bytes[1]] == NO)
        return true;
    in->length = 3;
    in->has_modrm = true;
    in->mod = 3;
    in->reg = bytes[2] >> 3 & 7;
    in->rm = bytes[2] & 7;
    return register_form_only(in->opcode);
}

enum decode_result decode_instruction(struct instruction *in, const uint8_t *bytes, unsigned n, bool code32)
{
    struct reader r = {bytes, MIN(n, INSTRUCTION_MAX), 0};
    enum decode_result ended = n >= INSTRUCTION_MAX ? DECODE_INVALID : DECODE_MORE;
    uint8_t attributes;

    *in = (struct instruction){.operand_size = code32 ? 4 : 2,
                               .address_size = code32 ? 4 : 2,
                               .segment = SEG_DEFAULT,
                               .base = -1,
                               .index = -1};
    if (!take_opcode(in, &r, code32, &attributes))
        return ended;
    if (attributes & X)
        return DECODE_INVALID;
    if (attributes & M) {
        if (!take_modrm(in, &r))
            return ended;
        if (vex_coded(in))
            return DECODE_INVALID;
        attributes = group_attributes(in, attributes);
    }
    if (attributes & ~M && !take_immediate(in, &r, attributes))
        return ended;
    in->length = (uint8_t)r.at;
    return DECODED;
}
