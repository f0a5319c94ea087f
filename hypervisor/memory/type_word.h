// SPDX-License-Identifier: MIT
/*
 * The word that says what a frame is used as (struct frame.type):
 *
 *     63..60  enum frame_type
 *     36      locked: one processor changes entries of this L1; it stays one meanwhile
 *     35      dying: the last use has gone, its entries are being released
 *     34      partial: validation stopped half-way and can go on
 *     33      busy: one processor is validating or releasing its entries now
 *     32      validated: uses may be added by counting alone
 *     31..0   uses (the type count)
 *
 * and bit 59: pinned, which is one of the uses.
 */
#ifndef RINGLET_MEMORY_TYPE_WORD_H
#define RINGLET_MEMORY_TYPE_WORD_H

#include "core/types.h"

#include "memory/frame_type.h"

#define TYPE_SHIFT 60
#define TYPE_PINNED (1ull << 59)
#define TYPE_LOCKED (1ull << 36)
#define TYPE_DYING (1ull << 35)
#define TYPE_PARTIAL (1ull << 34)
#define TYPE_BUSY (1ull << 33)
#define TYPE_VALIDATED (1ull << 32)
#define TYPE_STATES (TYPE_LOCKED | TYPE_DYING | TYPE_PARTIAL | TYPE_BUSY | TYPE_VALIDATED)
#define TYPE_USES 0xffffffffull
#define TYPE_USES_MAX 0x80000000u /* no more uses than this, as REFS_MAX */

static inline uint64_t type_word(enum frame_type type, uint32_t uses)
{
    return (uint64_t)type << TYPE_SHIFT | uses;
}

static inline enum frame_type type_of(uint64_t word)
{
    return (enum frame_type)(word >> TYPE_SHIFT);
}

static inline uint32_t type_uses(uint64_t word)
{
    return (uint32_t)word;
}

#endif
