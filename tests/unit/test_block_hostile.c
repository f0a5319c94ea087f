// SPDX-License-Identifier: MIT
/*
 * Frontends and backends that break the block protocol, written by hand on the bare ring. Our end must answer with an
 * error or stop its device with a reason, touch nothing it was not given, and leave nothing behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <abi/io_blkif.h>
#include <pv/block_back.h>
#include <pv/block_front.h>
#include "fake_disk.h"
#include "fake_glue.h"

#define FRONT "/local/domain/1/device/vbd/768"
#define BACK "/local/domain/2/backend/vbd/1/768"

static struct fake_disk ram;
static struct pv_block_back back;
static struct pv_block_front front;

/* The end written by hand: of domain 1 as a frontend, of domain 2 as a backend. */
static struct {
    const struct pv_glue *glue;
    struct blkif_32_sring *ring;
    union blkif_32_sring_entry *entries;
    uint8_t *data;
    int ring_reference, data_reference, port;
    uint32_t answered;
} raw;

static void nothing(void *argument)
{
}

static void node(const char *directory, const char *name, const char *value)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    fake_store_write(path, value, NULL);
}

static void number(const char *directory, const char *name, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%lu", value);
    node(directory, name, text);
}

static const char *of(const char *directory, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return fake_store_read(path);
}

static int set_up(void **state)
{
    fake_glue_begin();
    fake_disk_make(&ram, 1024);
    fake_store_write(FRONT, "", "n1 r2");
    fake_store_write(BACK, "", "n2 r1");
    node(BACK, "frontend-id", "1");
    node(BACK, "frontend", FRONT);
    node(FRONT, "backend-id", "2");
    node(FRONT, "backend", BACK);
    return 0;
}

static int tear_down(void **state)
{
    fake_disk_free(&ram);
    return fake_glue_end();
}

/* ---- a frontend by hand ---- */

static void make_raw(domid_t domain, domid_t other)
{
    memset(&raw, 0, sizeof(raw));
    raw.glue = fake_glue(domain);
    raw.ring = raw.glue->pages_alloc(raw.glue->context, 1);
    raw.entries = raw.ring->ring;
    raw.data = raw.glue->pages_alloc(raw.glue->context, 1);
    raw.ring->req_event = raw.ring->rsp_event = 1;
    raw.ring_reference = raw.glue->grant(raw.glue->context, other, raw.ring, false);
    raw.data_reference = raw.glue->grant(raw.glue->context, other, raw.data, false);
    raw.port = raw.glue->channel_offer(raw.glue->context, other, nothing, NULL);
}

static void connect_raw(void)
{
    assert_int_equal(pv_block_back_start(&back, fake_glue(2), &ram.disk, BACK, false), 0);
    node(FRONT, "state", "1");
    assert_true(fake_glue_run());
    assert_string_equal(of(BACK, "state"), "2");
    make_raw(1, 2);
    number(FRONT, "ring-ref", (uint64_t)raw.ring_reference);
    number(FRONT, "event-channel", (uint64_t)raw.port);
    node(FRONT, "protocol", "x86_32-abi");
    node(FRONT, "state", "3");
    assert_true(fake_glue_run());
}

static void free_raw(void)
{
    assert_true(raw.glue->revoke(raw.glue->context, (grant_ref_t)raw.ring_reference));
    assert_true(raw.glue->revoke(raw.glue->context, (grant_ref_t)raw.data_reference));
    raw.glue->channel_close(raw.glue->context, (uint32_t)raw.port);
    raw.glue->pages_free(raw.glue->context, raw.ring, 1);
    raw.glue->pages_free(raw.glue->context, raw.data, 1);
}

static void end_raw(void)
{
    node(FRONT, "state", "6");
    assert_true(fake_glue_run());
    assert_string_equal(of(BACK, "state"), "6");
    assert_int_equal(fake_glue_mapped(1), 0);
    free_raw();
    assert_true(pv_block_back_stop(&back));
}

static struct blkif_request_32 *next(void)
{
    struct blkif_request_32 *request = &raw.entries[raw.ring->req_prod % 32].req;

    memset(request, 0, sizeof(*request));
    request->id = 0x123456789abcull + raw.ring->req_prod;
    request->nr_segments = 1;
    request->seg[0] = (struct blkif_request_segment){.gref = (grant_ref_t)raw.data_reference, .last_sect = 7};
    return request;
}

/* Push what next() gave, and return the answer's status. */
static int push(void)
{
    struct blkif_response_32 *response = &raw.entries[raw.answered % 32].rsp;
    uint64_t id = 0x123456789abcull + raw.ring->req_prod;
    uint8_t operation = raw.entries[raw.ring->req_prod % 32].req.operation;

    if (operation == BLKIF_OP_INDIRECT)
        operation =
            ((struct blkif_request_indirect_32 *)&raw.entries[raw.ring->req_prod % 32].req)->indirect_op;
    raw.ring->req_prod++;
    raw.glue->notify(raw.glue->context, (uint32_t)raw.port);
    assert_true(fake_glue_run());
    assert_int_equal(raw.ring->rsp_prod, ++raw.answered);
    assert_int_equal(response->id, id);
    assert_int_equal(response->operation, operation);
    return response->status;
}

static void an_honest_request(void)
{
    struct blkif_request_32 *request = next();

    memset(ram.bytes + 5 * 512, 0x5a, 512);
    request->operation = BLKIF_OP_READ;
    request->sector_number = 5;
    request->seg[0].first_sect = request->seg[0].last_sect = 2;
    assert_int_equal(push(), BLKIF_RSP_OKAY);
    assert_int_equal(raw.data[2 * 512], 0x5a);
    assert_int_equal(raw.data[3 * 512 - 1], 0x5a);
}

static void wrong_requests(void **state)
{
    static const struct {
        uint8_t operation, segments, first, last;
        uint64_t sector;
        int status;
    } table[] = {
        {BLKIF_OP_READ, 0, 0, 7, 0, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 12, 0, 7, 0, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 255, 0, 7, 0, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 1, 0, 8, 0, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 1, 0, 255, 0, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 1, 5, 4, 0, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 1, 0, 7, 1017, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 1, 0, 7, 1016, BLKIF_RSP_OKAY},
        {BLKIF_OP_READ, 1, 0, 7, UINT64_MAX, BLKIF_RSP_ERROR},
        {BLKIF_OP_READ, 1, 0, 7, UINT64_MAX - 7, BLKIF_RSP_ERROR},
        {BLKIF_OP_WRITE, 1, 0, 7, UINT64_MAX / 512 + 1, BLKIF_RSP_ERROR},
        {BLKIF_OP_WRITE_BARRIER, 1, 0, 7, 0, BLKIF_RSP_EOPNOTSUPP},
        {BLKIF_OP_RESERVED_1, 1, 0, 7, 0, BLKIF_RSP_EOPNOTSUPP},
        {7, 1, 0, 7, 0, BLKIF_RSP_EOPNOTSUPP},
        {255, 1, 0, 7, 0, BLKIF_RSP_EOPNOTSUPP},
        {BLKIF_OP_FLUSH_DISKCACHE, 0, 0, 0, 0, BLKIF_RSP_OKAY},
    };

    connect_raw();
    assert_string_equal(of(BACK, "state"), "4");
    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct blkif_request_32 *request = next();

        request->operation = table[i].operation;
        request->nr_segments = table[i].segments;
        request->sector_number = table[i].sector;
        request->seg[0].first_sect = table[i].first;
        request->seg[0].last_sect = table[i].last;
        if (push() != table[i].status)
            fail_msg("row %u", i);
    }
    /* One that ends before it begins, beside one that makes up for it. */
    next()->nr_segments = 2;
    raw.entries[raw.ring->req_prod % 32].req.seg[1] =
        (struct blkif_request_segment){.gref = (grant_ref_t)raw.data_reference,
                                       .first_sect = 5,
                                       .last_sect = 3};
    ram.disk.sectors = 1ull << 40; /* so that the sum is no reason to refuse it */
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    ram.disk.sectors = 1024;
    an_honest_request();
    end_raw();
}

static void wrong_grants(void **state)
{
    int read_only;

    connect_raw();
    next()->seg[0].gref = 4000;
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    next()->seg[0].gref = 0xffffffff;
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    /* Lent for reading, but the disk would write to it. */
    assert_true(raw.glue->revoke(raw.glue->context, (grant_ref_t)raw.data_reference));
    read_only = raw.glue->grant(raw.glue->context, 2, raw.data, true);
    next()->seg[0].gref = (grant_ref_t)read_only;
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    next()->operation = BLKIF_OP_WRITE;
    raw.entries[raw.ring->req_prod % 32].req.seg[0].gref = (grant_ref_t)read_only;
    assert_int_equal(push(), BLKIF_RSP_OKAY);
    /* The second of two is taken back: nothing stays mapped of the first. */
    next()->nr_segments = 2;
    raw.entries[raw.ring->req_prod % 32].req.seg[0].gref = (grant_ref_t)raw.ring_reference;
    raw.entries[raw.ring->req_prod % 32].req.seg[1] =
        (struct blkif_request_segment){.gref = 77, .last_sect = 7};
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    assert_int_equal(fake_glue_mapped(1), 1);
    raw.data_reference = read_only;
    end_raw();
}

static void wrong_indirect(void **state)
{
    struct blkif_request_segment *segments;
    struct blkif_request_indirect_32 *request;

    connect_raw();
    segments = (struct blkif_request_segment *)raw.data;
    for (unsigned i = 0; i < 512; i++)
        segments[i] = (struct blkif_request_segment){.gref = (grant_ref_t)raw.ring_reference, .last_sect = 0};
#define INDIRECT(op, count, reference)                                                                       \
    request = (struct blkif_request_indirect_32 *)next(), memset(request, 0, sizeof(*request)),              \
    request->operation = BLKIF_OP_INDIRECT, request->indirect_op = (op), request->nr_segments = (count),     \
    request->id = 0x123456789abcull + raw.ring->req_prod,                                                    \
    request->indirect_grefs[0] = (grant_ref_t)(reference)
    INDIRECT(BLKIF_OP_WRITE, 257, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_WRITE, 65535, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_WRITE, 0, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_FLUSH_DISKCACHE, 1, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_INDIRECT, 1, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_WRITE, 20, 999);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_WRITE, 256, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_OKAY);
    segments[255].last_sect = 9;
    INDIRECT(BLKIF_OP_WRITE, 256, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    INDIRECT(BLKIF_OP_WRITE, 255, raw.data_reference);
    assert_int_equal(push(), BLKIF_RSP_OKAY);
    an_honest_request();
    end_raw();
}

static void wrong_discard(void **state)
{
    struct blkif_request_discard_32 *request;

    connect_raw();
    request = (struct blkif_request_discard_32 *)next();
    request->operation = BLKIF_OP_DISCARD;
    request->sector_number = 1000;
    request->nr_sectors = UINT64_MAX - 900;
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    request = (struct blkif_request_discard_32 *)next();
    request->operation = BLKIF_OP_DISCARD;
    request->sector_number = 1000;
    request->nr_sectors = 25;
    assert_int_equal(push(), BLKIF_RSP_ERROR);
    request = (struct blkif_request_discard_32 *)next();
    request->operation = BLKIF_OP_DISCARD;
    request->sector_number = 1000;
    request->nr_sectors = 24;
    assert_int_equal(push(), BLKIF_RSP_OKAY);
    end_raw();
}

static void expect_device_stopped(const char *reason)
{
    assert_string_equal(of(BACK, "error"), reason);
    assert_string_equal(of(BACK, "state"), "6");
    assert_int_equal(fake_glue_mapped(1), 0);
    assert_int_not_equal(strstr(fake_glue_logged(), reason), NULL);
}

/* The index decides alone whether a ring can go on. The domain's next kernel gets its disk back. */
static void impossible_index(void **state)
{
    static const uint32_t ahead[] = {33, 0x80000000u, 0xffffffffu};

    for (unsigned i = 0; i < 3; i++) {
        connect_raw();
        an_honest_request();
        raw.ring->req_prod += ahead[i];
        raw.glue->notify(raw.glue->context, (uint32_t)raw.port);
        assert_true(fake_glue_run());
        expect_device_stopped("the frontend's request index cannot be");
        node(FRONT, "state", "6");
        assert_true(fake_glue_run());
        node(FRONT, "state", "1");
        assert_true(fake_glue_run());
        assert_string_equal(of(BACK, "state"), "2");
        free_raw();
        assert_true(pv_block_back_stop(&back));
    }
}

/* What a frontend says in its directory is no better than what it puts on the ring. */
static void wrong_nodes(void **state)
{
    static const struct {
        const char *name, *value;
    } table[] = {
        {"ring-ref", "4000"},        {"ring-ref", "-1"},
        {"ring-ref", "99999999999"}, {"ring-ref", "8x"},
        {"event-channel", "0"},      {"event-channel", "63"},
        {"event-channel", ""},       {"event-channel", "999999"},
        {"protocol", "arm-abi"},     {"protocol", "x86_32-abi-and-more"},
        {"ring-page-order", "5"},    {"ring-page-order", "31"},
        {"ring-page-order", "1"}, /* without ring-ref0 */
    };

    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fake_store_write(FRONT "/ring-page-order", "0", NULL);
        assert_int_equal(pv_block_back_start(&back, fake_glue(2), &ram.disk, BACK, false), 0);
        make_raw(1, 2);
        number(FRONT, "ring-ref", (uint64_t)raw.ring_reference);
        number(FRONT, "event-channel", (uint64_t)raw.port);
        node(FRONT, "protocol", "x86_32-abi");
        node(FRONT, table[i].name, table[i].value);
        node(FRONT, "state", "3");
        assert_true(fake_glue_run());
        if (strcmp(of(BACK, "state"), "6") != 0)
            fail_msg("row %u: state %s", i, of(BACK, "state"));
        expect_device_stopped("what the frontend offers cannot be used");
        end_raw();
    }
}

/* States in an order that no driver has. Nothing is mapped twice or left mapped. */
static void states_out_of_order(void **state)
{
    static const char *const order[] = {"4", "4", "3", "1", "3", "2", "7", "8", "3", "5", "3", "6", "3",
                                        "1", "9", "x", "",  "1", "3", "0", "1", "4", "6", "1", "3"};

    connect_raw();
    for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        node(FRONT, "state", order[i]);
        assert_true(fake_glue_run());
        assert_in_range(fake_glue_mapped(1), 0, 1);
    }
    assert_string_equal(of(BACK, "state"), "4");
    an_honest_request();
    end_raw();
}

/* GRUB's way: to 3, never 4; 6 at its end, then 1 for the next kernel. And the 64-bit layout. */
static void grub_then_a_64_bit_kernel(void **state)
{
    struct blkif_64_sring *wide;
    union blkif_64_sring_entry *entries;

    connect_raw();
    an_honest_request();
    node(FRONT, "state", "6");
    assert_true(fake_glue_run());
    assert_string_equal(of(BACK, "state"), "6");
    assert_int_equal(fake_glue_mapped(1), 0);
    free_raw();
    node(FRONT, "state", "1");
    assert_true(fake_glue_run());
    assert_string_equal(of(BACK, "state"), "2");
    make_raw(1, 2);
    number(FRONT, "ring-ref", (uint64_t)raw.ring_reference);
    number(FRONT, "event-channel", (uint64_t)raw.port);
    node(FRONT, "protocol", "x86_64-abi");
    node(FRONT, "state", "4"); /* at once, as some do */
    wide = (struct blkif_64_sring *)raw.ring;
    entries = wide->ring;
    entries[0].req = (struct blkif_request_64){.operation = BLKIF_OP_READ,
                                               .nr_segments = 1,
                                               .id = 0xfedcba9876543210ull,
                                               .sector_number = 3};
    entries[0].req.seg[0] = (struct blkif_request_segment){.gref = (grant_ref_t)raw.data_reference};
    entries[1].req = entries[0].req;
    entries[1].req.id = 2;
    wide->req_prod = 2;
    memset(ram.bytes + 3 * 512, 0x77, 512);
    assert_true(fake_glue_run());
    assert_int_equal(wide->rsp_prod, 2);
    assert_true(entries[0].rsp.id == 0xfedcba9876543210ull && entries[1].rsp.id == 2);
    assert_int_equal(entries[1].rsp.status, BLKIF_RSP_OKAY);
    assert_int_equal(raw.data[511], 0x77);
    end_raw();
}

/* ---- a backend by hand ---- */

static struct pv_disk_request request;
static struct pv_disk_segment segment;
static int finished;
static struct blkif_64_sring *shared;
static void *buffer;
static int raw_port;

static void done(struct pv_disk_request *which, int error)
{
    finished = error ? error : 1;
}

static void ready(void *user)
{
}

static void start_against_raw(void)
{
    const struct pv_glue *glue = fake_glue(2);
    grant_ref_t reference;

    node(BACK, "state", "2");
    node(BACK, "sectors", "64");
    assert_int_equal(pv_block_front_start(&front, fake_glue(1), FRONT, false, ready, NULL), 0);
    assert_true(fake_glue_run());
    reference = (grant_ref_t)strtoul(of(FRONT, "ring-ref"), NULL, 10);
    shared = glue->map(glue->context, 1, &reference, 1, false);
    assert_non_null(shared);
    raw_port = glue->channel_bind(glue->context, 1, (uint32_t)strtoul(of(FRONT, "event-channel"), NULL, 10),
                                  nothing, NULL);
    assert_true(raw_port > 0);
    node(BACK, "state", "4");
    assert_true(fake_glue_run());
    assert_string_equal(of(FRONT, "state"), "4");
    buffer = fake_glue(1)->pages_alloc(fake_glue(1)->context, 1);
    segment = (struct pv_disk_segment){buffer, 4096};
    request = (struct pv_disk_request){
        .operation = PV_DISK_READ, .sectors = 8, .segment_count = 1, .segments = &segment, .done = done};
    finished = 0;
    assert_int_equal(front.disk.submit(&front.disk, &request), 0);
    assert_int_equal(shared->req_prod, 1);
}

static void let_go(void)
{
    const struct pv_glue *glue = fake_glue(2);

    glue->unmap(glue->context, shared, 1);
    glue->channel_close(glue->context, (uint32_t)raw_port);
    node(BACK, "state", "6");
    assert_true(fake_glue_run());
}

static void wrong_responses(void **state)
{
    static const struct {
        uint32_t rsp_prod;
        struct blkif_response_64 response;
        const char *reason;
    } table[] = {
        {2, {.id = 0}, "the backend's response index cannot be"},
        {0xffffffff, {.id = 0}, "the backend's response index cannot be"},
        {1, {.id = 1}, "the backend answered a request that was not made"},
        {1, {.id = 64}, "the backend answered a request that was not made"},
        {1, {.id = UINT64_MAX}, "the backend answered a request that was not made"},
        {1, {.id = 0, .operation = BLKIF_OP_WRITE}, "the backend answered another operation"},
    };

    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        start_against_raw();
        shared->ring[0].rsp = table[i].response;
        shared->rsp_prod = table[i].rsp_prod;
        fake_glue(2)->notify(fake_glue(2)->context, (uint32_t)raw_port);
        assert_true(fake_glue_run());
        assert_string_equal(of(FRONT, "error"), table[i].reason);
        assert_int_equal(finished, 0); /* not before the backend has let go */
        assert_int_equal(front.disk.submit(&front.disk, &request), -XEN_EIO);
        let_go();
        assert_int_equal(finished, -XEN_EIO);
        assert_string_equal(of(FRONT, "state"), "6");
        assert_true(pv_block_front_stop(&front));
        fake_glue(1)->pages_free(fake_glue(1)->context, buffer, 1);
    }
}

static void backend_holds_on(void **state)
{
    const struct pv_glue *glue = fake_glue(2);
    grant_ref_t reference;
    void *held;

    start_against_raw();
    reference = shared->ring[0].req.seg[0].gref;
    held = glue->map(glue->context, 1, &reference, 1, false);
    assert_non_null(held);
    shared->ring[0].rsp = (struct blkif_response_64){.id = 0};
    shared->rsp_prod = 1;
    glue->notify(glue->context, (uint32_t)raw_port);
    assert_true(fake_glue_run());
    assert_string_equal(of(FRONT, "error"), "the backend holds on to pages after its answer");
    let_go();
    assert_int_equal(finished, 0); /* its memory is still the backend's */
    assert_false(pv_block_front_stop(&front));
    glue->unmap(glue->context, held, 1);
    assert_true(pv_block_front_stop(&front));
    assert_int_equal(finished, -XEN_EIO);
    fake_glue(1)->pages_free(fake_glue(1)->context, buffer, 1);
}

static void backend_that_says_nonsense(void **state)
{
    static const struct {
        const char *name, *value;
    } table[] = {{"sectors", ""},
                 {"sectors", "abc"},
                 {"sectors", "99999999999999999999"},
                 {"sector-size", "1000"},
                 {"sector-size", "100"}};

    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        node(BACK, "state", "2");
        node(BACK, "sectors", "64");
        node(BACK, "sector-size", "512");
        assert_int_equal(pv_block_front_start(&front, fake_glue(1), FRONT, false, ready, NULL), 0);
        assert_true(fake_glue_run());
        node(BACK, table[i].name, table[i].value);
        node(BACK, "state", "4");
        assert_true(fake_glue_run());
        assert_string_equal(of(FRONT, "state"), "6");
        assert_string_equal(of(FRONT, "error"), "what the backend offers cannot be used");
        assert_true(pv_block_front_stop(&front));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_requests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_grants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_indirect, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_discard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(impossible_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_nodes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(states_out_of_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(grub_then_a_64_bit_kernel, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_responses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(backend_holds_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(backend_that_says_nonsense, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
