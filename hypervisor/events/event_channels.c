// SPDX-License-Identifier: MIT
#include "events/event_channels.h"

#include "domain/domain.h"
#include "events/events.h"
#include "machine/direct_map.h"
#include "memory/frame_alloc.h"

static bool bit_test(const uint32_t *words, uint32_t bit)
{
    return READ_ONCE(words[bit / 32]) >> (bit % 32) & 1;
}

static bool bit_test_and_set(uint32_t *words, uint32_t bit)
{
    uint32_t flag = 1u << (bit % 32);

    return __atomic_fetch_or(&words[bit / 32], flag, __ATOMIC_SEQ_CST) & flag;
}

static bool bit_test_and_clear(uint32_t *words, uint32_t bit)
{
    uint32_t flag = 1u << (bit % 32);

    return __atomic_fetch_and(&words[bit / 32], ~flag, __ATOMIC_SEQ_CST) & flag;
}

static uint32_t *selector_of(const struct event_state *e, struct vcpu *v)
{
    return (uint32_t *)((uint8_t *)v->info + e->selector_offset);
}

void upcall_raise(struct vcpu *v)
{
    if (!__atomic_exchange_n(&v->info->pending, 1, __ATOMIC_SEQ_CST) && (v->blocked & VCPU_BLOCKED))
        vcpu_wake(v);
}

void events_mark_all(struct vcpu *v)
{
    const struct event_state *e = v->domain->events;

    for (uint32_t bit = 0; bit < e->ports >> e->word_shift; bit++)
        (void)bit_test_and_set(selector_of(e, v), bit);
    upcall_raise(v);
}

static void notify(struct event_state *e, struct vcpu *v, uint32_t port)
{
    if (v && !bit_test_and_set(selector_of(e, v), port >> e->word_shift))
        upcall_raise(v);
}

/* The rest of channel_set_pending() while somebody polls; apart, so that the usual way has nothing to save and restore. */
static __attribute__((noinline)) void notify_pollers_too(struct domain *d, uint32_t port, uint32_t vcpu)
{
    struct event_state *e = d->events;

    if (!bit_test(e->mask, port))
        notify(e, d->vcpus[vcpu], port);
    for (uint32_t i = 0; i < d->vcpu_count; i++) {
        struct vcpu *v = d->vcpus[i];

        if (v && (v->blocked & VCPU_POLLING) &&
            (e->vcpus[i].poll_port == POLL_ANY || e->vcpus[i].poll_port == port))
            vcpu_wake(v);
    }
}

/* SCHEDOP_poll waits on ports whose upcalls are masked: the pending bit alone ends it. */
void channel_set_pending(struct domain *d, uint32_t port, uint32_t vcpu)
{
    struct event_state *e = d->events;

    if (bit_test_and_set(e->pending, port))
        return;
    d->counters.events_received++;
    if (unlikely(e->pollers))
        notify_pollers_too(d, port, vcpu);
    else if (!bit_test(e->mask, port))
        notify(e, d->vcpus[vcpu], port);
}

void poll_begin(struct vcpu *v)
{
    v->domain->events->vcpus[v->id].poll_port = POLL_ANY;
    if (!(v->blocked & VCPU_POLLING)) /* in a multicall it may poll twice before it sleeps */
        __atomic_fetch_add(&v->domain->events->pollers, 1, __ATOMIC_SEQ_CST);
    v->blocked |= VCPU_BLOCKED | VCPU_POLLING;
}

void poll_narrow(struct vcpu *v, uint32_t port)
{
    v->domain->events->vcpus[v->id].poll_port = port;
}

void poll_end(struct vcpu *v)
{
    if (!(v->blocked & VCPU_POLLING))
        return;
    v->blocked &= ~(uint32_t)VCPU_POLLING;
    __atomic_fetch_sub(&v->domain->events->pollers, 1, __ATOMIC_SEQ_CST);
}

void channel_unmask(struct domain *d, uint32_t port, uint32_t vcpu)
{
    struct event_state *e = d->events;

    if (bit_test_and_clear(e->mask, port) && bit_test(e->pending, port))
        notify(e, d->vcpus[vcpu], port);
}

bool channel_is_pending(const struct event_state *e, uint32_t port)
{
    return bit_test(e->pending, port);
}

bool channel_in_use(const struct event_state *e, uint32_t port)
{
    const struct channel *c = channel_of(e, port);

    return c && c->state != CHANNEL_FREE && c->state != CHANNEL_RESERVED;
}

/* The page of channels that `port` belongs to; allocated when it is first needed. */
static struct channel *channel_page(struct event_state *e, uint32_t port)
{
    struct channel **page = &e->pages[port / CHANNELS_IN_PAGE];

    if (!*page) {
        mfn_t m = frame_alloc(0, 0);

        *page = mfn_equal(m, MFN_NONE) ? NULL : frame_map(m);
    }
    return *page;
}

uint32_t channel_find_free(struct event_state *e)
{
    for (uint32_t port = e->lowest_free; port < MIN(e->ports, e->limit); port++) {
        struct channel *page = channel_page(e, port);

        if (!page)
            return 0;
        if (page[port % CHANNELS_IN_PAGE].state == CHANNEL_FREE) {
            e->lowest_free = port;
            e->valid = MAX(e->valid, ALIGN_UP(port + 1, PORTS_AT_ONCE));
            return port;
        }
    }
    e->lowest_free = e->ports;
    return 0;
}

void channel_free(struct event_state *e, uint32_t port)
{
    *channel_of(e, port) = (struct channel){.state = CHANNEL_FREE};
    (void)bit_test_and_clear(e->pending, port);
    e->lowest_free = MIN(e->lowest_free, port);
}

void events_lay_out(struct domain *d)
{
    struct event_state *e = d->events;

    if (d->width == GUEST_32) {
        struct shared_info_32 *s = d->shared_info;

        e->ports = EVTCHN_2L_NR_CHANNELS_32;
        e->word_shift = 5;
        e->selector_offset = offsetof(struct vcpu_info_32, evtchn_pending_sel);
        e->pending = s->evtchn_pending;
        e->mask = s->evtchn_mask;
    } else {
        struct shared_info_64 *s = d->shared_info;

        e->ports = EVTCHN_2L_NR_CHANNELS_64;
        e->word_shift = 6;
        e->selector_offset = offsetof(struct vcpu_info_64, evtchn_pending_sel);
        e->pending = (uint32_t *)s->evtchn_pending;
        e->mask = (uint32_t *)s->evtchn_mask;
    }
}

int events_init(struct domain *d)
{
    mfn_t m = frame_alloc(0, 0);
    struct event_state *e;
    struct channel *page;

    if (mfn_equal(m, MFN_NONE))
        return -ENOMEM;
    e = frame_map(m);
    page = channel_page(e, 0);
    if (!page) {
        frame_free(m, 0);
        return -ENOMEM;
    }
    page[0].state = CHANNEL_RESERVED;
    e->valid = PORTS_AT_ONCE;
    e->limit = UINT32_MAX;
    e->lowest_free = 1;
    d->events = e;
    events_lay_out(d);
    return 0;
}

void events_destroy(struct domain *d)
{
    struct event_state *e = d->events;

    for (unsigned i = 0; i < CHANNEL_PAGES_MAX; i++)
        if (e->pages[i])
            frame_free(frame_unmap(e->pages[i]), 0);
    frame_free(frame_unmap(e), 0);
    d->events = NULL;
}

bool virq_is_global(unsigned virq)
{
    return virq != VIRQ_TIMER && virq != VIRQ_DEBUG && virq != VIRQ_XENOPROF && virq != VIRQ_XENPMU;
}

static void virq_raise(struct domain *d, uint32_t vcpu, unsigned virq)
{
    struct event_state *e = d->events;
    uint32_t port;

    lock_take(&e->lock);
    port = e->vcpus[vcpu].virq_port[virq];
    if (port)
        channel_set_pending(d, port, channel_of(e, port)->vcpu);
    lock_release(&e->lock);
}

void virq_send(struct vcpu *v, unsigned virq)
{
    virq_raise(v->domain, v->id, virq);
}

void virq_send_global(struct domain *d, unsigned virq)
{
    virq_raise(d, 0, virq);
}

static uint16_t virq_handlers[NR_VIRQS]; /* by number of domain */

void virq_set_handler(unsigned virq, uint16_t domain)
{
    virq_handlers[virq] = domain;
}

void virq_send_to_handler(unsigned virq)
{
    struct domain *d = domain_find(virq_handlers[virq]);

    if (!d || d->dying) { /* a new domain of that number does not inherit it */
        virq_handlers[virq] = 0;
        d = domain_find(0);
    }
    if (d)
        virq_send_global(d, virq);
}
