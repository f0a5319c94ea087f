/* SPDX-License-Identifier: MIT */
#include <guestkit/areas.h>
#include <guestkit/hypercall.h>
#include <guestkit/page_tables.h>
#include <guestkit/spaces.h>

#define TABLE_PAGES 512u
#define TABLES (AREAS_PAGES / TABLE_PAGES)
#define WORD_BITS 32u
#define BATCH 64u /* updates of 16 bytes, on the stack */

/* One bit a page, set when it is taken; and the L1 tables made so far, 0 for none. */
static uint32_t taken[AREAS_PAGES / WORD_BITS];
static uint32_t tables[TABLES];
static uint32_t lowest_free; /* no page below is free */

static void *address_of(uint32_t page)
{
    return (void *)(AREAS_START + page * PAGE_BYTES);
}

static uint32_t page_of(const void *address)
{
    return ((uint32_t)address - AREAS_START) / PAGE_BYTES;
}

static bool is_taken(uint32_t page)
{
    return taken[page / WORD_BITS] >> page % WORD_BITS & 1;
}

static void mark(uint32_t first, uint32_t pages, bool take)
{
    for (uint32_t page = first; page < first + pages; page++) {
        uint32_t bit = 1u << page % WORD_BITS;
        uint32_t *word = &taken[page / WORD_BITS];

        *word = take ? *word | bit : *word & ~bit;
    }
}

/* Full words are passed over whole. */
static uint32_t next_free(uint32_t page)
{
    while (page < AREAS_PAGES && is_taken(page)) {
        page = taken[page / WORD_BITS] == 0xffffffff ? (page / WORD_BITS + 1) * WORD_BITS : page + 1;
    }
    return page;
}

static uint32_t find_run(uint32_t pages)
{
    uint32_t first = lowest_free = next_free(lowest_free);

    while (first + pages <= AREAS_PAGES) {
        uint32_t length = 1;

        while (length < pages && !is_taken(first + length)) {
            length++;
        }
        if (length == pages) {
            return first;
        }
        first = next_free(first + length);
    }
    return AREAS_PAGES;
}

static int make_tables(uint32_t first, uint32_t pages)
{
    for (uint32_t table = first / TABLE_PAGES; table <= (first + pages - 1) / TABLE_PAGES; table++) {
        void *address = address_of(table * TABLE_PAGES);

        if (!tables[table]) {
            int error = space_map(&space_kernel, address, 0);
            if (error) {
                return error;
            }
            tables[table] = page_table_in(space_kernel.root_mfn, address, 1);
        }
    }
    return 0;
}

void *area_alloc(uint32_t pages)
{
    uint32_t first = pages && pages <= AREAS_PAGES ? find_run(pages) : AREAS_PAGES;

    if (first == AREAS_PAGES || make_tables(first, pages)) {
        return NULL;
    }
    mark(first, pages, true);
    return address_of(first);
}

void area_free(void *address, uint32_t pages)
{
    uint32_t first = page_of(address);

    mark(first, pages, false);
    if (first < lowest_free) {
        lowest_free = first;
    }
}

/* Entries of [first, first + pages): frames of `domain`, or (mfns NULL) nothing. *done of them are changed. */
static int set_entries(uint32_t first, uint32_t pages, domid_t domain, const uint32_t *mfns, uint64_t flags,
                       uint32_t *done)
{
    int error = 0;

    for (*done = 0; *done < pages && !error;) {
        struct mmu_update updates[BATCH];
        uint32_t count = 0, changed = 0;

        for (; count < BATCH && *done + count < pages; count++) {
            uint32_t page = first + *done + count;

            updates[count] = (struct mmu_update){
                .ptr = table_entry_machine(tables[page / TABLE_PAGES], page % TABLE_PAGES),
                .val = mfns ? pte_make(mfns[*done + count], flags) : 0,
            };
        }
        error = hypercall(__HYPERVISOR_mmu_update, hypercall_address(updates), count,
                          hypercall_address(&changed), domain, 0);
        *done += changed;
    }
    return error;
}

int area_map(void *address, domid_t domain, const uint32_t *mfns, uint32_t pages, uint64_t flags)
{
    uint32_t mapped;
    int error = set_entries(page_of(address), pages, domain, mfns, flags, &mapped);

    if (error) {
        area_unmap(address, mapped);
    }
    return error;
}

int area_unmap(void *address, uint32_t pages)
{
    uint32_t unmapped;
    int error = set_entries(page_of(address), pages, DOMID_SELF, NULL, 0, &unmapped);
    int flush_error = tlb_flush();

    return error ? error : flush_error;
}
