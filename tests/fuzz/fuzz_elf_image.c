// SPDX-License-Identifier: MIT
/*
 * Any bytes as a kernel's image. The parser ends, reads nothing beyond them, and what it accepts keeps its promises: each
 * segment lies in the file and in the image's span.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/elf_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pv_image image;

    if (pv_image_parse(&image, data, size))
        return 0;
    for (unsigned i = 0; i < image.segment_count; i++) {
        const struct pv_segment *s = &image.segments[i];
        uint64_t start = image.virt_base + s->offset;

        if (s->file_size > size || s->file_offset > size - s->file_size || s->file_size > s->mem_size ||
            start < image.virt_start || start + s->mem_size > image.virt_end)
            abort();
    }
    if (image.virt_entry < image.virt_start || image.virt_entry >= image.virt_end ||
        image.virt_end > 0xf5800000)
        abort();
    return 0;
}
