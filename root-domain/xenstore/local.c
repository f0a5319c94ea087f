/* SPDX-License-Identifier: MIT */
/* Every call becomes the message a domain would have sent, so that there is one way to carry it out. */
#include <abi/errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domains.h"
#include "flush.h"
#include "local.h"
#include "queue.h"
#include "requests.h"

struct xs_connection *xs_local_open(struct xs_store *store)
{
    return xs_connection_open(store, 0, true);
}

struct xs_connection *xs_local_open_as(struct xs_store *store, domid_t domain)
{
    return xs_connection_open(store, domain, domain == 0);
}

void xs_local_close(struct xs_connection *local)
{
    xs_connection_close(local);
}

static int error_number(const char *name)
{
#define ERROR_NUMBER(error)                                                                                  \
    if (strcmp(name, #error) == 0) {                                                                         \
        return -XEN_##error;                                                                                 \
    }
    XSD_ERRORS(ERROR_NUMBER)
#undef ERROR_NUMBER
    return -XEN_EIO;
}

/* Events may wait before the reply; they stay, in their order. */
static struct xs_message *take_reply(struct xs_connection *local)
{
    struct xs_message **place = &local->out.first;
    struct xs_message *message;

    while (*place && (*place)->header.type == XS_WATCH_EVENT) {
        place = &(*place)->next;
    }
    message = *place;
    if (message) {
        *place = message->next;
        if (!message->next) {
            local->out.last = place;
        }
        local->out.replies--;
    }
    return message;
}

int xs_local_request(struct xs_connection *local, uint32_t type, uint32_t transaction, const void *data,
                     size_t length, char *reply, size_t size)
{
    struct xsd_sockmsg header = {.type = type, .tx_id = transaction, .len = (uint32_t)length};
    struct xs_message *message;
    char *copy;
    int result;

    if (length > XENSTORE_PAYLOAD_MAX) {
        return -XEN_E2BIG;
    }
    copy = calloc(1, length + 1);
    if (!copy) {
        return -XEN_ENOMEM;
    }
    memcpy(copy, data, length);
    xs_request(local, &header, copy);
    free(copy);
    local->stopped = NULL;
    message = take_reply(local);
    if (!message) {
        return -XEN_ENOMEM;
    }
    if (message->header.type == XS_ERROR) {
        result = error_number(message->data);
    } else if (message->header.len > size) {
        result = -XEN_E2BIG;
    } else {
        result = (int)message->header.len;
        if (result) {
            memcpy(reply, message->data, message->header.len);
        }
    }
    free(message);
    xs_store_flush(local->store);
    return result;
}

/* A request of strings with a reply that says no more than OK. */
static int simple(struct xs_connection *local, uint32_t type, uint32_t transaction, const char *first,
                  const char *second)
{
    char data[XENSTORE_PAYLOAD_MAX];
    char ok[4];
    size_t length = strlen(first) + 1;
    size_t more = second ? strlen(second) + 1 : 0;
    int result;

    if (length + more > sizeof(data)) {
        return -XEN_E2BIG;
    }
    memcpy(data, first, length);
    if (more) {
        memcpy(data + length, second, more);
    }
    result = xs_local_request(local, type, transaction, data, length + more, ok, sizeof(ok));
    return result < 0 ? result : 0;
}

int xs_local_read(struct xs_connection *local, uint32_t transaction, const char *path, char *value,
                  size_t size)
{
    int result = xs_local_request(local, XS_READ, transaction, path, strlen(path) + 1, value, size - 1);

    if (result >= 0) {
        value[result] = 0;
    }
    return result;
}

int xs_local_write(struct xs_connection *local, uint32_t transaction, const char *path, const char *value)
{
    return xs_local_write_bytes(local, transaction, path, value, strlen(value));
}

int xs_local_write_bytes(struct xs_connection *local, uint32_t transaction, const char *path,
                         const void *value, size_t length)
{
    char data[XENSTORE_PAYLOAD_MAX];
    size_t skip = strlen(path) + 1;
    char ok[4];
    int result;

    if (skip + length > sizeof(data)) {
        return -XEN_E2BIG;
    }
    memcpy(data, path, skip);
    memcpy(data + skip, value, length);
    result = xs_local_request(local, XS_WRITE, transaction, data, skip + length, ok, sizeof(ok));
    return result < 0 ? result : 0;
}

int xs_local_mkdir(struct xs_connection *local, uint32_t transaction, const char *path)
{
    return simple(local, XS_MKDIR, transaction, path, NULL);
}

int xs_local_rm(struct xs_connection *local, uint32_t transaction, const char *path)
{
    return simple(local, XS_RM, transaction, path, NULL);
}

/* In parts, so that a directory of any length can be listed. */
int xs_local_list(struct xs_connection *local, uint32_t transaction, const char *path, xs_each *each,
                  void *context)
{
    char request[XS_PATH_BYTES + 16];
    char *reply = malloc(XENSTORE_PAYLOAD_MAX);
    uint32_t offset = 0;
    bool more = true;
    int result = reply ? 0 : -XEN_ENOMEM;

    while (more && result >= 0) {
        int size = snprintf(request, sizeof(request), "%s%c%u", path, 0, offset);

        if (size >= (int)sizeof(request)) {
            result = -XEN_EINVAL;
            break;
        }
        result = xs_local_request(local, XS_DIRECTORY_PART, transaction, request, (size_t)size + 1, reply,
                                  XENSTORE_PAYLOAD_MAX);
        for (int at = result > 0 ? (int)strlen(reply) + 1 : 0; more && at < result;) {
            size_t length = strlen(reply + at);

            more = length && each(context, reply + at);
            at += (int)length + 1;
            offset += (uint32_t)length + 1;
        }
    }
    free(reply);
    return result < 0 ? result : 0;
}

int xs_local_get_perms(struct xs_connection *local, uint32_t transaction, const char *path, char *text,
                       size_t size)
{
    int result = xs_local_request(local, XS_GET_PERMS, transaction, path, strlen(path) + 1, text, size);

    for (int i = 0; i + 1 < result; i++) {
        text[i] = text[i] ? text[i] : ' ';
    }
    return result < 0 ? result : 0;
}

int xs_local_set_perms(struct xs_connection *local, uint32_t transaction, const char *path, const char *text)
{
    char data[XENSTORE_PAYLOAD_MAX];
    size_t skip = strlen(path) + 1;
    size_t length = strlen(text) + 1;
    char ok[4];
    int result;

    if (skip + length > sizeof(data)) {
        return -XEN_E2BIG;
    }
    memcpy(data, path, skip);
    memcpy(data + skip, text, length);
    for (size_t i = skip; i < skip + length; i++) {
        data[i] = (char)(data[i] == ' ' ? 0 : data[i]);
    }
    result = xs_local_request(local, XS_SET_PERMS, transaction, data, skip + length, ok, sizeof(ok));
    return result < 0 ? result : 0;
}

int xs_local_transaction_start(struct xs_connection *local, uint32_t *transaction)
{
    char text[16];
    int result = xs_local_request(local, XS_TRANSACTION_START, 0, "", 1, text, sizeof(text));

    if (result >= 0) {
        *transaction = (uint32_t)strtoul(text, NULL, 10);
    }
    return result < 0 ? result : 0;
}

int xs_local_transaction_end(struct xs_connection *local, uint32_t transaction, bool commit)
{
    return simple(local, XS_TRANSACTION_END, transaction, commit ? "T" : "F", NULL);
}

int xs_local_watch(struct xs_connection *local, const char *path, const char *token)
{
    return simple(local, XS_WATCH, 0, path, token);
}

int xs_local_unwatch(struct xs_connection *local, const char *path, const char *token)
{
    return simple(local, XS_UNWATCH, 0, path, token);
}

bool xs_local_next_event(struct xs_connection *local, xs_told *told, void *context)
{
    struct xs_message *event = xs_queue_take(&local->out);

    if (!event) {
        return false;
    }
    told(context, event->data, event->data + strlen(event->data) + 1);
    free(event);
    return true;
}
