// SPDX-License-Identifier: MIT
/*
 * A buddy allocator. Free blocks hang in lists by zone and order; a zone is the number of bits in a frame's number,
 * so an address limit is a highest zone, and no block spans two zones (its size is a power of two that divides the
 * zone's start). The highest zone is tried first: low memory is kept for those who ask for it.
 *
 * A free block's first frame has FRAME_FREE and its order; its other frames have neither. All free frames have refs
 * 0 and owner OWNER_NONE, which is what frame_get() tests.
 */
#include "memory/frame_alloc.h"

#include "core/errno.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/string.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "memory/m2p.h"
#include "memory/type_word.h"

#define ZONES 40u
#define ORDERS (FRAME_MAX_ORDER + 1)
#define NONE 0u /* frame 0 is never free: it ends the lists */

struct frame *frame_table;
uint64_t frame_table_frames;

/* Protects the lists, zone_orders, free_frames and the records of free frames. Place 5 in core/lock.h's order. */
static struct lock alloc_lock;
static uint32_t free_lists[ZONES][ORDERS];
static uint32_t zone_orders[ZONES]; /* bit o: free_lists[z][o] is not empty */
static uint64_t free_frames;

static unsigned zone_of(uint64_t frame)
{
    return frame ? 64u - (unsigned)__builtin_clzll(frame) : 0;
}

static void list_push(uint32_t frame, unsigned order)
{
    struct frame *f = &frame_table[frame];
    unsigned zone = zone_of(frame);
    uint32_t head = free_lists[zone][order];

    f->order = (uint8_t)order;
    f->flags |= FRAME_FREE;
    f->prev = NONE;
    f->next = head;
    if (head != NONE)
        frame_table[head].prev = frame;
    free_lists[zone][order] = frame;
    zone_orders[zone] |= 1u << order;
}

static void list_remove(uint32_t frame)
{
    struct frame *f = &frame_table[frame];
    unsigned zone = zone_of(frame), order = f->order;

    if (f->prev != NONE)
        frame_table[f->prev].next = f->next;
    else
        free_lists[zone][order] = f->next;
    if (f->next != NONE)
        frame_table[f->next].prev = f->prev;
    if (free_lists[zone][order] == NONE)
        zone_orders[zone] &= ~(1u << order);
    f->flags &= (uint8_t)~FRAME_FREE;
    f->next = f->prev = 0;
}

/* Puts a block back, joined with its free buddies. The lock is held. */
static void block_put(uint64_t frame, unsigned order)
{
    free_frames += 1ull << order;
    while (order < FRAME_MAX_ORDER) {
        uint64_t buddy = frame ^ (1ull << order);
        struct frame *b = &frame_table[buddy];

        if (buddy + (1ull << order) > frame_table_frames || !(b->flags & FRAME_FREE) || b->order != order ||
            zone_of(buddy) != zone_of(frame))
            break;
        list_remove((uint32_t)buddy);
        frame &= ~(1ull << order);
        order++;
    }
    list_push((uint32_t)frame, order);
}

/* Takes a block of exactly 2^order frames out of the lists; NONE when there is none. The lock is held. */
static uint64_t block_take(unsigned order, unsigned zone)
{
    for (zone = MIN(zone, ZONES - 1);; zone--) {
        uint32_t fitting = zone_orders[zone] & ~((1u << order) - 1);

        if (fitting) {
            unsigned have = (unsigned)__builtin_ctz(fitting);
            uint32_t frame = free_lists[zone][have];

            list_remove(frame);
            while (have > order) {
                have--;
                list_push(frame + (1u << have), have);
            }
            free_frames -= 1ull << order;
            return frame;
        }
        if (zone == 0)
            return NONE;
    }
}

static void frame_become_free(struct frame *f)
{
    f->type = 0;
    f->tlb_stamp = tlb_clock_now();
    f->next = f->prev = 0;
    f->flags &= FRAME_USED;
    f->owner = OWNER_NONE;
}

void frame_table_init(struct frame *table, uint64_t frames)
{
    frame_table = table;
    frame_table_frames = frames;
    memset(free_lists, 0, sizeof(free_lists));
    memset(zone_orders, 0, sizeof(zone_orders));
    free_frames = 0;
    for (uint64_t i = 0; i < frames; i++)
        table[i] = (struct frame){.refs = 1, .owner = OWNER_HYPERVISOR};
}

void frame_add_free_range(mfn_t first, uint64_t frames)
{
    uint64_t at = MAX(first.raw, 1), end = MIN(first.raw + frames, frame_table_frames);

    lock_take(&alloc_lock);
    while (at < end) {
        unsigned order = (unsigned)__builtin_ctzll(at);

        order = MIN(order, FRAME_MAX_ORDER);
        while (at + (1ull << order) > end)
            order--;
        for (uint64_t i = 0; i < 1ull << order; i++)
            frame_table[at + i] = (struct frame){.owner = OWNER_NONE};
        block_put(at, order);
        at += 1ull << order;
    }
    lock_release(&alloc_lock);
}

void frame_add_device_range(mfn_t first, uint64_t frames)
{
    uint64_t end = MIN(first.raw + frames, frame_table_frames);

    for (uint64_t at = first.raw; at < end; at++)
        frame_table[at] = (struct frame){.owner = OWNER_DEVICE};
}

uint64_t frame_free_count(void)
{
    return free_frames;
}

uint64_t frame_free_between(unsigned min, unsigned max)
{
    uint64_t sum = 0;

    if (!min && !max)
        return free_frames;
    for (uint64_t m = 1; m < frame_table_frames; m++) {
        unsigned bits = zone_of(m) + PAGE_SHIFT;

        if ((frame_table[m].flags & FRAME_FREE) && bits > min && (!max || bits <= max))
            sum += 1ull << frame_table[m].order;
    }
    return sum;
}

/* The common part: a block with its records set, no stale translation to it, and cleared if it was in use before. */
static mfn_t block_alloc(unsigned order, unsigned address_bits, uint16_t owner, uint8_t flags, bool as_is)
{
    unsigned zone = address_bits == 0 || address_bits >= 64 ? ZONES - 1 : address_bits - PAGE_SHIFT;
    uint64_t frame;

    if (order > FRAME_MAX_ORDER || (address_bits && address_bits <= PAGE_SHIFT))
        return MFN_NONE;
    lock_take(&alloc_lock);
    frame = block_take(order, zone);
    lock_release(&alloc_lock);
    if (frame == NONE)
        return MFN_NONE;
    for (uint64_t i = frame; i < frame + (1ull << order); i++) {
        struct frame *f = &frame_table[i];

        if (f->flags & FRAME_USED)
            tlb_flush_stale(f->tlb_stamp);
        if ((f->flags & FRAME_USED) || !as_is)
            memset(frame_map(mfn(i)), 0, PAGE_SIZE);
        f->flags = FRAME_USED | flags;
        f->owner = owner;
        __atomic_store_n(&f->refs, 1, __ATOMIC_RELEASE);
    }
    return mfn(frame);
}

mfn_t frame_alloc(unsigned order, unsigned address_bits)
{
    return block_alloc(order, address_bits, OWNER_HYPERVISOR, 0, false);
}

void frame_free(mfn_t m, unsigned order)
{
    for (uint64_t i = 0; i < 1ull << order; i++) {
        struct frame *f = frame_of(mfn_add(m, i));

        INVARIANT(f->owner == OWNER_HYPERVISOR && f->refs == 1 && !(f->flags & FRAME_SHARED));
        f->refs = 0;
        frame_become_free(f);
    }
    lock_take(&alloc_lock);
    block_put(m.raw, order);
    lock_release(&alloc_lock);
}

bool domain_charge_pages(struct domain *d, uint32_t frames)
{
    uint32_t pages = READ_ONCE(d->pages);

    do {
        if (d->dying || frames > d->max_pages || pages > d->max_pages - frames)
            return false;
    } while (!__atomic_compare_exchange_n(&d->pages, &pages, pages + frames, false, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    return true;
}

void domain_uncharge_pages(struct domain *d, uint32_t frames)
{
    __atomic_sub_fetch(&d->pages, frames, __ATOMIC_RELAXED);
}

mfn_t frame_alloc_for(struct domain *d, unsigned order, unsigned address_bits)
{
    mfn_t m;

    if (order > FRAME_MAX_ORDER || !domain_charge_pages(d, 1u << order))
        return MFN_NONE;
    m = block_alloc(order, address_bits, d->id, FRAME_ALLOCATED, d->privileged);
    if (mfn_equal(m, MFN_NONE))
        domain_uncharge_pages(d, 1u << order);
    return m;
}

void frame_claim(mfn_t m, struct domain *d)
{
    struct frame *f = frame_of(m);

    INVARIANT(m.raw < frame_table_frames && f->owner == OWNER_HYPERVISOR && f->refs == 1);
    f->flags = FRAME_USED | FRAME_ALLOCATED;
    f->owner = d->id;
    __atomic_add_fetch(&d->pages, 1, __ATOMIC_RELAXED);
}

void frame_dead(struct frame *f)
{
    struct domain *d = domain_find(f->owner);

    INVARIANT(type_uses(f->type) == 0 && !(f->flags & (FRAME_FREE | FRAME_SHARED)));
    if (d) {
        domain_uncharge_pages(d, 1);
        if (unlikely(d->dying) && d->pages == 0)
            this_cpu()->pending |= WORK_REAP;
    }
    m2p_set(frame_number(f), M2P_NONE);
    frame_become_free(f);
    lock_take(&alloc_lock);
    block_put(frame_number(f).raw, 0);
    lock_release(&alloc_lock);
}

bool frame_disown(struct frame *f)
{
    uint8_t before = __atomic_fetch_and(&f->flags, (uint8_t)~FRAME_ALLOCATED, __ATOMIC_ACQ_REL);

    if (!(before & FRAME_ALLOCATED))
        return false;
    frame_put(f);
    return true;
}

int frame_steal(struct frame *f, struct domain *d, uint32_t held)
{
    uint64_t seen = __atomic_load_n(&f->hold, __ATOMIC_ACQUIRE), next;

    do {
        struct frame now = {.hold = seen};

        if (now.owner != d->id || !(now.flags & FRAME_ALLOCATED) || now.refs != held + 1 ||
            type_uses(type_read(f)) != 0)
            return -EBUSY;
        now.refs = held;
        now.owner = OWNER_NONE;
        now.flags &= (uint8_t)~FRAME_ALLOCATED;
        next = now.hold;
    } while (!__atomic_compare_exchange_n(&f->hold, &seen, next, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    /* Whoever had it may have translations left, even of read-only mappings: they go before it is another's. */
    f->tlb_stamp = tlb_clock_now();
    f->type = 0;
    domain_uncharge_pages(d, 1);
    m2p_set(frame_number(f), M2P_NONE);
    return 0;
}

static void become_owned(struct frame *f, const struct domain *d)
{
    struct frame next = {.hold = f->hold};

    INVARIANT(f->owner == OWNER_NONE && f->refs > 0);
    next.refs++;
    next.owner = d->id;
    next.flags |= FRAME_ALLOCATED;
    __atomic_store_n(&f->hold, next.hold, __ATOMIC_RELEASE);
}

int frame_assign(struct frame *f, struct domain *d)
{
    if (!domain_charge_pages(d, 1))
        return -E2BIG;
    tlb_flush_stale(f->tlb_stamp);
    become_owned(f, d);
    return 0;
}

void frame_give_back(struct frame *f, struct domain *d, uint32_t number)
{
    __atomic_add_fetch(&d->pages, 1, __ATOMIC_RELAXED);
    tlb_flush_stale(f->tlb_stamp); /* its type is forgotten, so the next change of type would not */
    become_owned(f, d);
    m2p_set(frame_number(f), number);
}
