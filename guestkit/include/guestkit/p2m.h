/* SPDX-License-Identifier: MIT */
/*
 * Which machine frame stands behind which pseudo-physical one, both ways. Needs `hypercall`; `traps`, loaded, before
 * mfn_to_pfn() is asked about frames that may not be RAM.
 *
 * A guest numbers its memory 0 to p2m_size - 1 (pseudo-physical frame numbers, pfn). The phys-to-machine
 * list that start_info brings gives the machine frame number (mfn) of each, or P2M_NONE for one that was
 * given back. The machine-to-phys table that the hypervisor maps read-only goes the other way. All frame
 * numbers are of 4 KiB pages and fit 32 bits however much memory there is; addresses made of them do not.
 *
 * The first p2m_identity frames are mapped linearly: pfn at virt_base + pfn * 4096.
 */
#ifndef GUESTKIT_P2M_H
#define GUESTKIT_P2M_H

#include <abi/guest.h>
#include <guestkit/page_size.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define P2M_NONE 0xffffffffu

extern uint32_t *p2m_list;
extern uint32_t p2m_size;
extern uint32_t p2m_identity; /* page_tables_init() and frames extend it */

/* Address of pfn 0, from the linker script; the VIRT_BASE note carries the same. */
extern char virt_base[];

/* Take the list from start_info. Call once, before anything else here. */
void p2m_init(const start_info_t *info);
/* After a resume: the toolstack has filled the same list with other frames, the machine-to-phys table has moved. */
void p2m_resume(void);

/* P2M_NONE when there is no such frame, or it is not ours (foreign, device memory). */
uint32_t pfn_to_mfn(uint32_t pfn);
uint32_t mfn_to_pfn(uint32_t mfn);

/* Record that pfn is now backed by mfn (or by nothing). Does not change any mapping. */
void p2m_set(uint32_t pfn, uint32_t mfn);

/* For linearly mapped memory only. */
static inline bool p2m_is_linear(uint32_t pfn)
{
    return pfn < p2m_identity;
}

static inline void *pfn_to_address(uint32_t pfn)
{
    return virt_base + pfn * PAGE_BYTES;
}

static inline uint32_t address_to_pfn(const volatile void *address)
{
    return (uint32_t)((uintptr_t)address - (uintptr_t)virt_base) / PAGE_BYTES;
}

static inline uint32_t address_to_mfn(const volatile void *address)
{
    return pfn_to_mfn(address_to_pfn(address));
}

#endif
