// SPDX-License-Identifier: MIT
/*
 * The virtio drivers with a device played here: registers that react as section 4.1.4.3 of virtio 1.0 has them, a queue
 * read as section 2.4 has it. Machine addresses are our own.
 */
#include "unit_test.h"

#include <stdio.h>

#include <pv/virtio_blk.h>

#define SECTORS 4096u
#define F_SEG_MAX (1u << 2)
#define F_RO (1u << 5)
#define F_BLK_SIZE (1u << 6)
#define F_FLUSH (1u << 9)
#define F_DISCARD (1u << 13)

static struct {
    uint64_t offers, accepted;
    bool refuses_features, refuses_vector;
    uint32_t select_offer, select_accept;
    uint8_t status, generation;
    uint16_t queue_size, vector, config_vector;
    bool enabled;
    uint64_t areas[3];
    uint16_t seen, used;
    uint8_t config[64];
    unsigned kicks, flushes, discarded;
    uint8_t disk[SECTORS * 512];
} dev;

static unsigned pages_out;

static void *pages_alloc(void *context, uint32_t count)
{
    void *pages = aligned_alloc(4096, count * 4096ul);

    pages_out += count;
    memset(pages, 0, count * 4096ul);
    return pages;
}

static void pages_free(void *context, void *pages, uint32_t count)
{
    pages_out -= count;
    free(pages);
}

static uint64_t machine(void *context, const void *address)
{
    return (uintptr_t)address;
}

static const struct pv_glue glue = {.pages_alloc = pages_alloc, .pages_free = pages_free, .machine = machine};

static uint32_t reg_read(void *context, enum virtio_part part, uint32_t offset, unsigned size)
{
    uint32_t value = 0;

    if (part == VIRTIO_DEVICE) {
        assert_true(offset + size <= sizeof(dev.config));
        memcpy(&value, dev.config + offset, size);
        return value;
    }
    assert_int_equal(part, VIRTIO_COMMON);
    switch (offset) {
    case 4: return (uint32_t)(dev.offers >> (dev.select_offer * 32));
    case 20: return dev.status;
    case 21: return dev.generation;
    case 24: return dev.queue_size;
    case 26: return dev.refuses_vector ? 0xffff : dev.vector;
    case 30: return 3;
    default: fail(); return 0;
    }
}

static void reg_write(void *context, enum virtio_part part, uint32_t offset, unsigned size, uint32_t value)
{
    if (part == VIRTIO_NOTIFY) {
        assert_int_equal(offset, 12);
        assert_int_equal(size, 2);
        assert_true(dev.status & 4);
        dev.kicks++;
        return;
    }
    assert_int_equal(part, VIRTIO_COMMON);
    switch (offset) {
    case 0: dev.select_offer = value; break;
    case 8: dev.select_accept = value; break;
    case 12: dev.accepted |= (uint64_t)value << (dev.select_accept * 32); break;
    case 16: dev.config_vector = (uint16_t)value; break;
    case 20:
        dev.status = (uint8_t)value;
        if (dev.refuses_features)
            dev.status &= (uint8_t)~8;
        if (!value)
            dev.enabled = false;
        break;
    case 22: assert_int_equal(value, 0); break;
    case 24: dev.queue_size = (uint16_t)value; break;
    case 26: dev.vector = (uint16_t)value; break;
    case 28: dev.enabled = value; break;
    case 32:
    case 40:
    case 48: dev.areas[(offset - 32) / 8] |= value; break;
    case 36:
    case 44:
    case 52: dev.areas[(offset - 36) / 8] |= (uint64_t)value << 32; break;
    default: fail();
    }
}

static const struct virtio_registers registers = {
    .read = reg_read, .write = reg_write, .notify_length = 64, .device_length = 64, .notify_multiplier = 4};

struct descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

static uint16_t *available(void)
{
    return (uint16_t *)(uintptr_t)dev.areas[1];
}

static void *used(void)
{
    return (void *)(uintptr_t)dev.areas[2];
}

static void complete(uint32_t id, uint32_t length)
{
    uint8_t *ring = used();

    memcpy(ring + 4 + dev.used % dev.queue_size * 8, &id, 4);
    memcpy(ring + 8 + dev.used % dev.queue_size * 8, &length, 4);
    dev.used++;
    memcpy(ring + 2, &dev.used, 2);
}

/* Carries one chain out, as a disk does. */
static void serve(uint16_t head)
{
    const struct descriptor *d = (const struct descriptor *)(uintptr_t)dev.areas[0] + head;
    const uint32_t *header = (const uint32_t *)(uintptr_t)d->address;
    uint32_t type = header[0], written = 0;
    uint64_t sector;
    uint8_t status = 0;

    assert_int_equal(d->length, 16);
    assert_int_equal(d->flags, 1);
    memcpy(&sector, header + 2, 8);
    for (;;) {
        assert_true(d->flags & 1);
        assert_true(d->next < dev.queue_size);
        d = (const struct descriptor *)(uintptr_t)dev.areas[0] + d->next;
        if (!(d->flags & 1))
            break;
        assert_int_equal((d->flags & 2) != 0, type == 0);
        if (type == 11) {
            uint64_t first;
            uint32_t count;

            memcpy(&first, (void *)(uintptr_t)d->address, 8);
            memcpy(&count, (void *)(uintptr_t)(d->address + 8), 4);
            memset(dev.disk + first * 512, 0, count * 512ul);
            dev.discarded += count;
            continue;
        }
        if (sector * 512 + d->length > sizeof(dev.disk)) {
            status = 1;
            continue;
        }
        if (type == 0)
            memcpy((void *)(uintptr_t)d->address, dev.disk + sector * 512, d->length);
        else
            memcpy(dev.disk + sector * 512, (void *)(uintptr_t)d->address, d->length);
        written += type == 0 ? d->length : 0;
        sector += d->length / 512;
    }
    dev.flushes += type == 4;
    assert_int_equal(d->flags, 2);
    assert_int_equal(d->length, 1);
    *(uint8_t *)(uintptr_t)d->address = type == 99 ? 2 : status;
    complete(head, written + 1);
}

/* All that is offered, the newest first: a device may take them as it likes. */
static void turn(void)
{
    while (dev.seen != available()[1]) {
        uint16_t newest = (uint16_t)(available()[1] - 1), step = (uint16_t)(newest - dev.seen);

        for (uint16_t i = 0; i <= step; i++)
            serve(available()[2 + (uint16_t)(newest - i) % dev.queue_size]);
        dev.seen = (uint16_t)(newest + 1);
    }
}

static struct virtio_blk blk;

static int begin(void **state)
{
    memset(&dev, 0, sizeof(dev));
    dev.offers = VIRTIO_F_VERSION_1 | 1u << 28 | 1u << 29 | F_SEG_MAX | F_BLK_SIZE | F_FLUSH | F_DISCARD;
    dev.queue_size = 1024;
    memcpy(dev.config, &(uint64_t){SECTORS}, 8);
    memcpy(dev.config + 12, &(uint32_t){254}, 4);
    memcpy(dev.config + 20, &(uint32_t){4096}, 4);
    memcpy(dev.config + 36, &(uint32_t){100}, 4);
    assert_int_equal(pages_out, 0);
    return 0;
}

static int end(void **state)
{
    virtio_blk_stop(&blk);
    return pages_out != 0;
}

static void start(void)
{
    assert_int_equal(virtio_blk_start(&blk, &glue, &registers), 0);
}

static int results[512];

static void done(struct pv_disk_request *request, int error)
{
    assert_int_equal(results[(uintptr_t)request->owner], 1);
    results[(uintptr_t)request->owner] = error;
}

static int submit(struct pv_disk_request *request, unsigned number)
{
    request->done = done;
    request->owner = (void *)(uintptr_t)number;
    results[number] = 1;
    return blk.disk.submit(&blk.disk, request);
}

static int run(struct pv_disk_request request)
{
    int error = submit(&request, 0);

    if (error)
        return error;
    turn();
    virtio_blk_interrupt(&blk);
    return results[0];
}

static void agrees_on_features(void **state)
{
    start();
    /* Neither indirect descriptors nor event indices, which it does not use. */
    assert_int_equal(dev.accepted, VIRTIO_F_VERSION_1 | F_SEG_MAX | F_BLK_SIZE | F_FLUSH | F_DISCARD);
    assert_int_equal(dev.status, 15);
    assert_int_equal(dev.queue_size, 256);
    assert_true(dev.enabled);
    assert_int_equal(dev.config_vector, 0);
    assert_int_equal(blk.disk.sectors, SECTORS);
    assert_int_equal(blk.disk.sector_bytes, 4096);
    assert_int_equal(blk.disk.max_segments, 256);
    assert_int_equal(blk.part_segments, 254);
    assert_false(blk.disk.read_only);
    assert_true(blk.disk.can_flush && blk.disk.can_discard);
}

static void refuses_what_it_cannot_use(void **state)
{
    dev.offers &= ~VIRTIO_F_VERSION_1;
    assert_int_equal(virtio_blk_start(&blk, &glue, &registers), -XEN_ENODEV);
    assert_int_equal(dev.status, 128);
    dev.offers |= VIRTIO_F_VERSION_1;
    dev.refuses_features = true;
    assert_int_equal(virtio_blk_start(&blk, &glue, &registers), -XEN_ENODEV);
    dev.refuses_features = false;
    dev.refuses_vector = true;
    assert_int_equal(virtio_blk_start(&blk, &glue, &registers), -XEN_ENODEV);
    dev.refuses_vector = false;
    dev.queue_size = 0;
    assert_int_equal(virtio_blk_start(&blk, &glue, &registers), -XEN_ENODEV);
    dev.queue_size = 8;
    start();
    assert_int_equal(blk.part_segments, 6);
}

static void reads_and_writes(void **state)
{
    static uint8_t pages[64][4096] __attribute__((aligned(4096)));
    static uint8_t before[sizeof(dev.disk)];
    struct pv_disk_segment segments[64];

    start();
    for (unsigned i = 0; i < sizeof(dev.disk); i++)
        dev.disk[i] = (uint8_t)(i * 2654435761u >> 20);
    for (unsigned i = 0; i < 64; i++)
        segments[i] = (struct pv_disk_segment){pages[i], 4096};
    assert_int_equal(run((struct pv_disk_request){.operation = PV_DISK_READ,
                                                  .sector = 8,
                                                  .sectors = 512,
                                                  .segment_count = 64,
                                                  .segments = segments}),
                     0);
    assert_memory_equal(pages, dev.disk + 4096, sizeof(pages));
    memcpy(before, dev.disk, sizeof(before));
    memset(pages, 0x5a, sizeof(pages));
    segments[0] = (struct pv_disk_segment){pages[0] + 512, 1024};
    assert_int_equal(run((struct pv_disk_request){.operation = PV_DISK_WRITE,
                                                  .sector = 100,
                                                  .sectors = 10,
                                                  .segment_count = 2,
                                                  .segments = segments}),
                     0);
    assert_memory_equal(dev.disk + 100 * 512, pages, 5120);
    assert_memory_equal(dev.disk, before, 100 * 512);
    assert_memory_equal(dev.disk + 110 * 512, before + 110 * 512, sizeof(before) - 110 * 512);
    assert_int_equal(run((struct pv_disk_request){.operation = PV_DISK_FLUSH}), 0);
    assert_int_equal(dev.flushes, 1);
    assert_int_equal(
        run((struct pv_disk_request){.operation = PV_DISK_DISCARD, .sector = 100, .sectors = 10}), 0);
    assert_int_equal(dev.discarded, 10);
    assert_int_equal(dev.disk[100 * 512], 0);
    assert_int_equal(run((struct pv_disk_request){.operation = PV_DISK_DISCARD, .sectors = 101}),
                     -XEN_EINVAL);
    assert_int_equal(run((struct pv_disk_request){.operation = PV_DISK_READ,
                                                  .sector = SECTORS,
                                                  .sectors = 8,
                                                  .segment_count = 1,
                                                  .segments = segments + 1}),
                     -XEN_EIO);
}

/* More segments than the device takes at a time: in parts, while other requests come and go. */
static void long_requests_go_in_parts(void **state)
{
    static uint8_t pages[257][4096] __attribute__((aligned(4096)));
    struct pv_disk_segment segments[256], other = {pages[256], 512};

    for (unsigned i = 0; i < 256; i++)
        segments[i] = (struct pv_disk_segment){pages[i], i == 3 ? 4096 : 512};
    for (unsigned size = 8; size <= 256; size *= 32) {
        struct pv_disk_request request = {.operation = PV_DISK_READ,
                                          .sector = 5,
                                          .sectors = 263,
                                          .segment_count = 256,
                                          .segments = segments};
        struct pv_disk_request small = {
            .operation = PV_DISK_READ, .sector = 999, .sectors = 1, .segment_count = 1, .segments = &other};

        begin(NULL);
        dev.queue_size = (uint16_t)size;
        start();
        for (unsigned i = 0; i < sizeof(dev.disk); i++)
            dev.disk[i] = (uint8_t)(i / 512 * 7 + i);
        memset(pages, 0, sizeof(pages));
        assert_int_equal(submit(&request, 0), 0);
        for (unsigned turns = 0; results[0] == 1; turns++) {
            int busy = submit(&small, 1);

            assert_true(turns < 100);
            turn();
            virtio_blk_interrupt(&blk);
            if (busy)
                assert_int_equal(busy, -XEN_EAGAIN);
            else
                assert_int_equal(results[1], 0);
        }
        assert_int_equal(results[0], 0);
        for (unsigned i = 0, sector = 5; i < 256; sector += i == 3 ? 8 : 1, i++)
            assert_memory_equal(pages[i], dev.disk + sector * 512, segments[i].length);
        assert_int_equal(blk.queue.free_count, size);
        virtio_blk_stop(&blk);
        assert_int_equal(pages_out, 0);
    }
}

static void many_at_a_time(void **state)
{
    static uint8_t pages[256][4096] __attribute__((aligned(4096)));
    static struct pv_disk_request requests[512];
    static struct pv_disk_segment segments[512];
    unsigned next = 0, waiting = 0;

    start();
    for (unsigned i = 0; i < sizeof(dev.disk); i++)
        dev.disk[i] = (uint8_t)(i / 512);
    for (unsigned i = 0; i < 10000 && next < 512; i++) {
        segments[next] = (struct pv_disk_segment){pages[next % 256], 512};
        requests[next] = (struct pv_disk_request){.operation = PV_DISK_READ,
                                                  .sector = next,
                                                  .sectors = 1,
                                                  .segment_count = 1,
                                                  .segments = &segments[next]};
        if (submit(&requests[next], next) == 0) {
            next++;
            continue;
        }
        waiting++;
        turn();
        virtio_blk_interrupt(&blk);
        for (unsigned n = 0; n < next; n++)
            assert_int_equal(results[n], 0);
    }
    turn();
    virtio_blk_interrupt(&blk);
    assert_int_equal(next, 512);
    assert_int_equal(waiting, 512 / VIRTIO_BLK_SLOTS - 1);
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(pages[i][511], (uint8_t)(i + 256));
    assert_int_equal(blk.queue.free_count, 256);
}

static void a_device_that_lies_is_stopped(void **state)
{
    static const uint32_t lies[] = {0xffffffff, 256, 255, 1 /* inside a chain */};
    static uint8_t page[4096] __attribute__((aligned(4096)));
    struct pv_disk_segment segment = {page, 512};

    for (unsigned i = 0; i < 4; i++) {
        struct pv_disk_request request = {.operation = PV_DISK_READ,
                                          .sectors = 1,
                                          .segment_count = 1,
                                          .segments = &segment};

        begin(NULL);
        start();
        assert_int_equal(submit(&request, 0), 0);
        complete(lies[i], 0);
        virtio_blk_interrupt(&blk);
        assert_int_equal(results[0], -XEN_EIO);
        assert_int_equal(dev.status, 0);
        assert_int_equal(submit(&request, 0), -XEN_EIO);
        assert_int_equal(pages_out, 0);
    }
}

static void resized(void *user)
{
    ++*(unsigned *)user;
}

static void a_new_size_is_noticed(void **state)
{
    unsigned times = 0;

    start();
    blk.disk.resized = resized;
    blk.disk.user = &times;
    virtio_blk_interrupt(&blk);
    assert_int_equal(times, 0);
    memcpy(dev.config, &(uint64_t){2 * SECTORS}, 8);
    virtio_blk_interrupt(&blk);
    assert_int_equal(times, 1);
    assert_int_equal(blk.disk.sectors, 2 * SECTORS);
}

static uint8_t space[256];

static uint32_t space_read(void *context, uint8_t offset)
{
    uint32_t value;

    assert_int_equal(offset % 4, 0);
    memcpy(&value, space + offset, 4);
    return value;
}

static void capability(uint8_t at, uint8_t next, uint8_t kind, uint8_t bar, uint32_t offset, uint32_t length)
{
    uint8_t head[8] = {9, next, 20, kind, bar};

    memcpy(space + at, head, 8);
    memcpy(space + at + 8, &offset, 4);
    memcpy(space + at + 12, &length, 4);
}

static void finds_the_registers(void **state)
{
    struct virtio_regions regions;

    memset(space, 0, sizeof(space));
    assert_false(virtio_find_regions(space_read, NULL, &regions));
    space[0x34] = 0x40;
    capability(0x40, 0x60, 1, 4, 0x1000, 0x1000);
    capability(0x60, 0x80, 5, 0, 0, 4); /* the window in configuration space: not used */
    capability(0x80, 0xa0, 2, 4, 0x3000, 0x400);
    space[0x90] = 4;
    capability(0xa0, 0, 4, 2, 0x2000, 0x40);
    assert_true(virtio_find_regions(space_read, NULL, &regions));
    assert_int_equal(regions.common.bar, 4);
    assert_int_equal(regions.common.offset, 0x1000);
    assert_int_equal(regions.notify.offset, 0x3000);
    assert_int_equal(regions.notify_multiplier, 4);
    assert_int_equal(regions.device.bar, 2);
    assert_int_equal(regions.device.length, 0x40);
    capability(0xa0, 0x40, 4, 2, 0x2000, 0x40); /* a circle */
    assert_false(virtio_find_regions(space_read, NULL, &regions));
    capability(0xa0, 0, 4, 2, 0x2000, 0x40);
    capability(0x40, 0x60, 1, 4, 0xfffff000, 0x1001); /* wraps */
    assert_false(virtio_find_regions(space_read, NULL, &regions));
    capability(0x40, 0x60, 1, 6, 0x1000, 0x1000); /* no such BAR */
    assert_false(virtio_find_regions(space_read, NULL, &regions));
    capability(0x40, 0x60, 1, 4, 0x1000, 40); /* too short */
    assert_false(virtio_find_regions(space_read, NULL, &regions));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(agrees_on_features, begin, end),
        cmocka_unit_test_setup_teardown(refuses_what_it_cannot_use, begin, end),
        cmocka_unit_test_setup_teardown(reads_and_writes, begin, end),
        cmocka_unit_test_setup_teardown(long_requests_go_in_parts, begin, end),
        cmocka_unit_test_setup_teardown(many_at_a_time, begin, end),
        cmocka_unit_test_setup_teardown(a_device_that_lies_is_stopped, begin, end),
        cmocka_unit_test_setup_teardown(a_new_size_is_noticed, begin, end),
        cmocka_unit_test(finds_the_registers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
