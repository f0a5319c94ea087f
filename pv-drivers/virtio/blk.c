/* SPDX-License-Identifier: MIT */
#include <pv/string.h>
#include <pv/virtio_blk.h>

#define F_SEG_MAX (1ull << 2)
#define F_RO (1ull << 5)
#define F_BLK_SIZE (1ull << 6)
#define F_FLUSH (1ull << 9)
#define F_TOPOLOGY (1ull << 10)
#define F_DISCARD (1ull << 13)

enum {
    CONFIG_CAPACITY = 0,
    CONFIG_SEG_MAX = 12,
    CONFIG_BLK_SIZE = 20,
    CONFIG_PHYSICAL = 24,
    CONFIG_MAX_DISCARD = 36
};
enum { TYPE_IN = 0, TYPE_OUT = 1, TYPE_FLUSH = 4, TYPE_DISCARD = 11 };
enum { STATUS_OK = 0, STATUS_UNSUPPORTED = 2, STATUS_NONE = 0xff };

#define HEADER_BYTES 16u
#define DISCARD_BYTES 16u

_Static_assert(sizeof(struct virtio_blk_slot) * VIRTIO_BLK_SLOTS == PV_PAGE, "the slots fill a page");
_Static_assert(__builtin_offsetof(struct virtio_blk_slot, discard_sector) == HEADER_BYTES,
               "the header is first");

static uint64_t part_of_slot(const struct virtio_blk *blk, unsigned slot, size_t offset)
{
    return blk->slots_machine + slot * sizeof(struct virtio_blk_slot) + offset;
}

/* The buffers of the part's data behind the header. Returns how many, and moves the part on. */
static unsigned add_data(struct virtio_blk *blk, struct virtio_blk_part *part, unsigned slot)
{
    const struct pv_glue *glue = blk->device.glue;
    const struct pv_disk_request *request = part->request;
    unsigned count = 0;

    if (request->operation == PV_DISK_DISCARD) {
        blk->buffers[1] =
            (struct virtio_buffer){part_of_slot(blk, slot,
                                                __builtin_offsetof(struct virtio_blk_slot, discard_sector)),
                                   DISCARD_BYTES, false};
        return 1;
    }
    if (request->operation == PV_DISK_FLUSH)
        return 0;
    for (; part->segment < request->segment_count && count < blk->part_segments; part->segment++) {
        const struct pv_disk_segment *segment = &request->segments[part->segment];

        blk->buffers[1 + count++] =
            (struct virtio_buffer){glue->machine(glue->context, segment->address), segment->length,
                                   request->operation == PV_DISK_READ};
        part->sector += segment->length / PV_SECTOR;
    }
    return count;
}

/* Gives the device the slot's next part. False when the queue has no room for it. */
static bool start_part(struct virtio_blk *blk, unsigned slot)
{
    static const uint32_t types[] = {[PV_DISK_READ] = TYPE_IN,
                                     [PV_DISK_WRITE] = TYPE_OUT,
                                     [PV_DISK_FLUSH] = TYPE_FLUSH,
                                     [PV_DISK_DISCARD] = TYPE_DISCARD};
    struct virtio_blk_part *part = &blk->parts[slot], before = *part;
    const struct pv_disk_request *request = part->request;
    struct virtio_blk_slot *s = &blk->slots[slot];
    unsigned data;

    s->type = types[request->operation];
    s->sector = request->operation == PV_DISK_READ || request->operation == PV_DISK_WRITE ? part->sector : 0;
    s->discard_sector = request->sector;
    s->discard_count = (uint32_t)request->sectors;
    s->status = STATUS_NONE;
    blk->buffers[0] = (struct virtio_buffer){part_of_slot(blk, slot, 0), HEADER_BYTES, false};
    data = add_data(blk, part, slot);
    blk->buffers[1 + data] =
        (struct virtio_buffer){part_of_slot(blk, slot, __builtin_offsetof(struct virtio_blk_slot, status)), 1,
                               true};
    part->stalled = !virtio_queue_add(&blk->queue, blk->buffers, data + 2, s);
    if (part->stalled) {
        part->segment = before.segment;
        part->sector = before.sector;
        return false;
    }
    virtio_queue_kick(&blk->queue);
    return true;
}

static int submit(struct pv_disk *disk, struct pv_disk_request *request)
{
    struct virtio_blk *blk = disk->context;
    unsigned slot = 0;

    if (blk->failed)
        return -XEN_EIO;
    if (request->segment_count > disk->max_segments ||
        (request->operation == PV_DISK_DISCARD && request->sectors > blk->max_discard))
        return -XEN_EINVAL;
    while (slot < VIRTIO_BLK_SLOTS && blk->parts[slot].request)
        slot++;
    if (slot < VIRTIO_BLK_SLOTS) {
        blk->parts[slot] = (struct virtio_blk_part){.request = request, .sector = request->sector};
        if (start_part(blk, slot))
            return 0;
        blk->parts[slot] = (struct virtio_blk_part){0};
    }
    blk->waiting = true;
    return -XEN_EAGAIN;
}

static void end_request(struct virtio_blk *blk, unsigned slot, int error)
{
    struct pv_disk_request *request = blk->parts[slot].request;

    blk->parts[slot] = (struct virtio_blk_part){0};
    request->done(request, error);
}

void virtio_blk_stop(struct virtio_blk *blk)
{
    const struct pv_glue *glue = blk->device.glue;

    blk->failed = true;
    virtio_end(&blk->device, &blk->queue, 1);
    for (unsigned slot = 0; slot < VIRTIO_BLK_SLOTS; slot++) {
        if (blk->parts[slot].request)
            end_request(blk, slot, -XEN_EIO);
    }
    if (!blk->queue.memory && blk->slots) { /* the reset took: the device is done with them */
        glue->pages_free(glue->context, blk->slots, 1);
        blk->slots = NULL;
    }
}

static void notice_size(struct virtio_blk *blk)
{
    uint64_t sectors = virtio_config64(&blk->device, CONFIG_CAPACITY);

    if (sectors == blk->disk.sectors)
        return;
    blk->disk.sectors = sectors;
    if (blk->disk.resized)
        blk->disk.resized(blk->disk.user);
}

void virtio_blk_interrupt(struct virtio_blk *blk)
{
    struct virtio_blk_slot *s;
    unsigned ended = 0;
    uint32_t written;

    if (blk->failed)
        return;
    for (; (s = virtio_queue_take(&blk->queue, &written)); ended++) {
        int error = s->status == STATUS_OK ? 0 : s->status == STATUS_UNSUPPORTED ? -XEN_EOPNOTSUPP : -XEN_EIO;
        unsigned slot = (unsigned)(s - blk->slots);

        if (error || blk->parts[slot].segment >= blk->parts[slot].request->segment_count)
            end_request(blk, slot, error);
        else
            blk->parts[slot].stalled = true;
    }
    if (blk->queue.broken) {
        virtio_blk_stop(blk);
        return;
    }
    if (!ended) /* queue and configuration share the message: nothing done means something changed */
        notice_size(blk);
    for (unsigned slot = 0; slot < VIRTIO_BLK_SLOTS; slot++) { /* before new requests take the room */
        if (blk->parts[slot].stalled)
            start_part(blk, slot);
    }
    if (blk->waiting && ended) {
        blk->waiting = false;
        if (blk->disk.room)
            blk->disk.room(blk->disk.user);
    }
}

static void read_configuration(struct virtio_blk *blk)
{
    const struct virtio_device *device = &blk->device;
    uint32_t segments = device->features & F_SEG_MAX ? virtio_config(device, CONFIG_SEG_MAX) : 1;
    uint32_t sector = device->features & F_BLK_SIZE ? virtio_config(device, CONFIG_BLK_SIZE) : PV_SECTOR;
    uint32_t exponent = device->features & F_TOPOLOGY ? virtio_config(device, CONFIG_PHYSICAL) & 0xff : 0;

    if (sector < PV_SECTOR || sector > PV_PAGE || sector & (sector - 1))
        sector = PV_SECTOR;
    if (segments > blk->queue.size - 2u)
        segments = blk->queue.size - 2u;
    blk->part_segments = segments ? segments : 1;
    blk->max_discard = device->features & F_DISCARD ? virtio_config(device, CONFIG_MAX_DISCARD) : 0;
    blk->disk = (struct pv_disk){.sectors = virtio_config64(device, CONFIG_CAPACITY),
                                 .sector_bytes = sector,
                                 .physical_bytes = exponent < 8 ? sector << exponent : sector,
                                 .max_segments = VIRTIO_BLK_SEGMENTS,
                                 .read_only = device->features & F_RO,
                                 .can_flush = device->features & F_FLUSH,
                                 .can_discard = blk->max_discard,
                                 .submit = submit,
                                 .context = blk};
}

int virtio_blk_start(struct virtio_blk *blk, const struct pv_glue *glue,
                     const struct virtio_registers *registers)
{
    int error;

    memset(blk, 0, sizeof(*blk));
    error = virtio_begin(&blk->device, glue, registers,
                         F_SEG_MAX | F_RO | F_BLK_SIZE | F_FLUSH | F_TOPOLOGY | F_DISCARD);
    if (error)
        return error;
    blk->slots = glue->pages_alloc(glue->context, 1);
    if (!blk->slots)
        return -XEN_ENOMEM;
    blk->slots_machine = glue->machine(glue->context, blk->slots);
    error = virtio_queue_start(&blk->device, &blk->queue, 0);
    if (error || blk->queue.size < 4) {
        virtio_blk_stop(blk);
        return error ? error : -XEN_ENODEV;
    }
    read_configuration(blk);
    virtio_run(&blk->device);
    return 0;
}
