// SPDX-License-Identifier: MIT
#include "foreign.h"

#include <stdbool.h>
#include <stddef.h>

#include <guestkit/hypercall.h>
#include <guestkit/page_tables.h>
#include <guestkit/spaces.h>

/* Addresses behind those of the heap, one L1 table each. */
#define WINDOW_START 0x90000000u
#define PLACES_START 0x90200000u
#define PLACES 512u
#define BATCH 128u

static uint32_t window_table, places_table;
static uint32_t window_used;
static bool taken[PLACES];

static int make_table(uint32_t address, uint32_t *table)
{
    int error = space_map(&space_kernel, (void *)address, 0);

    *table = page_table((void *)address, 1);
    return error;
}

int foreign_init(void)
{
    int error = make_table(WINDOW_START, &window_table);

    return error ? error : make_table(PLACES_START, &places_table);
}

/* Entries of one of our tables, to frames of `domid` or (mfns NULL) to nothing. */
static int set_entries(uint32_t table, uint32_t first, domid_t domid, const uint32_t *mfns, uint32_t count)
{
    static struct mmu_update updates[BATCH];
    int error = 0;

    for (uint32_t done = 0; done < count && !error;) {
        uint32_t n = 0;

        for (; n < BATCH && done < count; n++, done++)
            updates[n] = (struct mmu_update){.ptr = table_entry_machine(table, first + done),
                                             .val = mfns ? pte_make(mfns[done], PTE_DATA) : 0};
        error = hypercall(__HYPERVISOR_mmu_update, hypercall_address(updates), n, 0, domid, 0);
    }
    return error;
}

void *foreign_map(domid_t domid, uint32_t mfn)
{
    for (uint32_t i = 0; i < PLACES; i++)
        if (!taken[i]) {
            if (set_entries(places_table, i, domid, &mfn, 1))
                return NULL;
            taken[i] = true;
            return (void *)(PLACES_START + i * PAGE_BYTES);
        }
    return NULL;
}

void foreign_unmap(void *address)
{
    uint32_t i = ((uint32_t)address - PLACES_START) / PAGE_BYTES;

    set_entries(places_table, i, DOMID_SELF, NULL, 1);
    tlb_flush_page(address);
    taken[i] = false;
}

void *foreign_window(domid_t domid, const uint32_t *mfns, uint32_t count)
{
    foreign_window_close();
    window_used = count;
    if (!set_entries(window_table, 0, domid, mfns, count))
        return (void *)WINDOW_START;
    foreign_window_close();
    return NULL;
}

void foreign_window_close(void)
{
    set_entries(window_table, 0, DOMID_SELF, NULL, window_used);
    tlb_flush();
    window_used = 0;
}
