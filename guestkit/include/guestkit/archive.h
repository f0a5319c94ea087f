// SPDX-License-Identifier: MIT
/*
 * A read-only view of a tar archive in memory: POSIX ustar and pax, and GNU's long names. Nothing is copied but
 * names; a member's bytes are where they lie in the archive. The archive may come from anyone: every length is
 * checked against the end before it is believed. Needs `string`.
 */
#ifndef GUESTKIT_ARCHIVE_H
#define GUESTKIT_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARCHIVE_NAME_MAX 4096u

struct archive {
    const uint8_t *start; /* the bytes in memory, */
    uint64_t size;        /* out of so many in all */
    /* When not all are in memory: which. A `held` of 0 stands for all. */
    uint64_t first;
    size_t held;
};

struct archive_member {
    char name[ARCHIVE_NAME_MAX]; /* without a leading "./" or "/", and without a trailing slash */
    const uint8_t *data;         /* meaningful when the whole archive is in memory */
    uint64_t offset;             /* of its bytes in the archive */
    uint64_t size;
    bool folder;
    uint64_t next; /* offset of the next header: archive_next() keeps it */
};

enum archive_result {
    ARCHIVE_MEMBER,  /* `member` holds the next file or folder */
    ARCHIVE_END,     /* no more */
    ARCHIVE_DAMAGED, /* the archive is cut short or is none; nothing after this place can be read */
    ARCHIVE_ABSENT /* the headers from member->next on are not all in memory; try again when more of them are */
};

/* The first member: start with member->next = 0. Links and devices are passed over. */
enum archive_result archive_next(const struct archive *archive, struct archive_member *member);

/* Finds a file by name. ARCHIVE_END when there is none; a folder counts as none. */
enum archive_result archive_find(const struct archive *archive, const char *name,
                                 struct archive_member *member);

#endif
