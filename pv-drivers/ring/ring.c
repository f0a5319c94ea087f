/* SPDX-License-Identifier: MIT */
#include <pv/string.h>

#include <pv/ring.h>

/* Offsets in the page: of the four shared indices, and of the first entry. */
#define REQ_PROD 0u
#define REQ_EVENT 4u
#define RSP_PROD 8u
#define RSP_EVENT 12u
#define FIRST 64u

static uint32_t load(const struct pv_ring *ring, uint32_t offset)
{
    return __atomic_load_n((const uint32_t *)(const void *)(ring->page + offset), __ATOMIC_ACQUIRE);
}

static void store(struct pv_ring *ring, uint32_t offset, uint32_t value)
{
    __atomic_store_n((uint32_t *)(void *)(ring->page + offset), value, __ATOMIC_RELEASE);
}

static uint8_t *entry(const struct pv_ring *ring, uint32_t index)
{
    return ring->page + FIRST + (size_t)(index & (ring->entries - 1)) * ring->entry_bytes;
}

uint32_t pv_ring_entries(uint32_t bytes, uint32_t entry_bytes)
{
    uint32_t entries = 1;

    while (entries * 2 <= (bytes - FIRST) / entry_bytes) {
        entries *= 2;
    }
    return entries;
}

static void attach(struct pv_ring *ring, void *page, uint32_t bytes, uint32_t entry_bytes)
{
    *ring = (struct pv_ring){.page = page,
                             .entries = pv_ring_entries(bytes, entry_bytes),
                             .entry_bytes = entry_bytes};
}

void pv_ring_front_init(struct pv_ring *ring, void *page, uint32_t bytes, uint32_t entry_bytes)
{
    attach(ring, page, bytes, entry_bytes);
    memset(page, 0, FIRST);
    store(ring, REQ_EVENT, 1);
    store(ring, RSP_EVENT, 1);
}

bool pv_ring_back_init(struct pv_ring *ring, void *page, uint32_t bytes, uint32_t entry_bytes)
{
    attach(ring, page, bytes, entry_bytes);
    return load(ring, RSP_PROD) == 0;
}

uint32_t pv_ring_front_room(const struct pv_ring *ring)
{
    return ring->entries - (ring->made - ring->taken);
}

static void put(struct pv_ring *ring, const void *from, uint32_t bytes)
{
    memcpy(entry(ring, ring->made), from, bytes);
    ring->made++;
}

void pv_ring_front_put(struct pv_ring *ring, const void *request, uint32_t bytes)
{
    put(ring, request, bytes);
}

void pv_ring_back_put(struct pv_ring *ring, const void *response, uint32_t bytes)
{
    put(ring, response, bytes);
}

/* Take the next of the other's entries; it can have made at most `limit` that we have not taken. */
static int take(struct pv_ring *ring, uint32_t index_at, uint32_t limit, void *to, uint32_t bytes)
{
    uint32_t waiting = load(ring, index_at) - ring->taken;

    if (waiting > limit) {
        return -1;
    }
    if (!waiting) {
        return 0;
    }
    memcpy(to, entry(ring, ring->taken), bytes);
    __atomic_signal_fence(__ATOMIC_SEQ_CST); /* what was copied is not read again from the page */
    ring->taken++;
    return 1;
}

/* No more responses than requests that have none. */
int pv_ring_front_take(struct pv_ring *ring, void *response, uint32_t bytes)
{
    return take(ring, RSP_PROD, ring->told - ring->taken, response, bytes);
}

/* No more requests than there is room for responses to. */
int pv_ring_back_take(struct pv_ring *ring, void *request, uint32_t bytes)
{
    return take(ring, REQ_PROD, ring->entries - (ring->taken - ring->made), request, bytes);
}

static bool publish(struct pv_ring *ring, uint32_t index_at, uint32_t event_at)
{
    uint32_t before = ring->told;

    if (ring->made == before) {
        return false;
    }
    store(ring, index_at, ring->made);
    ring->told = ring->made;
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* the index before looking at the wish */
    return ring->made - load(ring, event_at) < ring->made - before;
}

bool pv_ring_front_publish(struct pv_ring *ring)
{
    return publish(ring, REQ_PROD, REQ_EVENT);
}

bool pv_ring_back_publish(struct pv_ring *ring)
{
    return publish(ring, RSP_PROD, RSP_EVENT);
}

static bool ask_for_wake(struct pv_ring *ring, uint32_t index_at, uint32_t event_at)
{
    store(ring, event_at, ring->taken + 1);
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* the wish before the last look */
    return load(ring, index_at) != ring->taken;
}

bool pv_ring_front_sleep(struct pv_ring *ring)
{
    return ask_for_wake(ring, RSP_PROD, RSP_EVENT);
}

bool pv_ring_back_sleep(struct pv_ring *ring)
{
    return ask_for_wake(ring, REQ_PROD, REQ_EVENT);
}
