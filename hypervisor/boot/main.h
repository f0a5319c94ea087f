// SPDX-License-Identifier: MIT
#ifndef RINGLET_BOOT_MAIN_H
#define RINGLET_BOOT_MAIN_H

#include <stdint.h>

/* Called by start.S on the boot processor's stack with the physical address of the Multiboot information. */
_Noreturn void hypervisor_main(uint32_t multiboot_info);

#endif
