// SPDX-License-Identifier: MIT
#include "files.h"

#include <string.h>

#include <guestkit/archive.h>

static struct archive archive;
static struct archive_member member; /* 4 KiB of name: too much for a stack */

void files_init(const void *start, size_t size)
{
    archive.start = start;
    archive.size = size;
}

static bool give(enum archive_result result, struct file *file)
{
    *file = (struct file){member.name, member.data, member.size};
    return result == ARCHIVE_MEMBER;
}

bool file_find(const char *name, struct file *file)
{
    return give(archive_find(&archive, name, &member), file);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t length = strlen(name), n = strlen(suffix);

    return length >= n && !strcmp(name + length - n, suffix);
}

bool file_at(unsigned index, const char *suffix, struct file *file)
{
    enum archive_result result;

    member.next = 0;
    while ((result = archive_next(&archive, &member)) == ARCHIVE_MEMBER)
        if (!member.folder && ends_in(member.name, suffix) && !index--)
            break;
    return give(result, file);
}
