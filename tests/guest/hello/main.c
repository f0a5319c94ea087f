/* SPDX-License-Identifier: MIT */
/* run-log: ^hello from ring 1: \d+ pages$ */
#include <guestkit/console.h>
#include <guestkit/start.h>

void guest_main(start_info_t *info)
{
    unsigned int cs;

    __asm__("mov %%cs, %0" : "=r"(cs));
    console_init(info);
    console_printf("hello from ring %u: %u pages\n", cs & 3, info->nr_pages);
    console_printf("TEST RESULT: success\n");
}
