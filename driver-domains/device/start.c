/* SPDX-License-Identifier: MIT */
#include "start.h"

#include <guestkit/console.h>
#include <guestkit/events.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/spaces.h>
#include <guestkit/traps.h>
#include <pv/guest.h>

void driver_fail(const char *what, int error)
{
    console_printf("%s: error %d\n", what, error);
    shutdown(SHUTDOWN_crash);
}

const struct pv_glue *driver_start(const start_info_t *info)
{
    const struct pv_glue *glue;
    int error = console_init(info);

    error = error ? error : shared_map(info);
    error = error ? error : traps_init();
    if (error) {
        driver_fail("start", error);
    }
    p2m_init(info);
    error = frames_init(info);
    if (error) {
        driver_fail("memory", error);
    }
    spaces_init();
    events_init();
    error = grants_init();
    if (error) {
        driver_fail("grants", error);
    }
    upcalls_unmask();
    glue = pv_guest_init(info);
    if (!pv_guest_store()) {
        driver_fail("there is no store", -XEN_ENODEV);
    }
    return glue;
}

void driver_run(void (*after)(void))
{
    for (;;) {
        while (pv_guest_run()) {
        }
        after();
        pv_guest_wait();
    }
}
