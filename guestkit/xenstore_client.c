/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <guestkit/string.h>
#include <guestkit/xenstore_client.h>

/* A piece of a request; pieces are sent one after another. */
struct piece {
    const char *data;
    size_t length;
};

static const struct {
    int number;
    const char *name;
} errors[] = {
#define ERROR_NUMBER(name) {XEN_##name, #name},
    XSD_ERRORS(ERROR_NUMBER)
#undef ERROR_NUMBER
};

/* Bytes waiting for us, or room for ours. More than the ring holds means that the server is broken, and nothing is moved any more. */
static uint32_t available(struct xenstore *store, bool to_send)
{
    struct xenstore_domain_interface *page = store->page;
    uint32_t waiting = to_send ? page->req_prod - __atomic_load_n(&page->req_cons, __ATOMIC_ACQUIRE)
                               : __atomic_load_n(&page->rsp_prod, __ATOMIC_ACQUIRE) - page->rsp_cons;

    if (waiting > XENSTORE_RING_SIZE || page->error) {
        store->broken = true;
        return 0;
    }
    return to_send ? XENSTORE_RING_SIZE - waiting : waiting;
}

/* Wait until bytes can be moved; returns how many, up to `length`, without going around the ring's end. 0: broken. */
static uint32_t wait_for(struct xenstore *store, bool to_send, uint32_t index, size_t length)
{
    uint32_t to_end = XENSTORE_RING_SIZE - MASK_XENSTORE_IDX(index);
    uint32_t count;

    while (!(count = available(store, to_send)) && !store->broken) {
        store->wire.wait(store->wire.context);
    }
    count = count < to_end ? count : to_end;
    return count < length ? count : (uint32_t)length;
}

static void send(struct xenstore *store, const char *data, size_t length)
{
    struct xenstore_domain_interface *page = store->page;

    while (length && !store->broken) {
        uint32_t count = wait_for(store, true, page->req_prod, length);

        memcpy(page->req + MASK_XENSTORE_IDX(page->req_prod), data, count);
        __atomic_store_n(&page->req_prod, page->req_prod + count, __ATOMIC_RELEASE);
        store->wire.notify(store->wire.context);
        data += count;
        length -= count;
    }
}

/* Bytes into `to`, or thrown away when it is NULL. */
static void receive(struct xenstore *store, char *to, size_t length)
{
    struct xenstore_domain_interface *page = store->page;

    while (length && !store->broken) {
        uint32_t count = wait_for(store, false, page->rsp_cons, length);

        if (to) {
            memcpy(to, page->rsp + MASK_XENSTORE_IDX(page->rsp_cons), count);
            to += count;
        }
        __atomic_store_n(&page->rsp_cons, page->rsp_cons + count, __ATOMIC_RELEASE);
        store->wire.notify(store->wire.context); /* it may wait for room */
        length -= count;
    }
}

static void keep_event(struct xenstore *store, uint32_t length)
{
    if (length > XENSTORE_EVENT_BYTES - store->event_bytes) {
        receive(store, NULL, length);
        store->lost = true;
        return;
    }
    receive(store, store->events + store->event_bytes, length);
    if (!store->broken && length) {
        store->events[store->event_bytes + length - 1] = 0;
        store->event_bytes += length;
    }
}

/* Takes messages until the answer to request `id` comes. Returns its header's length, or an errno. */
static int receive_header(struct xenstore *store, uint32_t id, struct xsd_sockmsg *header)
{
    do {
        receive(store, (char *)header, sizeof(*header));
        if (store->broken || header->len > XENSTORE_PAYLOAD_MAX) {
            store->broken = true;
            return -XEN_EIO;
        }
        if (header->type == XS_WATCH_EVENT) {
            keep_event(store, header->len);
        } else if (header->req_id != id) {
            receive(store, NULL, header->len);
        }
    } while (header->type == XS_WATCH_EVENT || header->req_id != id);
    return (int)header->len;
}

static int receive_error(struct xenstore *store, uint32_t length)
{
    char name[16] = {0};

    if (length > sizeof(name) - 1) {
        receive(store, NULL, length);
        return -XEN_EIO;
    }
    receive(store, name, length);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (strcmp(errors[i].name, name) == 0) {
            return -errors[i].number;
        }
    }
    return -XEN_EIO;
}

static int receive_answer(struct xenstore *store, uint32_t id, char *answer, size_t size)
{
    struct xsd_sockmsg header;
    int length = receive_header(store, id, &header);

    if (length < 0) {
        return length;
    }
    if (header.type == XS_ERROR) {
        return receive_error(store, header.len);
    }
    if (header.len > size) {
        receive(store, NULL, header.len);
        return -XEN_E2BIG;
    }
    receive(store, answer, header.len);
    return store->broken ? -XEN_EIO : length;
}

static int converse(struct xenstore *store, uint32_t type, uint32_t transaction, const struct piece *pieces,
                    unsigned int count, char *answer, size_t size)
{
    struct xsd_sockmsg header = {.type = type, .req_id = ++store->last_id, .tx_id = transaction};
    size_t length = 0;
    int result;

    for (unsigned int i = 0; i < count; i++) {
        length += pieces[i].length;
    }
    if (length > XENSTORE_PAYLOAD_MAX) {
        return -XEN_E2BIG;
    }
    if (store->broken) {
        return -XEN_EIO;
    }
    header.len = (uint32_t)length;
    store->wire.hold(store->wire.context, true);
    send(store, (const char *)&header, sizeof(header));
    for (unsigned int i = 0; i < count; i++) {
        send(store, pieces[i].data, pieces[i].length);
    }
    result = receive_answer(store, header.req_id, answer, size);
    store->wire.hold(store->wire.context, false);
    return result;
}

/* Requests of one or two strings with their zeroes, whose answer is only OK. */
static int simple(struct xenstore *store, uint32_t type, uint32_t transaction, const char *first,
                  const char *second)
{
    const struct piece pieces[] = {{first, strlen(first) + 1}, {second, second ? strlen(second) + 1 : 0}};
    char ok[4];
    int result = converse(store, type, transaction, pieces, 2, ok, sizeof(ok));

    return result < 0 ? result : 0;
}

int xenstore_start(struct xenstore *store, struct xenstore_domain_interface *page,
                   const struct xenstore_wire *wire)
{
    store->page = page;
    store->wire = *wire;
    store->last_id = 0;
    store->broken = false;
    store->lost = false;
    store->event_bytes = 0;
    /* An earlier kernel of this domain may have left answers and events. A request of its that is half sent would spoil everything. */
    page->rsp_cons = page->rsp_prod;
    return simple(store, XS_RESET_WATCHES, 0, "", NULL);
}

int xenstore_read(struct xenstore *store, uint32_t transaction, const char *path, char *value, size_t size)
{
    const struct piece piece = {path, strlen(path) + 1};
    int result = converse(store, XS_READ, transaction, &piece, 1, value, size - 1);

    if (result >= 0) {
        value[result] = 0;
    }
    return result;
}

int xenstore_write(struct xenstore *store, uint32_t transaction, const char *path, const char *value)
{
    const struct piece pieces[] = {{path, strlen(path) + 1}, {value, strlen(value)}};
    char ok[4];
    int result = converse(store, XS_WRITE, transaction, pieces, 2, ok, sizeof(ok));

    return result < 0 ? result : 0;
}

int xenstore_mkdir(struct xenstore *store, uint32_t transaction, const char *path)
{
    return simple(store, XS_MKDIR, transaction, path, NULL);
}

int xenstore_rm(struct xenstore *store, uint32_t transaction, const char *path)
{
    return simple(store, XS_RM, transaction, path, NULL);
}

int xenstore_list(struct xenstore *store, uint32_t transaction, const char *path, char *names, size_t size)
{
    const struct piece piece = {path, strlen(path) + 1};

    return converse(store, XS_DIRECTORY, transaction, &piece, 1, names, size);
}

int xenstore_set_permissions(struct xenstore *store, uint32_t transaction, const char *path,
                             const char *permissions)
{
    char entries[64];
    size_t length = strlen(permissions) + 1;

    if (length > sizeof(entries)) {
        return -XEN_E2BIG;
    }
    for (size_t i = 0; i < length; i++) {
        entries[i] = (char)(permissions[i] == ' ' ? 0 : permissions[i]);
    }
    const struct piece pieces[] = {{path, strlen(path) + 1}, {entries, length}};
    char ok[4];
    int result = converse(store, XS_SET_PERMS, transaction, pieces, 2, ok, sizeof(ok));

    return result < 0 ? result : 0;
}

int xenstore_transaction_start(struct xenstore *store, uint32_t *transaction)
{
    const struct piece piece = {"", 1};
    char text[16] = {0};
    int result = converse(store, XS_TRANSACTION_START, 0, &piece, 1, text, sizeof(text) - 1);

    *transaction = 0;
    for (const char *digit = text; *digit >= '0' && *digit <= '9'; digit++) {
        *transaction = *transaction * 10 + (uint32_t)(*digit - '0');
    }
    return result < 0 ? result : 0;
}

int xenstore_transaction_end(struct xenstore *store, uint32_t transaction, bool commit)
{
    return simple(store, XS_TRANSACTION_END, transaction, commit ? "T" : "F", NULL);
}

int xenstore_watch(struct xenstore *store, const char *path, const char *token)
{
    return simple(store, XS_WATCH, 0, path, token);
}

int xenstore_unwatch(struct xenstore *store, const char *path, const char *token)
{
    return simple(store, XS_UNWATCH, 0, path, token);
}

/* Copies a string cut to `size`; returns its whole length with the zero. */
static size_t copy_string(char *to, size_t size, const char *from, size_t limit)
{
    size_t length = 0;

    while (length < limit && from[length]) {
        if (length + 1 < size) {
            to[length] = from[length];
        }
        length++;
    }
    to[length < size ? length : size - 1] = 0;
    return length + 1;
}

/* Only whole messages are started on here; the server puts a small one out at once. */
static void take_waiting_events(struct xenstore *store)
{
    struct xsd_sockmsg header;

    store->wire.hold(store->wire.context, true);
    while (!store->broken && available(store, false) >= sizeof(header)) {
        receive(store, (char *)&header, sizeof(header));
        if (header.len > XENSTORE_PAYLOAD_MAX) {
            store->broken = true;
        } else if (header.type == XS_WATCH_EVENT) {
            keep_event(store, header.len);
        } else {
            receive(store, NULL, header.len);
        }
    }
    store->wire.hold(store->wire.context, false);
}

bool xenstore_event_waits(const struct xenstore *store)
{
    return !store->broken &&
           (store->event_bytes || store->lost ||
            __atomic_load_n(&store->page->rsp_prod, __ATOMIC_ACQUIRE) != store->page->rsp_cons);
}

bool xenstore_next_event(struct xenstore *store, char *path, size_t path_size, char *token, size_t token_size)
{
    size_t used;

    take_waiting_events(store);
    if (store->lost) {
        store->lost = false;
        path[0] = token[0] = 0;
        return true;
    }
    if (!store->event_bytes) {
        return false;
    }
    used = copy_string(path, path_size, store->events, store->event_bytes);
    if (used < store->event_bytes) {
        used += copy_string(token, token_size, store->events + used, store->event_bytes - used);
    } else {
        token[0] = 0;
    }
    used = used < store->event_bytes ? used : store->event_bytes;
    store->event_bytes -= (uint32_t)used;
    memmove(store->events, store->events + used, store->event_bytes);
    return true;
}
