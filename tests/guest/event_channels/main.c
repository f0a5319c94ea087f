/* SPDX-License-Identifier: MIT */
/*
 * event_channel_op: each command works, and each refusal gives its errno and its reason and changes nothing.
 *
 * run-options: dom0_max_vcpus=2
 */
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define NO_DOMAIN 77
#define BAD_POINTER 0xf6000000u /* in the machine-to-physical table: neither copied from nor to */

static int32_t raw(uint32_t command, uint32_t address)
{
    return hypercall(__HYPERVISOR_event_channel_op, command, address, 0, 0, 0);
}

static uint32_t state_of(uint32_t port)
{
    evtchn_status_t s = {.dom = DOMID_SELF, .port = port};

    expect_ok(event_channel_op_status(&s));
    return s.status;
}

static uint32_t alloc(domid_t remote)
{
    evtchn_alloc_unbound_t a = {.dom = DOMID_SELF, .remote_dom = remote};

    expect_ok(event_channel_op_alloc_unbound(&a));
    return a.port;
}

static void close_port(uint32_t port)
{
    evtchn_close_t c = {.port = port};

    expect_ok(event_channel_op_close(&c));
}

static bool pending(uint32_t port)
{
    return shared_page.evtchn_pending[port / 32] >> (port % 32) & 1;
}

static void clear(uint32_t port)
{
    shared_page.evtchn_pending[port / 32] &= ~(1u << (port % 32));
}

static void test_unbound(void)
{
    uint32_t port = alloc(DOMID_SELF), next;
    evtchn_status_t s = {.dom = DOMID_SELF, .port = port};
    evtchn_send_t send = {.port = port};

    expect(port > 0 && port < EVTCHN_2L_NR_CHANNELS, "port %u", port);
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.status, EVTCHNSTAT_unbound);
    expect_equal(s.vcpu, 0);
    expect_equal(s.u.unbound.dom, 0);
    expect_ok(event_channel_op_send(&send)); /* to nobody: lost */
    expect(!pending(port));
    next = alloc(5); /* the domain need not exist */
    expect_equal(next, port + 1);
    s = (evtchn_status_t){.dom = 0, .port = next};
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.u.unbound.dom, 5);
    close_port(port);
    expect_equal(state_of(port), EVTCHNSTAT_closed);
    expect_equal(alloc(DOMID_SELF), port); /* the lowest free one */
    close_port(port);
    close_port(next);
}

static void test_unbound_refusals(void)
{
    evtchn_alloc_unbound_t a = {.dom = NO_DOMAIN, .remote_dom = DOMID_SELF, .port = 0x1234};

    expect_errno(event_channel_op_alloc_unbound(&a), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    expect_equal(a.port, 0x1234);
    expect_errno(raw(EVTCHNOP_alloc_unbound, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
}

static void test_interdomain(void)
{
    uint32_t far = alloc(DOMID_SELF);
    evtchn_bind_interdomain_t b = {.remote_dom = DOMID_SELF, .remote_port = far};
    evtchn_status_t s = {.dom = DOMID_SELF};
    evtchn_send_t send;

    expect_ok(event_channel_op_bind_interdomain(&b));
    expect(b.local_port != far);
    expect(pending(b.local_port)); /* as if an event had come before */
    clear(b.local_port);
    s.port = b.local_port;
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.status, EVTCHNSTAT_interdomain);
    expect_equal(s.u.interdomain.dom, 0);
    expect_equal(s.u.interdomain.port, far);
    s.port = far;
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.u.interdomain.port, b.local_port);
    send.port = far;
    expect_ok(event_channel_op_send(&send));
    expect(pending(b.local_port) && !pending(far));
    clear(b.local_port);
    send.port = b.local_port;
    expect_ok(event_channel_op_send(&send));
    expect(pending(far) && !pending(b.local_port));
    clear(far);

    /* Taken: nobody else can connect. */
    evtchn_bind_interdomain_t again = {.remote_dom = DOMID_SELF, .remote_port = far, .local_port = 0x1234};
    expect_errno(event_channel_op_bind_interdomain(&again), -XEN_EINVAL);
    expect_reason(REASON_port_wrong_kind);
    expect_equal(again.local_port, 0x1234);

    close_port(b.local_port);
    expect_equal(state_of(far), EVTCHNSTAT_unbound); /* may be connected to again */
    close_port(far);
}

static void test_interdomain_refusals(void)
{
    evtchn_bind_interdomain_t b = {.remote_dom = NO_DOMAIN, .remote_port = 1};
    uint32_t foreign = alloc(5), expected = alloc(DOMID_SELF);

    close_port(expected);
    expect_errno(event_channel_op_bind_interdomain(&b), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    b = (evtchn_bind_interdomain_t){.remote_dom = DOMID_SELF, .remote_port = foreign};
    expect_errno(event_channel_op_bind_interdomain(&b), -XEN_EINVAL);
    expect_reason(REASON_port_not_for_us);
    b.remote_port = EVTCHN_2L_NR_CHANNELS;
    expect_errno(event_channel_op_bind_interdomain(&b), -XEN_EINVAL);
    expect_reason(REASON_port_invalid);
    b.remote_port = 0xffffffff;
    expect_errno(event_channel_op_bind_interdomain(&b), -XEN_EINVAL);
    b.remote_port = expected; /* free */
    expect_errno(event_channel_op_bind_interdomain(&b), -XEN_EINVAL);
    expect_errno(raw(EVTCHNOP_bind_interdomain, BAD_POINTER), -XEN_EFAULT);
    expect_equal(alloc(DOMID_SELF), expected); /* none of these kept a port */
    close_port(expected);
    close_port(foreign);
}

static void test_virq(void)
{
    evtchn_bind_virq_t b = {.virq = VIRQ_TIMER, .vcpu = 0}, other = {.virq = VIRQ_TIMER, .vcpu = 1}, again;
    evtchn_status_t s = {.dom = DOMID_SELF};

    expect_ok(event_channel_op_bind_virq(&b));
    expect_ok(event_channel_op_bind_virq(&other)); /* one for each vCPU */
    expect(b.port != other.port);
    s.port = other.port;
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.status, EVTCHNSTAT_virq);
    expect_equal(s.u.virq, VIRQ_TIMER);
    expect_equal(s.vcpu, 1);
    again = b;
    expect_errno(event_channel_op_bind_virq(&again), -XEN_EEXIST);
    expect_reason(REASON_virq_bound);
    evtchn_send_t send = {.port = b.port};
    expect_errno(event_channel_op_send(&send), -XEN_EINVAL); /* the guest cannot raise it */
    expect_reason(REASON_port_wrong_kind);
    close_port(b.port);
    expect_ok(event_channel_op_bind_virq(&again)); /* closing unbinds */
    expect_equal(again.port, b.port);
    close_port(again.port);
    close_port(other.port);
}

static void test_virq_refusals(void)
{
    evtchn_bind_virq_t b = {.virq = NR_VIRQS, .vcpu = 0};

    expect_errno(event_channel_op_bind_virq(&b), -XEN_EINVAL);
    expect_reason(REASON_virq_invalid);
    b.virq = 0xffffffff;
    expect_errno(event_channel_op_bind_virq(&b), -XEN_EINVAL);
    b = (evtchn_bind_virq_t){.virq = VIRQ_CONSOLE, .vcpu = 1};
    expect_errno(event_channel_op_bind_virq(&b), -XEN_EINVAL);
    expect_reason(REASON_virq_not_vcpu0);
    b = (evtchn_bind_virq_t){.virq = VIRQ_TIMER, .vcpu = 2};
    expect_errno(event_channel_op_bind_virq(&b), -XEN_ENOENT);
    expect_reason(REASON_vcpu_invalid);
    b.vcpu = 0x80000000;
    expect_errno(event_channel_op_bind_virq(&b), -XEN_ENOENT);
    expect_errno(raw(EVTCHNOP_bind_virq, BAD_POINTER), -XEN_EFAULT);
}

static void test_ipi(void)
{
    evtchn_bind_ipi_t b = {.vcpu = 1}, bad = {.vcpu = 32};
    evtchn_status_t s = {.dom = DOMID_SELF};
    evtchn_send_t send;

    expect_ok(event_channel_op_bind_ipi(&b));
    s.port = b.port;
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.status, EVTCHNSTAT_ipi);
    expect_equal(s.vcpu, 1);
    send.port = b.port;
    shared_page.vcpu_info[1].evtchn_upcall_pending = 0;
    expect_ok(event_channel_op_send(&send));
    expect(pending(b.port));
    expect(shared_page.vcpu_info[1].evtchn_upcall_pending);
    expect(shared_page.vcpu_info[1].evtchn_pending_sel & 1u << b.port / 32);
    close_port(b.port);
    expect(!pending(b.port)); /* the next user sees no old event */
    expect_errno(event_channel_op_bind_ipi(&bad), -XEN_ENOENT);
    expect_reason(REASON_vcpu_invalid);
    bad.vcpu = 2;
    expect_errno(event_channel_op_bind_ipi(&bad), -XEN_ENOENT);
    expect_errno(raw(EVTCHNOP_bind_ipi, BAD_POINTER), -XEN_EFAULT);
}

static void test_bind_vcpu(void)
{
    uint32_t port = alloc(DOMID_SELF);
    evtchn_bind_vcpu_t move = {.port = port, .vcpu = 1};
    evtchn_bind_virq_t console = {.virq = VIRQ_DOM_EXC}, timer = {.virq = VIRQ_TIMER};
    evtchn_bind_ipi_t ipi = {.vcpu = 0};
    evtchn_status_t s = {.dom = DOMID_SELF, .port = port};

    expect_ok(event_channel_op_bind_vcpu(&move));
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.vcpu, 1);
    expect_ok(event_channel_op_bind_virq(&console));
    move.port = console.port; /* a global one may move */
    expect_ok(event_channel_op_bind_vcpu(&move));
    expect_ok(event_channel_op_bind_virq(&timer));
    move.port = timer.port;
    expect_errno(event_channel_op_bind_vcpu(&move), -XEN_EINVAL);
    expect_reason(REASON_port_pinned_vcpu);
    expect_ok(event_channel_op_bind_ipi(&ipi));
    move.port = ipi.port;
    expect_errno(event_channel_op_bind_vcpu(&move), -XEN_EINVAL);
    move = (evtchn_bind_vcpu_t){.port = port, .vcpu = 2};
    expect_errno(event_channel_op_bind_vcpu(&move), -XEN_ENOENT);
    expect_reason(REASON_vcpu_invalid);
    move = (evtchn_bind_vcpu_t){.port = EVTCHN_2L_NR_CHANNELS, .vcpu = 1};
    expect_errno(event_channel_op_bind_vcpu(&move), -XEN_EINVAL);
    expect_reason(REASON_port_invalid);
    expect_ok(event_channel_op_status(&s));
    expect_equal(s.vcpu, 1); /* where it was */
    expect_errno(raw(EVTCHNOP_bind_vcpu, BAD_POINTER), -XEN_EFAULT);
    close_port(port);
    close_port(console.port);
    close_port(timer.port);
    close_port(ipi.port);
}

static void test_port_refusals(void)
{
    static const uint32_t wrong[] = {EVTCHN_2L_NR_CHANNELS, EVTCHN_2L_NR_CHANNELS + 31, 0xffffffff};
    uint32_t closed = alloc(DOMID_SELF);
    evtchn_close_t c;
    evtchn_send_t send;
    evtchn_unmask_t unmask;
    evtchn_status_t s;

    close_port(closed);
    for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        c.port = send.port = unmask.port = wrong[i];
        s = (evtchn_status_t){.dom = DOMID_SELF, .port = wrong[i]};
        expect_errno(event_channel_op_close(&c), -XEN_EINVAL);
        expect_reason(REASON_port_invalid);
        expect_errno(event_channel_op_send(&send), -XEN_EINVAL);
        expect_reason(REASON_port_invalid);
        expect_errno(event_channel_op_unmask(&unmask), -XEN_EINVAL);
        expect_reason(REASON_port_invalid);
        expect_errno(event_channel_op_status(&s), -XEN_EINVAL);
        expect_reason(REASON_port_invalid);
    }
    c.port = send.port = closed;
    expect_errno(event_channel_op_close(&c), -XEN_EINVAL);
    expect_reason(REASON_port_free);
    expect_errno(event_channel_op_send(&send), -XEN_EINVAL);
    expect_reason(REASON_port_wrong_kind);
    c.port = send.port = 0; /* never handed out */
    expect_errno(event_channel_op_close(&c), -XEN_EINVAL);
    expect_errno(event_channel_op_send(&send), -XEN_EINVAL);
    s = (evtchn_status_t){.dom = NO_DOMAIN, .port = 1};
    expect_errno(event_channel_op_status(&s), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    for (uint32_t command = EVTCHNOP_close; command <= EVTCHNOP_status; command++) {
        expect_errno(raw(command, BAD_POINTER), -XEN_EFAULT);
        expect_reason(REASON_bad_guest_pointer);
    }
    expect_errno(raw(EVTCHNOP_unmask, BAD_POINTER), -XEN_EFAULT);
    expect_errno(raw(EVTCHNOP_reset, BAD_POINTER), -XEN_EFAULT);
}

static void test_all_ports(void)
{
    evtchn_alloc_unbound_t a = {.dom = DOMID_SELF, .remote_dom = DOMID_SELF};
    evtchn_reset_t reset = {.dom = DOMID_SELF};
    uint32_t count = 0;

    while (event_channel_op_alloc_unbound(&a) == 0)
        count++;
    expect_errno(event_channel_op_alloc_unbound(&a), -XEN_ENOSPC);
    expect_reason(REASON_no_free_port);
    expect_equal(count, EVTCHN_2L_NR_CHANNELS - 1); /* all but port 0 */
    evtchn_bind_ipi_t ipi = {.vcpu = 0};
    expect_errno(event_channel_op_bind_ipi(&ipi), -XEN_ENOSPC);
    evtchn_bind_virq_t virq = {.virq = VIRQ_DEBUG};
    expect_errno(event_channel_op_bind_virq(&virq), -XEN_ENOSPC);
    evtchn_bind_interdomain_t bind = {.remote_dom = DOMID_SELF, .remote_port = 9};
    expect_errno(event_channel_op_bind_interdomain(&bind), -XEN_ENOSPC);
    expect_equal(state_of(9), EVTCHNSTAT_unbound); /* nothing changed */
    expect_ok(event_channel_op_reset(&reset));
    for (uint32_t port = 1; port < EVTCHN_2L_NR_CHANNELS; port += 101)
        expect_equal(state_of(port), EVTCHNSTAT_closed);
    reset.dom = NO_DOMAIN;
    expect_errno(event_channel_op_reset(&reset), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
}

/* Ports come 64 at a time: those beyond do not exist yet. */
static void test_ports_come_in_groups(void)
{
    evtchn_status_t s = {.dom = DOMID_SELF, .port = 63};
    evtchn_unmask_t unmask = {.port = 64};
    uint32_t port;

    expect_ok(event_channel_op_status(&s));
    s.port = 64;
    expect_errno(event_channel_op_status(&s), -XEN_EINVAL);
    expect_reason(REASON_port_invalid);
    expect_errno(event_channel_op_unmask(&unmask), -XEN_EINVAL);
    do
        port = alloc(DOMID_SELF);
    while (port < 64);
    expect_ok(event_channel_op_status(&s));
    expect_ok(event_channel_op_unmask(&unmask));
    while (port)
        close_port(port--);
}

static void test_other_commands(void)
{
    evtchn_bind_pirq_t pirq = {.pirq = 100000};
    evtchn_init_control_t control = {.vcpu = 0};

    expect_errno(event_channel_op_bind_pirq(&pirq), -XEN_EINVAL);
    expect_reason(REASON_pirq_invalid);
    expect_errno(raw(EVTCHNOP_bind_pirq, BAD_POINTER), -XEN_EFAULT);
    expect_errno(raw(15, 0), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(raw(0xffffffff, 0), -XEN_ENOSYS);
    if (on_ringlet()) { /* two levels only: as a hypervisor older than the FIFO layout answers */
        pirq.pirq = 1;
        expect_errno(event_channel_op_bind_pirq(&pirq), -XEN_EPERM);
        expect_reason(REASON_irq_denied);
        expect_errno(event_channel_op_init_control(&control), -XEN_ENOSYS);
        expect_reason(REASON_event_layout);
        expect_errno(raw(EVTCHNOP_expand_array, 0), -XEN_ENOSYS);
        expect_errno(raw(EVTCHNOP_set_priority, 0), -XEN_ENOSYS);
    }
}

/* The older call: the same commands, the structure with the command in front. */
static void test_compat(void)
{
    evtchn_op_t op = {.cmd = EVTCHNOP_alloc_unbound,
                      .u.alloc_unbound = {.dom = DOMID_SELF, .remote_dom = DOMID_SELF}};
    uint32_t port;

    expect_ok(hypercall_event_channel_op_compat(&op));
    port = op.u.alloc_unbound.port;
    expect_equal(state_of(port), EVTCHNSTAT_unbound);
    op = (evtchn_op_t){.cmd = EVTCHNOP_status, .u.status = {.dom = DOMID_SELF, .port = port}};
    expect_ok(hypercall_event_channel_op_compat(&op));
    expect_equal(op.u.status.status, EVTCHNSTAT_unbound);
    op = (evtchn_op_t){.cmd = EVTCHNOP_close, .u.close = {.port = port}};
    expect_ok(hypercall_event_channel_op_compat(&op));
    expect_errno(hypercall_event_channel_op_compat(&op), -XEN_EINVAL);
    expect_reason(REASON_port_free);
    op.cmd = EVTCHNOP_reset; /* came later than this call */
    expect_errno(hypercall_event_channel_op_compat(&op), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(hypercall(__HYPERVISOR_event_channel_op_compat, BAD_POINTER, 0, 0, 0, 0), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
}

/* A result that cannot be handed over leaves no port behind. */
static void test_result_not_writable(void)
{
    static evtchn_alloc_unbound_t page[512] __attribute__((aligned(4096)));
    uint32_t expected = alloc(DOMID_SELF);

    close_port(expected);
    page[0] = (evtchn_alloc_unbound_t){.dom = DOMID_SELF, .remote_dom = DOMID_SELF};
    expect_ok(page_protect(page, PTE_PRESENT));
    expect_errno(event_channel_op_alloc_unbound(&page[0]), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer_write);
    if (on_ringlet()) /* the reference keeps the port */
        expect_equal(alloc(DOMID_SELF), expected);
}

GUEST_TEST("event_channel_op")
{
    for (unsigned int i = 0; i < 32; i++)
        shared_page.evtchn_mask[i] = 0;
    test_unbound();
    test_unbound_refusals();
    test_interdomain();
    test_interdomain_refusals();
    test_virq();
    test_virq_refusals();
    test_ipi();
    test_bind_vcpu();
    test_port_refusals();
    test_ports_come_in_groups();
    test_all_ports();
    test_other_commands();
    test_compat();
    test_result_not_writable();
}
