/* SPDX-License-Identifier: MIT */
#include <guestkit/time.h>
#include <lwip/sys.h>

u32_t sys_now(void)
{
    return (u32_t)(time_now() / TIME_MILLISECOND);
}

/*
 * xorshift64* over a state that the processor's counter stirs at every call. A PV guest has no better source that every
 * machine is sure to have; it is good enough against blind guessing, and no secret depends on it.
 */
uint32_t lwip_port_random(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15ull;

    state ^= __builtin_ia32_rdtsc() | 1;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * 0x2545f4914f6cdd1dull >> 32);
}
