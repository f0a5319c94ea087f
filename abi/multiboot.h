/* SPDX-License-Identifier: MIT */
/*
 * Multiboot 1, what a boot loader and the hypervisor tell each other. Usable from assembly. All addresses
 * are physical. Reference: the Multiboot specification, version 0.6.96.
 */
#ifndef ABI_MULTIBOOT_H
#define ABI_MULTIBOOT_H

#include "types.h"

/* In the image, 4-byte aligned, in its first 8192 bytes. magic + flags + checksum is 0 modulo 2^32. */
#define MULTIBOOT_HEADER_MAGIC 0x1BADB002
#define MULTIBOOT_PAGE_ALIGN (1 << 0)  /* modules on page boundaries */
#define MULTIBOOT_MEMORY_INFO (1 << 1) /* memory fields wanted */
#define MULTIBOOT_VIDEO_MODE (1 << 2)
#define MULTIBOOT_AOUT_KLUDGE (1 << 16) /* addresses in the header */

/* In EAX at the entry; EBX points to struct multiboot_info. */
#define MULTIBOOT_BOOTLOADER_MAGIC 0x2BADB002

/* multiboot_info.flags: which fields are valid. */
#define MULTIBOOT_INFO_MEMORY (1 << 0)
#define MULTIBOOT_INFO_BOOTDEV (1 << 1)
#define MULTIBOOT_INFO_CMDLINE (1 << 2)
#define MULTIBOOT_INFO_MODS (1 << 3)
#define MULTIBOOT_INFO_AOUT_SYMS (1 << 4)
#define MULTIBOOT_INFO_ELF_SHDR (1 << 5)
#define MULTIBOOT_INFO_MEM_MAP (1 << 6)
#define MULTIBOOT_INFO_DRIVES (1 << 7)
#define MULTIBOOT_INFO_CONFIG (1 << 8)
#define MULTIBOOT_INFO_LOADER_NAME (1 << 9)
#define MULTIBOOT_INFO_APM (1 << 10)
#define MULTIBOOT_INFO_VBE (1 << 11)
#define MULTIBOOT_INFO_FRAMEBUFFER (1 << 12)

/* multiboot_mmap_entry.type: the firmware's E820 numbers. */
#define MULTIBOOT_MEMORY_AVAILABLE 1
#define MULTIBOOT_MEMORY_RESERVED 2
#define MULTIBOOT_MEMORY_ACPI 3
#define MULTIBOOT_MEMORY_NVS 4
#define MULTIBOOT_MEMORY_BAD 5

#ifndef __ASSEMBLER__

struct multiboot_header {
    uint32_t magic;
    uint32_t flags;
    uint32_t checksum;
    uint32_t header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr; /* MULTIBOOT_AOUT_KLUDGE */
    uint32_t mode_type, width, height, depth;                                 /* MULTIBOOT_VIDEO_MODE */
};
ABI_SIZE(struct multiboot_header, 48);

struct multiboot_info {
    uint32_t flags;
    uint32_t mem_lower, mem_upper; /* KiB below 1 MiB, and from 1 MiB to the first hole */
    uint32_t boot_device;
    uint32_t cmdline; /* pointer to a string */
    uint32_t mods_count;
    uint32_t mods_addr; /* pointer to struct multiboot_module */
    uint32_t syms[4];
    uint32_t mmap_length; /* bytes */
    uint32_t mmap_addr;   /* pointer to struct multiboot_mmap_entry */
    uint32_t drives_length, drives_addr;
    uint32_t config_table;
    uint32_t boot_loader_name; /* pointer to a string */
    uint32_t apm_table;
    uint32_t vbe_control_info, vbe_mode_info;
    uint16_t vbe_mode, vbe_interface_seg, vbe_interface_off, vbe_interface_len;
};
ABI_SIZE(struct multiboot_info, 88);
ABI_OFFSET(struct multiboot_info, mods_count, 20);
ABI_OFFSET(struct multiboot_info, mmap_length, 44);
ABI_OFFSET(struct multiboot_info, boot_loader_name, 64);

struct multiboot_module {
    uint32_t mod_start;
    uint32_t mod_end; /* one past the last byte */
    uint32_t string;  /* pointer to the command line */
    uint32_t reserved;
};
ABI_SIZE(struct multiboot_module, 16);

/* size does not count itself: the next entry is size + 4 bytes on. */
struct multiboot_mmap_entry {
    uint32_t size;
    abi_u64_32 addr;
    abi_u64_32 len;
    uint32_t type;
};
ABI_SIZE(struct multiboot_mmap_entry, 24);
ABI_OFFSET(struct multiboot_mmap_entry, addr, 4);

#endif /* __ASSEMBLER__ */

#endif
