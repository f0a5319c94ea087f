// SPDX-License-Identifier: MIT
/* From the kit's guest_main() to an ordinary main(): brings the kit's parts up in order, then newlib's own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/console.h>
#include <guestkit/frames.h>
#include <guestkit/p2m.h>
#include <guestkit/shared.h>
#include <guestkit/spaces.h>
#include <guestkit/start.h>
#include <guestkit/traps.h>

#include "terminal.h"

#define MAX_WORDS 64

int main(int argc, char **argv);
void __libc_init_array(void);

/* newlib calls these around the tables of constructors; a PV guest has nothing more to add. */
void _init(void);
void _fini(void);

void _init(void)
{
}

void _fini(void)
{
}

static char command_line[MAX_GUEST_CMDLINE];
static char *words[MAX_WORDS + 1];

static int split_command_line(const char *text)
{
    int count = 0;

    snprintf(command_line, sizeof(command_line), "%s", text);
    for (char *word = strtok(command_line, " "); word && count < MAX_WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    return count;
}

static void require(const char *what, int error)
{
    if (!error)
        return;
    console_printf("libc: %s failed with %d\n", what, error);
    abort();
}

void guest_main(start_info_t *info)
{
    p2m_init(info);
    require("mapping the shared page", shared_map(info));
    require("loading the trap table", traps_init());
    require("taking stock of the memory", frames_init(info));
    spaces_init();
    require("opening the console", console_init(info));
    require("binding the console's event", terminal_init());
    __asm__ volatile("fninit");
    __libc_init_array();
    exit(main(split_command_line((const char *)info->cmd_line), words));
}
