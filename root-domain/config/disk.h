/* SPDX-License-Identifier: MIT */
/*
 * One item of `disk = [...]`, as xl's disk syntax has it: parts between commas, positional ones first,
 *
 *     target, format, vdev, access        'data.img,raw,xvdb,w'
 *     prefix:target, vdev, access         'tar:files.tar,xvda,r'   'phy:0,xvdb,w'
 *
 * or key=value in any order (format, vdev, access, backend, target, ...); target= takes the rest, commas and all.
 */
#ifndef ROOT_CONFIG_DISK_H
#define ROOT_CONFIG_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_TARGET_MAX 256u
#define DISK_NAME_MAX 32u

struct config_disk {
    char target[DISK_TARGET_MAX];
    char format
        [DISK_NAME_MAX]; /* raw, tar, phy, ...: how the backend is to take the target; "raw" if not said */
    char vdev[DISK_NAME_MAX];    /* xvda */
    uint32_t number;             /* of vdev, as blkif wants it in the device's path */
    char backend[DISK_NAME_MAX]; /* the driver domain's name; "" if not said */
    bool writable;
    bool cdrom;
    bool discard;
};

/* NULL, or what is wrong, without a full stop. */
const char *disk_read(struct config_disk *disk, const char *text);

/*
 * The number of a device named xvdN, hdN or sdN (with a partition perhaps), N letters from a on, as Xen's
 * vbd-interface document has it. False for any other name.
 */
bool disk_device_number(const char *name, uint32_t *number);

#endif
