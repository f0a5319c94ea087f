// SPDX-License-Identifier: MIT
/*
 * The kernel's own symbol table, loaded behind it where the BSD_SYMTAB note asks for that: at the kernel's end, on the
 * next multiple of 4, a 32-bit length; then so many bytes of an ELF file that has two sections, symbols and strings.
 */
#ifndef RINGLET_DOMAIN_ELF_SYMBOLS_H
#define RINGLET_DOMAIN_ELF_SYMBOLS_H

#include "domain/elf_file.h"
#include "domain/pv_image.h"

/* Appends them to the image, as two segments and a header. A kernel without symbols is started without. */
void pv_symbols_append(struct pv_image *image, const struct elf_file *file,
                       const struct elf32_header *header);

#endif
