// SPDX-License-Identifier: MIT
/*
 * Frames: who owns each page of RAM, how often it is referenced, and what it is used as. The rules stand at the
 * top of page_types.c.
 */
#ifndef RINGLET_MEMORY_FRAME_H
#define RINGLET_MEMORY_FRAME_H

#include "core/domain.h"
#include "core/types.h"
#include "machine/direct_map.h"

enum frame_type {
    TYPE_NONE,
    TYPE_L1,
    TYPE_L2,
    TYPE_L2_SHARED, /* the L2 of a PAE guest's slot 3, with the hypervisor's slots in it */
    TYPE_L3,
    TYPE_L4,
    TYPE_SEGMENT, /* GDT or LDT page */
    TYPE_WRITABLE,
};

/* Owners that are not domains. */
#define OWNER_NONE 0xffffu       /* free, or not RAM */
#define OWNER_HYPERVISOR 0xfffeu /* never handed to a guest */

/* One record a machine frame; at most 32 bytes. */
struct frame {
    uint64_t type;  /* enum frame_type, flags and type count in one word, so that one exchange changes all */
    uint32_t refs;  /* general references; 0 means free */
    uint16_t owner; /* domain id or OWNER_x; stable while refs > 0 */
    uint8_t order;  /* of a free block's first frame */
    uint8_t flags;
    uint32_t tlb_stamp; /* tlb clock when it last lost a type or was freed: who may still hold translations */
    uint32_t spare;     /* shadow paging, dirty logging */
    union {
        struct {
            uint32_t next, prev; /* free lists, frame numbers */
        };
        struct {
            uint16_t validated;   /* entries already validated or not yet torn down, while partial */
            int16_t linear_count; /* linear page table uses */
            uint32_t pad;
        };
    };
};
_Static_assert(sizeof(struct frame) == 32, "a frame's record is 32 bytes");

extern struct frame *frame_table;
extern uint64_t frame_table_frames; /* machine frames 0 to this - 1 have a record */

static inline struct frame *frame_of(mfn_t m)
{
    return &frame_table[m.raw];
}

static inline mfn_t frame_number(const struct frame *f)
{
    return mfn((uint64_t)(f - frame_table));
}

/* Boot: builds the table over RAM and frees the ranges given. memory/frame_alloc.c. */
void frame_table_init(struct frame *table, uint64_t frames);
void frame_add_free_range(mfn_t first, uint64_t frames);

/*
 * Allocation in powers of two. `address_bits` bounds the machine address (0: no bound). The frames come zeroed,
 * with one reference each. MFN_NONE when there is none. Hypervisor frames belong to OWNER_HYPERVISOR; a domain's count
 * against max_pages.
 */
mfn_t frame_alloc(unsigned order, unsigned address_bits);
void frame_free(mfn_t m, unsigned order);
mfn_t frame_alloc_for(struct domain *d, unsigned order, unsigned address_bits);
uint64_t frame_free_count(void);

/* Lets `d` map a hypervisor frame: a permanent writable reference, so it can never become a table. */
void frame_share(mfn_t m, struct domain *d, bool writable);

/* References. frame_get returns NULL (and refuses nothing by itself) when m is not RAM, is free or is not d's. */
struct frame *frame_get(mfn_t m, const struct domain *d);
void frame_put(struct frame *f);

/*
 * A type reference; the caller holds a general one. 0, or -EINVAL when the frame has another type in use or fails
 * validation (the reason is recorded), or -ERESTART when validation stopped half-way to be continued.
 */
int frame_get_type(struct frame *f, struct domain *d, enum frame_type type);
void frame_put_type(struct frame *f);

/* Both together, the usual case: a mapping's or a descriptor table's hold on a frame. */
int frame_hold(mfn_t m, struct domain *d, enum frame_type type);
void frame_release(mfn_t m);

#endif
