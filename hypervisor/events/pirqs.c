// SPDX-License-Identifier: MIT
#include "events/pirqs.h"

#include "core/lock.h"
#include "core/why.h"
#include "domain/domain.h"
#include "events/event_channels.h"
#include "machine/acpi.h"
#include "machine/apic.h"
#include "machine/interrupt_controllers.h"
#include "machine/interrupts.h"
#include "machine/ioapic.h"
#include "machine/msix.h"
#include "machine/percpu.h"

#define FIRST_MESSAGE 24u  /* below: inputs of the I/O APIC */
#define FLAGS_OF_PCI 0x0fu /* level, active low */
#define FLAG_LEVEL 0x0cu

enum kind { UNUSED, LINE, MESSAGE };

struct pirq {
    uint8_t kind, vector;
    uint16_t domain, flags; /* MADT polarity and trigger of a line; 0: not told yet */
    uint16_t entry;
    bool level;        /* a line, as it was bound */
    uint32_t function; /* of a message */
    uint32_t port;     /* 0: not bound */
};

static struct pirq pirqs[PIRQS];
static uint8_t by_vector[256]; /* number plus one */
static struct lock pirq_lock;  /* protects both; last in core/lock.h's order */

static void mask(const struct pirq *p, bool masked)
{
    if (p->kind == LINE)
        ioapic_mask((unsigned)(p - pirqs), masked);
    else
        msix_mask(p->function, p->entry, masked);
}

/* A level-triggered line stays asserted until the guest has seen to the device: masked till then. */
static void interrupt(unsigned vector)
{
    const struct pirq *p = by_vector[vector] ? &pirqs[by_vector[vector] - 1] : NULL;
    const struct channel *c;
    struct domain *d;

    if (p && p->level)
        mask(p, true);
    apic_end_of_interrupt();
    d = p && p->port ? domain_find(p->domain) : NULL;
    if (!d) /* it was on its way when nobody wanted it any more */
        return;
    lock_take(&d->events->lock);
    c = channel_of(d->events, p->port);
    if (c)
        channel_set_pending(d, p->port, c->vcpu);
    lock_release(&d->events->lock);
}

static uint8_t vector_take(uint32_t pirq)
{
    for (unsigned v = FIRST_INTERRUPT_VECTOR; v < VECTOR_SPURIOUS; v++)
        if (v != VECTOR_TIMER && v != VECTOR_SERIAL && !by_vector[v]) {
            by_vector[v] = (uint8_t)(pirq + 1);
            interrupt_register(v, interrupt);
            return (uint8_t)v;
        }
    return 0;
}

static int take(struct domain *d, uint32_t number, enum kind kind)
{
    struct pirq *p = &pirqs[number];
    uint8_t vector = vector_take(number);

    if (!vector)
        return refuse(-ENOSPC, REASON_irq_in_use, 0, number, 0);
    p->kind = (uint8_t)kind;
    p->vector = vector;
    p->domain = d->id;
    p->port = 0;
    return 0;
}

static void give_back(struct pirq *p)
{
    if (p->port)
        mask(p, true);
    by_vector[p->vector] = 0;
    p->kind = UNUSED;
    p->port = 0;
}

bool pirq_line_may_be_given(unsigned input)
{
    return input < MIN(ioapic_inputs(), FIRST_MESSAGE) && !interrupt_line_is_ours(input);
}

/* Of the lines that stand in for the PC's old interrupts the firmware tells; the others are PCI's. */
static uint16_t usual_flags(unsigned input)
{
    for (unsigned i = 0; i < ACPI_ISA_IRQS; i++)
        if (acpi_info.isa_irq[i].input == input)
            return acpi_info.isa_irq[i].flags;
    return FLAGS_OF_PCI;
}

bool pirq_line_configure(unsigned input, uint16_t flags)
{
    if (!pirq_line_may_be_given(input))
        return false;
    pirqs[input].flags = flags;
    return true;
}

int pirq_map_line(struct domain *d, unsigned input, uint32_t *pirq)
{
    int error = 0;

    if (!pirq_line_may_be_given(input))
        return refuse(-EINVAL, REASON_pirq_invalid, FIRST_MESSAGE, input, 0);
    lock_take(&pirq_lock);
    if (pirqs[input].kind == UNUSED)
        error = take(d, input, LINE);
    else if (pirqs[input].domain != d->id)
        error = refuse(-EBUSY, REASON_irq_in_use, pirqs[input].domain, input, 0);
    if (!error && !pirqs[input].flags)
        pirqs[input].flags = usual_flags(input);
    lock_release(&pirq_lock);
    *pirq = input;
    return error;
}

/* A message that is mapped already stays as it is for its domain, and is refused to others. */
int pirq_map_message(struct domain *d, uint32_t function, unsigned entry, uint32_t *pirq)
{
    uint32_t spare = PIRQS;
    int error = 0;

    lock_take(&pirq_lock);
    for (*pirq = FIRST_MESSAGE; *pirq < PIRQS; ++*pirq) {
        const struct pirq *p = &pirqs[*pirq];

        if (p->kind == MESSAGE && p->function == function && p->entry == entry)
            break;
        if (p->kind == UNUSED)
            spare = MIN(spare, *pirq);
    }
    if (*pirq < PIRQS) {
        if (pirqs[*pirq].domain != d->id)
            error = refuse(-EBUSY, REASON_irq_in_use, pirqs[*pirq].domain, *pirq, 0);
    } else if ((*pirq = spare) == PIRQS) {
        error = refuse(-ENOSPC, REASON_pirq_invalid, PIRQS, PIRQS, 0);
    } else if ((error = take(d, spare, MESSAGE)) == 0) {
        pirqs[spare].function = function;
        pirqs[spare].entry = (uint16_t)entry;
        if (!msix_route(function, entry, pirqs[spare].vector)) {
            error = refuse(-ENXIO, REASON_device_invalid, entry, function, 0);
            give_back(&pirqs[spare]);
        }
    }
    lock_release(&pirq_lock);
    return error;
}

static bool belongs(const struct domain *d, uint32_t pirq)
{
    return pirq < PIRQS && pirqs[pirq].kind != UNUSED && pirqs[pirq].domain == d->id;
}

int pirq_unmap(struct domain *d, uint32_t pirq)
{
    int error = 0;

    lock_take(&pirq_lock);
    if (belongs(d, pirq))
        give_back(&pirqs[pirq]);
    else
        error = refuse(-EINVAL, REASON_pirq_invalid, PIRQS, pirq, 0);
    lock_release(&pirq_lock);
    return error;
}

void pirqs_release(struct domain *d)
{
    lock_take(&pirq_lock);
    for (uint32_t i = 0; i < PIRQS; i++)
        if (belongs(d, i))
            give_back(&pirqs[i]);
    lock_release(&pirq_lock);
}

static void start(struct pirq *p)
{
    p->level = p->kind == LINE && (p->flags & FLAG_LEVEL) == FLAG_LEVEL;
    if (p->kind == LINE)
        ioapic_route((unsigned)(p - pirqs), p->vector, this_cpu()->apic_id, p->flags);
    else
        mask(p, false);
}

int pirq_bind(struct domain *d, uint32_t pirq, uint32_t port)
{
    int error = 0;

    if (pirq >= PIRQS)
        return refuse(-EINVAL, REASON_pirq_invalid, PIRQS, pirq, 0);
    lock_take(&pirq_lock);
    if (!belongs(d, pirq)) {
        error = refuse(-EPERM, REASON_irq_denied, d->id, pirq, 0);
    } else if (pirqs[pirq].port) {
        error = refuse(-EEXIST, REASON_irq_in_use, d->id, pirq, 0);
    } else {
        pirqs[pirq].port = port;
        start(&pirqs[pirq]);
    }
    lock_release(&pirq_lock);
    return error;
}

void pirq_unbind(struct domain *d, uint32_t pirq, uint32_t port)
{
    lock_take(&pirq_lock);
    if (belongs(d, pirq) && pirqs[pirq].port == port) {
        mask(&pirqs[pirq], true);
        pirqs[pirq].port = 0;
    }
    lock_release(&pirq_lock);
}

int pirq_end(struct domain *d, uint32_t pirq)
{
    int error = 0;

    lock_take(&pirq_lock);
    if (!belongs(d, pirq))
        error = refuse(-EINVAL, REASON_pirq_invalid, PIRQS, pirq, 0);
    else if (pirqs[pirq].port && pirqs[pirq].level)
        mask(&pirqs[pirq], false);
    lock_release(&pirq_lock);
    return error;
}
