/* SPDX-License-Identifier: MIT */
/*
 * The PV console page holds two rings. Indices run freely and are masked at use; each side writes its own:
 *
 *     out (us to them):  we write out_prod, they write out_cons, 2048 bytes
 *     in (them to us):   they write in_prod, we write in_cons, 1024 bytes
 *
 * We trust the other end for no index: what it claims is cut to the ring's size.
 */
#include <guestkit/console_backends.h>
#include <guestkit/cpu.h>
#include <guestkit/hypercall.h>

#define IN_BYTES 1024
#define OUT_BYTES 2048
#define PTE_FLAGS 0x63 /* present, writable, accessed, dirty */

struct console_page {
    char in[IN_BYTES];
    char out[OUT_BYTES];
    volatile uint32_t in_cons, in_prod;
    volatile uint32_t out_cons, out_prod;
};

extern struct console_page console_page; /* a whole page: console_page.S */
static uint32_t port;

int console_ring_init(const start_info_t *info)
{
    uint64_t entry = (uint64_t)info->console.domU.mfn << 12 | PTE_FLAGS;

    port = info->console.domU.evtchn;
    return hypercall(__HYPERVISOR_update_va_mapping, (uint32_t)&console_page, (uint32_t)entry,
                     (uint32_t)(entry >> 32), UVMF_INVLPG, 0);
}

uint32_t console_ring_port(void)
{
    return port;
}

static void notify(void)
{
    struct evtchn_send send = {.port = port};

    hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, hypercall_address(&send), 0, 0, 0);
}

void console_ring_write(const char *text, size_t length)
{
    uint32_t prod = console_page.out_prod;

    while (length) {
        if (prod - console_page.out_cons >= OUT_BYTES) {
            notify();
            hypercall(__HYPERVISOR_sched_op, SCHEDOP_yield, 0, 0, 0, 0);
            continue;
        }
        memory_barrier();
        console_page.out[prod++ % OUT_BYTES] = *text++;
        length--;
        /* The byte before the index that covers it. */
        memory_barrier();
        console_page.out_prod = prod;
    }
    notify();
}

size_t console_ring_read(char *buffer, size_t size)
{
    uint32_t cons = console_page.in_cons;
    uint32_t there = console_page.in_prod - cons;
    size_t got = 0;

    memory_barrier();
    if (there > IN_BYTES) {
        there = IN_BYTES;
    }
    while (got < size && got < there) {
        buffer[got++] = console_page.in[cons++ % IN_BYTES];
    }
    if (got) {
        memory_barrier();
        console_page.in_cons = cons;
        notify();
    }
    return got;
}
