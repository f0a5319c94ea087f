/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "queue.h"

void xs_queue_init(struct xs_queue *queue)
{
    *queue = (struct xs_queue){.last = &queue->first};
}

static uint32_t *count_of(struct xs_queue *queue, const struct xs_message *message)
{
    return message->header.type == XS_WATCH_EVENT ? &queue->events : &queue->replies;
}

bool xs_queue_add(struct xs_queue *queue, const struct xsd_sockmsg *header, const void *data, uint32_t length)
{
    struct xs_message *message = malloc(sizeof(*message) + length);

    if (!message) {
        return false;
    }
    message->next = NULL;
    message->sent = 0;
    message->header = *header;
    message->header.len = length;
    if (length) {
        memcpy(message->data, data, length);
    }
    ++*count_of(queue, message);
    *queue->last = message;
    queue->last = &message->next;
    return true;
}

bool xs_queue_has_event(const struct xs_queue *queue, const void *data, uint32_t length)
{
    for (const struct xs_message *message = queue->first; message; message = message->next) {
        if (message->header.type == XS_WATCH_EVENT && !message->sent && message->header.len == length &&
            memcmp(message->data, data, length) == 0) {
            return true;
        }
    }
    return false;
}

struct xs_message *xs_queue_take(struct xs_queue *queue)
{
    struct xs_message *message = queue->first;

    if (message) {
        --*count_of(queue, message);
        queue->first = message->next;
        if (!queue->first) {
            queue->last = &queue->first;
        }
    }
    return message;
}

void xs_queue_clear(struct xs_queue *queue)
{
    struct xs_message *message;

    while ((message = xs_queue_take(queue)) != NULL) {
        free(message);
    }
}
