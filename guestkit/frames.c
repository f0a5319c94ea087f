/* SPDX-License-Identifier: MIT */
#include <guestkit/frames.h>
#include <guestkit/page_tables.h>
#include <guestkit/string.h>
#include <guestkit/window.h>

#define TABLE_ENTRIES 512u
#define WORD_BITS 32u

/* One bit a frame, set when it is free. 192 KiB for 6 GiB: it lies in the boot region's padding. */
static uint32_t *free_map;
static uint32_t free_count;
static uint32_t lowest_hint;  /* no frame below is free */
static uint32_t highest_hint; /* no frame from here on is free */

int (*frames_linear_grown)(const void *address, pte_t l2_entry);

static bool is_free(uint32_t pfn)
{
    return free_map[pfn / WORD_BITS] >> pfn % WORD_BITS & 1;
}

static void mark_free(uint32_t pfn)
{
    free_map[pfn / WORD_BITS] |= 1u << pfn % WORD_BITS;
    free_count++;
    if (pfn < lowest_hint) {
        lowest_hint = pfn;
    }
    if (pfn >= highest_hint) {
        highest_hint = pfn + 1;
    }
}

static void mark_used(uint32_t pfn)
{
    free_map[pfn / WORD_BITS] &= ~(1u << pfn % WORD_BITS);
    free_count--;
}

uint32_t frames_free_count(void)
{
    return free_count;
}

bool frame_claim(uint32_t pfn)
{
    if (pfn >= p2m_size || !is_free(pfn)) {
        return false;
    }
    mark_used(pfn);
    return true;
}

static uint32_t first_free_from(uint32_t pfn, uint32_t limit)
{
    while (pfn < limit) {
        uint32_t word = free_map[pfn / WORD_BITS] >> pfn % WORD_BITS;
        if (word) {
            pfn += (uint32_t)__builtin_ctz(word);
            return pfn < limit ? pfn : limit;
        }
        pfn = (pfn / WORD_BITS + 1) * WORD_BITS;
    }
    return limit;
}

/* ---- the linear map */

static pte_t linear_entry(uint32_t pfn)
{
    uint32_t mfn = pfn_to_mfn(pfn);

    return mfn == P2M_NONE ? 0 : pte_make(mfn, PTE_DATA);
}

/* The L1 table exists: fill in the entries of [pfn, end). */
static int extend_in_table(uint32_t pfn, uint32_t end)
{
    struct page_batch batch = {.count = 0};

    for (; pfn < end; pfn++) {
        page_batch_add(&batch, page_entry_machine(pfn_to_address(pfn)), linear_entry(pfn));
    }
    return page_batch_send(&batch);
}

/*
 * A frame for the new table. One that is mapped already is made read-only now; when the map is full, one of
 * [pfn, end) is taken, which the new table itself will map read-only.
 */
static uint32_t take_table_frame(uint32_t pfn, uint32_t end)
{
    uint32_t frame = first_free_from(lowest_hint, p2m_identity);

    if (frame < p2m_identity) {
        if (page_protect(pfn_to_address(frame), PTE_READ)) {
            return P2M_NONE;
        }
    } else {
        frame = first_free_from(pfn, end);
        if (frame == end) {
            return P2M_NONE;
        }
    }
    mark_used(frame);
    return frame;
}

/* [pfn, end) is all that a new L1 table maps. It is filled while still an ordinary frame, then linked. */
static int extend_by_table(uint32_t pfn, uint32_t end)
{
    uint32_t frame = take_table_frame(pfn, end);
    uint32_t l2 = page_table(pfn_to_address(pfn), 2);

    if (frame == P2M_NONE || l2 == P2M_NONE) {
        return -XEN_ENOMEM;
    }
    uint32_t mfn = pfn_to_mfn(frame);
    pte_t *table = window_open(WINDOW_KIT, mfn, true);
    if (!table) {
        return -XEN_ENOMEM;
    }
    unsigned int first = page_index(pfn_to_address(pfn), 1);
    memset(table, 0, PAGE_BYTES);
    for (uint32_t at = pfn; at < end; at++) {
        table[first + at - pfn] = at == frame ? pte_make(mfn, PTE_READ) : linear_entry(at);
    }
    window_close(WINDOW_KIT);
    const void *address = pfn_to_address(pfn);
    pte_t entry = pte_make(mfn, PTE_TABLE);
    int error = table_write(table_entry_machine(l2, page_index(address, 2)), entry);
    if (!error && frames_linear_grown) {
        error = frames_linear_grown(address, entry);
    }
    return error;
}

/* Map on to the next boundary of an L1 table. */
static int extend_linear_map(void)
{
    uint32_t pfn = p2m_identity;
    uint32_t end = (pfn / TABLE_ENTRIES + 1) * TABLE_ENTRIES;

    if (end > p2m_size) {
        end = p2m_size;
    }
    bool table_exists = page_table(pfn_to_address(pfn), 1) != P2M_NONE;
    int error = table_exists ? extend_in_table(pfn, end) : extend_by_table(pfn, end);
    if (!error) {
        p2m_identity = end;
    }
    return error;
}

/* ---- allocation */

/* First of `count` free frames in a row below `limit`; `limit` when there is no such run. */
static uint32_t find_run(uint32_t count, uint32_t limit)
{
    uint32_t start = first_free_from(lowest_hint, limit);

    while (start < limit) {
        uint32_t length = 1;
        while (length < count && start + length < limit && is_free(start + length)) {
            length++;
        }
        if (length == count) {
            return start;
        }
        start = first_free_from(start + length, limit);
    }
    return limit;
}

void *pages_alloc(uint32_t count)
{
    uint32_t limit = p2m_size < FRAMES_LINEAR_LIMIT ? p2m_size : FRAMES_LINEAR_LIMIT;
    uint32_t start;

    if (limit < p2m_identity) {
        limit = p2m_identity;
    }
    if (!count) {
        return NULL;
    }
    /* Growing the map may take a frame of the run for a table: look again until none was taken. */
    for (;;) {
        start = find_run(count, limit);
        if (start == limit) {
            return NULL;
        }
        if (start + count <= p2m_identity) {
            break;
        }
        if (extend_linear_map()) {
            return NULL;
        }
    }
    for (uint32_t pfn = start; pfn < start + count; pfn++) {
        mark_used(pfn);
    }
    if (start == lowest_hint) {
        lowest_hint = start + count;
    }
    return pfn_to_address(start);
}

void pages_free(void *address, uint32_t count)
{
    uint32_t start = address_to_pfn(address);

    for (uint32_t pfn = start; pfn < start + count; pfn++) {
        mark_free(pfn);
    }
}

uint32_t frame_alloc(void)
{
    while (highest_hint > lowest_hint) {
        if (is_free(highest_hint - 1)) {
            mark_used(--highest_hint);
            return highest_hint;
        }
        highest_hint--;
    }
    return P2M_NONE;
}

void frame_free(uint32_t pfn)
{
    mark_free(pfn);
}

/* ---- page tables */

int table_seal(void *page)
{
    return page_protect(page, PTE_READ);
}

uint32_t table_alloc(void)
{
    void *page = pages_alloc(1);

    if (!page) {
        return P2M_NONE;
    }
    memset(page, 0, PAGE_BYTES);
    if (table_seal(page)) {
        pages_free(page, 1);
        return P2M_NONE;
    }
    return address_to_mfn(page);
}

int table_free(uint32_t mfn)
{
    uint32_t pfn = mfn_to_pfn(mfn);

    if (pfn == P2M_NONE || !p2m_is_linear(pfn)) {
        return -XEN_EINVAL;
    }
    int error = page_protect(pfn_to_address(pfn), PTE_DATA);
    if (!error) {
        mark_free(pfn);
    }
    return error;
}

/* ---- start */

/* The builder's parts end with the page tables and one page of boot stack. */
static uint32_t end_of_boot_parts(const start_info_t *info)
{
    return address_to_pfn((void *)info->pt_base) + info->nr_pt_frames + 1;
}

static void free_range(uint32_t pfn, uint32_t end)
{
    for (; pfn < end; pfn++) {
        if (pfn_to_mfn(pfn) != P2M_NONE) {
            mark_free(pfn);
        }
    }
}

/* A large module may be left unmapped, somewhere in memory: start_info then has its pfn. */
static void keep_unmapped_module(const start_info_t *info)
{
    if (!(info->flags & SIF_MOD_START_PFN)) {
        return;
    }
    for (uint32_t page = 0; page * PAGE_BYTES < info->mod_len; page++) {
        frame_claim(info->mod_start + page);
    }
}

int frames_init(const start_info_t *info)
{
    extern char image_start[];
    page_tables_init(info);
    uint32_t boot_end = end_of_boot_parts(info);
    uint32_t map_bytes = (p2m_size + WORD_BITS - 1) / WORD_BITS * 4;
    uint32_t map_end = boot_end + (map_bytes + PAGE_BYTES - 1) / PAGE_BYTES;

    if (map_end > p2m_identity) {
        return -XEN_ENOMEM;
    }
    free_map = pfn_to_address(boot_end);
    memset(free_map, 0, map_bytes);
    free_count = 0;
    lowest_hint = p2m_size;
    highest_hint = 0;
    free_range(1, address_to_pfn(image_start));
    free_range(map_end, p2m_size);
    keep_unmapped_module(info);
    return 0;
}
