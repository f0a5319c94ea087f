/* SPDX-License-Identifier: MIT */
/*
 * Event channels: one bit a port, sent by another domain, a virtual interrupt, another vCPU or a device.
 * Reference: event_channel.h.
 */
#ifndef ABI_EVENT_CHANNEL_H
#define ABI_EVENT_CHANNEL_H

#include "types.h"
#include "xen.h"

#define EVTCHNOP_bind_interdomain 0
#define EVTCHNOP_bind_virq 1
#define EVTCHNOP_bind_pirq 2
#define EVTCHNOP_close 3
#define EVTCHNOP_send 4
#define EVTCHNOP_status 5
#define EVTCHNOP_alloc_unbound 6
#define EVTCHNOP_bind_ipi 7
#define EVTCHNOP_bind_vcpu 8
#define EVTCHNOP_unmask 9
#define EVTCHNOP_reset 10
#define EVTCHNOP_init_control 11
#define EVTCHNOP_expand_array 12
#define EVTCHNOP_set_priority 13

/*
 * @event_channel_op
 *   EFAULT  arg cannot be reached
 *   ENOSYS  there is no such command
 */
/*
 * @event_channel_op.alloc_unbound
 *   before  dom is DOMID_SELF, or a privileged caller names another
 *   effect  gives dom a port that remote_dom (DOMID_SELF: the caller) may connect to once
 *   ESRCH   there is no domain dom
 *   EPERM   dom is another domain and the caller is not privileged
 *   ENOSPC  all ports are in use
 */
/*
 * @event_channel_op.bind_interdomain
 *   before  remote_port was opened for the caller with alloc_unbound
 *   effect  connects it to a new port of the caller, and sets that one pending, as an event may have been
 *           sent before
 *   ESRCH   there is no domain remote_dom
 *   EINVAL  remote_port does not wait for the caller
 *   EPERM   a policy forbids it
 *   ENOSPC  all ports are in use
 */
/*
 * @event_channel_op.bind_virq
 *   effect  gives a port that the virtual interrupt sets pending, on vcpu
 *   EINVAL  there is no such virtual interrupt, or it is global and vcpu is not 0
 *   ENOENT  there is no such vCPU
 *   EPERM   the interrupt is the initial domain's
 *   EEXIST  it is bound already
 *   ENOSPC  all ports are in use
 */
/*
 * @event_channel_op.bind_ipi
 *   effect  gives a port that notifies vcpu, and that the domain itself sends to
 *   ENOENT  there is no such vCPU
 *   ENOSPC  all ports are in use
 */
/*
 * @event_channel_op.bind_pirq
 *   effect  gives a port that the physical interrupt sets pending
 *   EINVAL  there is no such interrupt
 *   EPERM   the domain has no right to it
 *   EEXIST  it is bound already
 *   EBUSY   another domain has it, and one of the two would not share
 *   ENOSPC  all ports are in use
 */
/*
 * @event_channel_op.close
 *   effect  frees the port and clears its pending bit; a connected remote port becomes unbound, waiting for
 *           this domain
 *   EINVAL  there is no such port, it is free, or it is the hypervisor's
 */
/*
 * @event_channel_op.send
 *   effect  sets the other end pending, or the port itself for an interrupt between vCPUs. To an unbound port
 *           the event is lost
 *   result  0
 *   EINVAL  there is no such port, it is free, or is bound to an interrupt
 */
/*
 * @event_channel_op.status
 *   effect  says what the port is bound to and which vCPU it notifies; a port that is free is
 *           EVTCHNSTAT_closed
 *   ESRCH   there is no domain dom
 *   EPERM   dom is another domain and the caller is not privileged
 *   EINVAL  there is no such port
 */
/*
 * @event_channel_op.bind_vcpu
 *   effect  chooses the vCPU that the port notifies
 *   ENOENT  there is no such vCPU
 *   EINVAL  there is no such port, it is free, or it belongs to its vCPU (interrupts between vCPUs, per-vCPU
 *           virtual ones)
 */
/*
 * @event_channel_op.unmask
 *   effect  clears the port's mask bit, and notifies its vCPU when the port is pending
 *   EINVAL  there is no such port
 */
/*
 * @event_channel_op.reset
 *   effect  closes all ports of dom but the hypervisor's
 *   ESRCH   there is no domain dom
 *   EPERM   dom is another domain and the caller is not privileged
 */
/*
 * @event_channel_op.init_control
 *   note    the FIFO layout; a guest that gets -ENOSYS stays with the two-level one
 */

/*
 * @event_channel_op.expand_array
 *   note    the FIFO layout, as init_control
 */
/*
 * @event_channel_op.set_priority
 *   note    the FIFO layout, as init_control
 */

#define BIND_PIRQ__WILL_SHARE 1

#define EVTCHNSTAT_closed 0
#define EVTCHNSTAT_unbound 1
#define EVTCHNSTAT_interdomain 2
#define EVTCHNSTAT_pirq 3
#define EVTCHNSTAT_virq 4
#define EVTCHNSTAT_ipi 5

/* Ports of the two-level layout: 32 words of 32 bits, 64 words of 64. */
#define EVTCHN_2L_NR_CHANNELS_32 1024
#define EVTCHN_2L_NR_CHANNELS_64 4096

#define EVTCHN_FIFO_PRIORITY_MAX 0
#define EVTCHN_FIFO_PRIORITY_DEFAULT 7
#define EVTCHN_FIFO_PRIORITY_MIN 15
#define EVTCHN_FIFO_MAX_QUEUES (EVTCHN_FIFO_PRIORITY_MIN + 1)
#define EVTCHN_FIFO_PENDING 31
#define EVTCHN_FIFO_MASKED 30
#define EVTCHN_FIFO_LINKED 29
#define EVTCHN_FIFO_BUSY 28
#define EVTCHN_FIFO_LINK_BITS 17
#define EVTCHN_FIFO_LINK_MASK ((1 << EVTCHN_FIFO_LINK_BITS) - 1)
#define EVTCHN_FIFO_NR_CHANNELS (1 << EVTCHN_FIFO_LINK_BITS)

#ifndef __ASSEMBLER__

typedef uint32_t evtchn_port_t;
typedef uint32_t event_word_t;

typedef struct evtchn_alloc_unbound {
    domid_t dom, remote_dom;
    evtchn_port_t port; /* out */
} evtchn_alloc_unbound_t;
ABI_SIZE(struct evtchn_alloc_unbound, 8);

typedef struct evtchn_bind_interdomain {
    domid_t remote_dom;
    evtchn_port_t remote_port;
    evtchn_port_t local_port; /* out */
} evtchn_bind_interdomain_t;
ABI_SIZE(struct evtchn_bind_interdomain, 12);

typedef struct evtchn_bind_virq {
    uint32_t virq; /* VIRQ_ */
    uint32_t vcpu;
    evtchn_port_t port; /* out */
} evtchn_bind_virq_t;
ABI_SIZE(struct evtchn_bind_virq, 12);

typedef struct evtchn_bind_pirq {
    uint32_t pirq;
    uint32_t flags;     /* BIND_PIRQ__ */
    evtchn_port_t port; /* out */
} evtchn_bind_pirq_t;
ABI_SIZE(struct evtchn_bind_pirq, 12);

typedef struct evtchn_bind_ipi {
    uint32_t vcpu;
    evtchn_port_t port; /* out */
} evtchn_bind_ipi_t;
ABI_SIZE(struct evtchn_bind_ipi, 8);

typedef struct evtchn_close {
    evtchn_port_t port;
} evtchn_close_t;
ABI_SIZE(struct evtchn_close, 4);

typedef struct evtchn_send {
    evtchn_port_t port;
} evtchn_send_t;
ABI_SIZE(struct evtchn_send, 4);

typedef struct evtchn_status {
    domid_t dom;
    evtchn_port_t port;
    uint32_t status; /* out: EVTCHNSTAT_ */
    uint32_t vcpu;   /* out: which vCPU is notified */
    union {          /* out, by status */
        struct {
            domid_t dom;
        } unbound;
        struct {
            domid_t dom;
            evtchn_port_t port;
        } interdomain;
        uint32_t pirq;
        uint32_t virq;
    } u;
} evtchn_status_t;
ABI_SIZE(struct evtchn_status, 24);
ABI_OFFSET(struct evtchn_status, u, 16);

typedef struct evtchn_bind_vcpu {
    evtchn_port_t port;
    uint32_t vcpu;
} evtchn_bind_vcpu_t;
ABI_SIZE(struct evtchn_bind_vcpu, 8);

typedef struct evtchn_unmask {
    evtchn_port_t port;
} evtchn_unmask_t;
ABI_SIZE(struct evtchn_unmask, 4);

typedef struct evtchn_reset {
    domid_t dom;
} evtchn_reset_t;
ABI_SIZE(struct evtchn_reset, 2);

typedef struct evtchn_init_control {
    uint64_t control_gfn;
    uint32_t offset;
    uint32_t vcpu;
    uint8_t link_bits; /* out */
    uint8_t _pad[7];
} evtchn_init_control_t;
ABI_SIZE(struct evtchn_init_control, 24);

typedef struct evtchn_expand_array {
    uint64_t array_gfn;
} evtchn_expand_array_t;
ABI_SIZE(struct evtchn_expand_array, 8);

typedef struct evtchn_set_priority {
    evtchn_port_t port;
    uint32_t priority;
} evtchn_set_priority_t;
ABI_SIZE(struct evtchn_set_priority, 8);

/* Argument of the older call event_channel_op_compat. */
typedef struct evtchn_op {
    uint32_t cmd; /* EVTCHNOP_ */
    union {
        evtchn_alloc_unbound_t alloc_unbound;
        evtchn_bind_interdomain_t bind_interdomain;
        evtchn_bind_virq_t bind_virq;
        evtchn_bind_pirq_t bind_pirq;
        evtchn_bind_ipi_t bind_ipi;
        evtchn_close_t close;
        evtchn_send_t send;
        evtchn_status_t status;
        evtchn_bind_vcpu_t bind_vcpu;
        evtchn_unmask_t unmask;
    } u;
} evtchn_op_t;
ABI_SIZE(struct evtchn_op, 28);

typedef struct evtchn_fifo_control_block {
    uint32_t ready;
    uint32_t _rsvd;
    uint32_t head[EVTCHN_FIFO_MAX_QUEUES];
} evtchn_fifo_control_block_t;
ABI_SIZE(struct evtchn_fifo_control_block, 72);

#endif /* __ASSEMBLER__ */

#endif
