/* SPDX-License-Identifier: MIT */
/*
 * A driver domain's devices: finds what the toolstack puts into a directory such as "backend/vbd", one directory
 * DOMAIN/DEVICE for each frontend, and has a backend made for each; a directory that disappears ends its backend.
 */
#ifndef PV_BACKENDS_H
#define PV_BACKENDS_H

#include <pv/glue.h>

#define PV_BACKENDS 32u /* devices at a time; more are not served */
#define PV_BACKENDS_PATH 64u

struct pv_backends_maker {
    /* Make the backend of the directory `path`. What it is, or NULL: it is asked again when something changes there. */
    void *(*make)(void *context, const char *path);
    /* End it. False: not yet, it is asked again. */
    bool (*end)(void *context, void *backend);
};

struct pv_backends {
    const struct pv_glue *glue;
    const struct pv_backends_maker *maker;
    void *context;
    const char *directory;
    struct {
        char path[PV_BACKENDS_PATH]; /* "" when free */
        void *backend;
        bool seen;
    } device[PV_BACKENDS];
};

/* Look into `directory` (relative to the domain's own, and kept) from now on. 0, or the error of the watch. */
int pv_backends_start(struct pv_backends *backends, const struct pv_glue *glue, const char *directory,
                      const struct pv_backends_maker *maker, void *context);
/* Look now; the watch does it by itself. Call it when an end() that said false may say true. */
void pv_backends_look(struct pv_backends *backends);

#endif
