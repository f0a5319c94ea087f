// SPDX-License-Identifier: MIT
#ifndef RINGLET_HYPERCALLS_VERSION_H
#define RINGLET_HYPERCALLS_VERSION_H

#include <stdint.h>

/* The interface whose behaviour guests may rely on. */
#define INTERFACE_MAJOR 4
#define INTERFACE_MINOR 17

/* What XENVER_commandline answers; boot sets it once. */
extern const char *hypervisor_command_line;

/* __HYPERVISOR_xen_version; abi/version.h has the commands. */
long hypercall_xen_version(uint64_t command, uint64_t arg);

#endif
