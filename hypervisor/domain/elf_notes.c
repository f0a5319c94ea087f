// SPDX-License-Identifier: MIT
#include "domain/elf_notes.h"

#include <abi/elfnote.h>
#include <abi/features.h>

#include "core/string.h"
#include "core/types.h"

/* A piece of the image that holds text; it need not end in a zero byte. */
struct span {
    const char *text;
    uint64_t n;
};

static struct span span_until(struct span s, char stop)
{
    uint64_t n = 0;

    while (n < s.n && s.text[n] != stop && s.text[n] != '\0')
        n++;
    return (struct span){s.text, n};
}

static struct span span_skip(struct span s, uint64_t n)
{
    return n >= s.n ? (struct span){s.text, 0} : (struct span){s.text + n, s.n - n};
}

static bool span_is(struct span s, const char *word)
{
    return s.n == strlen(word) && memcmp(s.text, word, s.n) == 0;
}

static bool span_starts(struct span s, const char *word)
{
    return s.n >= strlen(word) && memcmp(s.text, word, strlen(word)) == 0;
}

static bool span_contains(struct span s, const char *word)
{
    for (; s.n; s = span_skip(s, 1))
        if (span_starts(s, word))
            return true;
    return false;
}

static void span_copy(char out[PV_STRING], struct span s)
{
    uint64_t n = MIN(s.n, (uint64_t)PV_STRING - 1);

    memcpy(out, s.text, n);
    out[n] = '\0';
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

/* Decimal, or hexadecimal after 0x; reading stops at the first other character. */
static uint64_t span_number(struct span s)
{
    unsigned base = 10;
    uint64_t value = 0;

    if (span_starts(s, "0x") || span_starts(s, "0X")) {
        base = 16;
        s = span_skip(s, 2);
    }
    for (; s.n && digit_value(*s.text) < base; s = span_skip(s, 1))
        value = value * base + digit_value(*s.text);
    return value;
}

static const char *const feature_names[] = {
    [XENFEAT_writable_page_tables] = "writable_page_tables",
    [XENFEAT_writable_descriptor_tables] = "writable_descriptor_tables",
    [XENFEAT_auto_translated_physmap] = "auto_translated_physmap",
    [XENFEAT_supervisor_mode_kernel] = "supervisor_mode_kernel",
    [XENFEAT_pae_pgdir_above_4gb] = "pae_pgdir_above_4gb",
    [XENFEAT_mmu_pt_update_preserve_ad] = "mmu_pt_update_preserve_ad",
    [XENFEAT_highmem_assist] = "highmem_assist",
    [XENFEAT_gnttab_map_avail_bits] = "gnttab_map_avail_bits",
    [XENFEAT_hvm_callback_vector] = "hvm_callback_vector",
    [XENFEAT_hvm_safe_pvclock] = "hvm_safe_pvclock",
    [XENFEAT_hvm_pirqs] = "hvm_pirqs",
    [XENFEAT_dom0] = "dom0",
};

static void read_feature(struct pv_notes *out, struct span name)
{
    bool required = span_starts(name, "!");

    if (required)
        name = span_skip(name, 1);
    for (unsigned bit = 0; bit < ARRAY_SIZE(feature_names); bit++)
        if (feature_names[bit] && span_is(name, feature_names[bit])) {
            out->image->features_supported |= 1u << bit;
            if (required)
                out->image->features_required |= 1u << bit;
            return;
        }
    if (required)
        out->unknown_feature = true;
}

static void read_features(struct pv_notes *out, struct span list)
{
    while (list.n && *list.text) {
        struct span name = span_until(list, '|');

        read_feature(out, name);
        list = span_skip(list, name.n + 1);
    }
}

/* A note's "yes" implies the extended form; a guest string has to say so. */
static void read_pae(struct pv_notes *out, struct span mode, const char *extended)
{
    bool bimodal = span_contains(mode, "bimodal");

    out->pae = bimodal || span_starts(mode, "yes");
    out->image->pae_extended_cr3 = bimodal || span_starts(mode, extended);
}

static void read_string_note(struct pv_notes *out, uint32_t type, struct span s)
{
    s = span_until(s, '\0');
    switch (type) {
    case XEN_ELFNOTE_XEN_VERSION: span_copy(out->image->xen_version, s); break;
    case XEN_ELFNOTE_GUEST_OS: span_copy(out->image->guest_os, s); break;
    case XEN_ELFNOTE_GUEST_VERSION: span_copy(out->image->guest_version, s); break;
    case XEN_ELFNOTE_LOADER: span_copy(out->image->loader, s); break;
    case XEN_ELFNOTE_PAE_MODE: read_pae(out, s, "yes"); break;
    case XEN_ELFNOTE_FEATURES: read_features(out, s); break;
    case XEN_ELFNOTE_BSD_SYMTAB: out->image->wants_symbols = span_is(s, "yes"); break;
    }
}

/* Numbers take as many bytes as their writer chose; other sizes than these read as zero. */
static uint64_t note_number(struct span s)
{
    uint64_t value = 0;

    if (s.n == 1 || s.n == 2 || s.n == 4 || s.n == 8)
        memcpy(&value, s.text, s.n);
    return value;
}

static void read_l1_valid(struct pv_image *image, struct span s)
{
    uint64_t half = s.n / 2;

    if (half == 4 || half == 8) {
        image->l1_mfn_mask = note_number((struct span){s.text, half});
        image->l1_mfn_value = note_number((struct span){s.text + half, half});
    }
}

static void read_number_note(struct pv_notes *out, uint32_t type, struct span s)
{
    struct pv_image *image = out->image;
    uint64_t value = note_number(s);

    switch (type) {
    case XEN_ELFNOTE_ENTRY:
        image->virt_entry = value;
        out->entry_set = true;
        break;
    case XEN_ELFNOTE_HYPERCALL_PAGE: image->virt_hypercall = value; break;
    case XEN_ELFNOTE_VIRT_BASE:
        image->virt_base = value;
        out->virt_base_set = true;
        break;
    case XEN_ELFNOTE_PADDR_OFFSET:
        image->paddr_offset = value;
        out->paddr_offset_set = true;
        break;
    case XEN_ELFNOTE_HV_START_LOW: image->hv_start_low = value; break;
    case XEN_ELFNOTE_SUSPEND_CANCEL: image->suspend_cancel = value != 0; break;
    case XEN_ELFNOTE_INIT_P2M: image->init_p2m = value; break;
    case XEN_ELFNOTE_MOD_START_PFN: image->module_unmapped = value != 0; break;
    case XEN_ELFNOTE_L1_MFN_VALID: read_l1_valid(image, s); break;
    case XEN_ELFNOTE_SUPPORTED_FEATURES:
        image->features_supported |= (uint32_t)value;
        image->has_supported_note = true;
        break;
    }
}

void pv_notes_read(struct pv_notes *out, const uint8_t *notes, uint64_t n)
{
    struct {
        uint32_t name_size, size, type;
    } header;

    while (n >= sizeof(header)) {
        uint64_t name_end, end;

        memcpy(&header, notes, sizeof(header));
        name_end = sizeof(header) + ALIGN_UP((uint64_t)header.name_size, 4u);
        end = name_end + ALIGN_UP((uint64_t)header.size, 4u);
        if (name_end > n)
            return;
        if (header.name_size == 4 && memcmp(notes + sizeof(header), "Xen", 4) == 0) {
            struct span body = {(const char *)notes + name_end, MIN((uint64_t)header.size, n - name_end)};

            read_string_note(out, header.type, body);
            read_number_note(out, header.type, body);
            out->count++;
        }
        if (end >= n)
            return;
        notes += end;
        n -= end;
    }
}

static void read_pair(struct pv_notes *out, struct span key, struct span value)
{
    struct pv_image *image = out->image;

    if (span_is(key, "LOADER"))
        span_copy(image->loader, value);
    else if (span_is(key, "GUEST_OS"))
        span_copy(image->guest_os, value);
    else if (span_is(key, "GUEST_VER"))
        span_copy(image->guest_version, value);
    else if (span_is(key, "XEN_VER"))
        span_copy(image->xen_version, value);
    else if (span_is(key, "PAE"))
        read_pae(out, value, "yes[extended-cr3]");
    else if (span_is(key, "BSD_SYMTAB"))
        image->wants_symbols = true;
    else if (span_is(key, "FEATURES"))
        read_features(out, value);
    else if (span_is(key, "HYPERCALL_PAGE"))
        out->hypercall_frame = span_number(value);
    else if (span_is(key, "VIRT_BASE")) {
        image->virt_base = span_number(value);
        out->virt_base_set = true;
    } else if (span_is(key, "VIRT_ENTRY")) {
        image->virt_entry = span_number(value);
        out->entry_set = true;
    } else if (span_is(key, "ELF_PADDR_OFFSET")) {
        image->paddr_offset = span_number(value);
        out->paddr_offset_set = true;
    }
}

void pv_guest_string_read(struct pv_notes *out, const char *text, uint64_t n)
{
    struct span rest = span_until((struct span){text, n}, '\0');

    out->legacy = true;
    while (rest.n) {
        struct span pair = span_until(rest, ','), key = span_until(pair, '=');

        read_pair(out, key, span_skip(pair, key.n + 1));
        out->count++;
        rest = span_skip(rest, pair.n + 1);
    }
}
