/* SPDX-License-Identifier: MIT */
/*
 * Address spaces, and mappings whose tables are made on demand. Needs `frames`, `page_tables`.
 *
 * The 4 GiB fall into four slots of 1 GiB, one L3 entry each. An address space shares with the kernel's
 * whole slots of 0 to 2, as space_create() says: their tables are the very same. Slot 3 holds the
 * hypervisor's part and needs an L2 table of its own in every space; the kernel's mappings in it are kept the
 * same in all spaces. The slots not shared are the space's alone.
 *
 * Functions return 0 or a negative errno. Addresses are rounded down to a page.
 */
#ifndef GUESTKIT_SPACES_H
#define GUESTKIT_SPACES_H

#include <guestkit/page_tables.h>

struct space {
    uint32_t root_mfn; /* pinned L3 */
    uint32_t l2_slot3; /* its L2 of slot 3 */
    unsigned int shared_slots;
    struct space *next;
};

/* The space the domain started in. Every other one shares slots with it. */
extern struct space space_kernel;

/* Call once, after frames_init(). */
void spaces_init(void);

/* `shared_slots`: bit n set, slot n (0 to 2) is the kernel's. The code that runs must be in a shared slot, or slot 3. */
int space_create(struct space *space, unsigned int shared_slots);
/* Free its tables. The frames mapped in them are the caller's. -EBUSY while it is the current one. */
int space_destroy(struct space *space);
/* Load it on this vCPU. */
int space_switch(const struct space *space);

/*
 * Map one page: any entry (0 unmaps). A kernel address may be given with any space. The caller flushes (tlb_flush_page) when
 * a present entry of the current space was replaced; page_set() does both at once where a table exists.
 */
int space_map(struct space *space, const volatile void *address, pte_t entry);
/* L1 entry of an address in any space; 0 when there is none. */
pte_t space_entry(const struct space *space, const volatile void *address);

/* For suspend_register(), by ports that use both parts: keeps the tables' frame numbers right. Needs `suspend`. */
struct suspend_hook;
extern struct suspend_hook spaces_suspend_hook;

#endif
