/* SPDX-License-Identifier: MIT */
/*
 * Control of domains is the privileged domain's: an ordinary one is refused each command of domctl and sysctl, every way
 * to another domain's memory, channels and interrupts, and nothing changes. The privileged one is refused what makes no
 * sense.
 *
 * run-options: dom0_mem=64M
 */
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#include "child.h"

#define UNMAPPED 0xf0000000
#define COMMANDS 90

static volatile uint32_t own_id, our_frame;
static char page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

/* What the child was told, one after the other. */
static volatile struct {
    int domctl[COMMANDS], domctl_on_us[COMMANDS], sysctl[30];
    int old_interface, no_domain, populate, increase, current, map_memory, update, update_ours, pin, acquire,
        audit, trace, trace_query, trace_of_us;
    int alloc_for_us, status_of_us, reset_us, shutdown_us, map_pirq, unmap_pirq, pci_add, gsi, memory_map;
    int grant_table_of_us;
} told;

static int foreign_update(uint32_t tables)
{
    mmu_update_t u = {.ptr = (uint64_t)our_frame << 12, .val = 0};

    return hypercall_mmu_update(&u, 1, NULL, tables << 16 | DOMID_SELF);
}

static void child_memory(void)
{
    static uint32_t list[1] = {1};
    xen_memory_reservation_t r = {.extent_start = hypercall_address(list), .nr_extents = 1, .domid = 0};
    xen_mem_acquire_resource_t get = {.domid = 0, .nr_frames = 1, .frame_list = hypercall_address(list)};
    mmuext_op_t pin = {.cmd = MMUEXT_PIN_L1_TABLE, .arg1.mfn = our_frame};
    xen_foreign_memory_map_t map = {.domid = 0};
    domid_t zero = 0;

    told.populate = hypercall_memory_op(XENMEM_populate_physmap, &r);
    told.increase = hypercall_memory_op(XENMEM_increase_reservation, &r);
    told.current = hypercall_memory_op(XENMEM_current_reservation, &zero);
    told.map_memory = hypercall_update_va_mapping_otherdomain(hypercall_address(page),
                                                              pte_make(our_frame, PTE_READ), UVMF_INVLPG, 0);
    told.update = foreign_update(1);
    told.update_ours = foreign_update(0);
    told.pin = hypercall_mmuext_op(&pin, 1, NULL, 0);
    told.acquire = hypercall_memory_op(XENMEM_acquire_resource, &get);
    told.memory_map = hypercall_memory_op(XENMEM_set_memory_map, &map);
}

static void child_others(void)
{
    evtchn_alloc_unbound_t offer = {.dom = 0, .remote_dom = DOMID_SELF};
    evtchn_status_t status = {.dom = 0, .port = 1};
    evtchn_reset_t reset = {.dom = 0};
    sched_remote_shutdown_t end = {.domain_id = 0, .reason = SHUTDOWN_crash};
    struct physdev_map_pirq_32 map = {.domid = 0, .type = MAP_PIRQ_TYPE_GSI, .index = 10, .pirq = -1};
    physdev_unmap_pirq_t unmap = {.domid = 0, .pirq = 10};
    physdev_pci_device_t device = {.devfn = 0};
    physdev_setup_gsi_t gsi = {.gsi = 10};
    gnttab_query_size_t table = {.dom = 0};

    told.alloc_for_us = event_channel_op_alloc_unbound(&offer);
    told.status_of_us = event_channel_op_status(&status);
    told.reset_us = event_channel_op_reset(&reset);
    told.shutdown_us = sched_op_remote_shutdown(&end);
    told.map_pirq = physdev_op_map_pirq((void *)&map);
    told.unmap_pirq = physdev_op_unmap_pirq(&unmap);
    told.pci_add = physdev_op_pci_device_add((void *)&device);
    told.gsi = physdev_op_setup_gsi(&gsi);
    grant_table_op_query_size(&table, 1);
    told.grant_table_of_us = table.status;
}

static void child_ringlet(void)
{
    static struct ringlet_audit report;
    struct ringlet_trace trace = {.domid = DOMID_SELF, .mask = RINGLET_TRACE_HYPERCALLS};

    told.audit = hypercall_ringlet(RINGLET_audit, &report);
    told.trace = hypercall_ringlet(RINGLET_trace, &trace);
    trace.mask = RINGLET_TRACE_QUERY;
    told.trace_query = hypercall_ringlet(RINGLET_trace, &trace);
    trace = (struct ringlet_trace){.domid = 0, .mask = RINGLET_TRACE_QUERY};
    told.trace_of_us = hypercall_ringlet(RINGLET_trace, &trace);
}

static void child_main(void)
{
    struct xen_domctl op = {.cmd = XEN_DOMCTL_pausedomain,
                            .interface_version = 0x14,
                            .domain = (domid_t)own_id};

    told.old_interface = hypercall_domctl(&op);
    told.no_domain = domctl_plain(XEN_DOMCTL_pausedomain, 999);
    for (uint32_t cmd = 0; cmd < COMMANDS; cmd++) {
        told.domctl[cmd] = domctl_plain(cmd, (domid_t)own_id);
        told.domctl_on_us[cmd] = domctl_plain(cmd, 0);
    }
    for (uint32_t cmd = 0; cmd < 30; cmd++) {
        struct xen_sysctl s = {.cmd = cmd, .interface_version = XEN_SYSCTL_INTERFACE_VERSION};
        told.sysctl[cmd] = hypercall_sysctl(&s);
    }
    child_memory();
    child_others();
    child_ringlet();
    shutdown(SHUTDOWN_poweroff);
}

static void check_told(void)
{
    for (uint32_t cmd = 0; cmd < COMMANDS; cmd++) {
        expect(told.domctl[cmd] == -XEN_EPERM, "%u: %d", cmd, told.domctl[cmd]);
        expect(told.domctl_on_us[cmd] == -XEN_EPERM, "%u: %d", cmd, told.domctl_on_us[cmd]);
    }
    for (uint32_t cmd = 0; cmd < 30; cmd++) {
        expect(told.sysctl[cmd] == -XEN_EPERM, "%u: %d", cmd, told.sysctl[cmd]);
    }
    expect_errno(told.old_interface, -XEN_EACCES);
    if (on_ringlet()) {
        expect_errno(told.audit, -XEN_EPERM);
        expect_errno(told.trace, -XEN_EPERM);
        expect_ok(told.trace_query);
        expect_errno(told.trace_of_us, -XEN_EPERM);
    }
    expect_errno(told.no_domain, -XEN_ESRCH);
    expect_equal(told.populate, 0);
    expect_equal(told.increase, 0);
    expect_errno(told.current, -XEN_EPERM);
    expect_errno(told.map_memory, -XEN_EPERM);
    expect_errno(told.update, -XEN_EPERM);
    expect_errno(told.update_ours, -XEN_EINVAL); /* not a frame of its own */
    expect_errno(told.pin, -XEN_EPERM);
    expect_errno(told.acquire, -XEN_EPERM);
    expect_errno(told.memory_map, -XEN_EPERM);
    expect_errno(told.alloc_for_us, -XEN_EPERM);
    expect_errno(told.status_of_us, -XEN_EPERM);
    expect_errno(told.reset_us, -XEN_EPERM);
    expect_errno(told.shutdown_us, -XEN_EPERM);
    expect_errno(told.map_pirq, -XEN_EPERM);
    expect_errno(told.unmap_pirq, -XEN_EPERM);
    expect_errno(told.pci_add, -XEN_EPERM);
    expect_errno(told.gsi, -XEN_EPERM);
    expect_errno(told.grant_table_of_us, GNTST_permission_denied);
}

/* The child's last refusals say why. */
static void check_reasons(const struct child *c)
{
    static ringlet_why_entry_t entries[RINGLET_WHY_ENTRIES];
    ringlet_why_t why = {.entries = hypercall_address(entries), .count = RINGLET_WHY_ENTRIES, .domid = c->id};

    if (!on_ringlet()) {
        return;
    }
    expect_ok(ringlet_why(&why));
    for (uint32_t i = 0; i < why.count; i++) {
        bool control =
            entries[i].hypercall == __HYPERVISOR_domctl || entries[i].hypercall == __HYPERVISOR_sysctl;
        expect(!control || entries[i].reason == REASON_not_privileged, "%u", entries[i].reason);
        expect(!control || entries[i].found == entries[i].subop);
    }
    expect_equal(why.count, RINGLET_WHY_ENTRIES);
}

static void test_privileged_refusals(const struct child *c)
{
    struct xen_domctl op = {.u.createdomain = child_config()};
    struct xen_domctl_getdomaininfo before, after;

    expect(domain_facts(c->id, &before));
    op.interface_version = 0x14;
    op.cmd = XEN_DOMCTL_pausedomain;
    op.domain = c->id;
    expect_errno(hypercall_domctl(&op), -XEN_EACCES);
    expect_reason(REASON_interface_version);
    expect_errno(hypercall_domctl((void *)UNMAPPED), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(domctl_plain(999, c->id), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(domctl_plain(XEN_DOMCTL_pausedomain, 0), -XEN_EINVAL);
    expect_reason(REASON_domain_is_self);
    expect_errno(domctl_plain(XEN_DOMCTL_pausedomain, DOMID_SELF), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    expect_errno(domctl(&op, XEN_DOMCTL_createdomain, c->id), -XEN_EEXIST);
    expect_reason(REASON_domain_exists);
    op.u.createdomain.flags = 1u << 20;
    expect_errno(domctl(&op, XEN_DOMCTL_createdomain, 0), -XEN_EINVAL);
    expect_reason(REASON_domain_config);
    op.u.createdomain = child_config();
    op.u.createdomain.max_vcpus = 0;
    expect_errno(domctl(&op, XEN_DOMCTL_createdomain, 0), -XEN_EINVAL);
    expect_reason(REASON_vcpu_invalid);
    op.u.createdomain = child_config();
    op.u.createdomain.grant_opts = XEN_DOMCTL_GRANT_version(7);
    expect_errno(domctl(&op, XEN_DOMCTL_createdomain, 0), -XEN_EINVAL);
    expect_reason(REASON_grant_version);
    op.u.createdomain = child_config();
    op.u.createdomain.arch.emulation_flags = 1;
    expect(domctl(&op, XEN_DOMCTL_createdomain, 0) < 0);
    expect_reason(REASON_domain_config);
    op.u.max_vcpus.max = 2;
    expect_errno(domctl(&op, XEN_DOMCTL_max_vcpus, c->id), -XEN_EINVAL);
    expect_reason(REASON_vcpu_invalid);
    op.u.address_size.size = 64;
    expect_errno(domctl(&op, XEN_DOMCTL_set_address_size, c->id), -XEN_EINVAL);
    expect_reason(REASON_domain_width);
    op.u.address_size.size = 32;
    expect_ok(domctl(&op, XEN_DOMCTL_set_address_size, c->id));
    op.u.address_size.size = 0;
    expect_ok(domctl(&op, XEN_DOMCTL_get_address_size, c->id));
    expect_equal(op.u.address_size.size, 32);
    expect(domain_facts(c->id, &after));
    expect_equal(memcmp(&before, &after, sizeof(before)), 0);
}

static void test_contexts(const struct child *c)
{
    static vcpu_guest_context_t context;
    struct xen_domctl op = {.u.vcpucontext = {.ctxt = hypercall_address(&context)}};

    expect_ok(domctl(&op, XEN_DOMCTL_getvcpucontext, c->id));
    expect_equal(context.user_regs.eip, (uint32_t)child_main);
    expect_equal(context.user_regs.cs, 0xe019);
    expect_equal(context.ctrlreg[3], xen_pfn_to_cr3(c->frames[c->image_pages]));
    expect(context.flags & VGCF_online);
    /* Set again it may be, but not with other tables. */
    context.user_regs.ebx = 77;
    expect_ok(domctl(&op, XEN_DOMCTL_setvcpucontext, c->id));
    memset(&context, 0, sizeof(context));
    expect_ok(domctl(&op, XEN_DOMCTL_getvcpucontext, c->id));
    expect_equal(context.user_regs.ebx, 77);
    context.ctrlreg[3] = xen_pfn_to_cr3(c->frames[0]);
    expect_errno(domctl(&op, XEN_DOMCTL_setvcpucontext, c->id), -XEN_EOPNOTSUPP);
    expect_reason(REASON_vcpu_initialised);
    op.u.vcpucontext.vcpu = 1;
    expect_errno(domctl(&op, XEN_DOMCTL_setvcpucontext, c->id), -XEN_EINVAL);
    expect_errno(domctl(&op, XEN_DOMCTL_getvcpucontext, c->id), -XEN_EINVAL);
    expect_reason(REASON_vcpu_invalid);
    op.u.vcpucontext.vcpu = 0;
    expect_errno(domctl(&op, XEN_DOMCTL_setvcpucontext, 0), -XEN_EINVAL);
    expect_errno(domctl(&op, XEN_DOMCTL_getvcpucontext, 0), -XEN_EINVAL);
}

static void test_frames(const struct child *c)
{
    static uint32_t list[6];
    struct xen_domctl op = {.u.getpageframeinfo3 = {6, hypercall_address(list)}};
    const uint32_t *tables = &c->frames[c->image_pages];

    list[0] = tables[0];
    list[1] = tables[1];
    list[2] = tables[5];
    list[3] = c->frames[0];
    list[4] = our_frame;
    list[5] = 0xffffff;
    expect_ok(domctl(&op, XEN_DOMCTL_getpageframeinfo3, c->id));
    expect_equal(list[0], XEN_DOMCTL_PFINFO_L3TAB | XEN_DOMCTL_PFINFO_LPINTAB);
    expect_equal(list[1], XEN_DOMCTL_PFINFO_L2TAB);
    expect_equal(list[2], XEN_DOMCTL_PFINFO_L1TAB);
    expect_equal(list[3], XEN_DOMCTL_PFINFO_NOTAB);
    expect_equal(list[4], XEN_DOMCTL_PFINFO_XTAB);
    expect_equal(list[5], XEN_DOMCTL_PFINFO_XTAB);
    op.u.getpageframeinfo3.num = 1025;
    expect_errno(domctl(&op, XEN_DOMCTL_getpageframeinfo3, c->id), -XEN_E2BIG);
    op.u.hypercall_init.gmfn = tables[0];
    expect(domctl(&op, XEN_DOMCTL_hypercall_init, c->id) < 0); /* a page table */
    op.u.hypercall_init.gmfn = our_frame;
    expect(domctl(&op, XEN_DOMCTL_hypercall_init, c->id) < 0);
    op.u.hypercall_init.gmfn = c->frames[((char *)page - (char *)0x100000) / PAGE_BYTES];
    expect_ok(domctl(&op, XEN_DOMCTL_hypercall_init, c->id));
    const uint8_t *stub = child_view(c, page);
    expect_equal(stub[64], 0xb8);
    expect_equal(stub[65], 2);
    child_view_end();
}

/* Pauses are counted; a handle and a clock are kept; a vCPU is described. */
static void test_small_ones(const struct child *c)
{
    struct xen_domctl op = {0};
    struct xen_domctl_getdomaininfo info;

    expect_ok(domctl_plain(XEN_DOMCTL_pausedomain, c->id));
    expect_ok(domctl_plain(XEN_DOMCTL_unpausedomain, c->id));
    expect(domain_facts(c->id, &info) && (info.flags & XEN_DOMINF_paused));
    memset(op.u.setdomainhandle.handle, 0x5a, 16);
    expect_ok(domctl(&op, XEN_DOMCTL_setdomainhandle, c->id));
    expect(domain_facts(c->id, &info));
    expect_equal(info.handle[0], 0x5a);
    expect_equal(info.handle[15], 0x5a);
    memset(&op, 0, sizeof(op));
    expect_ok(domctl(&op, XEN_DOMCTL_getvcpuinfo, c->id));
    expect_equal(op.u.getvcpuinfo.online, 1);
    expect_equal(op.u.getvcpuinfo.running, 0);
    op.u.getvcpuinfo.vcpu = 5;
    expect_errno(domctl(&op, XEN_DOMCTL_getvcpuinfo, c->id), -XEN_EINVAL);
    op.u.setdebugging.enable = 1;
    expect_ok(domctl(&op, XEN_DOMCTL_setdebugging, c->id));
    expect(domain_facts(c->id, &info) && (info.flags & XEN_DOMINF_debugged));
    op.u.setdebugging.enable = 0;
    expect_ok(domctl(&op, XEN_DOMCTL_setdebugging, c->id));
    op.u.set_virq_handler.virq = VIRQ_TIMER;
    expect_errno(domctl(&op, XEN_DOMCTL_set_virq_handler, c->id), -XEN_EINVAL);
    expect_reason(REASON_virq_invalid);
    op.u.set_virq_handler.virq = VIRQ_DOM_EXC;
    expect_ok(domctl(&op, XEN_DOMCTL_set_virq_handler, c->id));
    expect_ok(domctl(&op, XEN_DOMCTL_set_virq_handler, 0));
    memset(&op, 0, sizeof(op));
    op.u.settimeoffset.time_offset_seconds = 1000;
    expect_ok(domctl(&op, XEN_DOMCTL_settimeoffset, c->id));
    shared_info_t *theirs = child_view_frame(c, c->shared_info);
    expect(theirs->wc_sec - shared_page.wc_sec - 1000 < 2);
    child_view_end();
}

GUEST_TEST("only the privileged domain controls domains")
{
    struct xen_domctl_getdomaininfo before, after;
    evtchn_status_t port = {.dom = DOMID_SELF, .port = 1};
    struct child c;

    expect_ok(child_start_empty(&c));
    own_id = c.id;
    our_frame = address_to_mfn(page);
    expect_ok(child_populate(&c));
    expect_ok(child_build(&c));
    expect_ok(child_set_context(&c, child_main));
    test_privileged_refusals(&c);
    test_contexts(&c);
    test_frames(&c);
    test_small_ones(&c);
    expect(domain_facts(0, &before));
    expect_ok(child_unpause(&c));
    expect_equal(child_wait(&c), SHUTDOWN_poweroff);
    expect_errno(domctl_plain(XEN_DOMCTL_unpausedomain, c.id), -XEN_EINVAL);
    expect_reason(REASON_domain_state);
    for (uint32_t i = 0; i < sizeof(told) / PAGE_BYTES + 2; i++) { /* it may lie across pages */
        uint32_t at = i * PAGE_BYTES < sizeof(told) ? i * PAGE_BYTES : sizeof(told) - 1;
        volatile char *mine = (volatile char *)((uintptr_t)((volatile char *)&told + at) & ~(PAGE_BYTES - 1));
        volatile char *first = mine < (volatile char *)&told ? (volatile char *)&told : mine;
        volatile char *end = mine + PAGE_BYTES;
        volatile char *last = (volatile char *)(&told + 1) < end ? (volatile char *)(&told + 1) : end;
        memcpy((void *)first, child_view(&c, first), (size_t)(last - first));
    }
    child_view_end();
    check_told();
    check_reasons(&c);
    expect(domain_facts(0, &after));
    after.cpu_time = before.cpu_time;
    expect_equal(memcmp(&before, &after, sizeof(before)), 0);
    expect_ok(event_channel_op_status(&port));
    expect_equal(port.status, EVTCHNSTAT_closed);
    expect_ok(child_destroy(&c));
}
