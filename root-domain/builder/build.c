// SPDX-License-Identifier: MIT
/*
 * In this order, since each step needs the one before: a domain without memory gets its width, then its memory; the
 * frames of the boot region are mapped here, some at a time, and filled; page tables are written as plain memory.
 * When the last writable mapping of ours is gone the tables are pinned, which makes the hypervisor check them, and the
 * vCPU is told where to start.
 */
#include "build.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/page_updates.h>

#include "boot/initial_layout.h"
#include "foreign.h"
#include "kernel_image.h"

#define ADDRESS_LIMIT 0xf5800000ull
#define FRAMES_PER_MIB 256u
#define CHUNKS (0x100000000ull / PAGE_BYTES / FOREIGN_WINDOW)
#define RINGS 2u /* xenstore's page, then the console's */

struct build {
    const struct build_request *request;
    struct kernel_image kernel;
    struct start_layout layout;
    struct built_domain *built;
    char *sentence;
    uint32_t *frames; /* machine frame of each guest frame */
    uint32_t frame_count;
    uint32_t used; /* guest frames of the boot region, the initrd included: those we look into */
    uint8_t *window;
    uint32_t window_chunk; /* what the window shows, in units of its size */
    bool cleared[CHUNKS];
};

static int fail(struct build *b, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Says what is wrong, and passes the error on. */
static int fail(struct build *b, int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(b->sentence, BUILD_SENTENCE_MAX, format, args);
    va_end(args);
    return error;
}

/* A step that only fails when the hypervisor refuses. */
static int step(struct build *b, int error, const char *what)
{
    return error ? fail(b, error, "the hypervisor refused %s (error %d)", what, error) : 0;
}

/* ---- the domain's frames as memory of ours */

/* Address of a guest frame of the boot region, valid until the next call; NULL when it cannot be mapped. */
static uint8_t *guest_frame(struct build *b, uint64_t pfn)
{
    uint32_t chunk = (uint32_t)(pfn / FOREIGN_WINDOW), first = chunk * FOREIGN_WINDOW;
    uint32_t count = b->used - first < FOREIGN_WINDOW ? b->used - first : FOREIGN_WINDOW;

    if (!b->window || chunk != b->window_chunk) {
        b->window = foreign_window(b->built->domid, b->frames + first, count);
        b->window_chunk = chunk;
        if (b->window && !b->cleared[chunk]) {
            memset(b->window, 0, count * PAGE_BYTES);
            b->cleared[chunk] = true;
        }
    }
    return b->window ? b->window + (pfn - first) * PAGE_BYTES : NULL;
}

static int write_guest(struct build *b, uint64_t offset, const void *from, size_t size)
{
    const uint8_t *bytes = from;

    while (size) {
        uint32_t in_page = (uint32_t)(offset % PAGE_BYTES);
        size_t part = PAGE_BYTES - in_page < size ? PAGE_BYTES - in_page : size;
        uint8_t *page = guest_frame(b, offset / PAGE_BYTES);

        if (!page)
            return step(b, -XEN_EFAULT, "to map the new domain's memory");
        memcpy(page + in_page, bytes, part);
        bytes += part;
        offset += part;
        size -= part;
    }
    return 0;
}

static uint32_t address_of(const struct build *b, uint64_t pfn)
{
    return (uint32_t)(b->kernel.image.virt_base + pfn * PAGE_BYTES);
}

/* ---- the parts of the boot region */

static int load_kernel(struct build *b)
{
    const struct pv_image *image = &b->kernel.image;
    int error = 0;

    for (unsigned i = 0; i < image->segment_count && !error; i++) {
        const struct pv_segment *s = &image->segments[i];

        error = write_guest(b, s->offset, b->kernel.bytes + s->file_offset, (size_t)s->file_size);
    }
    if (!error && image->symbols_offset)
        error = write_guest(b, image->symbols_offset, image->symbols_header, sizeof(image->symbols_header));
    return error;
}

static int table_put(struct build *b, uint64_t table, unsigned index, uint64_t target, uint64_t flags)
{
    pte_t *entries = (pte_t *)guest_frame(b, table);

    if (!entries)
        return step(b, -XEN_EFAULT, "to map the new domain's memory");
    entries[index] = pte_make(b->frames[target], flags);
    return 0;
}

/* Root, then the L2 tables in slot order, then the L1 tables in address order; tables are mapped read-only. */
static int write_tables(struct build *b)
{
    const struct start_layout *l = &b->layout;
    uint64_t root = l->tables, l2 = root + 1, l1 = l2 + l->l2_count;
    uint32_t first_l1 = (uint32_t)(b->kernel.image.virt_base >> 21);
    int error = 0;

    for (unsigned i = 0; i < l->l2_count && !error; i++)
        error = table_put(b, root, i, l2 + i, PTE_L3);
    for (unsigned i = 0; i < l->l1_count && !error; i++)
        error = table_put(b, l2 + ((first_l1 + i) >> 9), (first_l1 + i) & 511, l1 + i, PTE_TABLE);
    for (uint64_t pfn = 0; pfn < l->end && !error; pfn++) {
        uint32_t address = address_of(b, pfn);
        bool is_table = pfn >= l->tables && pfn < l->tables + l->table_frames;

        error = table_put(b, l1 + (address >> 21) - first_l1, address >> 12 & 511, pfn,
                          is_table ? PTE_READ : PTE_DATA);
    }
    return error;
}

static int write_start_info(struct build *b, uint32_t shared_info)
{
    const struct start_layout *l = &b->layout;
    struct start_info_32 info = {.magic = "xen-3.0-x86_32p"};

    info.nr_pages = b->frame_count;
    info.shared_info = shared_info * PAGE_BYTES;
    info.store_mfn = b->built->store_mfn;
    info.store_evtchn = b->built->store_port;
    info.console.domU.mfn = b->built->console_mfn;
    info.console.domU.evtchn = b->built->console_port;
    info.pt_base = address_of(b, l->tables);
    info.nr_pt_frames = (uint32_t)l->table_frames;
    info.mfn_list = address_of(b, l->p2m);
    if (b->request->ramdisk_size) {
        info.mod_len = b->request->ramdisk_size;
        info.mod_start = l->initrd_mapped ? address_of(b, l->initrd) : (uint32_t)l->initrd;
        info.flags = l->initrd_mapped ? 0 : SIF_MOD_START_PFN;
    }
    strncpy((char *)info.cmd_line, b->request->command_line, sizeof(info.cmd_line) - 1);
    return write_guest(b, l->start_info * PAGE_BYTES, &info, sizeof(info));
}

/* Frames that nothing was written to are cleared as well: the kernel counts on it for its .bss and its stack. */
static int clear_rest(struct build *b)
{
    for (uint32_t pfn = 0; pfn < b->used; pfn += FOREIGN_WINDOW)
        if (!b->cleared[pfn / FOREIGN_WINDOW] && !guest_frame(b, pfn))
            return step(b, -XEN_EFAULT, "to map the new domain's memory");
    return 0;
}

static int fill_boot_region(struct build *b)
{
    const struct build_request *r = b->request;
    uint32_t shared_info;
    int error = step(b, control_shared_info(b->built->domid, &shared_info), "to tell of the new domain");

    if (!error)
        error = load_kernel(b);
    if (!error)
        error = write_guest(b, b->layout.initrd * PAGE_BYTES, r->ramdisk, r->ramdisk_size);
    if (!error)
        error = write_guest(b, b->layout.p2m * PAGE_BYTES, b->frames, b->frame_count * sizeof(*b->frames));
    if (!error)
        error = write_start_info(b, shared_info);
    if (!error)
        error = write_tables(b);
    if (!error)
        error = clear_rest(b);
    foreign_window_close();
    b->window = NULL;
    return error;
}

/* ---- what is not in the boot region */

/* Every vCPU begins with its upcalls masked. */
static int mask_upcalls(struct build *b)
{
    uint32_t mfn;
    int error = control_shared_info(b->built->domid, &mfn);
    shared_info_t *shared = error ? NULL : foreign_map(b->built->domid, mfn);

    if (!shared)
        return step(b, error ? error : -XEN_EFAULT, "to map the new domain's shared page");
    for (unsigned i = 0; i < sizeof(shared->vcpu_info) / sizeof(shared->vcpu_info[0]); i++)
        shared->vcpu_info[i].evtchn_upcall_mask = 1;
    foreign_unmap(shared);
    return 0;
}

/* The two reserved grants, by which this domain's successors and other stores reach the rings. */
static int seed_grants(struct build *b)
{
    uint32_t mfn;
    int error = control_grant_frame(b->built->domid, &mfn);
    struct grant_entry_v1 *grants = error ? NULL : foreign_map(b->built->domid, mfn);

    if (!grants)
        return step(b, error ? error : -XEN_EFAULT, "to map the new domain's grants");
    grants[GNTTAB_RESERVED_CONSOLE].frame = b->built->console_mfn;
    grants[GNTTAB_RESERVED_XENSTORE].frame = b->built->store_mfn;
    __sync_synchronize();
    grants[GNTTAB_RESERVED_CONSOLE].flags = GTF_permit_access;
    grants[GNTTAB_RESERVED_XENSTORE].flags = GTF_permit_access;
    foreign_unmap(grants);
    return 0;
}

static int start_vcpu(struct build *b)
{
    static vcpu_guest_context_t context;
    const struct pv_image *image = &b->kernel.image;

    memset(&context, 0, sizeof(context));
    context.flags = VGCF_in_kernel | VGCF_online;
    context.user_regs = (cpu_user_regs_t){
        .eip = (uint32_t)image->virt_entry,
        .esp = address_of(b, b->layout.stack + 1),
        .esi = address_of(b, b->layout.start_info),
        .eflags = 1u << 9,
        .cs = FLAT_KERNEL_CS,
        .ss = FLAT_KERNEL_SS,
        .ds = FLAT_KERNEL_DS,
        .es = FLAT_KERNEL_DS,
        .fs = FLAT_KERNEL_DS,
        .gs = FLAT_KERNEL_DS,
    };
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = context.user_regs.esp;
    context.ctrlreg[3] = xen_pfn_to_cr3(b->frames[b->layout.tables]);
    context.vm_assist = image->pae_extended_cr3 ? 1u << VMASST_TYPE_pae_extended_cr3 : 0;
    return step(b, control_set_vcpu(b->built->domid, 0, &context), "the first vCPU's state");
}

static int fill_hypercall_page(struct build *b)
{
    const struct pv_image *image = &b->kernel.image;
    uint64_t pfn = (image->virt_hypercall - image->virt_base) / PAGE_BYTES;

    if (image->virt_hypercall == PV_UNSET)
        return 0;
    return step(b, control_hypercall_page(b->built->domid, b->frames[pfn]), "to fill the hypercall page");
}

/* ---- the whole */

static int open_channels(struct build *b)
{
    int console = control_offer_channel(b->built->domid);
    int store = console < 0 ? console : control_offer_channel(b->built->domid);

    if (store < 0)
        return step(b, store, "event channels for the new domain");
    b->built->console_port = (uint32_t)console;
    b->built->store_port = (uint32_t)store;
    return 0;
}

static int give_memory(struct build *b)
{
    const struct build_request *r = b->request;
    int error = step(b, control_max_memory(b->built->domid, (uint64_t)r->max_memory_mib * 1024),
                     "the domain's memory limit");

    if (error)
        return error;
    for (uint32_t pfn = 0; pfn < b->frame_count; pfn++)
        b->frames[pfn] = pfn;
    error = control_populate(b->built->domid, b->frames, b->frame_count);
    if (error)
        return fail(b, error, "there are no %u MiB of memory free", (unsigned)r->memory_mib);
    b->built->store_mfn = b->frames[b->layout.rings];
    b->built->console_mfn = b->frames[b->layout.rings + 1];
    return 0;
}

static int fill_domain(struct build *b)
{
    int error = give_memory(b);

    if (!error)
        error = open_channels(b);
    if (!error)
        error = fill_boot_region(b);
    if (!error)
        error = fill_hypercall_page(b);
    if (!error)
        error = mask_upcalls(b);
    if (!error)
        error = seed_grants(b);
    if (!error)
        error = step(b, control_pin_root(b->built->domid, b->frames[b->layout.tables]),
                     "the new domain's page tables");
    return error ? error : start_vcpu(b);
}

static int plan(struct build *b)
{
    const struct build_request *r = b->request;
    const struct pv_image *image = &b->kernel.image;

    b->frame_count = r->memory_mib * FRAMES_PER_MIB;
    if (!start_layout_compute(&b->layout, image->virt_base, image->virt_end, r->ramdisk_size,
                              !image->module_unmapped, b->frame_count, RINGS, ADDRESS_LIMIT) ||
        b->layout.end > b->frame_count)
        return fail(b, -XEN_ENOMEM, "the kernel and its ramdisk need %u MiB, and memory is %u MiB",
                    (unsigned)(b->layout.end / FRAMES_PER_MIB) + 1, (unsigned)r->memory_mib);
    b->used = (uint32_t)(b->layout.end + (b->layout.initrd_mapped ? 0 : b->layout.initrd_frames));
    b->frames = malloc(b->frame_count * sizeof(*b->frames));
    return b->frames ? 0 : fail(b, -XEN_ENOMEM, "the root domain has too little memory for the work");
}

static int build_opened(struct build *b)
{
    int error = plan(b), domid;

    if (error)
        return error;
    domid = control_create(b->request->uuid, b->request->vcpus);
    if (domid < 0)
        return step(b, domid, "to create a domain");
    b->built->domid = (domid_t)domid;
    error = fill_domain(b);
    if (error)
        control_destroy(b->built->domid);
    return error;
}

int domain_build(const struct build_request *request, struct built_domain *built, char *sentence)
{
    static struct build b;
    const char *problem;
    int error;

    memset(&b, 0, sizeof(b));
    b.request = request;
    b.built = built;
    b.sentence = sentence;
    problem = kernel_image_open(&b.kernel, request->kernel, request->kernel_size);
    if (problem)
        return fail(&b, -XEN_EINVAL, "%s", problem);
    error = build_opened(&b);
    free(b.frames);
    kernel_image_close(&b.kernel);
    return error;
}
