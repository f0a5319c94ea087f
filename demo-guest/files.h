// SPDX-License-Identifier: MIT
/* The files of the archive that came as the initrd, and the commands that read them. */
#ifndef DEMO_FILES_H
#define DEMO_FILES_H

#include <stddef.h>

#include "shell.h"

/* Says where the archive lies. Without one there are no files. */
void files_init(const void *archive, size_t size);

extern const struct command file_commands[];

#endif
