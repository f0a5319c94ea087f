/* SPDX-License-Identifier: MIT */
/*
 * Builds a domain from an image: a 32-bit PAE PV kernel, an initrd and a command line become a paused domain whose
 * first vCPU stands at the kernel's entry point, laid out as the ABI's start of day says.
 */
#ifndef ROOT_BUILDER_BUILD_H
#define ROOT_BUILDER_BUILD_H

#include <abi/guest.h>
#include <stddef.h>
#include <stdint.h>

#include "control.h"

#define BUILD_SENTENCE_MAX 256u

struct build_request {
    const void *kernel, *ramdisk; /* ramdisk_size 0: none */
    size_t kernel_size, ramdisk_size;
    const char *command_line;
    uint32_t memory_mib, max_memory_mib, vcpus;
    uint8_t uuid[DOMAIN_UUID_BYTES];
};

/* The two pages that its toolstack serves, and the ports of the domain's that belong to them. */
struct built_domain {
    domid_t domid;
    uint32_t console_mfn, console_port;
    uint32_t store_mfn, store_port;
};

/*
 * 0; or a negative errno with `sentence` (BUILD_SENTENCE_MAX bytes) saying what is wrong, and nothing left behind.
 */
int domain_build(const struct build_request *request, struct built_domain *built, char *sentence);

#endif
