/* SPDX-License-Identifier: MIT */
#include "layout.h"

#define CAPABILITIES 0x34u
#define CAPABILITY_VENDOR 0x09u
#define STEPS_MAX 48u /* capabilities of 4 bytes or more in 192 bytes: a longer list goes in a circle */

enum { CFG_COMMON = 1, CFG_NOTIFY = 2, CFG_DEVICE = 4 };

/* The first of each kind counts (section 4.1.4.1: the driver takes the one it can use). */
static void take(struct virtio_region *region, uint8_t bar, uint32_t offset, uint32_t length)
{
    if (!region->length && bar < 6 && length && offset + length > offset)
        *region = (struct virtio_region){bar, offset, length};
}

bool virtio_find_regions(uint32_t (*read)(void *context, uint8_t offset), void *context,
                         struct virtio_regions *regions)
{
    uint8_t at = (uint8_t)(read(context, CAPABILITIES) & 0xfc);

    *regions = (struct virtio_regions){0};
    for (unsigned step = 0; at >= 0x40; step++) {
        uint32_t head = read(context, at), bar, offset, length;

        if (step == STEPS_MAX)
            return false;
        if ((head & 0xff) == CAPABILITY_VENDOR && at <= 0x100 - 20) {
            bar = read(context, (uint8_t)(at + 4)) & 0xff;
            offset = read(context, (uint8_t)(at + 8));
            length = read(context, (uint8_t)(at + 12));
            switch (head >> 24) {
            case CFG_COMMON: take(&regions->common, (uint8_t)bar, offset, length); break;
            case CFG_NOTIFY:
                if (!regions->notify.length)
                    regions->notify_multiplier = read(context, (uint8_t)(at + 16));
                take(&regions->notify, (uint8_t)bar, offset, length);
                break;
            case CFG_DEVICE: take(&regions->device, (uint8_t)bar, offset, length); break;
            }
        }
        at = (uint8_t)(head >> 8 & 0xfc);
    }
    return regions->common.length >= COMMON_LENGTH && regions->notify.length >= 2;
}
