/* SPDX-License-Identifier: MIT */
/* Marsaglia's xorshift: good enough to be surprising, and the same from the same seed. */
#include "storm.h"

static uint64_t state = 1;

void chance_seed(uint64_t seed)
{
    state = seed ? seed : 1;
}

uint32_t chance_word(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

uint32_t chance(uint32_t below)
{
    return chance_word() % below;
}
