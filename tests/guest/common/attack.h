/* SPDX-License-Identifier: MIT */
/* What the attack tests share. Linked into every guest test; the linker drops what one does not use. */
#ifndef TESTS_GUEST_ATTACK_H
#define TESTS_GUEST_ATTACK_H

#include <guestkit/test.h>

/* Flags of a table's page as table_alloc() leaves it, and of memory. */
#define ENTRY_FLAGS_UNCOUNTED (PTE_ACCESSED | PTE_DIRTY)

/*
 * `entry` must be refused at `address`, which has an L1 table, by every call that writes L1 entries: with this errno and
 * this reason, and the entry that was there must still be there.
 */
#define expect_map_refused(address, entry, error, reason)                                                    \
    attack_map_refused((address), (entry), (error), (reason), __FILE__, __LINE__)
void attack_map_refused(const volatile void *address, pte_t entry, int error, uint32_t reason,
                        const char *file, int line);

/* Entry `index` of a table of any level must refuse `entry` in the same way. */
#define expect_entry_refused(table_mfn, index, entry, error, reason)                                         \
    attack_entry_refused((table_mfn), (index), (entry), (error), (reason), __FILE__, __LINE__)
void attack_entry_refused(uint32_t table_mfn, unsigned int index, pte_t entry, int error, uint32_t reason,
                          const char *file, int line);

/* Pinning must be refused so, and leave the frame as it was: not pinned. */
#define expect_pin_refused(mfn, level, error, reason)                                                        \
    attack_pin_refused((mfn), (level), (error), (reason), __FILE__, __LINE__)
void attack_pin_refused(uint32_t mfn, unsigned int level, int error, uint32_t reason, const char *file,
                        int line);

/* A call that must be refused with an errno and a reason. */
#define expect_refused(call, error, reason)                                                                  \
    do {                                                                                                     \
        expect_errno((call), (error));                                                                       \
        expect_reason(reason);                                                                               \
    } while (0)

/* The frames that the guest's own list says it owns; for telling other frames. */
bool frame_is_own(uint32_t mfn);

/* ---- descriptors (common/descriptors.c). Needs frames_init() before. */

#define DESCRIPTOR_CODE 0x00cf9b000000ffffull /* flat, 32-bit, present, ring 0 */
#define DESCRIPTOR_DATA 0x00cf93000000ffffull
#define DESCRIPTOR_DPL(ring) ((uint64_t)(ring) << 45)
#define DESCRIPTOR_LONG (1ull << 53)
#define DESCRIPTOR_BASE(base) (((uint64_t)(base)&0xffffff) << 16 | (uint64_t)((uint32_t)(base) >> 24) << 56)

/* A page of 512 descriptors: `first` of them given, the rest not present. It is mapped read-only. Returns its mfn. */
uint32_t descriptors_page(const uint64_t *first, unsigned int count);
/* Its entry `index`. */
uint64_t descriptor_read(uint32_t page_mfn, unsigned int index);
/* Selector of entry `index` of the GDT. */
#define SELECTOR(index, ring) ((uint16_t)((index) << 3 | (ring)))
#define LDT_SELECTOR(index, ring) ((uint16_t)((index) << 3 | 4 | (ring)))
/* Loads ES, and puts it back. */
struct fault probe_load_es(uint16_t selector);

/*
 * Goes through the iret hypercall to whatever `frame` says; a trap from there is the result. It arrives on a stack of its
 * own when it comes from ring 2 or 3.
 */
struct fault probe_resume(struct trap_frame frame);

#endif
