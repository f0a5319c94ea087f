// SPDX-License-Identifier: MIT
/*
 * Our block frontend with our block backend, over a fake system: data, features, reconnection, and that nothing is left
 * behind. What hostile ends do is in test_block_hostile.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <pv/block_back.h>
#include <pv/block_front.h>
#include "fake_glue.h"
#include "fake_disk.h"

#define FRONT "/local/domain/1/device/vbd/51712"
#define BACK "/local/domain/%u/backend/vbd/1/51712"

static struct fake_disk ram, ram2;
static struct pv_block_back back, back2;
static struct pv_block_front front;
static unsigned ready_count;
static uint8_t *buffer; /* of domain 1 */
#define BUFFER_PAGES 64u

struct io {
    struct pv_disk_request request;
    struct pv_disk_segment segments[PV_BLOCK_SEGMENTS];
    bool done;
    int error;
};

static void ready(void *user)
{
    ready_count++;
}

static void io_done(struct pv_disk_request *request, int error)
{
    struct io *io = request->owner;

    assert_false(io->done);
    io->done = true;
    io->error = error;
}

/* The toolstack's part: where the ends find each other. */
static void toolstack(domid_t backend_domain)
{
    char path[128], value[128], permissions[16];

    fake_store_write(FRONT, "", backend_domain == 2 ? "n1 r2" : "n1 r3");
    snprintf(path, sizeof(path), BACK, backend_domain);
    snprintf(permissions, sizeof(permissions), "n%u r1", backend_domain);
    fake_store_write(path, "", permissions);
    strcat(path, "/frontend-id");
    fake_store_write(path, "1", NULL);
    snprintf(path, sizeof(path), BACK "/frontend", backend_domain);
    fake_store_write(path, FRONT, NULL);
    snprintf(value, sizeof(value), "%u", backend_domain);
    fake_store_write(FRONT "/backend-id", value, NULL);
    snprintf(value, sizeof(value), BACK, backend_domain);
    fake_store_write(FRONT "/backend", value, NULL);
}

static void start_back(struct pv_block_back *b, struct fake_disk *disk, domid_t domain)
{
    char path[128];

    snprintf(path, sizeof(path), BACK, domain);
    assert_int_equal(pv_block_back_start(b, fake_glue(domain), &disk->disk, path, false), 0);
}

static void start_front(bool keep)
{
    assert_int_equal(pv_block_front_start(&front, fake_glue(1), FRONT, keep, ready, NULL), 0);
    assert_true(fake_glue_run());
}

static int set_up(void **state)
{
    fake_glue_begin();
    fake_disk_make(&ram, 4096);
    ready_count = 0;
    toolstack(2);
    buffer = fake_glue(1)->pages_alloc(fake_glue(1)->context, BUFFER_PAGES);
    return 0;
}

static void begin(bool keep)
{
    start_back(&back, &ram, 2);
    start_front(keep);
    assert_int_equal(ready_count, 1);
}

static void stop_front(void)
{
    pv_block_front_stop(&front);
    assert_true(fake_glue_run());
    assert_true(pv_block_front_stop(&front));
}

static void end(void)
{
    stop_front();
    assert_true(fake_glue_run());
    assert_true(pv_block_back_stop(&back));
}

static int tear_down(void **state)
{
    fake_glue(1)->pages_free(fake_glue(1)->context, buffer, BUFFER_PAGES);
    fake_disk_free(&ram);
    return fake_glue_end();
}

/* One request of `pages` whole pages of the buffer from `first` on. */
static void prepare(struct io *io, enum pv_disk_operation operation, uint64_t sector, uint32_t first,
                    uint32_t pages)
{
    *io = (struct io){.request = {.operation = operation,
                                  .sector = sector,
                                  .sectors = pages * 8,
                                  .segment_count = operation <= PV_DISK_WRITE ? pages : 0,
                                  .segments = io->segments,
                                  .done = io_done,
                                  .owner = io}};
    for (uint32_t i = 0; i < pages && operation <= PV_DISK_WRITE; i++)
        io->segments[i] = (struct pv_disk_segment){buffer + (first + i) % BUFFER_PAGES * PV_PAGE, PV_PAGE};
}

static int run(struct io *io)
{
    int error = front.disk.submit(&front.disk, &io->request);

    if (error)
        return error;
    assert_true(fake_glue_run());
    assert_true(io->done);
    return io->error;
}

static void fill(uint32_t pages, unsigned seed)
{
    for (uint32_t i = 0; i < pages * PV_PAGE; i++)
        buffer[i] = (uint8_t)(i * 31 + i / 509 + seed);
}

static void write_and_read_back(uint32_t pages, uint64_t sector, unsigned seed)
{
    struct io io;

    fill(pages, seed);
    prepare(&io, PV_DISK_WRITE, sector, 0, pages);
    assert_int_equal(run(&io), 0);
    assert_memory_equal(ram.bytes + sector * 512, buffer, pages * PV_PAGE);
    memset(buffer, 0, pages * PV_PAGE);
    prepare(&io, PV_DISK_READ, sector, 0, pages);
    assert_int_equal(run(&io), 0);
    assert_memory_equal(ram.bytes + sector * 512, buffer, pages * PV_PAGE);
    assert_int_not_equal(buffer[1], 0);
}

static void expect_states(const char *front_state, const char *back_state)
{
    assert_string_equal(fake_store_read(FRONT "/state"), front_state);
    assert_string_equal(fake_store_read("/local/domain/2/backend/vbd/1/51712/state"), back_state);
}

static void states(void **state)
{
    start_back(&back, &ram, 2);
    assert_true(fake_glue_run());
    assert_string_equal(fake_store_read("/local/domain/2/backend/vbd/1/51712/state"), "1");
    fake_store_write(FRONT "/state", "1", NULL);
    assert_true(fake_glue_run());
    assert_string_equal(fake_store_read("/local/domain/2/backend/vbd/1/51712/state"), "2");
    assert_string_equal(fake_store_read("/local/domain/2/backend/vbd/1/51712/sectors"), "4096");
    assert_string_equal(fake_store_read("/local/domain/2/backend/vbd/1/51712/sector-size"), "512");
    assert_string_equal(fake_store_read("/local/domain/2/backend/vbd/1/51712/info"), "0");
    start_front(false);
    expect_states("4", "4");
    assert_int_equal(front.disk.sectors, 4096);
    assert_int_equal(front.disk.max_segments, 256);
    assert_int_equal(front.ring_pages, 2);
    stop_front();
    assert_true(fake_glue_run());
    expect_states("6", "6");
    assert_int_equal(fake_glue_mapped(1), 0);
    /* The domain's next kernel. */
    start_front(false);
    expect_states("4", "4");
    write_and_read_back(3, 8, 1);
    end();
}

static void data(void **state)
{
    begin(false);
    write_and_read_back(1, 0, 1);
    write_and_read_back(11, 100, 2);
    write_and_read_back(12, 200, 3); /* the first that needs an indirect request */
    write_and_read_back(64, 4096 - 512, 4);
    assert_int_equal(fake_glue_mapped(1), 2); /* the ring alone */
    assert_int_equal(back.counts.reads, 4);
    assert_int_equal(back.counts.written_sectors, 8 * (1 + 11 + 12 + 64));
    end();
}

/* Parts of pages, in any order, of which none may touch what lies beside it. */
static void parts_of_pages(void **state)
{
    struct io io;

    begin(false);
    for (unsigned i = 0; i < 4096 * 512; i++)
        ram.bytes[i] = (uint8_t)(i / 512);
    memset(buffer, 0xee, 3 * PV_PAGE);
    prepare(&io, PV_DISK_READ, 10, 0, 3);
    io.segments[0] = (struct pv_disk_segment){buffer + 512, 1024};
    io.segments[1] = (struct pv_disk_segment){buffer + PV_PAGE + 7 * 512, 512};
    io.segments[2] = (struct pv_disk_segment){buffer + 2 * PV_PAGE, PV_PAGE};
    assert_int_equal(run(&io), 0);
    for (unsigned i = 0; i < 3 * PV_PAGE; i++) {
        unsigned sector = i / 512, expected = 0xee;

        if (sector == 1 || sector == 2)
            expected = 10 + sector - 1;
        else if (sector == 15)
            expected = 12;
        else if (sector >= 16)
            expected = 13 + sector - 16;
        assert_int_equal(buffer[i], expected);
    }
    end();
}

static void flush_and_discard(void **state)
{
    struct io io;

    begin(false);
    assert_true(front.disk.can_flush && front.disk.can_discard);
    prepare(&io, PV_DISK_FLUSH, 0, 0, 0);
    assert_int_equal(run(&io), 0);
    assert_int_equal(ram.flushes, 1);
    fill(1, 0);
    prepare(&io, PV_DISK_WRITE, 16, 0, 1);
    assert_int_equal(run(&io), 0);
    prepare(&io, PV_DISK_DISCARD, 16, 0, 1);
    assert_int_equal(run(&io), 0);
    assert_int_equal(ram.bytes[16 * 512 + 5], 0);
    assert_int_equal(ram.discarded, 8);
    prepare(&io, PV_DISK_DISCARD, 4090, 0, 1);
    assert_int_equal(run(&io), -XEN_EIO);
    end();
}

static void a_disk_that_cannot(void **state)
{
    struct io io;

    ram.disk.can_flush = ram.disk.can_discard = false;
    fake_store_write("/local/domain/2/backend/vbd/1/51712/mode", "r", NULL);
    begin(false);
    assert_false(front.disk.can_flush || front.disk.can_discard);
    assert_true(front.disk.read_only);
    prepare(&io, PV_DISK_FLUSH, 0, 0, 0);
    assert_int_equal(run(&io), -XEN_EOPNOTSUPP);
    prepare(&io, PV_DISK_DISCARD, 0, 0, 1);
    assert_int_equal(run(&io), -XEN_EOPNOTSUPP);
    prepare(&io, PV_DISK_WRITE, 0, 0, 1);
    assert_int_equal(run(&io), -XEN_EIO);
    prepare(&io, PV_DISK_READ, 0, 0, 1);
    assert_int_equal(run(&io), 0);
    prepare(&io, PV_DISK_READ, 4089, 0, 1);
    assert_int_equal(run(&io), -XEN_EIO);
    prepare(&io, PV_DISK_READ, UINT64_MAX - 3, 0, 1);
    assert_int_equal(run(&io), -XEN_EIO);
    assert_int_equal(ram.requests, 1);
    end();
}

static void large_sectors(void **state)
{
    struct io io;

    ram.disk.sector_bytes = ram.disk.physical_bytes = 4096;
    begin(false);
    assert_int_equal(front.disk.sector_bytes, 4096);
    prepare(&io, PV_DISK_READ, 4, 0, 1);
    assert_int_equal(run(&io), -XEN_EIO);
    prepare(&io, PV_DISK_READ, 8, 0, 1);
    io.segments[0].length = 512;
    assert_int_equal(run(&io), -XEN_EIO);
    write_and_read_back(2, 8, 9);
    end();
}

/* Pages that the disk alone uses are granted and mapped once. */
static void kept_grants(void **state)
{
    unsigned maps;

    begin(true);
    write_and_read_back(16, 0, 1);
    maps = fake_glue_maps_made();
    for (unsigned i = 0; i < 20; i++)
        write_and_read_back(16, i * 8, i);
    assert_int_equal(fake_glue_maps_made(), maps);
    assert_int_equal(fake_glue_mapped(1), 16 + 2);
    end();
    assert_int_equal(fake_glue_granted(1), 0);
}

/* More than fits anywhere: the ring, the backend's work, the frontend's slots. */
static void many_at_once(void **state)
{
    static struct io io[100];
    unsigned accepted = 0;

    begin(false);
    ram.slow = true;
    for (unsigned i = 0; i < 100; i++) {
        prepare(&io[i], PV_DISK_READ, i * 8, i, 1);
        accepted += front.disk.submit(&front.disk, &io[i].request) == 0;
    }
    assert_int_equal(accepted, PV_BLOCK_FRONT_REQUESTS);
    assert_true(fake_glue_run());
    assert_int_equal(ram.waiting, PV_BLOCK_WORKING);
    while (ram.waiting) {
        fake_disk_finish(&ram, 3);
        assert_true(fake_glue_run());
    }
    for (unsigned i = 0; i < accepted; i++)
        assert_true(io[i].done && !io[i].error);
    ram.slow = false;
    write_and_read_back(1, 0, 1);
    /* A disk that is full for a while. */
    ram.slow = true;
    ram.limit = 2;
    for (unsigned i = 0; i < 10; i++) {
        prepare(&io[i], PV_DISK_READ, i * 8, i, 1);
        assert_int_equal(front.disk.submit(&front.disk, &io[i].request), 0);
    }
    assert_true(fake_glue_run());
    for (unsigned i = 0; i < 10; i++) {
        assert_in_range(ram.waiting, 1, 2);
        fake_disk_finish(&ram, 1);
        assert_true(fake_glue_run());
    }
    for (unsigned i = 0; i < 10; i++)
        assert_true(io[i].done && !io[i].error);
    end();
}

static unsigned resized_count;

static void resized(void *user)
{
    resized_count++;
}

static void resize(void **state)
{
    struct io io;

    begin(false);
    resized_count = 0;
    front.disk.resized = resized;
    fake_disk_grow(&ram, 8192);
    assert_true(fake_glue_run());
    assert_int_equal(resized_count, 1);
    assert_int_equal(front.disk.sectors, 8192);
    prepare(&io, PV_DISK_READ, 8184, 0, 1);
    assert_int_equal(run(&io), 0);
    end();
}

/* The frontend leaves while the disk works: its memory stays in use until the disk is done. */
static void leave_while_working(void **state)
{
    struct io io;

    begin(false);
    ram.slow = true;
    prepare(&io, PV_DISK_READ, 0, 0, 4);
    assert_int_equal(front.disk.submit(&front.disk, &io.request), 0);
    assert_true(fake_glue_run());
    assert_false(pv_block_front_stop(&front));
    assert_true(fake_glue_run());
    expect_states("5", "5");
    assert_int_not_equal(fake_glue_mapped(1), 0);
    assert_false(io.done);
    fake_disk_finish(&ram, 1);
    assert_true(fake_glue_run());
    expect_states("6", "6");
    assert_int_equal(fake_glue_mapped(1), 0);
    stop_front();
    assert_true(io.done);
    assert_int_equal(io.error, -XEN_EIO);
    assert_true(pv_block_back_stop(&back));
}

/* The backend's domain dies with requests under way; a new one takes its place, under the same number. */
static void backend_dies(void **state)
{
    struct io io[20];

    begin(false);
    ram.slow = true;
    fill(20, 5);
    for (unsigned i = 0; i < 20; i++) {
        prepare(&io[i], PV_DISK_WRITE, i * 8, i, 1);
        assert_int_equal(front.disk.submit(&front.disk, &io[i].request), 0);
    }
    assert_true(fake_glue_run());
    fake_disk_finish(&ram, 7);
    fake_glue_kill(2);
    fake_disk_free(&ram);
    fake_disk_make(&ram, 4096);
    start_back(&back2, &ram, 2);
    assert_true(fake_glue_run());
    assert_int_equal(ready_count, 2);
    expect_states("4", "4");
    for (unsigned i = 0; i < 20; i++)
        assert_true(io[i].done && !io[i].error);
    assert_memory_equal(ram.bytes + 10 * PV_PAGE, buffer + 10 * PV_PAGE, 10 * PV_PAGE);
    write_and_read_back(12, 200, 3);
    stop_front();
    assert_true(fake_glue_run());
    assert_true(pv_block_back_stop(&back2));
}

/* The same, but the new backend is in another domain, and the toolstack says so. */
static void backend_moves(void **state)
{
    struct io io;

    begin(true);
    write_and_read_back(4, 0, 1);
    ram.slow = true;
    prepare(&io, PV_DISK_READ, 0, 0, 1);
    assert_int_equal(front.disk.submit(&front.disk, &io.request), 0);
    assert_true(fake_glue_run());
    fake_glue_kill(2);
    fake_disk_make(&ram2, 2048);
    toolstack(3);
    start_back(&back2, &ram2, 3);
    assert_true(fake_glue_run());
    assert_true(io.done);
    assert_int_equal(io.error, 0);
    assert_int_equal(front.disk.sectors, 2048);
    stop_front();
    assert_true(fake_glue_run());
    assert_true(pv_block_back_stop(&back2));
    fake_disk_free(&ram2);
}

/* Failures of the system while connecting: the device stops, says so, and leaves nothing behind. */
static void no_grants_left(void **state)
{
    start_back(&back, &ram, 2);
    fake_glue_fail_grants(1);
    assert_int_equal(pv_block_front_start(&front, fake_glue(1), FRONT, false, ready, NULL), 0);
    assert_true(fake_glue_run());
    assert_int_equal(ready_count, 0);
    assert_string_equal(fake_store_read(FRONT "/state"), "6");
    assert_string_equal(fake_store_read(FRONT "/error"), "rings and channel cannot be made");
    end();
}

static void grants_run_out(void **state)
{
    struct io io;

    begin(false);
    for (unsigned i = 0; i < 13; i++) {
        fake_glue_fail_maps(0);
        prepare(&io, PV_DISK_READ, 0, 0, 12);
        assert_int_equal(front.disk.submit(&front.disk, &io.request), 0);
        assert_true(fake_glue_run());
        assert_true(io.done && !io.error);
        fake_glue_fail_maps(1);
        prepare(&io, PV_DISK_READ, 0, 0, 12);
        assert_int_equal(run(&io), -XEN_EIO);
    }
    write_and_read_back(12, 0, 1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_of_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flush_and_discard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_disk_that_cannot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_sectors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kept_grants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(resize, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leave_while_working, set_up, tear_down),
        cmocka_unit_test_setup_teardown(backend_dies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(backend_moves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_grants_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grants_run_out, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
