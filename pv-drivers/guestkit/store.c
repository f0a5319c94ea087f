/* SPDX-License-Identifier: MIT */
#include <guestkit/format.h>
#include <guestkit/string.h>
#include <guestkit/xenstore_connect.h>

#include "parts.h"

#define WATCHES 64u

static struct watch {
    pv_handler *handler; /* NULL: free */
    void *argument;
    char path[128];
} watches[WATCHES];

static struct xenstore store;
static bool connected;

int guest_store_connect(const start_info_t *info)
{
    int error = xenstore_connect(&store, info, NULL);

    connected = !error;
    return error;
}

struct xenstore *guest_store(void)
{
    return connected ? &store : NULL;
}

int guest_store_read(void *context, const char *path, char *value, size_t size)
{
    return connected ? xenstore_read(&store, 0, path, value, size) : -XEN_ENODEV;
}

int guest_store_write(void *context, const char *path, const char *value)
{
    return connected ? xenstore_write(&store, 0, path, value) : -XEN_ENODEV;
}

int guest_store_remove(void *context, const char *path)
{
    return connected ? xenstore_rm(&store, 0, path) : -XEN_ENODEV;
}

int guest_store_list(void *context, const char *path, char *names, size_t size)
{
    return connected ? xenstore_list(&store, 0, path, names, size) : -XEN_ENODEV;
}

/* A watch's token is its number. */
static void token_of(const struct watch *watch, char token[12])
{
    format_string(token, 12, "%u", (unsigned int)(watch - watches));
}

int guest_store_watch(void *context, const char *path, pv_handler *handler, void *argument)
{
    struct watch *watch = watches;
    char token[12];
    int error;

    while (watch < watches + WATCHES && watch->handler) {
        watch++;
    }
    if (!connected || watch == watches + WATCHES || strlen(path) >= sizeof(watch->path)) {
        return connected ? -XEN_ENOSPC : -XEN_ENODEV;
    }
    memcpy(watch->path, path, strlen(path) + 1);
    token_of(watch, token);
    error = xenstore_watch(&store, path, token);
    if (!error) {
        watch->handler = handler;
        watch->argument = argument;
    }
    return error;
}

void guest_store_unwatch(void *context, const char *path, pv_handler *handler, void *argument)
{
    char token[12];

    for (struct watch *watch = watches; watch < watches + WATCHES; watch++) {
        if (watch->handler == handler && watch->argument == argument && strcmp(watch->path, path) == 0) {
            token_of(watch, token);
            (void)xenstore_unwatch(&store, path, token);
            watch->handler = NULL;
            return;
        }
    }
}

bool guest_store_pending(void)
{
    return connected && xenstore_event_waits(&store);
}

static void call(const struct watch *watch)
{
    if (watch->handler) {
        watch->handler(watch->argument);
    }
}

bool guest_store_run(void)
{
    char path[8];
    char token[12];
    uint32_t number = 0;

    if (!guest_store_pending()) {
        return false;
    }
    if (!xenstore_next_event(&store, path, sizeof(path), token, sizeof(token))) {
        return false;
    }
    if (!token[0]) { /* some were lost: each may have been this one's */
        for (uint32_t i = 0; i < WATCHES; i++) {
            call(&watches[i]);
        }
        return true;
    }
    for (const char *digit = token; *digit >= '0' && *digit <= '9'; digit++) {
        number = number * 10 + (uint32_t)(*digit - '0');
    }
    if (number < WATCHES) {
        call(&watches[number]);
    }
    return true;
}
