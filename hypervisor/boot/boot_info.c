// SPDX-License-Identifier: MIT
#include "boot/boot_info.h"

#include "machine/direct_map.h"
#include "machine/log_control.h"

/* Multiboot 1 information structure, as far as it is used. */
struct multiboot_info {
    uint32_t flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr, syms[4], mmap_length,
        mmap_addr;
};

struct multiboot_module {
    uint32_t start, end, string, reserved;
};

struct multiboot_range {
    uint32_t size; /* of the rest */
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

#define HAS_CMDLINE (1u << 2)
#define HAS_MODULES (1u << 3)
#define HAS_MAP (1u << 6)

struct boot_info boot_info;

static void copy_text(char *to, uint32_t from)
{
    const char *text = physical_map(from);
    unsigned i;

    for (i = 0; from && i + 1 < BOOT_TEXT_MAX && text[i]; i++)
        to[i] = text[i];
    to[i] = 0;
}

/* Keeps the list in ascending order; loaders promise nothing. */
static void add_range(uint64_t start, uint64_t end, uint32_t type)
{
    unsigned i = boot_info.range_count;

    if (start >= end || i == BOOT_MAP_MAX)
        return;
    for (; i > 0 && boot_info.ranges[i - 1].start > start; i--)
        boot_info.ranges[i] = boot_info.ranges[i - 1];
    boot_info.ranges[i] = (struct boot_range){start, end, type};
    boot_info.range_count++;
}

static void read_map(const struct multiboot_info *mbi)
{
    uint64_t at = mbi->mmap_addr, end = at + mbi->mmap_length;

    while (at + sizeof(struct multiboot_range) <= end) {
        const struct multiboot_range *r = physical_map(at);

        add_range(r->base, r->base + r->length, r->type);
        at += r->size + sizeof(r->size);
    }
}

void boot_info_read(uint32_t multiboot_info)
{
    const struct multiboot_info *mbi = physical_map(multiboot_info);

    if (mbi->flags & HAS_CMDLINE)
        copy_text(boot_info.command_line, mbi->cmdline);
    if (mbi->flags & HAS_MAP)
        read_map(mbi);
    if (!(mbi->flags & HAS_MODULES))
        return;
    boot_info.module_count = MIN(mbi->mods_count, ARRAY_SIZE(boot_info.modules));
    for (unsigned i = 0; i < boot_info.module_count; i++) {
        const struct multiboot_module *m = physical_map(mbi->mods_addr + i * sizeof(*m));

        boot_info.modules[i].start = m->start;
        boot_info.modules[i].end = m->end;
        copy_text(boot_info.modules[i].text, m->string);
    }
}

const char *text_after_word(const char *s)
{
    while (*s && *s != ' ')
        s++;
    while (*s == ' ')
        s++;
    return s;
}

const char *module_arguments(const struct boot_module *m)
{
    return text_after_word(m->text);
}
