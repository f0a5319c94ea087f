/* SPDX-License-Identifier: MIT */
/*
 * The two ways into the hypervisor. Needs only `hypercall_page` (an object of the kit, or the
 * port's own). The typed stubs, one a hypercall, are in <guestkit/stubs.h>.
 *
 * A call clobbers no register but EAX as far as the ABI's implementations go, but one that is
 * restarted may come back with its argument registers changed: they count as overwritten.
 * The result is what the call's contract says; a refusal is a negative errno of <abi/errno.h>.
 */
#ifndef GUESTKIT_HYPERCALL_H
#define GUESTKIT_HYPERCALL_H

#include <stdint.h>

/* 32 bytes a hypercall, filled in by the domain builder as the HYPERCALL_PAGE note asks. */
extern char hypercall_page[4096];

/* Call `number` (0 to 127) with up to five arguments through the hypercall page. */
static inline int32_t hypercall(uint32_t number, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4,
                                uint32_t a5)
{
    uint32_t result = (uint32_t)hypercall_page + number * 32;

    __asm__ volatile("call *%%eax"
                     : "+a"(result), "+b"(a1), "+c"(a2), "+d"(a3), "+S"(a4), "+D"(a5)
                     :
                     : "memory", "cc");
    return (int32_t)result;
}

/* The same by INT 82h: any number, and no page needed. Only ring 1 gets a hypercall this way. */
static inline int32_t hypercall_int82(uint32_t number, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4,
                                      uint32_t a5)
{
    uint32_t result = number;

    __asm__ volatile("int $0x82"
                     : "+a"(result), "+b"(a1), "+c"(a2), "+d"(a3), "+S"(a4), "+D"(a5)
                     :
                     : "memory", "cc");
    return (int32_t)result;
}

/* Structures hold guest pointers as 32-bit numbers. */
static inline uint32_t hypercall_address(const volatile void *pointer)
{
    return (uint32_t)pointer;
}

#endif
