// SPDX-License-Identifier: MIT
/*
 * The initial domain is built as Xen builds dom0, by the rules every guest lives by: its frames are ordinary frames of
 * the domain, its page tables are written as plain memory and then pinned, which validates each entry.
 */
#include "boot/initial_domain.h"

#include "boot/boot_info.h"
#include "boot/initial_layout.h"
#include "boot/memory_map.h"
#include "boot/options.h"
#include "core/log.h"
#include "core/string.h"
#include "domain/domain.h"
#include "domain/elf_image.h"
#include "domain/inflate.h"
#include "machine/direct_map.h"
#include "machine/layout.h"
#include "machine/log_control.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"
#include "memory/page_tables.h"
#include "traps/hypercall_page.h"

#define P2M_FRAMES_MAX 16384 /* list frames: 64 GiB of a 32-bit domain */
#define RESERVE_FRAMES 256   /* kept free for ring 0: vCPUs, event and grant pages */
#define PTE_P 0x001ull
#define PTE_RW 0x002ull
#define PTE_U 0x004ull
#define PTE_A 0x020ull
#define PTE_D 0x040ull

struct build {
    struct domain *domain;
    struct pv_image image;
    struct start_layout layout;
    const uint8_t *kernel; /* the ELF file */
    uint64_t kernel_size;
    bool inflated; /* `kernel` is frames of ours, 1 << inflated_order of them, and not the module */
    unsigned inflated_order;
    uint64_t pages;
};

static uint32_t p2m_list[P2M_FRAMES_MAX]; /* machine frames that hold the domain's list, while it is built */

static uint32_t *p2m_entry(uint64_t guest_frame)
{
    uint32_t *page = frame_map(mfn(p2m_list[guest_frame / (PAGE_SIZE / 4)]));

    return &page[guest_frame % (PAGE_SIZE / 4)];
}

static void p2m_assign(uint64_t guest_frame, mfn_t machine_frame)
{
    *p2m_entry(guest_frame) = (uint32_t)machine_frame.raw;
    m2p_set(machine_frame, guest_frame);
}

static mfn_t frame_at(uint64_t guest_frame)
{
    return mfn(*p2m_entry(guest_frame));
}

static mfn_t take_frame(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    if (mfn_equal(m, MFN_NONE))
        boot_refuse("memory ran out while the initial domain was built; start with more memory or a smaller "
                    "dom0_mem=.");
    return m;
}

/*
 * Frames of [from, from + count) that the domain does not have yet, cleared: the kernel counts on it for its .bss,
 * and an entry of a page table that nobody wrote must not be there.
 */
static void populate(struct build *b, uint64_t from, uint64_t count)
{
    for (uint64_t i = from; i < from + count; i++)
        if (*p2m_entry(i) == 0) {
            mfn_t m = take_frame(b->domain);

            memset(frame_map(m), 0, PAGE_SIZE);
            p2m_assign(i, m);
        }
}

/* The rest of its memory comes in the largest blocks there are. */
static void populate_rest(struct build *b, uint64_t from)
{
    unsigned order = 9;

    while (from < b->pages) {
        mfn_t m;

        while (order && from + (1ull << order) > b->pages)
            order--;
        m = frame_alloc_for(b->domain, order, 0);
        if (mfn_equal(m, MFN_NONE)) {
            if (order == 0)
                boot_refuse(
                    "memory ran out while the initial domain was built; start with a smaller dom0_mem=.");
            order--;
            continue;
        }
        for (uint64_t i = 0; i < 1ull << order; i++)
            p2m_assign(from++, mfn_add(m, i));
    }
}

static void write_guest(struct build *b, uint64_t offset, const void *from, uint64_t n)
{
    const uint8_t *bytes = from;

    while (n) {
        uint64_t in_page = offset % PAGE_SIZE, part = MIN(n, PAGE_SIZE - in_page);

        memcpy((uint8_t *)frame_map(frame_at(offset >> PAGE_SHIFT)) + in_page, bytes, part);
        offset += part;
        bytes += part;
        n -= part;
    }
}

static void load_segments(struct build *b)
{
    for (unsigned i = 0; i < b->image.segment_count; i++) {
        const struct pv_segment *s = &b->image.segments[i];

        write_guest(b, s->offset, b->kernel + s->file_offset, s->file_size);
    }
    if (b->image.symbols_offset)
        write_guest(b, b->image.symbols_offset, b->image.symbols_header, sizeof(b->image.symbols_header));
}

static void fill_hypercall_page(struct build *b)
{
    uint8_t page[PAGE_SIZE];

    if (b->image.virt_hypercall == PV_UNSET)
        return;
    hypercall_page_fill(page);
    write_guest(b, b->image.virt_hypercall - b->image.virt_base, page, sizeof(page));
}

static uint64_t guest_virtual(const struct build *b, uint64_t guest_frame)
{
    return b->image.virt_base + (guest_frame << PAGE_SHIFT);
}

static void table_write(struct build *b, uint64_t table_frame, unsigned index, uint64_t target,
                        uint64_t flags)
{
    uint64_t *table = frame_map(frame_at(table_frame));

    table[index] = (frame_at(target).raw << PAGE_SHIFT) | flags;
}

/* Root, the L2 tables in slot order, the L1 tables in address order. Table frames are mapped read-only. */
static void build_tables(struct build *b)
{
    const struct start_layout *l = &b->layout;
    uint64_t root = l->tables, l2 = root + 1, l1 = l2 + l->l2_count;
    uint64_t first_l1 = b->image.virt_base >> 21;

    for (unsigned i = 0; i < l->l2_count; i++)
        table_write(b, root, i, l2 + i, PTE_P);
    for (uint64_t i = 0; i < l->l1_count; i++)
        table_write(b, l2 + ((first_l1 + i) >> 9), (first_l1 + i) & 511, l1 + i,
                    PTE_P | PTE_RW | PTE_U | PTE_A | PTE_D);
    for (uint64_t f = 0; f < l->end; f++) {
        uint64_t address = guest_virtual(b, f);
        bool is_table = f >= l->tables && f < l->tables + l->table_frames;

        table_write(b, l1 + (address >> 21) - first_l1, address >> PAGE_SHIFT & 511, f,
                    PTE_P | PTE_A | (is_table ? 0 : PTE_RW | PTE_D));
    }
}

static void copy_command_line(struct start_info_32 *si)
{
    const char *from = module_arguments(&boot_info.modules[0]);

    for (unsigned i = 0; i + 1 < MAX_GUEST_CMDLINE && from[i]; i++)
        si->cmd_line[i] = (int8_t)from[i];
}

static void write_start_info(struct build *b)
{
    const struct start_layout *l = &b->layout;
    struct start_info_32 si = {.magic = "xen-3.0-x86_32p"};

    si.nr_pages = (uint32_t)b->pages;
    si.shared_info = (uint32_t)(b->domain->shared_info_frame.raw << PAGE_SHIFT);
    si.flags = SIF_PRIVILEGED | SIF_INITDOMAIN;
    si.pt_base = (uint32_t)guest_virtual(b, l->tables);
    si.nr_pt_frames = (uint32_t)l->table_frames;
    si.mfn_list = (uint32_t)guest_virtual(b, l->p2m);
    if (boot_info.module_count > 1 && boot_info.modules[1].end > boot_info.modules[1].start) {
        const struct boot_module *m = &boot_info.modules[1];

        si.mod_len = (uint32_t)(m->end - m->start);
        si.mod_start = l->initrd_mapped ? (uint32_t)guest_virtual(b, l->initrd) : (uint32_t)l->initrd;
        si.flags |= l->initrd_mapped ? 0 : SIF_MOD_START_PFN;
    }
    copy_command_line(&si);
    write_guest(b, l->start_info << PAGE_SHIFT, &si, sizeof(si));
}

static void set_registers(struct build *b)
{
    struct vcpu *v = b->domain->vcpus[0];

    v->regs = (struct cpu_regs){
        .rip = b->image.virt_entry,
        .cs = SEL_RING1_CS,
        .ss = SEL_RING1_DS,
        .rflags = RFLAGS_FIXED | RFLAGS_IF,
        .rsp = guest_virtual(b, b->layout.stack + 1),
        .rsi = guest_virtual(b, b->layout.start_info),
    };
    v->ds = v->es = v->fs = v->gs = SEL_RING1_DS;
    v->info->mask = 1;
}

/* The kernel's file, inflated when it is packed. */
static void open_kernel(struct build *b)
{
    const struct boot_module *m = &boot_info.modules[0];
    const char *problem;

    b->kernel = physical_map(m->start);
    b->kernel_size = m->end - m->start;
    if (gzip_is(b->kernel, b->kernel_size)) {
        uint64_t size = gzip_expanded_size(b->kernel, b->kernel_size);
        unsigned order = 0;
        mfn_t buffer;

        while ((PAGE_SIZE << order) < size && order < 20)
            order++;
        buffer = frame_alloc(order, 0);
        if (mfn_equal(buffer, MFN_NONE))
            boot_refuse("the packed kernel says that it unpacks to %lu KiB, which are not free in one piece; "
                        "it is cut short or "
                        "needs more memory.",
                        size >> 10);
        problem = gzip_expand(frame_map(buffer), size, b->kernel, b->kernel_size);
        if (problem)
            boot_refuse("%s.", problem);
        b->kernel = frame_map(buffer);
        b->kernel_size = size;
        b->inflated = true;
        b->inflated_order = order;
        memory_map_free(m->start, m->end);
    }
    problem = pv_image_parse(&b->image, b->kernel, b->kernel_size);
    if (!problem)
        problem = pv_image_check_initial(&b->image);
    if (problem)
        boot_refuse("%s.", problem);
    if (b->image.width != GUEST_32)
        boot_refuse("the first module is a 64-bit kernel; this version runs 32-bit PAE kernels only.");
}

/* The kernel is loaded: what held its file becomes ordinary memory. */
static void close_kernel(struct build *b)
{
    if (b->inflated)
        frame_free(frame_unmap(b->kernel), b->inflated_order);
    else
        memory_map_free(boot_info.modules[0].start, boot_info.modules[0].end);
    b->kernel = NULL;
}

static uint64_t initrd_bytes(void)
{
    return boot_info.module_count > 1 ? boot_info.modules[1].end - boot_info.modules[1].start : 0;
}

/* How much the domain gets. The initrd's frames are handed over as they lie, so they count as free. */
static void choose_size(struct build *b)
{
    uint64_t initrd_frames = (initrd_bytes() + PAGE_SIZE - 1) >> PAGE_SHIFT;
    uint64_t spare = frame_free_count() + initrd_frames;

    spare = spare > RESERVE_FRAMES ? spare - RESERVE_FRAMES : 0;
    b->pages = boot_options.dom0_mem ? MIN(boot_options.dom0_mem >> PAGE_SHIFT, spare) : spare;
    b->pages = MIN(b->pages, (uint64_t)P2M_FRAMES_MAX * (PAGE_SIZE / 4));
    b->domain->max_pages = (uint32_t)b->pages;
    if (!start_layout_compute(&b->layout, b->image.virt_base, b->image.virt_end, initrd_bytes(),
                              !b->image.module_unmapped, b->pages, 0, GUEST32_LIMIT))
        boot_refuse(
            "the kernel and its initrd do not fit: they end at frame %lu of %lu; start with more memory or "
            "smaller modules.",
            b->layout.end, b->pages);
}

static void place_initrd(struct build *b)
{
    for (uint64_t i = 0; i < b->layout.initrd_frames; i++) {
        mfn_t m = mfn((boot_info.modules[1].start >> PAGE_SHIFT) + i);

        frame_claim(m, b->domain);
        p2m_assign(b->layout.initrd + i, m);
    }
}

static void build_memory(struct build *b)
{
    const struct start_layout *l = &b->layout;

    for (uint64_t i = 0; i < l->p2m_frames; i++) {
        p2m_list[i] = (uint32_t)take_frame(b->domain).raw;
        memset(frame_map(mfn(p2m_list[i])), 0, PAGE_SIZE);
    }
    for (uint64_t i = 0; i < l->p2m_frames; i++)
        p2m_assign(l->p2m + i, mfn(p2m_list[i]));
    place_initrd(b);
    populate(b, 0, l->end);
    load_segments(b);
    close_kernel(b);
    fill_hypercall_page(b);
    write_start_info(b);
    build_tables(b);
    populate_rest(b, l->initrd_mapped ? l->end : l->end + l->initrd_frames);
}

struct domain *initial_domain_build(void)
{
    struct build b = {0};
    int error;

    if (boot_info.module_count == 0)
        boot_refuse(
            "no kernel was given; pass the initial domain's kernel as the first module (QEMU: -initrd).");
    open_kernel(&b);
    b.domain = domain_create(0, b.image.width, true);
    if (!b.domain || !vcpu_create(b.domain, 0))
        boot_refuse("too little memory for a domain; start with -m 128 or more.");
    choose_size(&b);
    build_memory(&b);
    set_registers(&b);
    b.domain->vm_assist = b.image.pae_extended_cr3 ? 1u << VMASST_TYPE_pae_extended_cr3 : 0;
    error = page_table_pin(b.domain, frame_at(b.layout.tables), TYPE_L3);
    if (!error)
        error = guest_table_set(b.domain->vcpus[0], frame_at(b.layout.tables));
    INVARIANT(error == 0);
    log_line(LOG_INFO, "initial domain: %s %s, %lu MiB, entry %08lx, initrd %lu KiB", b.image.guest_os,
             b.image.guest_version, b.pages >> 8, b.image.virt_entry, initrd_bytes() >> 10);
    return b.domain;
}
