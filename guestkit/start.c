/* SPDX-License-Identifier: MIT */
#include <guestkit/protect.h>
#include <guestkit/shutdown.h>
#include <guestkit/start.h>

start_info_t *boot_info;

void guest_start(start_info_t *info);

void guest_start(start_info_t *info)
{
    boot_info = info;
    if (image_protect(info)) {
        shutdown(SHUTDOWN_crash);
    }
    guest_main(info);
    shutdown(SHUTDOWN_poweroff);
}
