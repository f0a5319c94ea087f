// SPDX-License-Identifier: MIT
#include "kernel_image.h"

#include <stdlib.h>

#include "domain/elf_image.h"
#include "domain/inflate.h"

#define UNPACKED_MAX (256u << 20)

static const char *unpack(struct kernel_image *kernel, const void *file, size_t size)
{
    uint32_t expanded = gzip_expanded_size(file, size);

    kernel->size = expanded;
    kernel->unpacked = expanded <= UNPACKED_MAX ? malloc(expanded ? expanded : 1) : NULL;
    kernel->bytes = kernel->unpacked;
    if (!kernel->unpacked)
        return "the packed kernel says that it is larger than the memory that is free here";
    return gzip_expand(kernel->unpacked, expanded, file, size);
}

const char *kernel_image_open(struct kernel_image *kernel, const void *file, size_t size)
{
    const char *problem = NULL;

    kernel->bytes = file;
    kernel->size = size;
    kernel->unpacked = NULL;
    if (gzip_is(file, size))
        problem = unpack(kernel, file, size);
    if (!problem)
        problem = pv_image_parse(&kernel->image, kernel->bytes, kernel->size);
    if (problem)
        kernel_image_close(kernel);
    return problem;
}

void kernel_image_close(struct kernel_image *kernel)
{
    free(kernel->unpacked);
    kernel->unpacked = NULL;
}
