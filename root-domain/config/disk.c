// SPDX-License-Identifier: MIT
#include "disk.h"

#include <string.h>

#include "text.h"

/* What a disk's parts were while they are read: which of them have been given already. */
struct reading {
    struct config_disk *disk;
    bool has_target, has_format, has_vdev, has_access;
};

static const char *set_target(struct reading *r, struct span value)
{
    if (r->has_target)
        return "the disk has two targets";
    r->has_target = true;
    return span_copy(r->disk->target, sizeof(r->disk->target), value) ? NULL
                                                                      : "the disk's target is too long";
}

static const char *set_format(struct reading *r, struct span value)
{
    static const char *const known[] = {"raw", "tar", "phy", "file"};

    if (r->has_format)
        return "the disk has two formats";
    r->has_format = true;
    if (!value.length)
        return NULL;
    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (span_is(value, known[i]))
            return span_copy(r->disk->format, sizeof(r->disk->format), value) ? NULL : "";
    return "the disk's format (the second part, as in 'x.img,raw,xvda,w') is none of raw, tar, phy, file";
}

static const char *set_vdev(struct reading *r, struct span value)
{
    static const char cdrom[] = ":cdrom";
    size_t suffix = sizeof(cdrom) - 1;

    if (r->has_vdev)
        return "the disk has two device names";
    r->has_vdev = true;
    if (value.length > suffix && !memcmp(value.text + value.length - suffix, cdrom, suffix)) {
        r->disk->cdrom = true;
        value.length -= suffix;
    }
    if (!span_copy(r->disk->vdev, sizeof(r->disk->vdev), value) ||
        !disk_device_number(r->disk->vdev, &r->disk->number))
        return "the disk's device name is none such as xvda";
    return NULL;
}

static const char *set_access(struct reading *r, struct span value)
{
    if (r->has_access)
        return "the disk's access is given twice";
    r->has_access = true;
    r->disk->writable = span_is(value, "w") || span_is(value, "rw");
    if (r->disk->writable || !value.length || span_is(value, "r") || span_is(value, "ro"))
        return NULL;
    return "the disk's access is none of r, ro, w, rw";
}

static const char *set_backend(struct reading *r, struct span value)
{
    return span_copy(r->disk->backend, sizeof(r->disk->backend), value) ? NULL
                                                                        : "the backend's name is too long";
}

static const char *set_device_type(struct reading *r, struct span value)
{
    r->disk->cdrom = span_is(value, "cdrom");
    return r->disk->cdrom || span_is(value, "disk") ? NULL : "the disk's devtype is neither disk nor cdrom";
}

/* Who serves the disk is said by backend= alone here. */
static const char *accept(struct reading *r, struct span value)
{
    return NULL;
}

static const struct {
    const char *name;
    const char *(*set)(struct reading *r, struct span value);
} keys[] = {
    {"target", set_target},   {"format", set_format},       {"vdev", set_vdev},      {"access", set_access},
    {"backend", set_backend}, {"devtype", set_device_type}, {"backendtype", accept}, {"script", accept},
};

static const char *set_key(struct reading *r, struct span key, struct span value)
{
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (span_is(key, keys[i].name))
            return keys[i].set(r, value);
    return "the disk has a key that is none of target, format, vdev, access, backend, devtype";
}

/* A part without an equals sign: a flag, or what its place says. */
static const char *set_positional(struct reading *r, struct span part)
{
    if (span_is(part, "cdrom")) {
        r->disk->cdrom = true;
        return NULL;
    }
    if (span_is(part, "discard") || span_is(part, "no-discard")) {
        r->disk->discard = span_is(part, "discard");
        return NULL;
    }
    if (span_is(part, "direct-io-safe"))
        return NULL;
    if (!r->has_target)
        return set_target(r, part);
    if (!r->has_format)
        return set_format(r, part);
    if (!r->has_vdev)
        return set_vdev(r, part);
    if (!r->has_access)
        return set_access(r, part);
    return "the disk has more parts than target, format, device and access";
}

/* A known "prefix:" is the format. */
static const char *take_prefix(struct reading *r, struct span *rest)
{
    static const char *const prefixes[] = {"tar:", "phy:", "file:", "raw:"};

    for (unsigned i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t n = strlen(prefixes[i]);

        if (rest->length >= n && !memcmp(rest->text, prefixes[i], n)) {
            const char *problem = set_format(r, (struct span){rest->text, n - 1});

            rest->text += n;
            rest->length -= n;
            return problem;
        }
    }
    return NULL;
}

const char *disk_read(struct config_disk *disk, const char *text)
{
    struct reading r = {.disk = disk};
    struct span rest = span_of(text);
    const char *problem;

    *disk = (struct config_disk){.format = "raw"};
    problem = take_prefix(&r, &rest);
    while (!problem && rest.text) {
        struct span all = rest, part = span_trim(span_cut(&rest, ',')), value = part;
        struct span key = span_trim(span_cut(&value, '='));

        if (!value.text) {
            problem = set_positional(&r, part);
        } else if (span_is(key, "target")) {
            size_t skip = (size_t)(value.text - all.text);

            problem = set_target(&r, span_trim((struct span){value.text, all.length - skip}));
            rest.text = NULL;
        } else {
            problem = set_key(&r, key, span_trim(value));
        }
    }
    if (problem)
        return problem;
    if (!r.has_vdev)
        return "the disk has no device name such as xvda";
    return r.has_target || disk->cdrom ? NULL : "the disk has no target";
}

/* ---- device numbers */

/* Letters as a number to the base of 26, a to zz; -1 when there are none or too many. */
static int disk_letters(const char **at)
{
    int disk = 0;
    unsigned n = 0;

    for (; **at >= 'a' && **at <= 'z'; ++*at, n++) {
        if (n == 2)
            return -1;
        disk = (n ? disk + 1 : 0) * 26 + (**at - 'a');
    }
    return n ? disk : -1;
}

/* Decimal digits to the end of the name; 0 when there are none, -1 when it is no number from 1 to 255. */
static int partition_digits(const char *at)
{
    uint64_t number;

    if (!*at)
        return 0;
    return span_number(span_of(at), &number) && number > 0 && number < 256 ? (int)number : -1;
}

static bool extended(int disk, int partition, uint32_t *number)
{
    *number = 1u << 28 | (uint32_t)disk << 8 | (uint32_t)partition;
    return true;
}

bool disk_device_number(const char *name, uint32_t *number)
{
    bool virtual = !strncmp(name, "xvd", 3);
    const char *at;
    int disk, partition;

    if (!virtual && strncmp(name, "hd", 2) != 0 && strncmp(name, "sd", 2) != 0)
        return false;
    at = name + (virtual ? 3 : 2);
    disk = disk_letters(&at);
    partition = partition_digits(at);
    if (disk < 0 || partition < 0)
        return false;
    switch (name[0]) {
    case 'x':
        if (disk > 15 || partition > 15)
            return extended(disk, partition, number);
        *number = 202u << 8 | (uint32_t)disk << 4 | (uint32_t)partition;
        return true;
    case 's':
        *number = 8u << 8 | (uint32_t)disk << 4 | (uint32_t)partition;
        return disk < 16 && partition < 16;
    default:
        *number = (disk < 2 ? 3u : 22u) << 8 | (uint32_t)(disk & 1) << 6 | (uint32_t)partition;
        return disk < 4 && partition < 64;
    }
}
