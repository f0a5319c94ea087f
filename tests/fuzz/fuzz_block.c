// SPDX-License-Identifier: MIT
/*
 * A hostile block frontend: any bytes on the ring, any index, states and nodes in any order, grants taken back and given
 * again. The backend must stay within the disk (which asserts it), answer no more than was asked, and let go of
 * everything when the frontend's directory says so.
 */
#include <string.h>

#include <abi/io_blkif.h>
#include <pv/block_back.h>

#include "../unit/fake/fake_disk.h"
#include "../unit/fake/fake_glue.h"
#include "input.h"

#define FRONT "/local/domain/1/device/vbd/768"
#define BACK "/local/domain/2/backend/vbd/1/768"
#define PAGES 4

static struct fake_disk ram;
static struct pv_block_back back;
static const struct pv_glue *glue;
static uint8_t *page[PAGES]; /* the first is the ring */
static int reference[PAGES];
static int port;

static void nothing(void *argument)
{
}

static void node(const char *name, uint32_t value)
{
    char path[96], text[16];

    snprintf(path, sizeof(path), FRONT "/%s", name);
    snprintf(text, sizeof(text), "%u", value);
    fake_store_write(path, text, NULL);
}

static struct blkif_32_sring *ring(void)
{
    return (struct blkif_32_sring *)page[0];
}

/* Mostly sensible, so that it gets somewhere. */
static void request(struct fuzz_input *in)
{
    union blkif_32_sring_entry *entry = &ring()->ring[0] + ring()->req_prod % 32;
    uint8_t choice = fuzz_byte(in);

    entry->req.operation = choice & 7;
    entry->req.nr_segments = fuzz_byte(in) % 13;
    entry->req.sector_number = choice & 0x80 ? fuzz_word(in, 4) : fuzz_byte(in);
    for (unsigned i = 0; i < 11; i++) {
        uint8_t part = fuzz_byte(in);

        entry->req.seg[i].gref = part & 0xc0 ? (grant_ref_t)reference[1 + part % (PAGES - 1)] : part;
        entry->req.seg[i].first_sect = part & 3;
        entry->req.seg[i].last_sect = part >> 3 & 15;
    }
    ring()->req_prod += choice & 0x40 ? fuzz_byte(in) : 1;
}

static void indirect(struct fuzz_input *in)
{
    union blkif_32_sring_entry *entry = &ring()->ring[0] + ring()->req_prod % 32;
    struct blkif_request_indirect_32 *to = (struct blkif_request_indirect_32 *)&entry->req;
    struct blkif_request_segment *segments = (struct blkif_request_segment *)page[1];

    *to =
        (struct blkif_request_indirect_32){.operation = BLKIF_OP_INDIRECT, .indirect_op = fuzz_byte(in) & 3};
    to->nr_segments = (uint16_t)(fuzz_word(in, 2) % 300);
    to->indirect_grefs[0] = (grant_ref_t)reference[fuzz_byte(in) % PAGES];
    for (unsigned i = 0; i < 512; i++) {
        segments[i].gref = (grant_ref_t)reference[2 + i % 2];
        segments[i].first_sect = 0;
        segments[i].last_sect = i % 7 ? 0 : fuzz_byte(in) & 7;
    }
    ring()->req_prod++;
}

static void act(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);
    unsigned which = fuzz_byte(in) % PAGES;

    switch (choice % 12) {
    case 0: node("state", fuzz_byte(in) % 9); break;
    case 1: ring()->req_prod = fuzz_word(in, 4); break;
    case 2: ring()->rsp_prod = fuzz_word(in, 1); break;
    case 3: page[which][fuzz_word(in, 2) % PV_PAGE] = fuzz_byte(in); break;
    case 4:
        if (glue->revoke(glue->context, (grant_ref_t)reference[which]))
            reference[which] = glue->grant(glue->context, 2, page[which], choice & 0x80);
        break;
    case 5: node(choice & 0x80 ? "ring-ref" : "event-channel", fuzz_byte(in)); break;
    case 6: fake_disk_finish(&ram, which); break;
    case 7: ram.slow = choice & 0x80; break;
    case 8:
        node("ring-ref", (uint32_t)reference[0]);
        node("event-channel", (uint32_t)port);
        memset(page[0], 0, 64);
        break;
    case 9: indirect(in); break;
    default: request(in);
    }
    glue->notify(glue->context, (uint32_t)port);
    fuzz_check(fake_glue_run(), "events never end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, data + size};

    fake_glue_begin();
    fake_disk_make(&ram, 200);
    glue = fake_glue(1);
    fake_store_write(FRONT, "", "n1 r2");
    fake_store_write(BACK, "", "n2 r1");
    fake_store_write(BACK "/frontend-id", "1", NULL);
    fake_store_write(BACK "/frontend", FRONT, NULL);
    for (unsigned i = 0; i < PAGES; i++) {
        page[i] = glue->pages_alloc(glue->context, 1);
        reference[i] = glue->grant(glue->context, 2, page[i], false);
    }
    port = glue->channel_offer(glue->context, 2, nothing, NULL);
    fuzz_check(!pv_block_back_start(&back, fake_glue(2), &ram.disk, BACK, false), "start");
    node("feature-persistent", size & 1);
    node("ring-ref", (uint32_t)reference[0]);
    node("event-channel", (uint32_t)port);
    node("state", 3);
    fuzz_check(fake_glue_run(), "events never end");
    while (fuzz_more(&in))
        act(&in);
    ram.slow = false;
    node("state", 6);
    fuzz_check(fake_glue_run(), "events never end");
    fake_disk_finish(&ram, 256);
    fuzz_check(fake_glue_run() && fake_glue_mapped(1) == 0, "%u pages stay mapped", fake_glue_mapped(1));
    fuzz_check(pv_block_back_stop(&back), "the backend cannot stop");
    for (unsigned i = 0; i < PAGES; i++) {
        fuzz_check(glue->revoke(glue->context, (grant_ref_t)reference[i]), "page %u", i);
        glue->pages_free(glue->context, page[i], 1);
    }
    glue->channel_close(glue->context, (uint32_t)port);
    fake_disk_free(&ram);
    fuzz_check(fake_glue_end() == 0, "something is left over");
    return 0;
}
