// SPDX-License-Identifier: MIT
/*
 * What a PV kernel's ELF image asks for. Parsing is pure: it reads the image, never writes to it, follows no offset
 * or length that it has not checked, and keeps no pointer that leaves the image. The builder acts on the result.
 *
 * The root domain compiles this file's and its neighbours' sources for itself, to build the other domains: these
 * headers include nothing of ring 0 but plain enumerations.
 */
#ifndef RINGLET_DOMAIN_ELF_IMAGE_H
#define RINGLET_DOMAIN_ELF_IMAGE_H

#include "domain/pv_image.h"

/* NULL when *image describes a kernel that can be started; else one sentence: what is wrong and what to do. */
const char *pv_image_parse(struct pv_image *image, const void *data, uint64_t size);
/* The same for what only the initial domain must be able to do. */
const char *pv_image_check_initial(const struct pv_image *image);

#endif
