/* SPDX-License-Identifier: MIT */
/*
 * First fit in a list of free blocks kept in order of address, so that neighbours are joined when one is freed.
 * The list grows by runs of pages and keeps them.
 */
#include <guestkit/frames.h>
#include <guestkit/heap.h>
#include <stdint.h>

#define GROW_PAGES 16u

struct block {
    size_t size; /* bytes, this header included; a multiple of UNIT */
    struct block *next;
    uint32_t padding[2]; /* what follows is 16-byte aligned */
};

#define UNIT sizeof(struct block)
_Static_assert(UNIT == 16, "blocks keep memory aligned");

static struct block *free_blocks;

static struct block *end_of(struct block *block)
{
    return (struct block *)((char *)block + block->size);
}

static void insert(struct block *block)
{
    struct block **link = &free_blocks;
    struct block *before = NULL;

    while (*link && *link < block) {
        before = *link;
        link = &before->next;
    }
    block->next = *link;
    *link = block;
    if (block->next && block->next == end_of(block)) {
        block->size += block->next->size;
        block->next = block->next->next;
    }
    if (before && end_of(before) == block) {
        before->size += block->size;
        before->next = block->next;
    }
}

static struct block *take(size_t size)
{
    for (struct block **link = &free_blocks; *link; link = &(*link)->next) {
        struct block *block = *link;
        if (block->size < size) {
            continue;
        }
        if (block->size == size) {
            *link = block->next;
        } else {
            /* The end goes, so that the list needs no change. */
            block->size -= size;
            block = end_of(block);
            block->size = size;
        }
        return block;
    }
    return NULL;
}

void *heap_alloc(size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    size = (size + 2 * UNIT - 1) / UNIT * UNIT;
    struct block *block = take(size);
    if (!block) {
        uint32_t pages = (uint32_t)(size + PAGE_BYTES - 1) / PAGE_BYTES;
        pages = pages < GROW_PAGES ? GROW_PAGES : pages;
        struct block *grown = pages_alloc(pages);
        if (!grown) {
            return NULL;
        }
        grown->size = pages * PAGE_BYTES;
        insert(grown);
        block = take(size);
    }
    return block + 1;
}

void heap_free(void *memory)
{
    if (memory) {
        insert((struct block *)memory - 1);
    }
}
