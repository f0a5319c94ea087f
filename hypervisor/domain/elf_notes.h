// SPDX-License-Identifier: MIT
/*
 * The "Xen" notes and the older __xen_guest string by which a kernel says how to start it (abi/elfnote.h). Both fill
 * the fields of struct pv_image that they speak of and leave the others alone. Real kernels are sloppy: unknown
 * notes and keys are passed over, and a note that runs past its segment counts as far as it goes.
 */
#ifndef RINGLET_DOMAIN_ELF_NOTES_H
#define RINGLET_DOMAIN_ELF_NOTES_H

#include "domain/pv_image.h"

/* What the notes said, besides the image's own fields. */
struct pv_notes {
    struct pv_image *image;
    unsigned count; /* Xen notes, or keys, understood */
    bool entry_set, virt_base_set, paddr_offset_set;
    bool legacy;              /* from __xen_guest: an unset paddr offset then means virt_base */
    bool pae;                 /* a 32-bit kernel for PAE tables */
    bool unknown_feature;     /* one that is required and that nobody here has heard of */
    uint64_t hypercall_frame; /* legacy: in frames above virt_base; PV_UNSET if none */
};

/* Reads every note in the n bytes at `notes`. */
void pv_notes_read(struct pv_notes *out, const uint8_t *notes, uint64_t n);
/* Reads KEY=value pairs between commas, up to a zero byte or n bytes. */
void pv_guest_string_read(struct pv_notes *out, const char *text, uint64_t n);

#endif
