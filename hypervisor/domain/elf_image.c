// SPDX-License-Identifier: MIT
/*
 * From an ELF file to what the builder needs. A segment goes where its p_paddr, less the image's paddr offset, says:
 * that is its distance from pfn 0, and so from virt_base. p_vaddr is not looked at; kernels lie in it.
 */
#include "domain/elf_image.h"

#include <abi/features.h>

#include "core/string.h"
#include "domain/elf_file.h"
#include "domain/elf_notes.h"
#include "domain/elf_symbols.h"
#include "machine/layout.h"

#define ADDRESS_SPACE_32 0x100000000ull

static const char *check_header(const struct elf_file *file, struct elf32_header *header)
{
    const uint8_t *start = elf_bytes(file, 0, 20);

    if (!start || memcmp(start,
                         "\x7f"
                         "ELF",
                         4) != 0)
        return "the kernel is not an ELF file; a PV kernel's ELF image is needed, plain or gzip";
    if (start[5] != ELF_DATA_LSB)
        return "the kernel is an ELF file for a big-endian machine; give an x86 PV kernel";
    if (start[4] == ELF_CLASS_64)
        return "the kernel is 64-bit; this build of Ringlet runs 32-bit PAE kernels only, so give its 32-bit "
               "build";
    if (start[4] != ELF_CLASS_32 || !elf_bytes(file, 0, sizeof(*header)))
        return "the kernel's ELF header is truncated or damaged; copy the file again";
    memcpy(header, start, sizeof(*header));
    if (header->machine != ELF_MACHINE_386)
        return "the kernel is an ELF file for another processor; give an x86 PV kernel";
    if (header->type != ELF_TYPE_EXEC && header->type != ELF_TYPE_DYN)
        return "the kernel is an ELF file but not an executable; link it first";
    if (header->phnum == 0 || !elf_bytes(file, header->phoff, (uint64_t)header->phnum * header->phentsize))
        return "the kernel has no program headers, or they lie outside the file; it may be truncated";
    return NULL;
}

static bool loadable(const struct elf32_program_header *p)
{
    return p->type == ELF_PT_LOAD && (p->flags & ELF_PF_RWX) && p->memsz;
}

/* Collects the segments with `offset` still the plain p_paddr, which the notes may shift. */
static const char *collect_segments(const struct elf_file *file, const struct elf32_header *header,
                                    struct pv_image *image)
{
    struct elf32_program_header p;

    for (unsigned i = 0; elf_program_header(file, header, i, &p); i++) {
        if (!loadable(&p))
            continue;
        if (image->segment_count == PV_MAX_SEGMENTS)
            return "the kernel has more than 16 loadable segments; link it with fewer";
        if (!elf_bytes(file, p.offset, p.filesz))
            return "a segment of the kernel lies outside the file; it is truncated, so copy it again";
        if (p.filesz > p.memsz)
            return "a segment of the kernel is larger in the file than in memory; the image is damaged";
        image->segments[image->segment_count++] = (struct pv_segment){
            .file_offset = p.offset,
            .file_size = p.filesz,
            .offset = p.paddr,
            .mem_size = p.memsz,
        };
    }
    return image->segment_count ? NULL : "the kernel has no loadable segment; give a linked PV kernel";
}

static void read_note_segments(const struct elf_file *file, const struct elf32_header *header,
                               struct pv_notes *notes)
{
    struct elf32_program_header p;

    for (unsigned i = 0; elf_program_header(file, header, i, &p); i++) {
        const uint8_t *bytes = p.type == ELF_PT_NOTE ? elf_bytes(file, p.offset, p.filesz) : NULL;

        if (bytes)
            pv_notes_read(notes, bytes, p.filesz);
    }
}

/* Kernels without PT_NOTE, in the order in which others look: note sections, then the old string. */
static void read_note_sections(const struct elf_file *file, const struct elf32_header *header,
                               struct pv_notes *notes)
{
    struct elf32_section_header s;

    for (unsigned i = 0; elf_section_header(file, header, i, &s); i++) {
        const uint8_t *bytes = s.type == ELF_SHT_NOTE ? elf_bytes(file, s.offset, s.size) : NULL;

        if (bytes)
            pv_notes_read(notes, bytes, s.size);
    }
    for (unsigned i = 0; !notes->count && elf_section_header(file, header, i, &s); i++) {
        const uint8_t *bytes = s.type == ELF_SHT_NOBITS ? NULL : elf_bytes(file, s.offset, s.size);

        if (bytes && elf_section_named(file, header, &s, "__xen_guest"))
            pv_guest_string_read(notes, (const char *)bytes, s.size);
    }
}

static const char *check_notes(const struct pv_notes *notes)
{
    const struct pv_image *image = notes->image;

    if (!notes->count)
        return "the kernel has no Xen notes and no __xen_guest section; it was not built for "
               "paravirtualization";
    if (strncmp(image->xen_version, "xen-3.0", 7) != 0)
        return "the kernel's notes do not say that it runs on the xen-3.0 PV interface; add "
               "XEN_VERSION=xen-3.0";
    if (strncmp(image->loader, "generic", 7) != 0 && strncmp(image->guest_os, "linux", 5) != 0)
        return "the kernel's notes ask for a loader that is not here; the LOADER note must say generic";
    if (!notes->pae)
        return "the kernel does not use PAE page tables; build it for PAE (note PAE_MODE=yes)";
    if (notes->unknown_feature || (image->features_required & 1u << XENFEAT_auto_translated_physmap))
        return "the kernel requires a feature that PV guests are not given here; see its FEATURES note";
    if (notes->paddr_offset_set && !notes->virt_base_set)
        return "the kernel's notes give PADDR_OFFSET without VIRT_BASE; it needs both or neither";
    return NULL;
}

const char *pv_image_check_initial(const struct pv_image *image)
{
    if (image->has_supported_note && !(image->features_supported & 1u << XENFEAT_dom0))
        return "the kernel's notes say that it cannot be the initial domain; start it from a toolstack "
               "instead";
    return NULL;
}

/* Turns p_paddr into distances from virt_base. Wrap-around below the offset is caught as a distance too large. */
static const char *place_segments(struct pv_image *image)
{
    uint64_t low = PV_UNSET, high = 0;

    for (unsigned i = 0; i < image->segment_count; i++) {
        struct pv_segment *s = &image->segments[i];

        if (s->offset < image->paddr_offset)
            return "a segment of the kernel is to be loaded below pfn 0; its PADDR_OFFSET note is wrong";
        s->offset -= image->paddr_offset;
        low = MIN(low, s->offset);
        high = MAX(high, s->offset + s->mem_size);
    }
    image->virt_start = image->virt_base + low;
    image->virt_end = image->virt_base + high;
    return NULL;
}

static const char *check_addresses(const struct pv_image *image)
{
    if (image->virt_base >= ADDRESS_SPACE_32 || image->virt_end > GUEST32_LIMIT)
        return "the kernel reaches above 0xf5800000, where the hypervisor begins; link it lower";
    if (image->virt_base % PAGE_SIZE)
        return "the kernel's VIRT_BASE note is not the address of a page";
    if (image->virt_entry < image->virt_start || image->virt_entry >= image->virt_end)
        return "the kernel's entry point lies outside of it; check its ENTRY and VIRT_BASE notes";
    if (image->virt_hypercall != PV_UNSET &&
        (image->virt_hypercall % PAGE_SIZE || image->virt_hypercall < image->virt_base ||
         image->virt_hypercall >= image->virt_end))
        return "the kernel's HYPERCALL_PAGE note does not point to a page inside the kernel";
    if (image->hv_start_low != PV_UNSET && image->hv_start_low > GUEST32_LIMIT)
        return "the kernel wants the hypervisor to begin above 0xf5800000 (HV_START_LOW), which it does not";
    return NULL;
}

static void settle_defaults(struct pv_notes *notes, const struct elf32_header *header)
{
    struct pv_image *image = notes->image;

    if (notes->legacy && !notes->paddr_offset_set)
        image->paddr_offset = image->virt_base;
    if (notes->hypercall_frame != PV_UNSET)
        image->virt_hypercall = image->virt_base + (notes->hypercall_frame << PAGE_SHIFT);
    if (!notes->entry_set)
        image->virt_entry = header->entry;
}

const char *pv_image_parse(struct pv_image *image, const void *data, uint64_t size)
{
    struct elf_file file = {data, size};
    struct elf32_header header;
    struct pv_notes notes = {.image = image, .hypercall_frame = PV_UNSET};
    const char *problem;

    memset(image, 0, sizeof(*image));
    image->width = GUEST_32;
    image->virt_hypercall = image->hv_start_low = image->init_p2m = PV_UNSET;
    if ((problem = check_header(&file, &header)) || (problem = collect_segments(&file, &header, image)))
        return problem;
    read_note_segments(&file, &header, &notes);
    if (!notes.count)
        read_note_sections(&file, &header, &notes);
    if ((problem = check_notes(&notes)))
        return problem;
    settle_defaults(&notes, &header);
    if ((problem = place_segments(image)))
        return problem;
    pv_symbols_append(image, &file, &header);
    return check_addresses(image);
}
