// SPDX-License-Identifier: MIT
/*
 * Bounds-checked reading of an ELF32 file held in memory. Nothing here knows about PV kernels. Layouts are the
 * System V ABI's (chapter 4); fields are read with memcpy because a hostile file aligns nothing.
 */
#ifndef RINGLET_DOMAIN_ELF_FILE_H
#define RINGLET_DOMAIN_ELF_FILE_H

#include "core/types.h"

#define ELF_CLASS_32 1
#define ELF_CLASS_64 2
#define ELF_DATA_LSB 1
#define ELF_MACHINE_386 3
#define ELF_TYPE_EXEC 2
#define ELF_TYPE_DYN 3
#define ELF_PT_LOAD 1
#define ELF_PT_NOTE 4
#define ELF_SHT_SYMTAB 2
#define ELF_SHT_STRTAB 3
#define ELF_SHT_NOTE 7
#define ELF_SHT_NOBITS 8
#define ELF_PF_RWX 7

struct elf_file {
    const uint8_t *data;
    uint64_t size;
};

struct elf32_header {
    uint8_t magic[4];
    uint8_t class, encoding, version, padding[9];
    uint16_t type, machine;
    uint32_t version2, entry, phoff, shoff, flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
_Static_assert(sizeof(struct elf32_header) == 52, "ELF32 file header");

struct elf32_program_header {
    uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
};
_Static_assert(sizeof(struct elf32_program_header) == 32, "ELF32 program header");

struct elf32_section_header {
    uint32_t name, type, flags, addr, offset, size, link, info, addralign, entsize;
};
_Static_assert(sizeof(struct elf32_section_header) == 40, "ELF32 section header");

/* The n bytes at offset, or NULL when they are not all inside the file. */
const uint8_t *elf_bytes(const struct elf_file *file, uint64_t offset, uint64_t n);
bool elf_program_header(const struct elf_file *file, const struct elf32_header *header, unsigned i,
                        struct elf32_program_header *out);
bool elf_section_header(const struct elf_file *file, const struct elf32_header *header, unsigned i,
                        struct elf32_section_header *out);
/* True when section i is called `name`. */
bool elf_section_named(const struct elf_file *file, const struct elf32_header *header,
                       const struct elf32_section_header *section, const char *name);

#endif
