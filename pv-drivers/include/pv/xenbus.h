/* SPDX-License-Identifier: MIT */
/*
 * The states that the two ends of a split driver go through, in one place for all of them.
 *
 *      frontend                                   backend
 *      1 Initialising                             (announce: what it can do)
 *                                                 2 InitWait
 *      (offer: rings and channel)
 *      3 Initialised
 *                                                 (connect: map rings, bind channel)
 *                                                 4 Connected
 *      (connect: what the device is)
 *      4 Connected
 *
 * Each end has a directory in the store, with its state and the path of the other's directory, written by the
 * toolstack. An end that leaves says 5 or 6. A backend lets go of everything then, says 6, and comes back to 2 when it finds
 * the frontend at 1 again: the domain has a new kernel. Frontends may leave out 4 and 5, and may go to 4 at once. A frontend
 * whose backend dies lets go of everything, says 6, and begins anew at 1 when a backend waits at 2, perhaps in another domain: then the
 * toolstack has changed its "backend" and "backend-id".
 *
 * An end that finds the other one breaking the protocol stops its device alone: it writes why in "error" and says 6.
 */
#ifndef PV_XENBUS_H
#define PV_XENBUS_H

#include <abi/io_xenbus.h>
#include <pv/glue.h>

#define PV_PATH 96

/* The layout of a frontend's rings. */
enum pv_protocol { PV_PROTOCOL_32, PV_PROTOCOL_64 };

struct pv_xenbus;

/* What a driver does when its end changes state. `device` is its own. Errors are negative errnos; -XEN_EAGAIN: not yet, ask at the next change. */
struct pv_xenbus_driver {
    /* Backend: write into the own directory what this device can do. May be called many times. */
    int (*announce)(void *device);
    /* Frontend: make rings and channel, and write them into the own directory. */
    int (*offer)(void *device);
    /* Both: the other end's part is in its directory: use it. */
    int (*connect)(void *device);
    /* Both: the other end wrote its state again while both are connected: its directory may say something new. NULL is allowed. */
    void (*changed)(void *device);
    /*
     * Both: let go of all that offer() and connect() took; also after one of them failed, and when there is nothing. False: not yet possible;
     * the driver calls pv_xenbus_step() when it is.
     */
    bool (*disconnect)(void *device);
};

struct pv_xenbus {
    const struct pv_glue *glue;
    const struct pv_xenbus_driver *driver;
    void *device;
    bool is_backend;
    bool leaving;                  /* pv_xenbus_stop() was called */
    bool moved;                    /* frontend: to a backend in another domain, and not yet connected to it */
    bool again;                    /* frontend: it lost its backend, and wants another */
    int error;                     /* of the driver, that it was stopped for; 0: none */
    const char *reason;            /* the device was stopped for this; NULL: it was not */
    enum xenbus_state state;       /* ours, as the store has it */
    enum xenbus_state other_state; /* theirs, when we last looked */
    domid_t other;                 /* their domain */
    char path[PV_PATH];            /* our directory */
    char other_path[PV_PATH];
    bool watching;
};

/* Begin at `path`. The first step follows when the watch fires. -XEN_EINVAL for a path that is too long, errors of the store. */
int pv_xenbus_start(struct pv_xenbus *bus, const struct pv_glue *glue, bool is_backend, const char *path,
                    const struct pv_xenbus_driver *driver, void *device);
/* Look at the other end and do what follows. Called by the watch, and by drivers when something they waited for is done. */
void pv_xenbus_step(struct pv_xenbus *bus);
/* The other end broke the protocol: stop this device, for a reason that goes to the store and the log. */
void pv_xenbus_fail(struct pv_xenbus *bus, const char *reason);
/* Tell the other end to look at our directory again (a disk has a new size). */
void pv_xenbus_tell(struct pv_xenbus *bus);
/* Leave. True when all is let go of; false: call it again later, the driver is not done. */
bool pv_xenbus_stop(struct pv_xenbus *bus);

/* Nodes of either directory. Numbers are decimal; -XEN_ENOENT when there is none, -XEN_EINVAL when it is no number or above `limit`. */
int pv_xenbus_read(struct pv_xenbus *bus, bool theirs, const char *name, char *value, size_t size);
int pv_xenbus_read_number(struct pv_xenbus *bus, bool theirs, const char *name, uint64_t limit,
                          uint64_t *number);
/* The same with a value for when it is missing or wrong. */
uint64_t pv_xenbus_number_or(struct pv_xenbus *bus, bool theirs, const char *name, uint64_t limit,
                             uint64_t otherwise);
int pv_xenbus_write(struct pv_xenbus *bus, const char *name, const char *value);
int pv_xenbus_write_number(struct pv_xenbus *bus, const char *name, uint64_t number);
/* The frontend's "protocol" node, for backends; a frontend without one is 32-bit, as we are. -XEN_EINVAL for any other. */
int pv_xenbus_protocol(struct pv_xenbus *bus, enum pv_protocol *protocol);

#endif
