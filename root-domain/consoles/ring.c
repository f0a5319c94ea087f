// SPDX-License-Identifier: MIT
#include "ring.h"

#define IN_BYTES sizeof(((struct xencons_interface *)0)->in)
#define OUT_BYTES sizeof(((struct xencons_interface *)0)->out)

/* The other side's index before the bytes it covers; ours after them. */
static uint32_t load(const uint32_t *index)
{
    return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static void publish(uint32_t *index, uint32_t value)
{
    __atomic_store_n(index, value, __ATOMIC_RELEASE);
}

void console_ring_open(struct console_ring *ring, struct xencons_interface *page)
{
    *ring = (struct console_ring){.page = page,
                                  .out_cons = load(&page->out_cons),
                                  .in_prod = load(&page->in_prod)};
}

size_t console_ring_take(struct console_ring *ring, char *buffer, size_t size)
{
    uint32_t prod = load(&ring->page->out_prod), there = prod - ring->out_cons;
    size_t taken = 0;

    if (there > OUT_BYTES) {
        ring->out_cons = prod;
        there = 0;
    }
    while (taken < size && taken < there)
        buffer[taken++] = ((volatile char *)ring->page->out)[ring->out_cons++ % OUT_BYTES];
    publish(&ring->page->out_cons, ring->out_cons);
    return taken;
}

size_t console_ring_put(struct console_ring *ring, const char *text, size_t length)
{
    uint32_t used = ring->in_prod - load(&ring->page->in_cons);
    size_t room, put = 0;

    if (used > IN_BYTES) {
        ring->in_prod = load(&ring->page->in_cons);
        used = 0;
    }
    room = used < IN_BYTES ? IN_BYTES - 1 - used : 0;
    while (put < length && put < room)
        ring->page->in[ring->in_prod++ % IN_BYTES] = text[put++];
    publish(&ring->page->in_prod, ring->in_prod);
    return put;
}
