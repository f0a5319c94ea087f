// SPDX-License-Identifier: MIT
#include "domain/elf_file.h"

#include "core/string.h"

const uint8_t *elf_bytes(const struct elf_file *file, uint64_t offset, uint64_t n)
{
    if (n > file->size || offset > file->size - n)
        return NULL;
    return file->data + offset;
}

/* Entry i of a table of `stride`-byte entries, of which the first `n` bytes are wanted. */
static bool table_entry(const struct elf_file *file, uint32_t table, uint16_t stride, unsigned i, void *out,
                        size_t n)
{
    const uint8_t *entry = stride < n ? NULL : elf_bytes(file, table + (uint64_t)i * stride, n);

    if (!entry)
        return false;
    memcpy(out, entry, n);
    return true;
}

bool elf_program_header(const struct elf_file *file, const struct elf32_header *header, unsigned i,
                        struct elf32_program_header *out)
{
    return i < header->phnum && table_entry(file, header->phoff, header->phentsize, i, out, sizeof(*out));
}

bool elf_section_header(const struct elf_file *file, const struct elf32_header *header, unsigned i,
                        struct elf32_section_header *out)
{
    return i < header->shnum && table_entry(file, header->shoff, header->shentsize, i, out, sizeof(*out));
}

bool elf_section_named(const struct elf_file *file, const struct elf32_header *header,
                       const struct elf32_section_header *section, const char *name)
{
    struct elf32_section_header strings;
    size_t n = strlen(name) + 1;
    const uint8_t *found;

    if (!elf_section_header(file, header, header->shstrndx, &strings) || strings.type == ELF_SHT_NOBITS)
        return false;
    if (section->name > strings.size || n > strings.size - section->name)
        return false;
    found = elf_bytes(file, (uint64_t)strings.offset + section->name, n);
    return found && memcmp(found, name, n) == 0;
}
