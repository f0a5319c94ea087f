/* SPDX-License-Identifier: MIT */
#include <guestkit/shutdown.h>
#include <guestkit/start.h>

struct start_info *boot_info;

void guest_start(struct start_info *info);

void guest_start(struct start_info *info)
{
    boot_info = info;
    guest_main(info);
    shutdown(SHUTDOWN_poweroff);
}
