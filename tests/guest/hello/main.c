/* SPDX-License-Identifier: MIT */
/* run-log: ^hello from ring 1, \d+ MiB, command line: /lib/rary$ */
/* run-cmdline: /lib/rary */
#include <guestkit/console.h>
#include <guestkit/cpu.h>
#include <guestkit/start.h>

void guest_main(start_info_t *info)
{
    console_init(info);
    console_printf("hello from ring %u, %u MiB, command line: %s\n", cpu_ring(), info->nr_pages / 256,
                   (const char *)info->cmd_line);
    console_printf("TEST RESULT: success\n");
}
