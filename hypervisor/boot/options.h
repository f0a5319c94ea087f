// SPDX-License-Identifier: MIT
/*
 * The boot command line. Names follow Xen's where Xen has the option; unknown ones are reported, not fatal.
 * docs/options.md lists them.
 */
#ifndef RINGLET_BOOT_OPTIONS_H
#define RINGLET_BOOT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct boot_options {
    uint64_t dom0_mem; /* bytes; 0: all spare memory */
    unsigned loglvl;   /* enum log_level */
    unsigned guest_loglvl;
    unsigned baud;
    unsigned maxcpus;
    unsigned dom0_max_vcpus; /* 1 to 32 */
    bool noreboot;           /* stop where the machine would be reset */
    bool hypercall_trace;
};

extern struct boot_options boot_options;

/* Reads "name=value" words. The first word is the image's path. */
void options_parse(const char *command_line);
/* Says which words were not understood; once the log works. */
void options_report(void);

#endif
