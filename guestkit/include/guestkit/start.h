/* SPDX-License-Identifier: MIT */
/*
 * Start of day. Needs no other part but `protect` and `shutdown`.
 *
 * The kit's entry point takes the register state of the PV ABI, moves to a 64 KiB stack of its own, maps text and
 * constants read-only (protect.h) and calls guest_main(), which the port writes. The event upcall is masked, nothing is
 * mapped but the boot region, and no trap table is loaded. When guest_main() returns the domain powers off.
 */
#ifndef GUESTKIT_START_H
#define GUESTKIT_START_H

#include <abi/guest.h>

/* What the builder handed us: valid from before guest_main() until the domain ends. */
extern start_info_t *boot_info;

void guest_main(start_info_t *info);

/* Ends of the parts of the image, page-aligned except data_end. Take their addresses only. */
extern char image_start[], text_start[], text_end[], rodata_start[], rodata_end[], user_start[], user_end[];
extern char data_start[], data_end[], bss_start[], bss_end[], image_end[], boot_stack[], boot_stack_top[];

/* Code and data that ring 3 may use go on pages of their own. */
#define USER_TEXT __attribute__((section(".user.text"), noinline, used))
#define USER_DATA __attribute__((section(".user.data"), used))

#endif
