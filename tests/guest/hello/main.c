/* SPDX-License-Identifier: MIT */
#include <guestkit/console.h>
#include <guestkit/start.h>

void guest_main(start_info_t *info)
{
    console_init(info);
    console_printf("hello from ring 1: %u pages, command line '%s'\n", info->nr_pages,
                   (char *)info->cmd_line);
    console_printf("TEST RESULT: success\n");
}
