/* SPDX-License-Identifier: MIT */
/*
 * A block frontend: a disk that a backend in another domain serves, given to its users as a struct pv_disk. Requests that
 * are under way when the backend dies are sent again to the next one; users see a pause.
 *
 * A backend that breaks the protocol stops the device: everything asked of it fails with -XEN_EIO from then on. A request under way ends
 * only when the backend has let go of its memory, or is gone.
 */
#ifndef PV_BLOCK_FRONT_H
#define PV_BLOCK_FRONT_H

#include <pv/disk.h>
#include <pv/glue.h>
#include <pv/ring.h>
#include <pv/xenbus.h>

#define PV_BLOCK_FRONT_REQUESTS 64u /* at a time; one more is refused with -XEN_EAGAIN */
#define PV_BLOCK_FRONT_ORDER 1u     /* ring pages, if the backend takes more than one: 2 */
#define PV_BLOCK_FRONT_KEPT 1024u   /* pages whose grants are kept */

struct pv_block_slot;
struct pv_block_front_kept;

struct pv_block_front {
    const struct pv_glue *glue;
    struct pv_xenbus bus;
    struct pv_disk disk; /* valid when ready() was called for the first time */
    void (*ready)(void *user);
    bool keep; /* asked for; used if the backend can */

    bool keeps;
    bool connected;
    bool stopping;
    struct pv_ring ring;
    void *ring_memory;
    uint32_t ring_pages;
    grant_ref_t ring_references[1u << PV_BLOCK_FRONT_ORDER];
    uint32_t ring_granted;
    int port;          /* -1: none */
    uint32_t indirect; /* segments the backend takes; 0: plain requests only */
    struct pv_block_slot *slots;
    bool starved; /* a user was refused */
    struct pv_block_front_kept *kept;
};

/*
 * Use the device of directory `path`. With `keep`, all memory of requests (at most PV_BLOCK_FRONT_KEPT pages ever) stays granted to the
 * backend, which saves the work of granting and mapping; use it for pages that only the disk uses. `ready` is called
 * at each connection, with `user`; the disk's room, resized and user are set by its user after that. -XEN_ENOMEM, errors of the store.
 */
int pv_block_front_start(struct pv_block_front *front, const struct pv_glue *glue, const char *path,
                         bool keep, void (*ready)(void *user), void *user);
/*
 * Leave: close the device for good. True when the backend has let go of all memory and what was under way has failed with
 * -XEN_EIO; false: call again later.
 */
bool pv_block_front_stop(struct pv_block_front *front);

#endif
