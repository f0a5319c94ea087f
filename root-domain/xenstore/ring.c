/* SPDX-License-Identifier: MIT */
/*
 * Each end owns the indices it moves, and ours are kept here: the page only gets copies. The domain's are read
 * once for each look and believed only if they leave no more in the ring than it holds. Data are copied
 * out of the ring before they are looked at.
 */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "domains.h"
#include "queue.h"
#include "requests.h"
#include "ring.h"

static void stop(struct xs_connection *connection, const char *reason, uint32_t error)
{
    connection->stopped = reason;
    __atomic_store_n(&connection->ring->page->error, error, __ATOMIC_RELEASE);
}

/* A copy of up to `length` bytes between a ring of XENSTORE_RING_SIZE bytes at `index` and memory. */
static void copy_out(char *to, const char *ring, uint32_t index, uint32_t length)
{
    uint32_t start = MASK_XENSTORE_IDX(index);
    uint32_t first = length < XENSTORE_RING_SIZE - start ? length : XENSTORE_RING_SIZE - start;

    memcpy(to, ring + start, first);
    memcpy(to + first, ring, length - first);
}

static void copy_in(char *ring, uint32_t index, const char *from, uint32_t length)
{
    uint32_t start = MASK_XENSTORE_IDX(index);
    uint32_t first = length < XENSTORE_RING_SIZE - start ? length : XENSTORE_RING_SIZE - start;

    memcpy(ring + start, from, first);
    memcpy(ring, from + first, length - first);
}

/* Up to `length` request bytes; fewer when the ring has fewer. */
static uint32_t take(struct xs_connection *connection, char *to, uint32_t length)
{
    struct xs_ring *ring = connection->ring;
    uint32_t there = __atomic_load_n(&ring->page->req_prod, __ATOMIC_ACQUIRE) - ring->req_cons;

    if (there > XENSTORE_RING_SIZE) {
        stop(connection, "its request index is out of range", XENSTORE_ERROR_RINGIDX);
        return 0;
    }
    length = length < there ? length : there;
    copy_out(to, ring->page->req, ring->req_cons, length);
    ring->req_cons += length;
    __atomic_store_n(&ring->page->req_cons, ring->req_cons, __ATOMIC_RELEASE);
    return length;
}

/* As many of the bytes as the ring has room for. */
static uint32_t give(struct xs_connection *connection, const char *from, uint32_t length)
{
    struct xs_ring *ring = connection->ring;
    uint32_t waiting = ring->rsp_prod - __atomic_load_n(&ring->page->rsp_cons, __ATOMIC_ACQUIRE);

    if (waiting > XENSTORE_RING_SIZE) {
        stop(connection, "its reply index is out of range", XENSTORE_ERROR_RINGIDX);
        return 0;
    }
    length = length < XENSTORE_RING_SIZE - waiting ? length : XENSTORE_RING_SIZE - waiting;
    copy_in(ring->page->rsp, ring->rsp_prod, from, length);
    ring->rsp_prod += length;
    __atomic_store_n(&ring->page->rsp_prod, ring->rsp_prod, __ATOMIC_RELEASE);
    return length;
}

/* Puts out the rest of the first message: true when all of it is in the ring. */
static bool send_first(struct xs_connection *connection, bool *changed)
{
    struct xs_message *message = connection->out.first;
    uint32_t done = 0;

    do {
        const char *from = (const char *)&message->header + message->sent;
        uint32_t left = (uint32_t)sizeof(message->header) - message->sent;

        if (message->sent >= sizeof(message->header)) {
            from = message->data + (message->sent - sizeof(message->header));
            left = message->header.len + (uint32_t)sizeof(message->header) - message->sent;
        }
        done = give(connection, from, left);
        message->sent += done;
        *changed |= done != 0;
    } while (done && message->sent < sizeof(message->header) + message->header.len);
    return message->sent == sizeof(message->header) + message->header.len;
}

static bool send_all(struct xs_connection *connection)
{
    bool changed = false;

    while (!connection->stopped && connection->out.first && send_first(connection, &changed)) {
        free(xs_queue_take(&connection->out));
    }
    return changed;
}

/* True when a whole request is there. */
static bool receive(struct xs_connection *connection, bool *changed)
{
    struct xs_ring *ring = connection->ring;
    uint32_t done;

    if (ring->received < sizeof(ring->header)) {
        done = take(connection, (char *)&ring->header + ring->received,
                    (uint32_t)sizeof(ring->header) - ring->received);
        ring->received += done;
        *changed |= done != 0;
        if (ring->received < sizeof(ring->header)) {
            return false;
        }
        if (ring->header.len > XENSTORE_PAYLOAD_MAX) {
            stop(connection, "it sent a request that is too long", XENSTORE_ERROR_PROTO);
            return false;
        }
    }
    uint32_t at = ring->received - (uint32_t)sizeof(ring->header);

    done = take(connection, ring->data + at, ring->header.len - at);
    ring->received += done;
    *changed |= done != 0;
    return !connection->stopped && ring->received == sizeof(ring->header) + ring->header.len;
}

/* The domain asks to start over: it was restored, or its kernel was replaced. */
static bool reconnect(struct xs_connection *connection)
{
    struct xs_ring *ring = connection->ring;
    struct xenstore_domain_interface *page = ring->page;

    if (__atomic_load_n(&page->connection, __ATOMIC_ACQUIRE) != XENSTORE_RECONNECT) {
        return false;
    }
    xs_connection_reset(connection);
    connection->stopped = NULL;
    connection->cut_off = false;
    ring->received = 0;
    ring->req_cons = 0;
    ring->rsp_prod = 0;
    page->req_cons = page->req_prod = page->rsp_cons = page->rsp_prod = 0;
    page->error = XENSTORE_ERROR_NONE;
    __atomic_store_n(&page->connection, XENSTORE_CONNECTED, __ATOMIC_RELEASE);
    return true;
}

static bool may_take_more(const struct xs_connection *connection)
{
    return !connection->stopped &&
           (connection->privileged || connection->out.replies < connection->store->quota.replies);
}

static void tell_domain(struct xs_connection *connection, bool changed)
{
    struct xs_ring *ring = connection->ring;

    if (connection->stopped && !connection->cut_off) {
        if (!ring->page->error) {
            stop(connection, connection->stopped, XENSTORE_ERROR_COMM);
        }
        xs_connection_reset(connection);
        connection->cut_off = true;
        changed = true;
    }
    if (changed) {
        ring->notify(ring->context);
    }
}

bool xs_ring_serve(struct xs_connection *connection, unsigned int limit)
{
    struct xs_ring *ring = connection->ring;
    bool changed = reconnect(connection);

    if (connection->stopped) {
        return false;
    }
    changed |= send_all(connection);
    while (limit && may_take_more(connection) && receive(connection, &changed)) {
        limit--;
        ring->data[ring->header.len] = 0;
        ring->received = 0;
        xs_request(connection, &ring->header, ring->data);
        changed |= send_all(connection);
    }
    tell_domain(connection, changed);
    return !limit && may_take_more(connection) &&
           __atomic_load_n(&ring->page->req_prod, __ATOMIC_ACQUIRE) != ring->req_cons;
}

void xs_ring_flush(struct xs_connection *connection)
{
    bool changed = send_all(connection);

    tell_domain(connection, changed);
}
