/* SPDX-License-Identifier: MIT */
/*
 * What a split driver asks of the system it runs in. The system fills one table in and hands it to each driver.
 *
 * One rule makes drivers simple: everything happens in one thread. Handlers of channels and watches are called from the
 * system's main loop, never while a driver's function runs, and an event may be handled late, or once for many. Any
 * number of devices share one table. Functions return 0 or a negative errno of <abi/errno.h> unless they say otherwise.
 */
#ifndef PV_GLUE_H
#define PV_GLUE_H

#include <abi/errno.h>
#include <abi/grant_table.h>
#include <abi/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PV_PAGE 4096u

typedef void pv_handler(void *argument);

/* Bytes between our memory and a page another domain lends. They stay within one page at either end. */
struct pv_copy {
    void *ours;
    grant_ref_t theirs;
    uint16_t offset, length;
    bool to_theirs;
    int16_t status; /* set: GNTST_okay (0) or what was wrong */
};

struct pv_glue {
    void *context; /* the first argument of all that follow */

    /* Pages of memory, contiguous in addresses, zeroed. NULL when there are none. */
    void *(*pages_alloc)(void *context, uint32_t count);
    void (*pages_free)(void *context, void *pages, uint32_t count);

    /* Lend a page of ours to a domain. Returns the reference, or a negative errno. */
    int (*grant)(void *context, domid_t domain, void *page, bool read_only);
    /* Take it back. False while the other still has it mapped: ask again later; the page must not be used for anything else. */
    bool (*revoke)(void *context, grant_ref_t reference);
    /*
     * Map pages another domain lends, at contiguous addresses. NULL when any of them cannot be mapped: none is then. Only whoever
     * mapped them may unmap them, with the same count.
     */
    void *(*map)(void *context, domid_t domain, const grant_ref_t *references, uint32_t count,
                 bool read_only);
    void (*unmap)(void *context, void *pages, uint32_t count);
    /* Carry copies out, all of them, each with its own status. NULL: the system cannot, and drivers map instead. */
    void (*copy)(void *context, domid_t domain, struct pv_copy *copies, uint32_t count);
    /* Where a byte of our own or of mapped memory is for a device. For drivers of hardware only; else NULL. */
    uint64_t (*machine)(void *context, const void *address);

    /* A channel that `domain` may connect to, or a connection to one it offers. Returns our port, or a negative errno. */
    int (*channel_offer)(void *context, domid_t domain, pv_handler *handler, void *argument);
    int (*channel_bind)(void *context, domid_t domain, uint32_t port, pv_handler *handler, void *argument);
    /* After this the handler is not called any more. */
    void (*channel_close)(void *context, uint32_t port);
    void (*notify)(void *context, uint32_t port);

    /* The store. Values are texts; read cuts none: -XEN_E2BIG. Reading returns the length, a zero follows the text. */
    int (*store_read)(void *context, const char *path, char *value, size_t size);
    int (*store_write)(void *context, const char *path, const char *value);
    int (*store_remove)(void *context, const char *path);
    /* Names of children, each with its zero; returns their length together. */
    int (*store_list)(void *context, const char *path, char *names, size_t size);
    /* The handler is called soon, and again after each change at or below the path. */
    int (*store_watch)(void *context, const char *path, pv_handler *handler, void *argument);
    void (*store_unwatch)(void *context, const char *path, pv_handler *handler, void *argument);

    /* Nanoseconds since some start; it never goes back. */
    uint64_t (*time)(void *context);
    /* A line for people, without its end. */
    void (*log)(void *context, const char *line);
};

#endif
