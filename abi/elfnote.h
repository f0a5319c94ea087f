/* SPDX-License-Identifier: MIT */
/*
 * ELF notes named "Xen" by which a kernel says how to start it. A kernel without notes may have a section
 * __xen_guest with one string of KEY=value pairs instead; the key of each note is given. Reference:
 * elfnote.h.
 */
#ifndef ABI_ELFNOTE_H
#define ABI_ELFNOTE_H

#define XEN_ELFNOTE_INFO 0           /* string NAME=VALUE */
#define XEN_ELFNOTE_ENTRY 1          /* linear address to start at; VIRT_ENTRY */
#define XEN_ELFNOTE_HYPERCALL_PAGE 2 /* linear address of the page to fill; HYPERCALL_PAGE (a frame number) */
#define XEN_ELFNOTE_VIRT_BASE 3      /* linear address of the image's base, 0 if absent; VIRT_BASE */
#define XEN_ELFNOTE_PADDR_OFFSET 4   /* what p_paddr is too large by, 0 if absent; ELF_PADDR_OFFSET */
#define XEN_ELFNOTE_XEN_VERSION 5    /* string "xen-3.0"; XEN_VER */
#define XEN_ELFNOTE_GUEST_OS 6       /* string; GUEST_OS */
#define XEN_ELFNOTE_GUEST_VERSION 7  /* string; GUEST_VER */
#define XEN_ELFNOTE_LOADER 8         /* string "generic"; LOADER */
#define XEN_ELFNOTE_PAE_MODE 9       /* string "yes", "no", "bimodal"; PAE */
#define XEN_ELFNOTE_FEATURES 10      /* string of XENFEAT_ names, | between, ! before required; FEATURES */
#define XEN_ELFNOTE_BSD_SYMTAB 11    /* string "yes", "no": load the symbol table; BSD_SYMTAB */
#define XEN_ELFNOTE_HV_START_LOW 12  /* lowest address where the hypervisor's part may begin */
#define XEN_ELFNOTE_L1_MFN_VALID 13  /* mask and value pairs: non-present L1 entries that hold a frame */
#define XEN_ELFNOTE_SUSPEND_CANCEL 14     /* 1: a cancelled suspend is understood */
#define XEN_ELFNOTE_INIT_P2M 15           /* 64-bit: linear address for the phys-to-machine list */
#define XEN_ELFNOTE_MOD_START_PFN 16      /* 1: the module need not be mapped */
#define XEN_ELFNOTE_SUPPORTED_FEATURES 17 /* bits of XENFEAT_ the kernel supports */
#define XEN_ELFNOTE_PHYS32_ENTRY 18       /* entry for fully virtual guests; not used here */
#define XEN_ELFNOTE_MAX XEN_ELFNOTE_PHYS32_ENTRY

/* Notes in crash and core dumps. */
#define XEN_ELFNOTE_CRASH_INFO 0x1000001
#define XEN_ELFNOTE_CRASH_REGS 0x1000002
#define XEN_ELFNOTE_DUMPCORE_NONE 0x2000000
#define XEN_ELFNOTE_DUMPCORE_HEADER 0x2000001
#define XEN_ELFNOTE_DUMPCORE_XEN_VERSION 0x2000002
#define XEN_ELFNOTE_DUMPCORE_FORMAT_VERSION 0x2000003

#endif
