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

#endif
