// SPDX-License-Identifier: MIT
/* The files of a tar archive on a disk: read once, then looked up by name. */
#ifndef DEMO_WEB_CATALOG_H
#define DEMO_WEB_CATALOG_H

#include "demo-guest/disk.h"

struct catalog_entry {
    char *name;            /* without slashes at either end */
    uint64_t offset, size; /* of its bytes on the disk */
    uint32_t order;
    bool folder;
};

struct catalog {
    struct disk *disk;
    struct catalog_entry *entries; /* in order of names; each name once */
    size_t count;
    enum { CATALOG_EMPTY, CATALOG_READING, CATALOG_READY } state;
    bool damaged; /* the archive could not be read to its end: what comes before is there */
};

/* Begins to read the archive; catalog->state says when it is over. False when memory is short. */
bool catalog_open(struct catalog *catalog, struct disk *disk);

/* The file or folder of that name; NULL when there is none. */
const struct catalog_entry *catalog_find(const struct catalog *catalog, const char *name);
/* The first entry whose name does not come before `name`: catalog->count entries end the row. */
size_t catalog_from(const struct catalog *catalog, const char *name);

#endif
