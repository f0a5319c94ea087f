/* SPDX-License-Identifier: MIT */
/*
 * run-cpu: qemu64
 * run-expect: skip
 *
 * A disk's client, for the tests of driver domains: reads the whole disk and prints a sum of it, then writes a pattern over a
 * part, flushes, and reads that back. Words of the command line: `keep` keeps its grants; `read` stops after reading; `at=N` is the first page
 * that is written; `again=N` reads the disk N times more. As the initial domain it has no disk, and nothing to do.
 */
#include <guestkit/events.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/spaces.h>
#include <guestkit/string.h>
#include <guestkit/test.h>
#include <pv/block_front.h>
#include <pv/guest.h>

#define PAGES 64u /* of one request */
#define PAGE_SECTORS (PV_PAGE / PV_SECTOR)
#define PATTERN_PAGES 37u

static struct pv_block_front front;
static struct pv_disk_segment segments[PAGES];
static bool connected, finished;
static int outcome;

static void ready(void *user)
{
    connected = true;
}

static void done(struct pv_disk_request *request, int error)
{
    outcome = error;
    finished = true;
}

static void wait_until(const bool *condition)
{
    while (!*(const volatile bool *)condition) {
        if (!pv_guest_run()) {
            pv_guest_wait();
        }
    }
}

static int ask(enum pv_disk_operation operation, uint64_t sector, uint8_t *buffer, uint32_t pages)
{
    struct pv_disk_request request = {.operation = operation,
                                      .sector = sector,
                                      .sectors = pages * PAGE_SECTORS,
                                      .segment_count = pages,
                                      .segments = segments,
                                      .done = done};

    for (uint32_t i = 0; i < pages; i++) {
        segments[i] = (struct pv_disk_segment){buffer + i * PV_PAGE, PV_PAGE};
    }
    finished = false;
    expect_ok(front.disk.submit(&front.disk, &request));
    wait_until(&finished);
    return outcome;
}

/* FNV-1a. */
static uint32_t sum_more(uint32_t sum, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        sum = (sum ^ bytes[i]) * 16777619u;
    }
    return sum;
}

static void read_all(uint8_t *buffer)
{
    uint32_t sum = 2166136261u;

    for (uint64_t at = 0; at < front.disk.sectors; at += PAGES * PAGE_SECTORS) {
        uint64_t left = (front.disk.sectors - at) / PAGE_SECTORS;
        uint32_t pages = left < PAGES ? (uint32_t)left : PAGES;

        expect_ok(ask(PV_DISK_READ, at, buffer, pages));
        sum = sum_more(sum, buffer, pages * PV_PAGE);
    }
    console_printf("sum %08x\n", sum);
}

static void write_some(uint8_t *buffer, uint64_t sector)
{
    for (uint32_t i = 0; i < PATTERN_PAGES * PV_PAGE; i++) {
        buffer[i] = (uint8_t)(i * 7 + i / PV_PAGE);
    }
    expect_ok(ask(PV_DISK_WRITE, sector, buffer, PATTERN_PAGES));
    if (front.disk.can_flush) {
        expect_ok(ask(PV_DISK_FLUSH, 0, buffer, 0));
    }
    memset(buffer, 0, PATTERN_PAGES * PV_PAGE);
    expect_ok(ask(PV_DISK_READ, sector, buffer, PATTERN_PAGES));
    for (uint32_t i = 0; i < PATTERN_PAGES * PV_PAGE; i++) {
        if (buffer[i] != (uint8_t)(i * 7 + i / PV_PAGE)) {
            expect(false, "byte %u is %x", i, buffer[i]);
            return;
        }
    }
    console_printf("written and read back\n");
}

static bool told(const char *word)
{
    for (const char *at = (const char *)boot_info->cmd_line; *at; at++) {
        if (strncmp(at, word, strlen(word)) == 0) {
            return true;
        }
    }
    return false;
}

/* The number behind a word, 0 when there is none. */
static uint32_t number_of(const char *word)
{
    uint32_t number = 0;

    for (const char *at = (const char *)boot_info->cmd_line; *at; at++) {
        if (strncmp(at, word, strlen(word)) == 0) {
            for (at += strlen(word); *at >= '0' && *at <= '9'; at++) {
                number = number * 10 + (uint32_t)(*at - '0');
            }
            break;
        }
    }
    return number;
}

GUEST_TEST("a disk that a driver domain serves")
{
    uint8_t *buffer;

    if (boot_info->flags & SIF_INITDOMAIN) {
        test_skip("the initial domain has no disk");
    }
    events_init();
    expect_ok(frames_init(boot_info));
    spaces_init();
    expect_ok(grants_init());
    upcalls_unmask();
    buffer = pages_alloc(PAGES);
    expect_ok(pv_block_front_start(&front, pv_guest_init(boot_info), "device/vbd/51712", told("keep"), ready,
                                   NULL));
    wait_until(&connected);
    console_printf("%u sectors of %u bytes%s%s\n", (uint32_t)front.disk.sectors, front.disk.sector_bytes,
                   front.disk.can_flush ? ", flush" : "", front.disk.read_only ? ", read only" : "");
    for (uint32_t i = 0; i <= number_of("again="); i++) {
        read_all(buffer);
    }
    if (!told("read")) {
        write_some(buffer, (uint64_t)number_of("at=") * PAGE_SECTORS);
    }
    while (!pv_block_front_stop(&front)) {
        if (!pv_guest_run()) {
            pv_guest_wait();
        }
    }
    upcalls_mask();
}
