// SPDX-License-Identifier: MIT
#include "domain/elf_symbols.h"

#include "core/string.h"

enum { SECTION_NONE, SECTION_SYMBOLS, SECTION_STRINGS, SECTIONS };

/* Offsets are the reference's, which leaves room for the headers of a 64-bit file. */
struct symbols_header {
    uint32_t bytes; /* of all that follows */
    struct elf32_header file;
    uint8_t padding[12];
    struct elf32_section_header sections[SECTIONS];
    uint8_t more_padding[72];
};
#define CONTENTS_OFFSET 0x100u
_Static_assert(sizeof(struct symbols_header) == 4 + CONTENTS_OFFSET, "the contents begin there");
_Static_assert(sizeof(struct symbols_header) == PV_SYMBOLS_HEADER, "what the image holds");

static bool find_sections(const struct elf_file *file, const struct elf32_header *header,
                          struct elf32_section_header *symbols, struct elf32_section_header *strings)
{
    for (unsigned i = 0; elf_section_header(file, header, i, symbols); i++)
        if (symbols->type == ELF_SHT_SYMTAB)
            return elf_section_header(file, header, symbols->link, strings) &&
                   strings->type == ELF_SHT_STRTAB && elf_bytes(file, symbols->offset, symbols->size) &&
                   elf_bytes(file, strings->offset, strings->size);
    return false;
}

static void append_section(struct pv_image *image, struct elf32_section_header *section, uint64_t *at)
{
    uint64_t from = image->symbols_offset + 4;

    image->segments[image->segment_count++] = (struct pv_segment){.file_offset = section->offset,
                                                                  .file_size = section->size,
                                                                  .offset = from + *at,
                                                                  .mem_size = section->size};
    section->offset = (uint32_t)*at;
    *at += section->size;
}

void pv_symbols_append(struct pv_image *image, const struct elf_file *file, const struct elf32_header *header)
{
    struct symbols_header h = {.file = *header};
    uint64_t at = CONTENTS_OFFSET;

    if (!image->wants_symbols ||
        !find_sections(file, header, &h.sections[SECTION_SYMBOLS], &h.sections[SECTION_STRINGS]))
        return;
    image->symbols_offset = ((image->virt_end + 3) & ~3ull) - image->virt_base;
    append_section(image, &h.sections[SECTION_SYMBOLS], &at);
    append_section(image, &h.sections[SECTION_STRINGS], &at);
    h.sections[SECTION_SYMBOLS].link = SECTION_STRINGS;
    h.bytes = (uint32_t)at;
    h.file.ehsize = sizeof(h.file);
    h.file.phoff = h.file.phentsize = h.file.phnum = 0;
    h.file.shoff = offsetof(struct symbols_header, sections) - sizeof(h.bytes);
    h.file.shentsize = sizeof(h.sections[0]);
    h.file.shnum = SECTIONS;
    h.file.shstrndx = SECTION_NONE;
    memcpy(image->symbols_header, &h, sizeof(h));
    image->virt_end = image->virt_base + image->symbols_offset + sizeof(h.bytes) + at;
}
