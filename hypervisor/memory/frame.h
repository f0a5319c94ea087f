// SPDX-License-Identifier: MIT
/*
 * Frames: who owns each page of RAM, how often it is referenced, and what it is used as. The rules of types
 * stand at the top of page_types.c; this is the record they are kept in, and references.
 *
 * A frame lives while `refs` is above 0. References are held by
 *   - the allocation: one while the domain owns the frame (FRAME_ALLOCATED), dropped by frame_disown();
 *   - each present page-table entry, pin, vCPU root, grant mapping and descriptor-table page that names it;
 *   - each hypervisor function that works on it just now.
 * The last frame_put() frees the frame.
 */
#ifndef RINGLET_MEMORY_FRAME_H
#define RINGLET_MEMORY_FRAME_H

#include "core/domain.h"
#include "core/types.h"
#include "machine/direct_map.h"
#include "memory/frame_type.h"

/* Owners that are not domains. */
#define OWNER_NONE 0xffffu       /* free */
#define OWNER_HYPERVISOR 0xfffeu /* never handed to a guest */
#define OWNER_DEVICE 0xfffdu     /* not RAM, or RAM the firmware keeps: io_memory.c says who may map it */

enum frame_flag {
    FRAME_FREE = 1u << 0,      /* first frame of a free block of 2^order frames */
    FRAME_USED = 1u << 1,      /* was allocated since the machine started: cleared before it is given out */
    FRAME_ALLOCATED = 1u << 2, /* the owner's own reference is held */
    FRAME_SHARED = 1u << 3,    /* a hypervisor frame its owner may map: frame_share() */
};

/* One record a machine frame; at most 32 bytes. */
struct frame {
    uint64_t
        type; /* type, state and type count in one word, so that one exchange changes all: page_types.h */
    union {
        uint64_t
            hold; /* the next four in one word: an owner is checked and a reference taken in one exchange */
        struct {
            uint32_t refs;  /* 0: free, or not RAM */
            uint16_t owner; /* domain id or OWNER_x; stable while refs > 0 */
            uint8_t order;  /* of a free block's first frame */
            uint8_t flags;  /* enum frame_flag */
        };
    };
    uint32_t tlb_stamp; /* TLB clock when it last lost a type or was freed: who may still hold translations */
    uint32_t next_dying; /* list of tables whose teardown was put off; frame number */
    union {
        struct {
            uint32_t next, prev; /* free lists, frame numbers */
        };
        struct {
            uint16_t validated;  /* entries [0, validated) hold references, while partial or dying */
            int16_t linear_uses; /* >0: linear entries elsewhere name it; <0: it has linear entries */
            uint32_t audited;    /* audit.c: what it counted */
        };
    };
};
_Static_assert(sizeof(struct frame) == 32, "a frame's record is 32 bytes");

/* No more references than this, long before the count could wrap. As a signed number it is negative, as 0 is not positive. */
#define REFS_MAX 0x80000000u

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

/* The word of type_word.h. */
static inline uint64_t type_read(const struct frame *f)
{
    return __atomic_load_n(&f->type, __ATOMIC_ACQUIRE);
}

/* One step of a frame's type: true when it still was `*seen`; else *seen is what it is now. */
static inline bool type_exchange(struct frame *f, uint64_t *seen, uint64_t next)
{
    return likely(
        __atomic_compare_exchange_n(&f->type, seen, next, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
}

/* References. frame_get returns NULL (and records no reason) when m is not RAM, is free or is not d's. */
static inline struct frame *frame_get(mfn_t m, const struct domain *d)
{
    struct frame *f = frame_of(m);
    union {
        uint64_t hold;
        struct {
            int32_t refs;
            uint16_t owner;
        };
    } seen;

    if (unlikely(m.raw >= frame_table_frames))
        return NULL;
    seen.hold = READ_ONCE(f->hold);
    do {
        if (unlikely(seen.owner != d->id) || unlikely(seen.refs <= 0))
            return NULL;
    } while (unlikely(!__atomic_compare_exchange_n(&f->hold, &seen.hold, seen.hold + 1, false,
                                                   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)));
    if (!f)
        __builtin_unreachable(); /* spares the caller's test */
    return f;
}

/* The frame's last reference is gone: back to the allocator. memory/frame_alloc.c. */
void frame_dead(struct frame *f);

static inline void frame_put(struct frame *f)
{
    if (unlikely(__atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL) == 0))
        frame_dead(f);
}

/*
 * Why frame_get() gave NULL: records the reason for a refusal and returns `error`. `level` names what wanted it, for
 * the story.
 */
int frame_refuse(mfn_t m, const struct domain *d, int error) __attribute__((cold, noinline));

/* Lets `d` map a hypervisor frame: a permanent type reference, so it can never become a table. */
void frame_share(mfn_t m, struct domain *d, bool writable);
/* Takes the frame back when the guest has no mapping of it left; false while it has. */
bool frame_unshare(mfn_t m);

#endif
