// SPDX-License-Identifier: MIT
/*
 * Any sequence of event-channel calls of two domains with two vCPUs each, with masks set and events handled by the guest in
 * between. After each step the two ends of every connection agree, what a VIRQ is bound to agrees with its port, a port
 * in no use is clean, and no event that is pending and not masked is without its selector bit and upcall.
 */
#include <string.h>

#include "domain/domain.h"
#include "events/channel_bind.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "events/hypercalls.h"
#include "fake_machine.h"
#include "input.h"

#define ARG FAKE_GUEST_BASE
#define STEPS_MAX 96u
#define DOMAINS 2u
#define VCPUS 2u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct domain *domains[DOMAINS];
static struct vcpu *current;

/* The scheduler is not part of this. */
void vcpu_wake(struct vcpu *v)
{
    poll_end(v);
    v->blocked &= ~(uint32_t)VCPU_BLOCKED;
}

static struct shared_info_32 *shared(const struct domain *d)
{
    return d->shared_info;
}

/* ---- steps ---- */

static uint32_t some_port(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);

    return choice < 250 ? choice % 72 : choice == 255 ? 0xffffffff : 1020u + choice % 6;
}

static uint16_t some_domain(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);

    return choice < 128 ? choice % DOMAINS : choice < 250 ? DOMID_SELF : choice;
}

static void bind(struct fuzz_input *in)
{
    union {
        struct evtchn_alloc_unbound unbound;
        struct evtchn_bind_interdomain interdomain;
        struct evtchn_bind_virq virq;
        struct evtchn_bind_ipi ipi;
        struct evtchn_bind_vcpu vcpu;
    } a;
    static const unsigned commands[] = {EVTCHNOP_alloc_unbound, EVTCHNOP_bind_interdomain, EVTCHNOP_bind_virq,
                                        EVTCHNOP_bind_ipi, EVTCHNOP_bind_vcpu};
    unsigned command = commands[fuzz_byte(in) % ARRAY_SIZE(commands)];

    memset(&a, 0, sizeof(a));
    if (command == EVTCHNOP_alloc_unbound)
        a.unbound = (struct evtchn_alloc_unbound){.dom = some_domain(in), .remote_dom = some_domain(in)};
    else if (command == EVTCHNOP_bind_interdomain)
        a.interdomain =
            (struct evtchn_bind_interdomain){.remote_dom = some_domain(in), .remote_port = some_port(in)};
    else if (command == EVTCHNOP_bind_virq)
        a.virq = (struct evtchn_bind_virq){.virq = fuzz_byte(in) % 26, .vcpu = fuzz_byte(in) % 3};
    else if (command == EVTCHNOP_bind_ipi)
        a.ipi = (struct evtchn_bind_ipi){.vcpu = fuzz_byte(in) % 3};
    else
        a.vcpu = (struct evtchn_bind_vcpu){.port = some_port(in), .vcpu = fuzz_byte(in) % 3};
    memcpy(fake_guest, &a, sizeof(a));
    hypercall_event_channel_op(command, ARG);
}

static void use(struct fuzz_input *in)
{
    static const unsigned commands[] = {EVTCHNOP_close, EVTCHNOP_send, EVTCHNOP_send, EVTCHNOP_unmask};
    uint32_t port = some_port(in);

    memcpy(fake_guest, &port, sizeof(port));
    hypercall_event_channel_op(commands[fuzz_byte(in) % ARRAY_SIZE(commands)], ARG);
}

static void reset(struct fuzz_input *in)
{
    struct evtchn_reset a = {.dom = some_domain(in)};
    struct evtchn_status s = {.dom = some_domain(in), .port = some_port(in)};

    if (fuzz_byte(in) < 32) {
        memcpy(fake_guest, &a, sizeof(a));
        hypercall_event_channel_op(EVTCHNOP_reset, ARG);
    } else {
        memcpy(fake_guest, &s, sizeof(s));
        hypercall_event_channel_op(EVTCHNOP_status, ARG);
    }
}

static void virq(struct fuzz_input *in)
{
    unsigned number = fuzz_byte(in) % NR_VIRQS;

    if (virq_is_global(number))
        virq_send_global(current->domain, number);
    else
        virq_send(current, number);
}

static void mask(struct fuzz_input *in)
{
    uint32_t port = some_port(in);

    if (port < EVTCHN_2L_NR_CHANNELS_32)
        shared(current->domain)->evtchn_mask[port / 32] |= 1u << port % 32;
}

/* The guest's upcall handler: from the bottom up, as event_channels.h draws it. */
static void handle(struct fuzz_input *in)
{
    struct shared_info_32 *s = shared(current->domain);
    struct vcpu_info_32 *info = &s->vcpu_info[current->id];
    uint32_t words = info->evtchn_pending_sel;

    info->evtchn_upcall_pending = 0;
    info->evtchn_pending_sel = 0;
    for (unsigned w = 0; w < 32; w++)
        if (words & 1u << w)
            s->evtchn_pending[w] &= s->evtchn_mask[w];
}

static void other(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);

    current = domains[choice & 1]->vcpus[choice >> 1 & 1];
    fake_run(current);
}

/* ---- the judges ---- */

static const struct channel *channel(const struct domain *d, uint32_t port)
{
    return channel_of(d->events, port);
}

static void check_connection(const struct domain *d, uint32_t port, const struct channel *c)
{
    const struct channel *end;

    fuzz_check(c->peer && c->peer->id == c->remote, "port %u of %u", port, d->id);
    end = channel(c->peer, c->port);
    fuzz_check(end && end->state == CHANNEL_INTERDOMAIN && end->peer == d && end->port == port,
               "port %u of %u leads to port %u of %u, which does not lead back", port, d->id, c->port,
               c->remote);
}

static bool seen_by_somebody(const struct domain *d, uint32_t port)
{
    for (unsigned i = 0; i < VCPUS; i++) {
        const struct vcpu_info_32 *info = &shared(d)->vcpu_info[i];

        if (info->evtchn_pending_sel & 1u << port / 32 && info->evtchn_upcall_pending)
            return true;
    }
    return false;
}

static void check_port(const struct domain *d, uint32_t port, const struct channel *c)
{
    bool pending = shared(d)->evtchn_pending[port / 32] & 1u << port % 32;
    bool masked = shared(d)->evtchn_mask[port / 32] & 1u << port % 32;

    if (c->state == CHANNEL_FREE) {
        fuzz_check(!pending && port >= d->events->lowest_free, "port %u of %u is free", port, d->id);
        return;
    }
    if (c->state == CHANNEL_INTERDOMAIN)
        check_connection(d, port, c);
    if (c->state == CHANNEL_VIRQ) {
        unsigned on = virq_is_global(c->port) ? 0 : c->vcpu;

        fuzz_check(d->events->vcpus[on].virq_port[c->port] == port, "VIRQ %u of %u", c->port, d->id);
    }
    fuzz_check(c->vcpu < VCPUS, "port %u of %u notifies vCPU %u", port, d->id, c->vcpu);
    fuzz_check(!pending || masked || seen_by_somebody(d, port), "the event of port %u of %u is lost", port,
               d->id);
}

static void check_virqs(const struct domain *d)
{
    for (unsigned i = 0; i < VCPUS; i++)
        for (unsigned v = 0; v < NR_VIRQS; v++) {
            uint32_t port = d->events->vcpus[i].virq_port[v];
            const struct channel *c = port ? channel(d, port) : NULL;

            fuzz_check(!port || (c && c->state == CHANNEL_VIRQ && c->port == v), "VIRQ %u of %u.%u", v, d->id,
                       i);
        }
}

static void check_all(void)
{
    for (unsigned i = 0; i < DOMAINS; i++) {
        const struct domain *d = domains[i];

        for (uint32_t port = 0; port < d->events->valid; port++)
            check_port(d, port, channel(d, port));
        for (uint32_t word = 0; word < 32; word++)
            fuzz_check(word * 32 < d->events->valid || !shared(d)->evtchn_pending[word], "word %u of %u",
                       word, d->id);
        check_virqs(d);
    }
}

/* ---- the machine ---- */

static struct domain *domain(uint16_t id)
{
    struct domain *d = fake_domain(id, id == 0);

    d->shared_info = calloc(1, PAGE_SIZE);
    d->vcpu_count = VCPUS;
    d->vcpus[1] = calloc(1, sizeof(struct vcpu));
    d->vcpus[1]->domain = d;
    d->vcpus[1]->id = 1;
    for (unsigned i = 0; i < VCPUS; i++)
        d->vcpus[i]->info = (struct vcpu_upcall *)&shared(d)->vcpu_info[i];
    fuzz_check(events_init(d) == 0, "no memory for the channels");
    return d;
}

static void domain_end(struct domain *d)
{
    events_destroy(d);
    free(d->vcpus[1]);
    d->vcpus[1] = NULL;
    free(d->shared_info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct fuzz_input *) = {bind, bind,  bind, use,  use,    use,
                                                         use,  reset, virq, mask, handle, other};
    struct fuzz_input in = {data, data + size};

    fake_machine_start(64);
    for (unsigned i = 0; i < DOMAINS; i++)
        domains[i] = domain((uint16_t)i);
    current = domains[0]->vcpus[0];
    fake_run(current);
    for (unsigned i = 0; i < STEPS_MAX && fuzz_more(&in); i++) {
        steps[fuzz_byte(&in) % ARRAY_SIZE(steps)](&in);
        check_all();
    }
    for (unsigned i = 0; i < DOMAINS; i++)
        domain_end(domains[i]);
    fake_machine_end();
    return 0;
}
