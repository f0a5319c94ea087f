/* SPDX-License-Identifier: MIT */
/*
 * run-cpu: qemu64
 *
 * The PV console ring, with this guest at both ends: what one writes the other reads, and a hostile index does no harm.
 */
#include <guestkit/console_backends.h>
#include <guestkit/console_input.h>
#include <guestkit/events.h>
#include <guestkit/string.h>
#include <guestkit/test.h>

#define IN_BYTES 1024
#define OUT_BYTES 2048

struct ring {
    char in[IN_BYTES];
    char out[OUT_BYTES];
    volatile uint32_t in_cons, in_prod, out_cons, out_prod;
};

static union {
    struct ring ring;
    char page[PAGE_BYTES];
} shared __attribute__((aligned(4096)));
static char heard[8192];
static uint32_t heard_count;
static unsigned int input_events;

/* The other end: takes out what the console wrote. */
static void backend(uint32_t port, void *context)
{
    struct ring *ring = &shared.ring;

    while (ring->out_cons != ring->out_prod) {
        heard[heard_count++ % sizeof(heard)] = ring->out[ring->out_cons++ % OUT_BYTES];
    }
}

static void input(uint32_t port, void *context)
{
    input_events++;
}

static void test_output(void)
{
    static char text[5000];

    for (unsigned int i = 0; i < sizeof(text); i++) {
        text[i] = (char)('a' + i % 23);
    }
    console_ring_write("hello", 5);
    expect_equal(heard_count, 5);
    expect_equal(memcmp(heard, "hello", 5), 0);
    /* More than the ring holds: the writer waits for the reader. */
    heard_count = 0;
    console_ring_write(text, sizeof(text));
    expect_equal(heard_count, sizeof(text));
    expect_equal(memcmp(heard, text, sizeof(text)), 0);
}

static void put(const char *text)
{
    while (*text) {
        shared.ring.in[shared.ring.in_prod % IN_BYTES] = *text++;
        shared.ring.in_prod++;
    }
}

static void test_input(void)
{
    char buffer[2048];

    expect_equal(console_ring_read(buffer, sizeof(buffer)), 0);
    shared.ring.in_cons = shared.ring.in_prod = 0xfffffffe; /* indices wrap */
    put("abcdef");
    expect_equal(console_ring_read(buffer, 2), 2);
    expect_equal(console_ring_read(buffer + 2, sizeof(buffer) - 2), 4);
    expect_equal(memcmp(buffer, "abcdef", 6), 0);
    expect_equal(console_ring_read(buffer, sizeof(buffer)), 0);
    shared.ring.in_prod += 100000;
    expect_equal(console_ring_read(buffer, sizeof(buffer)), IN_BYTES);
}

GUEST_TEST("console ring")
{
    static start_info_t ordinary; /* an ordinary domain's */

    events_init();
    int theirs = event_offer(DOMID_SELF, backend, NULL);
    int ours = event_connect(DOMID_SELF, (uint32_t)theirs, NULL, NULL);
    if (!expect(theirs > 0 && ours > 0, "ports %d and %d", theirs, ours)) {
        return;
    }
    ordinary.console.domU.mfn = address_to_mfn(&shared);
    ordinary.console.domU.evtchn = (uint32_t)ours;
    expect_ok(console_ring_init(&ordinary));
    expect_equal(console_listen(&ordinary, input, NULL), (uint32_t)ours);
    upcalls_unmask();
    test_output();
    test_input();
    input_events = 0;
    expect_ok(event_send((uint32_t)theirs));
    expect_equal(input_events, 1);
}
