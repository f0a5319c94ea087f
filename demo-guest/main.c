// SPDX-License-Identifier: MIT
/* The demo unikernel: greets, runs the commands it was booted with, and reads more from the console. */
#include <stdio.h>
#include <string.h>

#include <guestkit/start.h>

#include "files.h"
#include "lab.h"
#include "line.h"
#include "machine.h"
#include "refusals.h"
#include "shell.h"

/* What follows cmd= on the domain's command line, to its end; NULL when there is nothing. */
static const char *boot_commands(void)
{
    const char *found = strstr((const char *)boot_info->cmd_line, "cmd=");

    return found ? found + strlen("cmd=") : NULL;
}

int main(int argc, char **argv)
{
    static const char prompt[] = "ringlet> ";
    const char *line = boot_commands();

    /* Several lines to a hypercall. */
    setvbuf(stdout, NULL, _IOFBF, 4096);
    if (boot_info->mod_len)
        files_init((const void *)boot_info->mod_start, boot_info->mod_len);
    shell_add(shell_commands);
    shell_add(file_commands);
    shell_add(machine_commands);
    shell_add(lab_commands);
    shell_add(refusal_commands);

    machine_greet();
    if (line) {
        printf("%s%s\n", prompt, line);
        shell_run(line);
    }
    while ((line = line_read(prompt)))
        shell_run(line);
    return 0;
}
