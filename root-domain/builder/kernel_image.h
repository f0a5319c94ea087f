/* SPDX-License-Identifier: MIT */
/* A kernel as it lies in the boot archive, made ready to be built: unpacked when it is packed, and understood. */
#ifndef ROOT_BUILDER_KERNEL_IMAGE_H
#define ROOT_BUILDER_KERNEL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/* Ring 0 builds the initial domain with the same reader; its sources are compiled for this guest too. */
#include "domain/pv_image.h"

struct kernel_image {
    struct pv_image image;
    const uint8_t *bytes; /* the ELF file */
    size_t size;
    void *unpacked; /* ours to free, or NULL */
};

/* NULL, or one sentence without a full stop. */
const char *kernel_image_open(struct kernel_image *kernel, const void *file, size_t size);
void kernel_image_close(struct kernel_image *kernel);

#endif
