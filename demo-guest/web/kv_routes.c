// SPDX-License-Identifier: MIT
/* /kv/KEY: GET, PUT, DELETE. /kv/ alone lists the keys, one on a line, as they are written in a target. */
#include <errno.h>
#include <string.h>

#include "parts.h"
#include "text.h"

static struct kv_store *store;

void kv_routes_use(struct kv_store *new_store)
{
    store = new_store;
}

static void answer_error(struct http_connection *connection, int error)
{
    static const struct {
        int error;
        unsigned status;
        const char *sentence;
    } answers[] = {
        {-EINVAL, 414, "A key has 1 to 255 bytes."},
        {-E2BIG, 413, "The value is larger than this disk takes."},
        {-ENOSPC, 507, NULL},
        {-EAGAIN, 503, NULL},
        {-ENOMEM, 503, NULL},
        {-EIO, 500, "The disk failed; the change may or may not have been stored."},
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
        if (answers[i].error == error) {
            http_answer_text(connection, answers[i].status, answers[i].sentence);
            return;
        }
    }
    http_answer_text(connection, 500, NULL);
}

static void put_over(void *context, int result)
{
    if (result < 0)
        answer_error(context, result);
    else
        http_answer_text(context, result ? 204 : 201, NULL);
}

static void delete_over(void *context, int result)
{
    if (result < 0)
        answer_error(context, result);
    else
        http_answer_text(context, result ? 204 : 404, NULL);
}

static void list_keys(struct http_connection *connection)
{
    struct text list = {0};

    for (const struct kv_entry *entry = store->table.first; entry; entry = entry->next) {
        char key[KV_KEY_MAX + 1]; /* no key has a 0 inside: it came in a target */

        memcpy(key, entry->key, entry->key_size);
        key[entry->key_size] = '\0';
        text_add_path(&list, key);
        text_add(&list, "\n");
    }
    text_answer(connection, &list, "text/plain; charset=utf-8");
}

static void get(struct http_connection *connection, const char *key)
{
    const struct kv_entry *entry = kv_get(store, key, strlen(key));
    struct http_answer answer = {.status = 200,
                                 .type = "application/octet-stream",
                                 .headers = "Cache-Control: no-store\r\n",
                                 .ranges = true};

    if (!entry) {
        http_answer_text(connection, 404, NULL);
        return;
    }
    /* A copy: the pair may change before the client has it all. */
    answer.body = http_body_copy(entry->value, entry->value_size);
    if (entry->value_size && !answer.body.size)
        answer_error(connection, -ENOMEM);
    else
        http_answer(connection, &answer);
}

void kv_handle(struct http_connection *connection, const struct http_request *request, const char *key)
{
    bool reads = request->method == HTTP_METHOD_GET || request->method == HTTP_METHOD_HEAD;
    int error;

    if (!store || !store->ready) {
        http_answer_text(connection, 503, "The store is not open.");
        return;
    }
    if (!*key) {
        if (part_only_reads(connection, request))
            list_keys(connection);
        return;
    }
    if (reads) {
        get(connection, key);
        return;
    }
    if (request->method == HTTP_METHOD_PUT)
        error =
            kv_put(store, key, strlen(key), request->content, request->content_size, put_over, connection);
    else
        error = kv_delete(store, key, strlen(key), delete_over, connection);
    if (error)
        answer_error(connection, error);
}
