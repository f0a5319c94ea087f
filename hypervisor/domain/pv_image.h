// SPDX-License-Identifier: MIT
/* What a PV kernel asks of whoever builds its domain, as its ELF file says it (elf_image.h reads it). */
#ifndef RINGLET_DOMAIN_PV_IMAGE_H
#define RINGLET_DOMAIN_PV_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/guest_width.h"

#define PV_MAX_SEGMENTS 16 /* of its own; symbols make two more */
#define PV_SYMBOLS_HEADER 260
#define PV_STRING 32
#define PV_UNSET (~0ull)

struct pv_segment {
    uint64_t file_offset, file_size; /* checked: inside the image */
    uint64_t offset;   /* where it goes, in bytes above virt_base (and above pfn 0); not always aligned */
    uint64_t mem_size; /* at least file_size; the rest is zero */
};

struct pv_image {
    enum guest_width width;
    uint64_t virt_base;            /* linear address of pfn 0 */
    uint64_t virt_start, virt_end; /* the kernel's own span, [start, end) */
    uint64_t virt_entry;
    uint64_t virt_hypercall; /* page to fill with call stubs, or PV_UNSET */
    uint64_t paddr_offset;   /* what p_paddr is too large by */
    uint64_t hv_start_low;   /* lowest address at which the hypervisor may begin, or PV_UNSET */
    uint64_t init_p2m;       /* where the phys-to-machine list goes (64-bit only), or PV_UNSET */
    bool pae_extended_cr3; /* the L3 may lie above 4 GiB: VMASST_TYPE_pae_extended_cr3 is on from the start */
    bool suspend_cancel;
    bool module_unmapped; /* MOD_START_PFN: the initrd need not be mapped; mod_start is then a frame number */
    bool wants_symbols;   /* BSD_SYMTAB */
    uint64_t symbols_offset; /* of their header above virt_base, or 0: none to load */
    uint8_t symbols_header[PV_SYMBOLS_HEADER];
    uint32_t features_required, features_supported; /* bits 1u << XENFEAT_x */
    bool has_supported_note;                        /* features_supported is the kernel's whole statement */
    uint64_t l1_mfn_mask, l1_mfn_value; /* how non-present entries that hold a frame look; mask 0: not said */
    char guest_os[PV_STRING], guest_version[PV_STRING], loader[PV_STRING], xen_version[PV_STRING];
    unsigned segment_count;
    struct pv_segment segments[PV_MAX_SEGMENTS + 2];
};

#endif
