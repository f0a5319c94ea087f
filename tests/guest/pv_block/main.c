/* SPDX-License-Identifier: MIT */
/*
 * Both ends of the block protocol in one domain, over real grants and event channels that it gives to itself: plain and
 * indirect requests, kept grants, a write to memory lent for reading, and that all grants come back. The store is a list
 * in this file: the initial domain has none.
 */
#include <guestkit/events.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/spaces.h>
#include <guestkit/string.h>
#include <guestkit/test.h>
#include <pv/block_back.h>
#include <pv/block_front.h>
#include <pv/guest.h>

#define FRONT "/local/domain/0/device/vbd/768"
#define BACK "/local/domain/0/backend/vbd/0/768"
#define NODES 64u
#define WATCHES 8u
#define PAGES 64u

static struct node {
    char path[96], value[64];
} nodes[NODES];

static struct watch {
    char path[96];
    pv_handler *handler;
    void *argument;
    bool pending;
} watches[WATCHES];

static struct node *find(const char *path)
{
    for (uint32_t i = 0; i < NODES; i++) {
        if (strcmp(nodes[i].path, path) == 0) {
            return &nodes[i];
        }
    }
    return NULL;
}

static int node_read(void *context, const char *path, char *value, size_t size)
{
    struct node *node = find(path);

    if (!node) {
        return -XEN_ENOENT;
    }
    if (strlen(node->value) >= size) {
        return -XEN_E2BIG;
    }
    memcpy(value, node->value, strlen(node->value) + 1);
    return (int)strlen(value);
}

static int node_write(void *context, const char *path, const char *value)
{
    struct node *node = find(path);

    node = node ? node : find("");
    if (!node) {
        return -XEN_ENOSPC;
    }
    memcpy(node->path, path, strlen(path) + 1);
    memcpy(node->value, value, strlen(value) + 1);
    for (uint32_t i = 0; i < WATCHES; i++) {
        watches[i].pending |= watches[i].handler && strcmp(watches[i].path, path) == 0;
    }
    return 0;
}

static int node_remove(void *context, const char *path)
{
    struct node *node = find(path);

    if (node) {
        node->path[0] = 0;
    }
    return 0;
}

static int node_watch(void *context, const char *path, pv_handler *handler, void *argument)
{
    for (uint32_t i = 0; i < WATCHES; i++) {
        if (!watches[i].handler) {
            memcpy(watches[i].path, path, strlen(path) + 1);
            watches[i].handler = handler;
            watches[i].argument = argument;
            watches[i].pending = true;
            return 0;
        }
    }
    return -XEN_ENOSPC;
}

static void node_unwatch(void *context, const char *path, pv_handler *handler, void *argument)
{
    for (uint32_t i = 0; i < WATCHES; i++) {
        if (watches[i].argument == argument && strcmp(watches[i].path, path) == 0) {
            watches[i].handler = NULL;
        }
    }
}

static bool watches_run(void)
{
    bool any = false;

    for (uint32_t i = 0; i < WATCHES; i++) {
        if (watches[i].handler && watches[i].pending) {
            watches[i].pending = false;
            watches[i].handler(watches[i].argument);
            any = true;
        }
    }
    return any;
}

static void run(void)
{
    bool any = true;

    for (uint32_t i = 0; any && i < 10000; i++) {
        any = watches_run();
        any |= pv_guest_run();
    }
    expect(!any, "it comes to an end");
}

/* ---- a disk in memory ---- */

static uint8_t *contents;

static int submit(struct pv_disk *disk, struct pv_disk_request *request)
{
    uint8_t *at = contents + request->sector * PV_SECTOR;

    for (uint32_t i = 0; i < request->segment_count; i++) {
        const struct pv_disk_segment *segment = &request->segments[i];
        bool reads = request->operation == PV_DISK_READ;

        memcpy(reads ? segment->address : at, reads ? at : segment->address, segment->length);
        at += segment->length;
    }
    request->done(request, 0);
    return 0;
}

static struct pv_disk ram = {
    .sectors = PAGES * 8, .sector_bytes = 512, .physical_bytes = 512, .max_segments = 256, .submit = submit};

/* ---- the test ---- */

static struct pv_block_back back;
static struct pv_block_front front;
static struct pv_disk_segment segments[PAGES];
static int outcome;

static void ready(void *user)
{
    ++*(uint32_t *)user;
}

static void done(struct pv_disk_request *request, int error)
{
    outcome = error;
}

static int transfer(enum pv_disk_operation operation, uint8_t *buffer, uint32_t pages)
{
    struct pv_disk_request request = {.operation = operation,
                                      .sectors = pages * 8,
                                      .segment_count = pages,
                                      .segments = segments,
                                      .done = done};

    for (uint32_t i = 0; i < pages; i++) {
        segments[i] = (struct pv_disk_segment){buffer + i * PV_PAGE, PV_PAGE};
    }
    outcome = 1;
    expect_ok(front.disk.submit(&front.disk, &request));
    run();
    return outcome;
}

static void there_and_back(uint8_t *buffer, uint32_t pages, uint8_t seed)
{
    for (uint32_t i = 0; i < pages * PV_PAGE; i++) {
        buffer[i] = (uint8_t)(i * 13 + i / 4096 + seed);
    }
    expect_ok(transfer(PV_DISK_WRITE, buffer, pages));
    expect(memcmp(buffer, contents, pages * PV_PAGE) == 0, "%u pages written", pages);
    memset(buffer, 0, pages * PV_PAGE);
    expect_ok(transfer(PV_DISK_READ, buffer, pages));
    expect(memcmp(buffer, contents, pages * PV_PAGE) == 0 && buffer[1], "%u pages read", pages);
}

static void both_ends(struct pv_glue *glue, uint8_t *buffer, bool keep)
{
    uint32_t connections = 0;

    memset(nodes, 0, sizeof(nodes));
    node_write(NULL, FRONT "/backend", BACK);
    node_write(NULL, FRONT "/backend-id", "0");
    node_write(NULL, BACK "/frontend", FRONT);
    node_write(NULL, BACK "/frontend-id", "0");
    expect_ok(pv_block_back_start(&back, glue, &ram, BACK, false));
    expect_ok(pv_block_front_start(&front, glue, FRONT, keep, ready, &connections));
    run();
    expect_equal(connections, 1);
    expect(strcmp(find(FRONT "/state")->value, "4") == 0 && strcmp(find(BACK "/state")->value, "4") == 0);
    expect_equal(front.disk.sectors, ram.sectors);
    there_and_back(buffer, 1, 1);
    there_and_back(buffer, 11, 2);
    there_and_back(buffer, PAGES, 3);
    if (keep) {
        expect_equal(back.kept_count, PAGES);
    }
    pv_block_front_stop(&front);
    run();
    expect(pv_block_front_stop(&front), "the backend let go");
    expect(pv_block_back_stop(&back));
}

GUEST_TEST("a block frontend and backend over grants and event channels")
{
    struct pv_glue glue;
    uint8_t *buffer;
    int first;

    expect_ok(frames_init(boot_info));
    spaces_init();
    events_init();
    expect_ok(grants_init());
    first = grant_access(0, address_to_mfn(&nodes), true);
    expect(grant_end((grant_ref_t)first));
    upcalls_unmask();
    glue = *pv_guest_init(boot_info);
    expect_errno(glue.store_write(NULL, "/x", "y"), -XEN_ENODEV);
    glue.store_read = node_read;
    glue.store_write = node_write;
    glue.store_remove = node_remove;
    glue.store_watch = node_watch;
    glue.store_unwatch = node_unwatch;
    contents = pages_alloc(PAGES);
    buffer = pages_alloc(PAGES);
    both_ends(&glue, buffer, false);
    both_ends(&glue, buffer, true);
    upcalls_mask();
    /* The list of free grants is a stack: all came back if as many can be taken as before. */
    uint32_t free_grants = 0;
    while (grant_access(0, address_to_mfn(buffer), true) >= 0) {
        free_grants++;
    }
    expect_equal(free_grants, GRANT_ENTRIES - GNTTAB_NR_RESERVED_ENTRIES);
}
