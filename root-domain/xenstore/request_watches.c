/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "request_watches.h"
#include "transactions.h"
#include "watches.h"

/* Path and token of a watch; *shown is where the path starts as it was given. */
static int watched(struct xs_request *request, char *path, uint32_t *shown, const char **token)
{
    const char *given[2];

    if (xs_strings(request, given, 2) != 2 ||
        !xs_path_resolve(request->connection->domain, given[0], true, path)) {
        return -XEN_EINVAL;
    }
    *shown = (uint32_t)(strlen(path) - strlen(given[0]));
    *token = given[1];
    return 0;
}

/* The reply comes before the first event. */
int xs_do_watch(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    const char *token;
    uint32_t shown;
    int error = watched(request, path, &shown, &token);

    if (!error) {
        error = xs_watch_add(request->connection, path, shown, token);
    }
    if (!error) {
        xs_reply_ok(request);
        xs_watch_fire_first(request->connection);
    }
    return error;
}

int xs_do_unwatch(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    const char *token;
    uint32_t shown;
    int error = watched(request, path, &shown, &token);

    if (!error) {
        error = xs_watch_remove(request->connection, path, token);
    }
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}

int xs_do_reset_watches(struct xs_request *request)
{
    xs_watch_remove_all(request->connection);
    xs_transaction_end_all(request->connection);
    xs_reply_ok(request);
    return 0;
}

int xs_do_transaction_start(struct xs_request *request)
{
    char text[16];
    uint32_t id;
    int error;

    if (request->transaction) {
        return -XEN_EBUSY;
    }
    error = xs_transaction_start(request->connection, &id);
    if (!error) {
        snprintf(text, sizeof(text), "%" PRIu32, id);
        xs_reply_text(request, text);
    }
    return error;
}

int xs_do_transaction_end(struct xs_request *request)
{
    const char *verdict;
    int error;

    if (xs_strings(request, &verdict, 1) != 1 || (strcmp(verdict, "T") != 0 && strcmp(verdict, "F") != 0)) {
        return -XEN_EINVAL;
    }
    if (!request->transaction) {
        return -XEN_ENOENT;
    }
    error = xs_transaction_end(request->connection, request->transaction, *verdict == 'T');
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}
