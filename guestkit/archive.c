// SPDX-License-Identifier: MIT
/*
 * A tar archive is a row of 512-byte blocks: for each member one header block (below) and its bytes, filled up
 * to a whole block; zero blocks end it. A name longer than the header's fields comes in a member before it:
 *
 *     GNU   type 'L', its bytes are the name
 *     pax   type 'x', its bytes are records "LENGTH KEY=VALUE\n"; the keys `path` and `size` matter here
 */
#include <guestkit/archive.h>
#include <guestkit/string.h>

#define BLOCK 512u

struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8];
    char type;
    char linkname[100], magic[6], version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155],
        pad[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header fills a block");

/* What a long-name or pax member said about the one after it. */
struct override {
    const char *name;
    size_t name_length;
    bool has_size;
    uint64_t size;
};

static size_t field_length(const char *field, size_t size)
{
    size_t n = 0;

    while (n < size && field[n])
        n++;
    return n;
}

/* Octal digits, or GNU's base-256 when the top bit is set. False for anything else. */
static bool read_number(const char *field, size_t size, uint64_t *value)
{
    size_t i = 0;

    *value = 0;
    if ((uint8_t)field[0] & 0x80) {
        *value = (uint8_t)field[0] & 0x7f;
        for (i = 1; i < size; i++) {
            if (*value >> 56)
                return false;
            *value = *value << 8 | (uint8_t)field[i];
        }
        return true;
    }
    while (i < size && field[i] == ' ')
        i++;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
        *value = *value << 3 | (uint64_t)(field[i] - '0');
    return i == size || field[i] == ' ' || field[i] == '\0';
}

/* The sum of the header's bytes, its own field counted as spaces. */
static bool checksum_right(const struct header *header)
{
    const uint8_t *bytes = (const uint8_t *)header;
    uint64_t stated;
    uint32_t sum = 0;

    for (size_t i = 0; i < BLOCK; i++)
        sum += bytes[i];
    for (size_t i = 0; i < sizeof(header->checksum); i++)
        sum += ' ' - (uint8_t)header->checksum[i];
    return read_number(header->checksum, sizeof(header->checksum), &stated) && stated == sum;
}

static bool all_zero(const void *block)
{
    const uint8_t *bytes = block;

    for (size_t i = 0; i < BLOCK; i++)
        if (bytes[i])
            return false;
    return true;
}

/* Decimal digits up to `stop`; the place after it, or NULL. */
static const char *read_decimal(const char *at, const char *end, char stop, uint64_t *value)
{
    const char *first = at;

    for (*value = 0; at < end && *at >= '0' && *at <= '9' && *value < UINT64_MAX / 16; at++)
        *value = *value * 10 + (uint64_t)(*at - '0');
    return at > first && at < end && *at == stop ? at + 1 : NULL;
}

/* False when a record does not add up. */
static bool read_pax(const char *at, size_t size, struct override *override)
{
    const char *end = at + size;

    while (at < end && *at) {
        uint64_t length;
        const char *key = read_decimal(at, end, ' ', &length);
        const char *next, *value;

        if (!key || length > (uint64_t)(end - at) || length < (uint64_t)(key - at) + 2)
            return false;
        next = at + length;
        value = memchr(key, '=', (size_t)(next - key));
        if (!value || next[-1] != '\n')
            return false;
        value++;
        if (value - key == 5 && !memcmp(key, "path=", 5)) {
            override->name = value;
            override->name_length = (size_t)(next - 1 - value);
        } else if (value - key == 5 && !memcmp(key, "size=", 5)) {
            override->has_size = read_decimal(value, next, '\n', &override->size) == next;
            if (!override->has_size)
                return false;
        }
        at = next;
    }
    return true;
}

/* Adds to the name in `member`; false when it would not fit. */
static bool append(struct archive_member *member, size_t *used, const char *text, size_t length)
{
    if (length >= ARCHIVE_NAME_MAX - *used)
        return false;
    memcpy(member->name + *used, text, length);
    *used += length;
    member->name[*used] = '\0';
    return true;
}

static bool set_name(struct archive_member *member, const struct header *header,
                     const struct override *override)
{
    size_t used = 0, skip = 0;

    member->name[0] = '\0';
    if (override->name) {
        if (!append(member, &used, override->name, field_length(override->name, override->name_length)))
            return false;
    } else {
        size_t prefix =
            !memcmp(header->magic, "ustar", 6) ? field_length(header->prefix, sizeof(header->prefix)) : 0;

        if (prefix && (!append(member, &used, header->prefix, prefix) || !append(member, &used, "/", 1)))
            return false;
        if (!append(member, &used, header->name, field_length(header->name, sizeof(header->name))))
            return false;
    }
    while (used && member->name[used - 1] == '/')
        member->name[--used] = '\0';
    while (member->name[skip] == '/' || (member->name[skip] == '.' && member->name[skip + 1] == '/'))
        skip++;
    if (used - skip == 1 && member->name[skip] == '.')
        skip++;
    memmove(member->name, member->name + skip, used - skip + 1);
    return true;
}

/* `size` bytes of the archive, which end within it; NULL when they are not in memory. */
static const void *bytes_at(const struct archive *archive, uint64_t offset, uint64_t size)
{
    if (!archive->held)
        return archive->start + offset;
    if (offset < archive->first || offset - archive->first > archive->held ||
        size > archive->held - (offset - archive->first))
        return NULL;
    return archive->start + (offset - archive->first);
}

/* Reads the header at *next and moves *next behind the member's bytes. */
static enum archive_result read_header(const struct archive *archive, const struct override *override,
                                       struct archive_member *member, uint64_t *next,
                                       const struct header **found)
{
    const struct header *header;
    uint64_t size, filling;

    /* Some writers leave out the zero blocks: the end of the bytes is an end as well. */
    if (*next == archive->size)
        return ARCHIVE_END;
    if (archive->size - *next < BLOCK)
        return ARCHIVE_DAMAGED;
    header = bytes_at(archive, *next, BLOCK);
    if (!header)
        return ARCHIVE_ABSENT;
    if (all_zero(header))
        return ARCHIVE_END;
    if (!checksum_right(header) || !read_number(header->size, sizeof(header->size), &size))
        return ARCHIVE_DAMAGED;
    if (override->has_size && header->type != 'x' && header->type != 'L')
        size = override->size;
    *next += BLOCK;
    if (size > archive->size - *next)
        return ARCHIVE_DAMAGED;
    member->offset = *next;
    member->size = size;
    member->data = bytes_at(archive, *next, size);
    *next += size;
    /* The last member may end without its filling. */
    filling = -size % BLOCK;
    *next += filling < archive->size - *next ? filling : archive->size - *next;
    *found = header;
    return ARCHIVE_MEMBER;
}

enum archive_result archive_next(const struct archive *archive, struct archive_member *member)
{
    struct override override = {0};
    uint64_t next = member->next;

    for (;;) {
        const struct header *header;
        enum archive_result result = read_header(archive, &override, member, &next, &header);

        if (result == ARCHIVE_ABSENT)
            return result; /* member->next is still at the first header that belongs to this member */
        if (result != ARCHIVE_MEMBER) {
            member->next = next;
            return result;
        }
        switch (header->type) {
        case 'L':
        case 'x':
            if (!member->data)
                return ARCHIVE_ABSENT;
            if (header->type == 'L') {
                override.name = (const char *)member->data;
                override.name_length = (size_t)member->size;
            } else if (!read_pax((const char *)member->data, (size_t)member->size, &override)) {
                return ARCHIVE_DAMAGED;
            }
            continue;
        case '0':
        case '\0':
        case '7':
        case '5':
            member->folder = header->type == '5';
            if (!set_name(member, header, &override))
                return ARCHIVE_DAMAGED;
            if (member->name[0]) {
                member->next = next;
                return ARCHIVE_MEMBER;
            }
            break;
        }
        /* The root itself, a link, a device or a global header: nothing to show, and nothing carries over. */
        override = (struct override){0};
        member->next = next;
    }
}

enum archive_result archive_find(const struct archive *archive, const char *name,
                                 struct archive_member *member)
{
    enum archive_result result;

    while (name[0] == '/' || (name[0] == '.' && name[1] == '/'))
        name++;
    member->next = 0;
    do
        result = archive_next(archive, member);
    while (result == ARCHIVE_MEMBER && (member->folder || strcmp(member->name, name) != 0));
    return result;
}
