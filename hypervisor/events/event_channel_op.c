// SPDX-License-Identifier: MIT
/* event_channel_op: the guest's structures in and out. What they ask for is decided in channel_bind.c. */
#include <abi/event_channel.h>

#include "core/why.h"
#include "domain/domain.h"
#include "events/channel_bind.h"
#include "events/console.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "events/hypercalls.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

static int copy_in(void *to, gva_t arg, size_t n)
{
    if (likely(copy_from_guest(to, arg, n) == 0))
        return 0;
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
}

/* Tells the guest its new port; if it cannot be told, the port is closed again. */
static int return_port(struct domain *d, uint32_t port, gva_t to)
{
    if (likely(guest_put32(to, port) == 0))
        return 0;
    (void)channel_close(d, port);
    return refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, to.raw, 0);
}

/* The domain a structure names, that the caller may act for: itself, or any to a privileged one. NULL: refused. */
static struct domain *target_domain(struct domain *caller, uint16_t id, int *error)
{
    struct domain *d = id == DOMID_SELF || id == caller->id ? caller : domain_find(id);

    if (!d)
        *error = refuse(-ESRCH, REASON_no_such_domain, 0, id, 0);
    else if (d != caller && !caller->privileged)
        *error = refuse(-EPERM, REASON_not_privileged, 0, id, 0);
    else
        return d;
    return NULL;
}

static long op_alloc_unbound(struct domain *self, gva_t arg)
{
    struct evtchn_alloc_unbound a;
    struct domain *d;
    uint32_t port;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))) || !(d = target_domain(self, a.dom, &error)))
        return error;
    error = channel_alloc_unbound(d, a.remote_dom == DOMID_SELF ? self->id : a.remote_dom, &port);
    return error ? error : return_port(d, port, gva_add(arg, offsetof(struct evtchn_alloc_unbound, port)));
}

static long op_bind_interdomain(struct domain *self, gva_t arg)
{
    struct evtchn_bind_interdomain a;
    struct domain *peer;
    uint32_t port;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))))
        return error;
    peer = a.remote_dom == DOMID_SELF ? self : domain_find(a.remote_dom);
    if (!peer)
        return refuse(-ESRCH, REASON_no_such_domain, 0, a.remote_dom, 0);
    error = channel_bind_interdomain(self, peer, a.remote_port, &port);
    return error
               ? error
               : return_port(self, port, gva_add(arg, offsetof(struct evtchn_bind_interdomain, local_port)));
}

static long op_bind_virq(struct domain *self, gva_t arg)
{
    struct evtchn_bind_virq a;
    uint32_t port;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))))
        return error;
    error = channel_bind_virq(self, a.virq, a.vcpu, &port);
    if (!error && a.virq == VIRQ_CONSOLE && self->id == 0 && console_input_waits()) /* typed ahead */
        virq_send_global(self, VIRQ_CONSOLE);
    return error ? error : return_port(self, port, gva_add(arg, offsetof(struct evtchn_bind_virq, port)));
}

static long op_bind_ipi(struct domain *self, gva_t arg)
{
    struct evtchn_bind_ipi a;
    uint32_t port;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))))
        return error;
    error = channel_bind_ipi(self, a.vcpu, &port);
    return error ? error : return_port(self, port, gva_add(arg, offsetof(struct evtchn_bind_ipi, port)));
}

static long op_bind_pirq(struct domain *self, gva_t arg)
{
    struct evtchn_bind_pirq a;
    uint32_t port;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))))
        return error;
    error = channel_bind_pirq(self, a.pirq, &port);
    return error ? error : return_port(self, port, gva_add(arg, offsetof(struct evtchn_bind_pirq, port)));
}

static long op_bind_vcpu(struct domain *self, gva_t arg)
{
    struct evtchn_bind_vcpu a;
    int error = copy_in(&a, arg, sizeof(a));

    return error ? error : channel_bind_vcpu(self, a.port, a.vcpu);
}

static int copy_port(uint32_t *port, gva_t arg)
{
    if (likely(guest_get32(port, arg) == 0))
        return 0;
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
}

static long op_close(struct domain *self, gva_t arg)
{
    uint32_t port;
    int error = copy_port(&port, arg);

    return error ? error : channel_close(self, port);
}

static long op_send(struct domain *self, gva_t arg)
{
    uint32_t port;
    int error = copy_port(&port, arg);

    return error ? error : channel_send(self, port);
}

static long op_unmask(struct domain *self, gva_t arg)
{
    uint32_t port;
    int error = copy_port(&port, arg);

    return error ? error : channel_unmask_port(self, port);
}

static long op_status(struct domain *self, gva_t arg)
{
    struct evtchn_status a;
    struct domain *d;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))) || !(d = target_domain(self, a.dom, &error)))
        return error;
    error = channel_status(d, a.port, &a);
    if (!error && copy_to_guest(arg, &a, sizeof(a)))
        error = refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, arg.raw, 0);
    return error;
}

static long op_reset(struct domain *self, gva_t arg)
{
    struct evtchn_reset a;
    struct domain *d;
    int error;

    if ((error = copy_in(&a, arg, sizeof(a))) || !(d = target_domain(self, a.dom, &error)))
        return error;
    channel_close_all(d);
    return 0;
}

/* What a hypervisor without the FIFO layout answers; guests then stay with two levels. */
static long op_no_fifo(struct domain *self, gva_t arg)
{
    return refuse(-ENOSYS, REASON_event_layout, self->id, arg.raw, 0);
}

static long (*const operations[])(struct domain *self, gva_t arg) = {
    [EVTCHNOP_bind_interdomain] = op_bind_interdomain,
    [EVTCHNOP_bind_virq] = op_bind_virq,
    [EVTCHNOP_bind_pirq] = op_bind_pirq,
    [EVTCHNOP_close] = op_close,
    [EVTCHNOP_send] = op_send,
    [EVTCHNOP_status] = op_status,
    [EVTCHNOP_alloc_unbound] = op_alloc_unbound,
    [EVTCHNOP_bind_ipi] = op_bind_ipi,
    [EVTCHNOP_bind_vcpu] = op_bind_vcpu,
    [EVTCHNOP_unmask] = op_unmask,
    [EVTCHNOP_reset] = op_reset,
    [EVTCHNOP_init_control] = op_no_fifo,
    [EVTCHNOP_expand_array] = op_no_fifo,
    [EVTCHNOP_set_priority] = op_no_fifo,
};

long hypercall_event_channel_op(uint64_t cmd, uint64_t arg)
{
    uint32_t command = (uint32_t)cmd;

    if (unlikely(command >= ARRAY_SIZE(operations)))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(operations), command, 0);
    return operations[command](current_vcpu()->domain, gva(arg));
}

/* The older call has command and arguments in one structure, and no command that came later. */
long hypercall_event_channel_op_compat(uint64_t op)
{
    struct evtchn_op a;
    int error = copy_in(&a, gva(op), sizeof(a));

    if (error)
        return error;
    if (a.cmd > EVTCHNOP_unmask)
        return refuse(-ENOSYS, REASON_no_such_subop, EVTCHNOP_unmask, a.cmd, 0);
    return hypercall_event_channel_op(a.cmd, op + offsetof(struct evtchn_op, u));
}
