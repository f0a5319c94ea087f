/* SPDX-License-Identifier: MIT */
/*
 * A step looks at where both ends are and does one thing; it is repeated until nothing more follows. Watch events only say
 * "look": states may be skipped or seen late, so each rule asks what is there now, never what has changed.
 */
#include <pv/string.h>

#include <pv/xenbus.h>

#include "nodes.h"

static void on_watch(void *argument)
{
    pv_xenbus_step(argument);
}

static void unwatch(struct pv_xenbus *bus)
{
    char path[PV_PATH + 8];

    if (bus->watching && nodes_join(path, sizeof(path), bus->other_path, "state")) {
        bus->glue->store_unwatch(bus->glue->context, path, on_watch, bus);
    }
    bus->watching = false;
}

/* Where the other end is, as our directory says now. A backend in another domain is another backend. */
static int find_other(struct pv_xenbus *bus, bool *moved)
{
    char path[PV_PATH];
    uint64_t domain;
    int result = pv_xenbus_read(bus, false, bus->is_backend ? "frontend" : "backend", path, sizeof(path));

    if (result >= 0) {
        result = pv_xenbus_read_number(bus, false, bus->is_backend ? "frontend-id" : "backend-id", 0x7fef,
                                       &domain);
    }
    if (result < 0) {
        return result;
    }
    *moved = strcmp(path, bus->other_path) != 0 || domain != bus->other;
    if (*moved) {
        bus->moved |= !bus->is_backend && bus->other_path[0];
        unwatch(bus);
        memcpy(bus->other_path, path, sizeof(path));
        bus->other = (domid_t)domain;
    }
    if (!bus->watching && nodes_join(path, sizeof(path), bus->other_path, "state")) {
        result = bus->glue->store_watch(bus->glue->context, path, on_watch, bus);
        bus->watching = result >= 0;
    }
    return result < 0 ? result : 0;
}

static void enter(struct pv_xenbus *bus, enum xenbus_state state)
{
    bus->state = state;
    (void)pv_xenbus_write_number(bus, "state", state);
}

static void log_line(struct pv_xenbus *bus, const char *reason)
{
    char line[PV_PATH + 96 + 8 + NODES_NUMBER];
    size_t length = strlen(bus->path);
    size_t more = strlen(reason);

    more = more < 90 ? more : 90;
    memcpy(line, bus->path, length);
    memcpy(line + length, ": ", 2);
    memcpy(line + length + 2, reason, more);
    length += 2 + more;
    line[length] = 0;
    if (bus->error) {
        memcpy(line + length, ", error ", 8);
        nodes_format((uint64_t)-bus->error, line + length + 8);
    }
    bus->glue->log(bus->glue->context, line);
}

/* Let go, and say that we are gone; Closing while the driver is not done. False then. */
static bool leave(struct pv_xenbus *bus)
{
    if (!bus->driver->disconnect(bus->device)) {
        if (bus->state != XenbusStateClosing) {
            enter(bus, XenbusStateClosing);
        }
        return false;
    }
    if (bus->state != XenbusStateClosed) {
        enter(bus, XenbusStateClosed);
    }
    return true;
}

/* A driver's refusal stops the device, unless it only asks for patience. True when it went well. */
static bool went_well(struct pv_xenbus *bus, int error, const char *what)
{
    if (error && error != -XEN_EAGAIN) {
        bus->error = error;
        pv_xenbus_fail(bus, what);
    }
    return !error && !bus->reason;
}

static bool is_up(enum xenbus_state state)
{
    return state == XenbusStateInitialised || state == XenbusStateConnected;
}

/* One thing that follows. True: perhaps more does. */
static bool step_backend(struct pv_xenbus *bus)
{
    switch (bus->other_state) {
    case XenbusStateInitialising:
    case XenbusStateInitWait:
        if (bus->state == XenbusStateInitWait) {
            return false;
        }
        if (bus->state != XenbusStateClosed && bus->state != XenbusStateInitialising) {
            return leave(bus);
        }
        bus->reason = NULL;
        bus->error = 0;
        if (went_well(bus, bus->driver->announce(bus->device), "the device cannot be announced")) {
            enter(bus, XenbusStateInitWait);
        }
        return false;
    case XenbusStateInitialised:
    case XenbusStateConnected:
        if (bus->state == XenbusStateInitialising) {
            if (went_well(bus, bus->driver->announce(bus->device), "the device cannot be announced")) {
                enter(bus, XenbusStateInitWait);
                return true;
            }
        } else if (bus->state == XenbusStateInitWait) {
            if (went_well(bus, bus->driver->connect(bus->device),
                          "what the frontend offers cannot be used")) {
                enter(bus, XenbusStateConnected);
            }
        }
        return false;
    default:
        /* Closing, closed or not there: ready for the next only after it says 1. A frontend that lost another backend waits for a new one. */
        if (bus->state != XenbusStateInitialising) {
            if (bus->state != XenbusStateClosed) {
                leave(bus);
            }
        } else if (bus->other_state != XenbusStateUnknown &&
                   went_well(bus, bus->driver->announce(bus->device), "the device cannot be announced")) {
            enter(bus, XenbusStateInitWait);
        }
        return false;
    }
}

static bool step_frontend(struct pv_xenbus *bus)
{
    switch (bus->other_state) {
    case XenbusStateInitWait:
        if (bus->state == XenbusStateInitialised) {
            return false;
        }
        if (bus->state == XenbusStateInitialising) {
            if (went_well(bus, bus->driver->offer(bus->device), "rings and channel cannot be made")) {
                enter(bus, XenbusStateInitialised);
            }
            return false;
        }
        /* It waits while we are connected or gone: it is a new one. */
        if (bus->state != XenbusStateClosed && !leave(bus)) {
            return false;
        }
        if (bus->reason) {
            return false;
        }
        enter(bus, XenbusStateInitialising);
        return true;
    case XenbusStateInitialised: return false;
    case XenbusStateConnected:
        if (bus->state == XenbusStateInitialised) {
            if (went_well(bus, bus->driver->connect(bus->device), "what the backend offers cannot be used")) {
                bus->again = false;
                bus->moved = false;
                enter(bus, XenbusStateConnected);
            }
        } else if (bus->state == XenbusStateConnected && bus->driver->changed) {
            bus->driver->changed(bus->device);
        }
        return false;
    case XenbusStateInitialising:
    default:
        /* Not there, going, gone, or only beginning: if we are up, it is not the one we knew. */
        if (is_up(bus->state)) {
            bus->again = true;
            leave(bus);
        } else if (bus->other_state == XenbusStateClosed && bus->state == XenbusStateClosed && bus->again &&
                   !bus->reason) {
            enter(bus, XenbusStateInitialising);
        }
        return false;
    }
}

void pv_xenbus_step(struct pv_xenbus *bus)
{
    bool moved = false;

    if (bus->leaving) {
        return;
    }
    if (find_other(bus, &moved)) {
        moved = true; /* nobody there */
        bus->other_state = XenbusStateUnknown;
    } else {
        bus->other_state = (enum xenbus_state)pv_xenbus_number_or(bus, true, "state", XenbusStateReconfigured,
                                                                  XenbusStateUnknown);
    }
    /* What we began to leave is left first, and so is a backend that has been replaced. */
    bus->again |= moved && is_up(bus->state);
    if ((bus->state == XenbusStateClosing || (moved && !bus->is_backend && is_up(bus->state))) &&
        !leave(bus)) {
        return;
    }
    while (bus->is_backend ? step_backend(bus) : step_frontend(bus)) {
    }
}

int pv_xenbus_start(struct pv_xenbus *bus, const struct pv_glue *glue, bool is_backend, const char *path,
                    const struct pv_xenbus_driver *driver, void *device)
{
    char watched[PV_PATH + 16];

    *bus = (struct pv_xenbus){.glue = glue, .driver = driver, .device = device, .is_backend = is_backend};
    if (strlen(path) >= PV_PATH) {
        return -XEN_EINVAL;
    }
    memcpy(bus->path, path, strlen(path) + 1);
    enter(bus, XenbusStateInitialising);
    /* The toolstack writes this node last, and again when a frontend gets another backend. */
    nodes_join(watched, sizeof(watched), path, is_backend ? "frontend" : "backend");
    return glue->store_watch(glue->context, watched, on_watch, bus);
}

void pv_xenbus_fail(struct pv_xenbus *bus, const char *reason)
{
    if (bus->reason) {
        return;
    }
    bus->reason = reason;
    (void)pv_xenbus_write(bus, "error", reason);
    log_line(bus, reason);
    leave(bus);
}

void pv_xenbus_tell(struct pv_xenbus *bus)
{
    enter(bus, bus->state);
}

bool pv_xenbus_stop(struct pv_xenbus *bus)
{
    char path[PV_PATH + 16];

    if (bus->leaving) {
        return true;
    }
    if (!leave(bus)) {
        return false;
    }
    unwatch(bus);
    if (nodes_join(path, sizeof(path), bus->path, bus->is_backend ? "frontend" : "backend")) {
        bus->glue->store_unwatch(bus->glue->context, path, on_watch, bus);
    }
    bus->leaving = true;
    return true;
}
