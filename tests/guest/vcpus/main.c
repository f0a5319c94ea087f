/* SPDX-License-Identifier: MIT */
/*
 * Several vCPUs: vcpu_op brings them up and down, they share one processor fairly, interrupt each other, and every refusal
 * changes nothing.
 *
 * run-qemu: -icount shift=4,sleep=off
 * run-options: dom0_max_vcpus=4
 */
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#define VCPUS 4
#define BAD_POINTER 0xf6000000u
#define MS TIME_MILLISECOND

static uint8_t stacks[VCPUS][4096] __attribute__((aligned(4096)));
static volatile unsigned int counts[VCPUS], arrived[VCPUS];
static volatile unsigned int seen_cs, seen_me;
static volatile uint32_t wake_port[VCPUS];

static int32_t raw(uint32_t command, uint32_t vcpu, uint32_t address)
{
    return hypercall(__HYPERVISOR_vcpu_op, command, vcpu, address, 0, 0);
}

/* A vCPU that counts for ever. Its registers at the start are told to vCPU 0. */
static void __attribute__((noreturn)) count_for_ever(uint32_t me)
{
    uint32_t cs;

    __asm__("mov %%cs, %0" : "=r"(cs));
    seen_cs = cs;
    seen_me = me;
    arrived[me] = 1;
    for (;;)
        counts[me]++;
}

/* A vCPU that sleeps in polls of its port and counts how often it was woken. */
static void __attribute__((noreturn)) poll_for_ever(uint32_t me)
{
    uint32_t port = wake_port[me];
    sched_poll_t p = {.ports = hypercall_address(&port), .nr_ports = 1};

    arrived[me] = 1;
    for (;;) {
        sched_op_poll(&p);
        if (shared_page.evtchn_pending[port / 32] >> (port % 32) & 1) {
            __sync_fetch_and_and(&shared_page.evtchn_pending[port / 32], ~(1u << (port % 32)));
            counts[me]++;
        }
    }
}

static vcpu_guest_context_t context;

static void prepare(uint32_t vcpu, void (*run)(uint32_t))
{
    context = (vcpu_guest_context_t){.flags = VGCF_IN_KERNEL};
    context.user_regs.eip = (uint32_t)run;
    context.user_regs.cs = FLAT_KERNEL_CS & 0xfffc; /* the privilege is put right */
    context.user_regs.ds = context.user_regs.es = context.user_regs.fs = context.user_regs.gs =
        FLAT_KERNEL_DS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.esp = (uint32_t)stacks[vcpu] + sizeof(stacks[vcpu]) - 20;
    *(uint32_t *)(context.user_regs.esp + 4) = vcpu; /* the function's argument, above a return address */
    context.user_regs.eflags = 0x3202;               /* I/O privilege 3: not this way */
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = context.user_regs.esp;
    context.ctrlreg[3] = xen_pfn_to_cr3(page_root_mfn);
}

static bool wait_for(volatile unsigned int *flag)
{
    uint64_t end = time_now() + TIME_SECOND;

    while (!*flag && time_now() < end)
        sched_op_yield();
    return *flag != 0;
}

static void test_initialise_refusals(void)
{
    expect_errno(raw(VCPUOP_initialise, 1, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    prepare(1, count_for_ever);
    expect_errno(vcpu_op_initialise(0, &context), -XEN_EEXIST);
    expect_reason(REASON_vcpu_initialised);
    expect_errno(vcpu_op_initialise(VCPUS, &context), -XEN_ENOENT);
    expect_reason(REASON_vcpu_invalid);
    expect_errno(vcpu_op_initialise(0xffffffff, &context), -XEN_ENOENT);
    context.ldt_base = 0x1004;
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
    expect_reason(REASON_ldt_base);
    if (on_ringlet()) { /* the reference lets it be: such an LDT is never mapped */
        context.ldt_base = 0xf6000000;
        context.ldt_ents = 1;
        expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
        expect_reason(REASON_ldt_base);
    }
    context.ldt_base = 0;
    context.ldt_ents = 8193;
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
    expect_reason(REASON_ldt_entries);
    context.ldt_ents = 0;
    context.gdt_ents = FIRST_RESERVED_GDT_ENTRY + 1;
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
    expect_reason(REASON_gdt_entries);
    context.gdt_ents = 512;
    context.gdt_frames[0] = page_root_mfn; /* a page table cannot be a descriptor page */
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
    expect_reason(REASON_frame_type_conflict);
    context.gdt_ents = 0;
    context.ctrlreg[3] = xen_pfn_to_cr3(0x7ffffff); /* no such frame */
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
    context.ctrlreg[3] = xen_pfn_to_cr3(pte_mfn(page_entry(stacks))); /* writable: no page table */
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EINVAL);
    expect_errno(raw(VCPUOP_up, 1, 0), -XEN_EINVAL); /* none of these gave it a state */
    expect_reason(REASON_vcpu_not_initialised);
    expect_equal(raw(VCPUOP_is_up, 1, 0), 0);
    expect_equal(raw(VCPUOP_is_up, 0, 0), 1);
}

static void test_bring_up(void)
{
    prepare(1, count_for_ever);
    expect_ok(vcpu_op_initialise(1, &context));
    expect_errno(vcpu_op_initialise(1, &context), -XEN_EEXIST);
    expect_reason(REASON_vcpu_initialised);
    expect_equal(raw(VCPUOP_is_up, 1, 0), 0); /* does not run yet */
    expect_ok(raw(VCPUOP_up, 1, 0));
    expect_ok(raw(VCPUOP_up, 1, 0)); /* again: nothing */
    expect_equal(raw(VCPUOP_is_up, 1, 0), 1);
    expect(wait_for(&arrived[1]));
    expect_equal(seen_cs, FLAT_KERNEL_CS);
    expect_equal(seen_me, 1);
}

/* Two that never stop get about half each, without our yielding. */
static void test_time_slices(void)
{
    vcpu_runstate_info_t before[2], after[2];
    uint64_t start = time_now(), ran[2];

    for (unsigned int i = 0; i < 2; i++)
        expect_ok(vcpu_op_get_runstate_info(i, &before[i]));
    while (time_now() - start < 200 * MS)
        ;
    for (unsigned int i = 0; i < 2; i++) {
        expect_ok(vcpu_op_get_runstate_info(i, &after[i]));
        ran[i] = after[i].time[RUNSTATE_running] - before[i].time[RUNSTATE_running];
    }
    expect(ran[0] > 60 * MS && ran[1] > 60 * MS, "vCPU 0 ran %llu ns, vCPU 1 %llu ns", ran[0], ran[1]);
    expect(after[1].state == RUNSTATE_runnable);
}

static void test_down(void)
{
    unsigned int was;

    expect_ok(raw(VCPUOP_down, 1, 0));
    expect_equal(raw(VCPUOP_is_up, 1, 0), 0);
    was = counts[1];
    time_sleep(15 * MS);
    expect_equal(counts[1], was);
    expect_ok(raw(VCPUOP_up, 1, 0)); /* goes on where it was */
    time_sleep(30 * MS);
    expect(counts[1] != was);
    expect_ok(raw(VCPUOP_down, 1, 0));
}

/* An IPI ends another vCPU's poll. */
static void test_ipi(void)
{
    evtchn_bind_ipi_t ipi = {.vcpu = 2};
    evtchn_send_t send;

    expect_ok(event_channel_op_bind_ipi(&ipi));
    wake_port[2] = send.port = ipi.port;
    shared_page.evtchn_mask[ipi.port / 32] |= 1u << (ipi.port % 32);
    prepare(2, poll_for_ever);
    expect_ok(vcpu_op_initialise(2, &context));
    expect_ok(raw(VCPUOP_up, 2, 0));
    expect(wait_for(&arrived[2]));
    sched_op_yield();
    for (unsigned int i = 1; i <= 5; i++) {
        uint64_t end = time_now() + TIME_SECOND;

        expect_ok(event_channel_op_send(&send));
        while (counts[2] < i && time_now() < end)
            sched_op_yield();
        expect_equal(counts[2], i);
    }
    expect_ok(raw(VCPUOP_down, 2, 0));
}

static void test_register_info(void)
{
    static uint8_t page[4096] __attribute__((aligned(4096)));
    vcpu_register_vcpu_info_t r = {.mfn = pte_mfn(page_entry(page)), .offset = 4096 - 60};
    vcpu_info_t *moved = (vcpu_info_t *)(page + 512);

    expect_errno(vcpu_op_register_vcpu_info(3, &r), -XEN_ENXIO);
    expect_reason(REASON_vcpu_info_placement);
    r.offset = 0xffffffc0;
    expect_errno(vcpu_op_register_vcpu_info(3, &r), -XEN_ENXIO);
    r.offset = 514;
    expect_errno(vcpu_op_register_vcpu_info(3, &r), -XEN_ENXIO);
    r = (vcpu_register_vcpu_info_t){.mfn = 1ull << 40, .offset = 512};
    expect_errno(vcpu_op_register_vcpu_info(3, &r), -XEN_EINVAL);
    r.mfn = page_root_mfn;
    expect_errno(vcpu_op_register_vcpu_info(3, &r), -XEN_EINVAL);
    expect_reason(REASON_frame_type_conflict);
    expect_errno(raw(VCPUOP_register_vcpu_info, 3, BAD_POINTER), -XEN_EFAULT);
    r.mfn = pte_mfn(page_entry(page));
    expect_ok(vcpu_op_register_vcpu_info(3, &r));  /* another vCPU's, while it is down */
    expect_equal(moved->evtchn_upcall_pending, 1); /* look at everything once */
    expect_equal(moved->evtchn_pending_sel, 0xffffffff);
    r.offset = 1024;
    expect_errno(vcpu_op_register_vcpu_info(3, &r), -XEN_EINVAL);
    expect_reason(REASON_vcpu_info_placed);

    evtchn_bind_ipi_t ipi = {.vcpu = 3};
    evtchn_send_t send;
    expect_ok(event_channel_op_bind_ipi(&ipi));
    moved->evtchn_upcall_pending = 0;
    moved->evtchn_pending_sel = 0;
    send.port = ipi.port;
    expect_ok(event_channel_op_send(&send));
    expect_equal(moved->evtchn_upcall_pending, 1); /* events go to the new place */
    expect_equal(moved->evtchn_pending_sel, 1u << ipi.port / 32);
}

static void test_other_refusals(void)
{
    vcpu_set_singleshot_timer_t t = {.timeout_abs_ns = 1};
    vcpu_get_physid_t id;

    expect_errno(vcpu_op_set_singleshot_timer(1, &t), -XEN_EINVAL); /* one's own only */
    expect_reason(REASON_vcpu_not_self);
    expect_errno(vcpu_op_stop_singleshot_timer(1), -XEN_EINVAL);
    expect_reason(REASON_vcpu_not_self);
    expect_errno(raw(VCPUOP_send_nmi, 1, 4), -XEN_EINVAL);
    expect_reason(REASON_reserved_field);
    expect_ok(vcpu_op_get_physid(0, &id)); /* one processor: the initial domain is tied to it */
    expect_equal(xen_vcpu_physid_to_x86_apicid(id.phys_id), 0);
    expect_errno(raw(VCPUOP_get_physid, 0, BAD_POINTER), -XEN_EFAULT);
    expect_errno(raw(14, 0, 0), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(raw(0xffffffff, 0, 0), -XEN_ENOSYS);
    expect_errno(raw(0xffffffff, 9, 0), -XEN_ENOENT);
    expect_reason(REASON_vcpu_invalid);
}

GUEST_TEST("several vCPUs")
{
    vcpu_op_stop_periodic_timer(0);
    test_initialise_refusals();
    test_bring_up();
    test_time_slices();
    test_down();
    test_ipi();
    test_register_info();
    test_other_refusals();
}
