/* SPDX-License-Identifier: MIT */
/* The storm: hypercalls with random arguments, shaped by the grammar in abi/hypercalls.def. */
#ifndef STORM_H
#define STORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an argument register holds. */
enum kind { KIND_NO, KIND_WORD, KIND_WIDE, KIND_POINTER };

#define STORM_ARGUMENTS 6

/* One call, or one command of a call. */
struct shape {
    uint32_t call;
    uint32_t command;
    bool has_command;
    uint8_t kinds[STORM_ARGUMENTS];
};

/* ---- grammar.c */

size_t shapes_count(void);
const struct shape *shape_at(size_t index);

/* ---- chance.c */

void chance_seed(uint64_t seed);
uint32_t chance(uint32_t below);
uint32_t chance_word(void);

/* ---- arguments.c */

/* Take the memory that the storm may ruin. Everything else of the guest is kept out of its reach. */
void arguments_init(void);
/* Fill the structures that pointers point to: any words, or what mmu_update and mmuext_op take. */
void arguments_fill(uint32_t call);
/* A word as an argument or field might hold it: small numbers, frames and addresses that may be ruined, and any. */
uint32_t arguments_word(void);
/* Where an argument that is a pointer points: mostly at the filled structures, at times at what must be refused. */
uint32_t arguments_pointer(void);
/* A few words in registers for `shape`; returns how many. */
unsigned int arguments_make(const struct shape *shape, uint32_t words[8]);
/* One write to something that is, or may be, a page table. */
void arguments_trapped_write(void);

#endif
