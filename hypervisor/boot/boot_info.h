// SPDX-License-Identifier: MIT
/*
 * What the Multiboot 1 loader said, copied out of its memory before anything else may be written: the memory map and
 * up to two modules. Multiboot Specification 0.6.96, section 3.3.
 */
#ifndef RINGLET_BOOT_BOOT_INFO_H
#define RINGLET_BOOT_BOOT_INFO_H

#include "core/types.h"

#define BOOT_MAP_MAX 64
#define BOOT_TEXT_MAX 1024

/* BIOS E820 types. */
enum { MAP_RAM = 1, MAP_RESERVED = 2, MAP_ACPI = 3, MAP_ACPI_NVS = 4, MAP_BAD = 5 };

struct boot_range {
    uint64_t start, end; /* bytes, end exclusive */
    uint32_t type;
};

struct boot_module {
    uint64_t start, end;
    char text[BOOT_TEXT_MAX]; /* the loader's string: path, then the command line */
};

struct boot_info {
    char command_line[BOOT_TEXT_MAX];
    unsigned range_count;
    struct boot_range ranges[BOOT_MAP_MAX]; /* ascending, not overlapping */
    unsigned module_count;
    struct boot_module modules[2]; /* the initial domain's kernel and its initrd */
};

extern struct boot_info boot_info;

/* Reads the structure at a physical address below 4 GiB, through the direct map. */
void boot_info_read(uint32_t multiboot_info);
/* What follows the first word: the loader puts the file's path there. */
const char *text_after_word(const char *s);
/* The part of a module's string after the path: the domain's command line. */
const char *module_arguments(const struct boot_module *m);

#endif
