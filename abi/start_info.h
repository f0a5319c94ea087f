/* SPDX-License-Identifier: MIT */
/*
 * What a PV guest finds when it starts. Reference: xen.h.
 *
 * From the image's base on, all mapped: the kernel, its module, the phys-to-machine list, start_info, the
 * console and xenstore pages of an ordinary domain, page tables (the first is the pinned root), the boot
 * stack; then space up to a multiple of 4 MiB. ESI (RSI) points to start_info, ESP to the top of the boot
 * stack, segments are flat, events are masked, interrupts are on, direction flag clear.
 */
#ifndef ABI_START_INFO_H
#define ABI_START_INFO_H

#include "types.h"

/* start_info.flags. */
#define SIF_PRIVILEGED (1 << 0)      /* may make privileged calls */
#define SIF_INITDOMAIN (1 << 1)      /* the initial domain */
#define SIF_MULTIBOOT_MOD (1 << 2)   /* mod_start is a list of xen_multiboot_mod_list */
#define SIF_MOD_START_PFN (1 << 3)   /* mod_start is a frame number, the module is not mapped */
#define SIF_VIRT_P2M_4TOOLS (1 << 4) /* tools understand a linear phys-to-machine list */
#define SIF_PM_MASK (0xFF << 8)      /* power management bits */

#define MAX_GUEST_CMDLINE 1024

#define XEN_VGATYPE_TEXT_MODE_3 0x03
#define XEN_VGATYPE_VESA_LFB 0x23
#define XEN_VGATYPE_EFI_LFB 0x70

#ifndef __ASSEMBLER__

/*
 * What a guest finds at the address in ESI (RSI) when it starts. shared_info is a machine address, pt_base,
 * mfn_list, mod_start and p2m are linear; mod_start is 0 when there is no module, and a frame number when
 * flags has SIF_MOD_START_PFN. pt_base is the pinned root; the nr_pt_frames frames from there on are page
 * tables. console: domU for ordinary domains; dom0.info_off and info_size locate a dom0_vga_console_info in
 * this page.
 */
struct start_info_32 {
    char magic[32]; /* "xen-3.0-x86_32p" */
    uint32_t nr_pages;
    uint32_t shared_info;
    uint32_t flags;
    uint32_t store_mfn;
    uint32_t store_evtchn;
    union {
        struct {
            uint32_t mfn;
            uint32_t evtchn;
        } domU;
        struct {
            uint32_t info_off;
            uint32_t info_size;
        } dom0;
    } console;
    uint32_t pt_base;
    uint32_t nr_pt_frames;
    uint32_t mfn_list;
    uint32_t mod_start;
    uint32_t mod_len;
    int8_t cmd_line[MAX_GUEST_CMDLINE];
    uint32_t first_p2m_pfn;
    uint32_t nr_p2m_frames;
};
ABI_SIZE(struct start_info_32, 1112);
ABI_OFFSET(struct start_info_32, nr_pages, 32);
ABI_OFFSET(struct start_info_32, console, 52);
ABI_OFFSET(struct start_info_32, pt_base, 60);
ABI_OFFSET(struct start_info_32, cmd_line, 80);

struct start_info_64 {
    char magic[32]; /* "xen-3.0-x86_64" */
    abi_u64_64 nr_pages;
    abi_u64_64 shared_info;
    uint32_t flags;
    abi_u64_64 store_mfn;
    uint32_t store_evtchn;
    union {
        struct {
            abi_u64_64 mfn;
            uint32_t evtchn;
        } domU;
        struct {
            uint32_t info_off;
            uint32_t info_size;
        } dom0;
    } console;
    abi_u64_64 pt_base;
    abi_u64_64 nr_pt_frames;
    abi_u64_64 mfn_list;
    abi_u64_64 mod_start;
    abi_u64_64 mod_len;
    int8_t cmd_line[MAX_GUEST_CMDLINE];
    abi_u64_64 first_p2m_pfn;
    abi_u64_64 nr_p2m_frames;
};
ABI_SIZE(struct start_info_64, 1168);
ABI_OFFSET(struct start_info_64, console, 72);
ABI_OFFSET(struct start_info_64, pt_base, 88);
ABI_OFFSET(struct start_info_64, cmd_line, 128);

/* One module when start_info.flags has SIF_MULTIBOOT_MOD. */
struct xen_multiboot_mod_list {
    uint32_t mod_start;
    uint32_t mod_end; /* one past the last byte */
    uint32_t cmdline;
    uint32_t pad;
};
ABI_SIZE(struct xen_multiboot_mod_list, 16);

/* The screen the initial domain may use. lfb_size is in units of 64 KiB. */
typedef struct dom0_vga_console_info {
    uint8_t video_type; /* XEN_VGATYPE_ */
    union {
        struct {
            uint16_t font_height;
            uint16_t cursor_x, cursor_y;
            uint16_t rows, columns;
        } text_mode_3;
        struct {
            uint16_t width, height;
            uint16_t bytes_per_line;
            uint16_t bits_per_pixel;
            uint32_t lfb_base;
            uint32_t lfb_size;
            uint8_t red_pos, red_size;
            uint8_t green_pos, green_size;
            uint8_t blue_pos, blue_size;
            uint8_t rsvd_pos, rsvd_size;
            uint32_t gbl_caps;
            uint16_t mode_attrs;
            uint16_t pad;
            uint32_t ext_lfb_base; /* upper half of lfb_base */
        } vesa_lfb;
    } u;
} dom0_vga_console_info_t;
ABI_SIZE(struct dom0_vga_console_info, 40);
#define xen_vga_console_info dom0_vga_console_info
#define xen_vga_console_info_t dom0_vga_console_info_t

#endif /* __ASSEMBLER__ */

#endif
