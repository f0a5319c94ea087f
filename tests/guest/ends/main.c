/* SPDX-License-Identifier: MIT */
/*
 * run-cmdline: poweroff
 *
 * A domain for the tests of the root domain: says hello and ends as its command line says: poweroff, reboot, crash or
 * suspend. With `echo` it first repeats what is typed, up to an exclamation mark; with `refused` it does something
 * that is refused.
 */
#include <guestkit/console.h>
#include <guestkit/hypercall.h>
#include <guestkit/shutdown.h>
#include <guestkit/start.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <stdbool.h>

static bool asked_for(const char *word)
{
    size_t length = strlen(word);

    for (const char *at = (const char *)boot_info->cmd_line; *at; at++) {
        if (strncmp(at, word, length) == 0) {
            return true;
        }
    }
    return false;
}

static void echo(void)
{
    char key = 0;

    while (key != '!') {
        if (console_read(&key, 1)) {
            console_write(&key, 1);
        } else {
            sched_op_yield();
        }
    }
    console_printf("\n");
}

void guest_main(start_info_t *info)
{
    console_init(info);
    console_printf("this domain has %u MiB; its command line: %s\n", info->nr_pages / 256,
                   (const char *)info->cmd_line);
    console_printf("TEST RESULT: success\n");
    if (asked_for("refused")) {
        hypercall(__HYPERVISOR_sched_op, 99, 0, 0, 0, 0);
    }
    if (asked_for("echo")) {
        echo();
    }
    shutdown(asked_for("crash")     ? SHUTDOWN_crash
             : asked_for("reboot")  ? SHUTDOWN_reboot
             : asked_for("suspend") ? SHUTDOWN_suspend
                                    : SHUTDOWN_poweroff);
}
