/* SPDX-License-Identifier: MIT */
#include <guestkit/p2m.h>
#include <guestkit/page_updates.h>
#include <guestkit/shared.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/time.h>
#include <guestkit/window.h>

#include "child.h"

#define TABLES 6 /* L3, four L2, one L1: the image lies within 2 MiB */
#define STACK_BYTES 16384
#define RING1_CS 0xe019
#define RING1_DS 0xe021

extern char image_start[], image_end[];
extern char window_pages[WINDOW_SLOTS][PAGE_BYTES];

static char view[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t child_stack[STACK_BYTES / 4] __attribute__((aligned(16)));

int domctl(struct xen_domctl *op, uint32_t cmd, domid_t domain)
{
    op->cmd = cmd;
    op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op->domain = domain;
    return hypercall_domctl(op);
}

int domctl_plain(uint32_t cmd, domid_t domain)
{
    struct xen_domctl op = {0};

    return domctl(&op, cmd, domain);
}

bool domain_facts(domid_t domain, struct xen_domctl_getdomaininfo *info)
{
    struct xen_domctl op = {0};

    if (domctl(&op, XEN_DOMCTL_getdomaininfo, domain) || op.domain != domain) {
        return false;
    }
    *info = op.u.getdomaininfo;
    return true;
}

struct xen_domctl_createdomain child_config(void)
{
    return (struct xen_domctl_createdomain){
        .max_vcpus = 1,
        .max_evtchn_port = 1023,
        .max_grant_frames = 4,
        .max_maptrack_frames = 4,
        .grant_opts = XEN_DOMCTL_GRANT_version(1),
    };
}

int child_start_empty(struct child *c)
{
    struct xen_domctl op = {.u.createdomain = child_config()};
    int error = domctl(&op, XEN_DOMCTL_createdomain, 0);

    memset(c, 0, sizeof(*c));
    if (error) {
        return error;
    }
    c->id = op.domain;
    c->image_pages = (uint32_t)(image_end - image_start) / PAGE_BYTES;
    c->pages = c->image_pages + TABLES;
    op.u.max_vcpus.max = 1;
    error = domctl(&op, XEN_DOMCTL_max_vcpus, c->id);
    op.u.address_size.size = 32;
    error = error ? error : domctl(&op, XEN_DOMCTL_set_address_size, c->id);
    op.u.max_mem.max_memkb = CHILD_PAGES_MAX * (PAGE_BYTES / 1024);
    return error ? error : domctl(&op, XEN_DOMCTL_max_mem, c->id);
}

int child_populate(struct child *c)
{
    xen_memory_reservation_t r = {.extent_start = hypercall_address(c->frames),
                                  .nr_extents = c->pages,
                                  .domid = c->id};

    for (uint32_t i = 0; i < c->pages; i++) {
        c->frames[i] = i;
    }
    return hypercall_memory_op(XENMEM_populate_physmap, &r) == (int)c->pages ? 0 : -XEN_ENOMEM;
}

void *child_view_frame(const struct child *c, uint32_t mfn)
{
    return hypercall_update_va_mapping_otherdomain(hypercall_address(view), pte_make(mfn, PTE_DATA),
                                                   UVMF_INVLPG, c->id)
               ? NULL
               : view;
}

void child_view_end(void)
{
    page_set(view, pte_make(address_to_mfn(view), PTE_DATA));
}

void *child_view(const struct child *c, const volatile void *what)
{
    uint32_t offset = (uint32_t)((uintptr_t)what - (uintptr_t)image_start);
    char *page = child_view_frame(c, c->frames[offset / PAGE_BYTES]);

    return page ? page + offset % PAGE_BYTES : NULL;
}

static bool is_copied(const char *page)
{
    return page != view && page != (char *)&shared_page &&
           (page < window_pages[0] || page >= window_pages[0] + sizeof(window_pages));
}

static int fill_table(struct child *c, uint32_t first, const uint64_t *entries, uint32_t at, uint32_t count)
{
    uint64_t *table = child_view_frame(c, c->frames[first]);

    if (!table) {
        return -XEN_EFAULT;
    }
    memset(table, 0, PAGE_BYTES);
    memcpy(table + at, entries, count * sizeof(*entries));
    return 0;
}

static int build_tables(struct child *c)
{
    uint32_t l3 = c->image_pages, l1 = l3 + 5;
    uint64_t entries[CHILD_PAGES_MAX];
    int error;

    for (uint32_t i = 0; i < c->image_pages; i++) {
        bool shared = image_start + i * PAGE_BYTES == (char *)&shared_page;
        entries[i] = pte_make(shared ? c->shared_info : c->frames[i], PTE_DATA);
    }
    error = fill_table(c, l1, entries, page_index(image_start, 1), c->image_pages);
    for (uint32_t i = 0; i < 4 && !error; i++) {
        entries[0] = i == page_index(image_start, 3) ? pte_make(c->frames[l1], PTE_TABLE) : 0;
        error = fill_table(c, l3 + 1 + i, entries, page_index(image_start, 2), 1);
    }
    for (uint32_t i = 0; i < 4; i++) {
        entries[i] = pte_make(c->frames[l3 + 1 + i], PTE_L3);
    }
    return error ? error : fill_table(c, l3, entries, 0, 4);
}

int child_build(struct child *c)
{
    mmuext_op_t pin = {.cmd = MMUEXT_PIN_L3_TABLE, .arg1.mfn = c->frames[c->image_pages]};
    struct xen_domctl_getdomaininfo info;
    int error;

    if (!domain_facts(c->id, &info)) {
        return -XEN_ESRCH;
    }
    c->shared_info = (uint32_t)info.shared_info_frame;
    for (uint32_t i = 0; i < c->image_pages; i++) {
        char *from = image_start + i * PAGE_BYTES, *to = child_view_frame(c, c->frames[i]);

        if (!to) {
            return -XEN_EFAULT;
        }
        if (is_copied(from)) {
            memcpy(to, from, PAGE_BYTES);
        }
    }
    error = build_tables(c);
    shared_info_t *info_page = child_view_frame(c, c->shared_info);
    if (info_page) {
        info_page->vcpu_info[0].evtchn_upcall_mask = 1;
    }
    child_view_end();
    return error ? error : hypercall_mmuext_op(&pin, 1, NULL, c->id);
}

int child_set_context(struct child *c, void (*entry)(void))
{
    static vcpu_guest_context_t context;
    struct xen_domctl op = {.u.vcpucontext = {.ctxt = hypercall_address(&context)}};

    memset(&context, 0, sizeof(context));
    context.flags = VGCF_in_kernel | VGCF_online;
    context.user_regs.eip = (uint32_t)entry;
    context.user_regs.esp = hypercall_address(&child_stack[STACK_BYTES / 4 - 4]) - 4; /* as after a call */
    context.user_regs.cs = RING1_CS;
    context.user_regs.ss = context.user_regs.ds = context.user_regs.es = RING1_DS;
    context.user_regs.fs = context.user_regs.gs = RING1_DS;
    context.kernel_ss = RING1_DS;
    context.kernel_sp = context.user_regs.esp;
    context.ctrlreg[3] = xen_pfn_to_cr3(c->frames[c->image_pages]);
    return domctl(&op, XEN_DOMCTL_setvcpucontext, c->id);
}

int child_create(struct child *c, void (*entry)(void))
{
    int error = child_start_empty(c);

    error = error ? error : child_populate(c);
    error = error ? error : child_build(c);
    return error ? error : child_set_context(c, entry);
}

int child_unpause(const struct child *c)
{
    return domctl_plain(XEN_DOMCTL_unpausedomain, c->id);
}

int child_destroy(const struct child *c)
{
    return domctl_plain(XEN_DOMCTL_destroydomain, c->id);
}

int child_wait(const struct child *c)
{
    struct xen_domctl_getdomaininfo info;
    uint64_t end = time_now() + 10 * 1000000000ull;

    while (time_now() < end && domain_facts(c->id, &info)) {
        if (info.flags & XEN_DOMINF_shutdown) {
            return info.flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
        }
        sched_op_yield();
    }
    return -1;
}

uint64_t machine_free_frames(void)
{
    struct xen_sysctl op = {.cmd = XEN_SYSCTL_physinfo, .interface_version = XEN_SYSCTL_INTERFACE_VERSION};
    struct ringlet_leak leak = {.domid = DOMID_SELF};

    if (hypercall_ringlet(RINGLET_leak, &leak) == 0) {
        return leak.free;
    }
    return hypercall_sysctl(&op) ? 0 : op.u.physinfo.free_pages + op.u.physinfo.scrub_pages;
}

uint64_t free_frames_settle(uint64_t wanted)
{
    uint64_t end = time_now() + 1000000000ull, found;

    while ((found = machine_free_frames()) != wanted && time_now() < end) {
        time_sleep(10000000);
    }
    return found;
}
