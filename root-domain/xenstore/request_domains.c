/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <string.h>

#include "domains.h"
#include "request_domains.h"
#include "xenstore.h"

/* The one string of the request, as a domain's number. */
static int only_domain(const struct xs_request *request, domid_t *domain)
{
    const char *given;

    return xs_strings(request, &given, 1) == 1 && xs_domain_number(given, domain) ? 0 : -XEN_EINVAL;
}

int xs_do_introduce(struct xs_request *request)
{
    struct xs_store *store = request->connection->store;
    const char *given[3];
    domid_t domain;
    uint64_t frame;
    uint64_t port;
    int error;

    if (xs_strings(request, given, 3) < 3 || !xs_domain_number(given[0], &domain) ||
        !xs_number(given[1], &frame) || !xs_number(given[2], &port) || port > UINT32_MAX) {
        return -XEN_EINVAL;
    }
    if (domain == 0 || domain == request->connection->domain) {
        return -XEN_EINVAL;
    }
    if (!store->introducer) {
        return -XEN_ENOSYS;
    }
    error = store->introducer(store->introducer_context, domain, frame, (uint32_t)port);
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}

int xs_do_release(struct xs_request *request)
{
    domid_t domain;
    int error = only_domain(request, &domain);

    if (!error && (domain == 0 || domain == request->connection->domain)) {
        error = -XEN_EINVAL;
    }
    if (!error) {
        error = xs_release(request->connection->store, domain);
    }
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}

int xs_do_is_domain_introduced(struct xs_request *request)
{
    domid_t domain;
    int error = only_domain(request, &domain);

    if (!error) {
        bool there = domain == 0 || xs_is_introduced(request->connection->store, domain);

        xs_reply_text(request, there ? "T" : "F");
    }
    return error;
}

int xs_do_get_domain_path(struct xs_request *request)
{
    char home[XS_HOME_BYTES];
    domid_t domain;
    int error = only_domain(request, &domain);

    if (!error) {
        xs_path_home(domain, home);
        xs_reply_text(request, home);
    }
    return error;
}

/* A domain that was suspended goes on. Nothing is remembered of its shutdown, so there is nothing to forget. */
int xs_do_resume(struct xs_request *request)
{
    domid_t domain;
    int error = only_domain(request, &domain);

    if (!error && !xs_is_introduced(request->connection->store, domain)) {
        error = -XEN_ENOENT;
    }
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}

int xs_do_set_target(struct xs_request *request)
{
    const struct xs_store *store = request->connection->store;
    const char *given[2];
    domid_t domain;
    domid_t target;

    if (xs_strings(request, given, 2) != 2 || !xs_domain_number(given[0], &domain) ||
        !xs_domain_number(given[1], &target)) {
        return -XEN_EINVAL;
    }
    if (!xs_is_introduced(store, domain) || !xs_is_introduced(store, target)) {
        return -XEN_ENOENT;
    }
    xs_connection_find(store, domain)->target = target;
    xs_reply_ok(request);
    return 0;
}

int xs_do_control(struct xs_request *request)
{
    const char *command;

    if (xs_strings(request, &command, 1) == 0 || strcmp(command, "help") != 0) {
        return -XEN_EINVAL;
    }
    xs_reply_text(request, "help");
    return 0;
}
