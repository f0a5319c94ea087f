// SPDX-License-Identifier: MIT
/* Two buffers: while the client takes one, the disk fills the other. */
#include "file_body.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK (32 * 1024u)

struct chunk {
    uint64_t from, end; /* what of the disk is in it; the same when nothing is */
    uint8_t bytes[CHUNK];
};

struct file {
    struct http_connection *connection;
    struct disk *disk;
    uint64_t offset, end; /* of the body on the disk */
    struct disk_request request;
    struct chunk *filling; /* NULL: the disk is not asked for anything */
    bool waiting, closed, failed;
    struct chunk chunks[2];
};

static void chunk_read(struct disk_request *request, int error)
{
    struct file *file = request->context;
    struct chunk *chunk = file->filling;

    file->filling = NULL;
    if (file->closed) {
        free(file);
        return;
    }
    if (error)
        file->failed = true;
    else
        chunk->end = chunk->from + request->size;
    if (file->waiting) {
        file->waiting = false;
        http_wake(file->connection);
    }
}

/* Asks for the chunk that has the byte at `at`. */
static void fill(struct file *file, struct chunk *chunk, uint64_t at)
{
    struct disk *disk = file->disk;
    uint64_t from = at / disk->sector_size * disk->sector_size, left = disk->size - from;

    chunk->from = chunk->end = from;
    file->filling = chunk;
    file->request = (struct disk_request){.operation = DISK_READ,
                                          .offset = from,
                                          .data = chunk->bytes,
                                          .size = left < CHUNK ? (size_t)left : CHUNK,
                                          .done = chunk_read,
                                          .context = file};
    disk->submit(disk, &file->request);
}

static bool holds(const struct chunk *chunk, uint64_t at)
{
    return at >= chunk->from && at < chunk->end;
}

static long file_read(void *context, uint64_t offset, void *to, size_t size)
{
    struct file *file = context;
    uint64_t at = file->offset + offset;
    struct chunk *chunk = holds(&file->chunks[1], at) ? &file->chunks[1] : &file->chunks[0];
    struct chunk *other = &file->chunks[chunk == &file->chunks[0]];

    if (file->failed)
        return -1;
    if (!holds(chunk, at)) {
        file->waiting = true;
        if (!file->filling)
            fill(file, chunk, at);
        return 0;
    }
    if (size > chunk->end - at)
        size = (size_t)(chunk->end - at);
    memcpy(to, chunk->bytes + (at - chunk->from), size);
    if (!file->filling && chunk->end < file->end && !holds(other, chunk->end))
        fill(file, other, chunk->end);
    return (long)size;
}

static void file_close(void *context)
{
    struct file *file = context;

    file->closed = true;
    if (!file->filling)
        free(file);
}

bool file_body(struct http_body *body, struct http_connection *connection, struct disk *disk, uint64_t offset,
               uint64_t size)
{
    struct file *file = size ? malloc(sizeof(*file)) : NULL;

    *body = (struct http_body){0};
    if (!size)
        return true;
    if (!file)
        return false;
    memset(file, 0, offsetof(struct file, chunks));
    file->connection = connection;
    file->disk = disk;
    file->offset = offset;
    file->end = offset + size;
    file->chunks[0].from = file->chunks[0].end = file->chunks[1].from = file->chunks[1].end = 0;
    *body = (struct http_body){.read = file_read, .close = file_close, .context = file, .size = size};
    return true;
}
