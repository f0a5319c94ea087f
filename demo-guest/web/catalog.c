// SPDX-License-Identifier: MIT
/* Headers are read through a window that moves over the disk; the files' bytes are passed over. */
#include "catalog.h"

#include <stdlib.h>
#include <string.h>

#include <guestkit/archive.h>

#define WINDOW (64 * 1024u)

struct reading {
    struct catalog *catalog;
    struct disk_request request;
    struct archive archive;
    struct archive_member member;
    size_t room;
    uint8_t window[WINDOW];
};

static int compare(const void *left, const void *right)
{
    const struct catalog_entry *a = left, *b = right;
    int names = strcmp(a->name, b->name);

    return names ? names : a->order < b->order ? -1 : 1;
}

/* Of several members of one name the last one counts, as it does when an archive is unpacked. */
static void finish(struct reading *reading, bool damaged)
{
    struct catalog *catalog = reading->catalog;
    size_t kept = 0;

    if (catalog->count)
        qsort(catalog->entries, catalog->count, sizeof(*catalog->entries), compare);
    for (size_t i = 0; i < catalog->count; i++) {
        if (kept && strcmp(catalog->entries[kept - 1].name, catalog->entries[i].name) == 0)
            free(catalog->entries[--kept].name);
        catalog->entries[kept++] = catalog->entries[i];
    }
    catalog->count = kept;
    catalog->damaged = damaged;
    catalog->state = CATALOG_READY;
    free(reading);
}

static bool add(struct reading *reading)
{
    struct catalog *catalog = reading->catalog;
    const struct archive_member *member = &reading->member;

    if (catalog->count == reading->room) {
        size_t room = reading->room ? reading->room * 2 : 64;
        struct catalog_entry *bigger = realloc(catalog->entries, room * sizeof(*bigger));

        if (!bigger)
            return false;
        catalog->entries = bigger;
        reading->room = room;
    }
    catalog->entries[catalog->count] = (struct catalog_entry){.name = strdup(member->name),
                                                              .offset = member->offset,
                                                              .size = member->size,
                                                              .order = (uint32_t)catalog->count,
                                                              .folder = member->folder};
    return catalog->entries[catalog->count].name && ++catalog->count;
}

static void window_read(struct disk_request *request, int error);

static void read_window(struct reading *reading)
{
    struct disk *disk = reading->catalog->disk;
    uint64_t first = reading->member.next / disk->sector_size * disk->sector_size, left = disk->size - first;

    reading->archive.first = first;
    reading->archive.held = left < WINDOW ? (size_t)left : WINDOW;
    reading->request = (struct disk_request){.operation = DISK_READ,
                                             .offset = first,
                                             .data = reading->window,
                                             .size = reading->archive.held,
                                             .done = window_read,
                                             .context = reading};
    disk->submit(disk, &reading->request);
}

static void window_read(struct disk_request *request, int error)
{
    struct reading *reading = request->context;

    for (unsigned members = 0; !error; members++) {
        enum archive_result result = archive_next(&reading->archive, &reading->member);

        if (result == ARCHIVE_MEMBER && add(reading))
            continue;
        /* Names that fill a window are no names. */
        if (result == ARCHIVE_ABSENT &&
            reading->member.next - reading->archive.first >= reading->catalog->disk->sector_size) {
            read_window(reading);
            return;
        }
        finish(reading, result != ARCHIVE_END);
        return;
    }
    finish(reading, true);
}

bool catalog_open(struct catalog *catalog, struct disk *disk)
{
    struct reading *reading = calloc(1, sizeof(*reading));

    *catalog = (struct catalog){.disk = disk};
    if (!reading)
        return false;
    reading->catalog = catalog;
    reading->archive = (struct archive){.start = reading->window, .size = disk->size};
    catalog->state = CATALOG_READING;
    read_window(reading);
    return true;
}

size_t catalog_from(const struct catalog *catalog, const char *name)
{
    size_t low = 0, high = catalog->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(catalog->entries[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct catalog_entry *catalog_find(const struct catalog *catalog, const char *name)
{
    size_t at = catalog_from(catalog, name);

    return at < catalog->count && strcmp(catalog->entries[at].name, name) == 0 ? &catalog->entries[at] : NULL;
}
