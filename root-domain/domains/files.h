/* SPDX-License-Identifier: MIT */
/* The boot archive: the tar file that came as the root domain's initrd, with configurations and images. */
#ifndef ROOT_DOMAINS_FILES_H
#define ROOT_DOMAINS_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct file {
    const char *name; /* valid until the next call */
    const void *data;
    size_t size;
};

void files_init(const void *archive, size_t size);
/* By its name in the archive; a leading slash does not matter. */
bool file_find(const char *name, struct file *file);
/* File number `index` whose name ends in `suffix`, in the archive's order. */
bool file_at(unsigned index, const char *suffix, struct file *file);

#endif
