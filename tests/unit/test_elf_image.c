// SPDX-License-Identifier: MIT
/* domain/elf_image.c and elf_notes.c, on images made here byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/elfnote.h>
#include <abi/features.h>

#include "domain/elf_file.h"
#include "domain/elf_image.h"

#define NOTES_AT 0x200
#define CODE_AT 0x1000
#define IMAGE_SIZE 0x1800

/* An image with one segment of 0x800 bytes (0x3000 in memory) at p_paddr 0x100000 and a note segment. */
struct maker {
    uint8_t bytes[IMAGE_SIZE];
    uint32_t notes;
};

static struct elf32_header *header_of(struct maker *m)
{
    return (struct elf32_header *)m->bytes;
}

static struct elf32_program_header *segment(struct maker *m, unsigned i)
{
    return (struct elf32_program_header *)(m->bytes + sizeof(struct elf32_header)) + i;
}

static void add_note(struct maker *m, uint32_t type, const void *body, uint32_t n)
{
    uint32_t header[4] = {4, n, type, 0x006e6558 /* Xen */};

    memcpy(m->bytes + NOTES_AT + m->notes, header, sizeof(header));
    memcpy(m->bytes + NOTES_AT + m->notes + sizeof(header), body, n);
    m->notes += (uint32_t)sizeof(header) + ((n + 3) & ~3u);
    segment(m, 1)->filesz = m->notes;
}

static void add_number(struct maker *m, uint32_t type, uint32_t value)
{
    add_note(m, type, &value, 4);
}

static void add_text(struct maker *m, uint32_t type, const char *text)
{
    add_note(m, type, text, (uint32_t)strlen(text) + 1);
}

static struct maker *bare_image(void)
{
    struct maker *m = calloc(1, sizeof(*m));

    *header_of(m) = (struct elf32_header){.magic = "\x7f"
                                                   "ELF",
                                          .class = 1,
                                          .encoding = 1,
                                          .version = 1,
                                          .type = 2,
                                          .machine = 3,
                                          .phoff = sizeof(struct elf32_header),
                                          .phentsize = 32,
                                          .phnum = 2,
                                          .shentsize = 40,
                                          .entry = 0xc0100010};
    *segment(m, 0) = (struct elf32_program_header){.type = 1,
                                                   .offset = CODE_AT,
                                                   .vaddr = 0xc0100000,
                                                   .paddr = 0x100000,
                                                   .filesz = 0x800,
                                                   .memsz = 0x3000,
                                                   .flags = 5};
    *segment(m, 1) = (struct elf32_program_header){.type = 4, .offset = NOTES_AT};
    return m;
}

static struct maker *good_image(void)
{
    struct maker *m = bare_image();

    add_text(m, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    add_text(m, XEN_ELFNOTE_LOADER, "generic");
    add_text(m, XEN_ELFNOTE_PAE_MODE, "yes");
    add_number(m, XEN_ELFNOTE_VIRT_BASE, 0xc0000000);
    return m;
}

/* Parses a copy that is exactly `size` bytes long, so that the sanitizer sees any read past it. */
static const char *parse(struct maker *m, uint64_t size, struct pv_image *image)
{
    uint8_t *copy = malloc(size ? size : 1);
    const char *problem;

    memcpy(copy, m->bytes, size);
    problem = pv_image_parse(image, copy, size);
    if (!problem)
        problem = pv_image_check_initial(image);
    free(copy);
    free(m);
    return problem;
}

static void expect_refusal(struct maker *m, const char *words)
{
    struct pv_image image;
    const char *problem = parse(m, IMAGE_SIZE, &image);

    assert_non_null(problem);
    if (!strstr(problem, words))
        fail_msg("\"%s\" does not say \"%s\"", problem, words);
}

static void takes_a_plain_kernel(void **state)
{
    struct pv_image image;

    assert_null(parse(good_image(), IMAGE_SIZE, &image));
    assert_int_equal(image.segment_count, 1);
    assert_int_equal(image.segments[0].offset, 0x100000);
    assert_int_equal(image.segments[0].file_offset, CODE_AT);
    assert_int_equal(image.segments[0].file_size, 0x800);
    assert_int_equal(image.segments[0].mem_size, 0x3000);
    assert_true(image.virt_start == 0xc0100000 && image.virt_end == 0xc0103000);
    assert_true(image.virt_entry == 0xc0100010);
    assert_true(image.virt_hypercall == PV_UNSET && image.hv_start_low == PV_UNSET);
    assert_true(image.pae_extended_cr3);
    assert_false(image.module_unmapped);
}

static void reads_every_note(void **state)
{
    struct maker *m = good_image();
    struct pv_image image;
    uint64_t valid[2] = {1, 1};

    add_text(m, XEN_ELFNOTE_GUEST_OS, "toy");
    add_text(m, XEN_ELFNOTE_GUEST_VERSION, "1");
    add_number(m, XEN_ELFNOTE_ENTRY, 0xc0100100);
    add_number(m, XEN_ELFNOTE_HYPERCALL_PAGE, 0xc0102000);
    add_number(m, XEN_ELFNOTE_HV_START_LOW, 0xf5800000);
    add_number(m, XEN_ELFNOTE_SUSPEND_CANCEL, 1);
    add_number(m, XEN_ELFNOTE_MOD_START_PFN, 1);
    add_note(m, XEN_ELFNOTE_L1_MFN_VALID, valid, sizeof(valid));
    add_text(m, XEN_ELFNOTE_FEATURES, "!writable_page_tables|pae_pgdir_above_4gb|from_the_future");
    add_text(m, XEN_ELFNOTE_BSD_SYMTAB, "yes");
    add_number(m, 99, 7);
    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_true(image.virt_entry == 0xc0100100 && image.virt_hypercall == 0xc0102000);
    assert_true(image.hv_start_low == 0xf5800000 && image.suspend_cancel && image.module_unmapped);
    assert_true(image.l1_mfn_mask == 1 && image.l1_mfn_value == 1 && image.wants_symbols);
    assert_int_equal(image.features_required, 1u << XENFEAT_writable_page_tables);
    assert_int_equal(image.features_supported,
                     1u << XENFEAT_writable_page_tables | 1u << XENFEAT_pae_pgdir_above_4gb);
    assert_string_equal(image.guest_os, "toy");
    assert_string_equal(image.guest_version, "1");
}

/* As Debian's GRUB: no PADDR_OFFSET or HYPERCALL_PAGE, a segment that starts anywhere, a last note cut short. */
static void takes_sloppy_kernels(void **state)
{
    struct maker *m = bare_image();
    struct pv_image image;

    header_of(m)->entry = 0;
    segment(m, 0)->paddr = 0;
    segment(m, 0)->memsz = 0x16858;
    header_of(m)->phnum = 3;
    *segment(m, 2) = (struct elf32_program_header){.type = 1,
                                                   .offset = 0x1003,
                                                   .vaddr = 0x16858,
                                                   .paddr = 0x16858,
                                                   .filesz = 0x11,
                                                   .memsz = 0x11,
                                                   .flags = 7};
    add_text(m, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    add_text(m, XEN_ELFNOTE_LOADER, "generic");
    add_number(m, XEN_ELFNOTE_VIRT_BASE, 0);
    add_text(m, XEN_ELFNOTE_PAE_MODE, "yes\0bimodal");
    *(uint32_t *)(m->bytes + NOTES_AT + m->notes - 4 - 16 + 4) = 12; /* claims more than the segment holds */
    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.segments[1].offset, 0x16858);
    assert_true(image.virt_entry == 0 && image.virt_start == 0 && image.virt_end == 0x16869);
}

static void paddr_offset_shifts(void **state)
{
    struct maker *m = good_image();
    struct pv_image image;

    segment(m, 0)->paddr = 0xc0100000;
    add_number(m, XEN_ELFNOTE_PADDR_OFFSET, 0xc0000000);
    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_int_equal(image.segments[0].offset, 0x100000);

    m = good_image();
    add_number(m, XEN_ELFNOTE_PADDR_OFFSET, 0xc0000000);
    expect_refusal(m, "PADDR_OFFSET");
}

/* Section 1 is named __xen_guest, section 2 holds the names. */
static void reads_the_old_string(void **state)
{
    static const char text[] =
        "GUEST_OS=old,XEN_VER=xen-3.0,VIRT_BASE=0xC0000000,LOADER=generic,HYPERCALL_PAGE=0x101,"
        "PAE=yes,FEATURES=!pae_pgdir_above_4gb|x,ODD,VIRT_ENTRY=0xc0100020";
    static const char names[] = "\0__xen_guest";
    struct maker *m = bare_image();
    struct elf32_section_header *sections = (struct elf32_section_header *)(m->bytes + 0x800);
    struct pv_image image;

    header_of(m)->shoff = 0x800;
    header_of(m)->shnum = 3;
    header_of(m)->shstrndx = 2;
    memcpy(m->bytes + 0x900, text, sizeof(text));
    memcpy(m->bytes + 0xa00, names, sizeof(names));
    sections[1] = (struct elf32_section_header){.name = 1, .type = 1, .offset = 0x900, .size = sizeof(text)};
    sections[2] = (struct elf32_section_header){.type = 3, .offset = 0xa00, .size = sizeof(names)};
    segment(m, 0)->paddr = 0xc0100000; /* the old default: the paddr offset is VIRT_BASE */
    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_true(image.virt_hypercall == 0xc0101000 && image.virt_entry == 0xc0100020);
    assert_true(image.paddr_offset == 0xc0000000 && image.segments[0].offset == 0x100000);
    assert_false(image.pae_extended_cr3);
    assert_int_equal(image.features_required, 1u << XENFEAT_pae_pgdir_above_4gb);
}

static void says_what_is_wrong(void **state)
{
    struct maker *m = good_image();

    header_of(m)->class = 2;
    expect_refusal(m, "64-bit");
    m = good_image();
    header_of(m)->magic[0] = 0;
    expect_refusal(m, "not an ELF file");
    m = good_image();
    header_of(m)->machine = 40;
    expect_refusal(m, "another processor");
    m = good_image();
    header_of(m)->type = 1;
    expect_refusal(m, "link it");
    m = good_image();
    header_of(m)->phoff = 0xfffffff0;
    expect_refusal(m, "truncated");
    m = good_image();
    header_of(m)->phentsize = 0;
    expect_refusal(m, "no loadable segment");
    m = good_image();
    segment(m, 0)->filesz = 0x801;
    expect_refusal(m, "truncated");
    m = good_image();
    segment(m, 0)->memsz = 0x10;
    expect_refusal(m, "larger in the file");
    m = good_image();
    segment(m, 0)->type = 0;
    expect_refusal(m, "no loadable segment");
    expect_refusal(bare_image(), "no Xen notes");
}

static void refuses_what_cannot_run(void **state)
{
    struct maker *m = good_image();

    add_text(m, XEN_ELFNOTE_PAE_MODE, "no");
    expect_refusal(m, "PAE");
    m = good_image();
    add_text(m, XEN_ELFNOTE_XEN_VERSION, "xen-2.0");
    expect_refusal(m, "xen-3.0");
    m = good_image();
    add_text(m, XEN_ELFNOTE_LOADER, "weird");
    expect_refusal(m, "LOADER");
    m = good_image();
    add_text(m, XEN_ELFNOTE_FEATURES, "!from_the_future");
    expect_refusal(m, "FEATURES");
    m = good_image();
    add_number(m, XEN_ELFNOTE_SUPPORTED_FEATURES, 1);
    expect_refusal(m, "initial domain");
    m = good_image();
    add_number(m, XEN_ELFNOTE_ENTRY, 0xc0103000);
    expect_refusal(m, "entry point");
    m = good_image();
    add_number(m, XEN_ELFNOTE_HYPERCALL_PAGE, 0xfffff000);
    expect_refusal(m, "HYPERCALL_PAGE");
    m = good_image();
    add_number(m, XEN_ELFNOTE_HYPERCALL_PAGE, 0xc0101800);
    expect_refusal(m, "HYPERCALL_PAGE");
    m = good_image();
    add_number(m, XEN_ELFNOTE_HV_START_LOW, 0xfc000000);
    expect_refusal(m, "HV_START_LOW");
    m = good_image();
    segment(m, 0)->memsz = 0x40000000;
    expect_refusal(m, "0xf5800000");
    m = good_image();
    add_number(m, XEN_ELFNOTE_VIRT_BASE, 0xc0000001);
    expect_refusal(m, "VIRT_BASE");
}

/* Cut anywhere, an image is refused or parsed, and never read past its end. */
static void survives_truncation(void **state)
{
    struct pv_image image;

    for (uint64_t size = 0; size < IMAGE_SIZE; size += 7)
        assert_non_null(parse(good_image(), size, &image));
}

/* Strings without an end do not run on. */
static void bounds_strings(void **state)
{
    struct maker *m = good_image();
    struct pv_image image;
    char name[100];

    memset(name, 'x', sizeof(name));
    add_note(m, XEN_ELFNOTE_GUEST_OS, name, sizeof(name));
    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_int_equal(strlen(image.guest_os), PV_STRING - 1);
}

/* Sections: none, symbols of 32 bytes at 0x1400, strings of 7 bytes at 0x1500. */
static struct maker *image_with_symbols(void)
{
    struct maker *m = good_image();
    struct elf32_section_header *s = (struct elf32_section_header *)(m->bytes + 0x1600);

    s[1] = (struct elf32_section_header){.name = 5, .type = 2, .offset = 0x1400, .size = 32, .link = 2};
    s[2] = (struct elf32_section_header){.name = 6, .type = 3, .offset = 0x1500, .size = 7};
    header_of(m)->shoff = 0x1600;
    header_of(m)->shnum = 3;
    return m;
}

static void loads_symbols_when_asked(void **state)
{
    struct maker *m = image_with_symbols();
    struct pv_image image;
    struct elf32_header h;
    struct elf32_section_header s[3];
    uint32_t bytes;

    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_int_equal(image.symbols_offset, 0);
    assert_int_equal(image.segment_count, 1);

    m = image_with_symbols();
    segment(m, 0)->memsz = 0x3001;
    add_text(m, XEN_ELFNOTE_BSD_SYMTAB, "yes");
    assert_null(parse(m, IMAGE_SIZE, &image));
    assert_int_equal(image.symbols_offset, 0x103004);
    memcpy(&bytes, image.symbols_header, 4);
    memcpy(&h, image.symbols_header + 4, sizeof(h));
    assert_int_equal(bytes, 0x100 + 32 + 7);
    assert_int_equal(h.shoff, 0x40);
    assert_int_equal(h.shnum, 3);
    assert_int_equal(h.phnum, 0);
    memcpy(s, image.symbols_header + 4 + h.shoff, sizeof(s));
    assert_int_equal(s[1].offset, 0x100);
    assert_int_equal(s[1].link, 2);
    assert_int_equal(s[2].offset, 0x120);
    assert_int_equal(image.segment_count, 3);
    assert_int_equal(image.segments[1].file_offset, 0x1400);
    assert_int_equal(image.segments[1].offset, 0x103008 + 0x100);
    assert_int_equal(image.segments[2].file_size, 7);
    assert_int_equal(image.virt_end, 0xc0103008 + 0x127);
}

static void starts_without_symbols_that_are_not_there(void **state)
{
    for (unsigned damage = 0; damage < 4; damage++) {
        struct maker *m = image_with_symbols();
        struct elf32_section_header *s = (struct elf32_section_header *)(m->bytes + 0x1600);
        struct pv_image image;

        add_text(m, XEN_ELFNOTE_BSD_SYMTAB, "yes");
        if (damage == 0)
            s[1].type = 1;
        else if (damage == 1)
            s[1].size = IMAGE_SIZE;
        else if (damage == 2)
            s[2].offset = 0xfffffff0;
        else
            s[1].link = 77;
        assert_null(parse(m, IMAGE_SIZE, &image));
        assert_int_equal(image.symbols_offset, 0);
        assert_int_equal(image.segment_count, 1);
        assert_int_equal(image.virt_end, 0xc0103000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_plain_kernel),
        cmocka_unit_test(reads_every_note),
        cmocka_unit_test(takes_sloppy_kernels),
        cmocka_unit_test(paddr_offset_shifts),
        cmocka_unit_test(reads_the_old_string),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(refuses_what_cannot_run),
        cmocka_unit_test(survives_truncation),
        cmocka_unit_test(bounds_strings),
        cmocka_unit_test(loads_symbols_when_asked),
        cmocka_unit_test(starts_without_symbols_that_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
