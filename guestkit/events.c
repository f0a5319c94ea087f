/* SPDX-License-Identifier: MIT */
#include <guestkit/cpu.h>
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/traps.h>

#define WORD_BITS 32
#define WORDS (EVENT_PORTS / WORD_BITS)

struct binding {
    event_handler *handler;
    void *context;
};

static struct binding bindings[EVENT_PORTS];

static void dispatch_port(uint32_t port)
{
    const struct binding *binding = &bindings[port];

    atomic_clear_bit(shared_page.evtchn_pending, port);
    if (binding->handler) {
        binding->handler(port, binding->context);
    } else {
        event_mask(port);
    }
}

/* Each port once: one that is pending again has set its selector bit again, and waits until the others had their turn. */
static void dispatch_word(unsigned int word)
{
    const volatile uint32_t *pending = &shared_page.evtchn_pending[word];
    const volatile uint32_t *mask = &shared_page.evtchn_mask[word];

    for (uint32_t ready = *pending & ~*mask; ready; ready &= ready - 1) {
        uint32_t bit = (uint32_t)__builtin_ctz(ready);

        /* An earlier handler may have masked or closed it. */
        if (*pending & ~*mask & 1u << bit) {
            dispatch_port(word * WORD_BITS + bit);
        }
    }
}

/*
 * The hypervisor sets the port's bit, then the selector's, then the flag; we look the other way round. An
 * event that comes in behind our back sets the flag again, so we go on until we have seen it clear.
 */
void events_dispatch(void)
{
    volatile uint8_t *flag = &shared_vcpu->evtchn_upcall_pending;

    while (*flag) {
        *flag = 0;
        memory_barrier();
        uint32_t selector = atomic_exchange(&shared_vcpu->evtchn_pending_sel, 0);
        for (; selector; selector &= selector - 1) {
            dispatch_word((unsigned int)__builtin_ctz(selector));
        }
    }
}

static bool upcall(struct trap_frame *frame)
{
    events_dispatch();
    return true;
}

void events_init(void)
{
    for (unsigned int word = 0; word < WORDS; word++) {
        shared_page.evtchn_mask[word] = 0xffffffff;
    }
    for (unsigned int port = 0; port < EVENT_PORTS; port++) {
        bindings[port] = (struct binding){0};
    }
    trap_set_handler(TRAP_EVENT, upcall);
}

void event_attach(uint32_t port, event_handler *handler, void *context)
{
    bindings[port] = (struct binding){.handler = handler, .context = context};
    event_unmask(port);
}

static int attach_new(int error, uint32_t port, event_handler *handler, void *context)
{
    if (error) {
        return error;
    }
    event_attach(port, handler, context);
    return (int)port;
}

int event_bind_virq(uint32_t virq, uint32_t vcpu, event_handler *handler, void *context)
{
    evtchn_bind_virq_t bind = {.virq = virq, .vcpu = vcpu};
    int error = event_channel_op_bind_virq(&bind);

    return attach_new(error, bind.port, handler, context);
}

int event_bind_ipi(uint32_t vcpu, event_handler *handler, void *context)
{
    evtchn_bind_ipi_t bind = {.vcpu = vcpu};
    int error = event_channel_op_bind_ipi(&bind);

    return attach_new(error, bind.port, handler, context);
}

int event_offer(domid_t remote, event_handler *handler, void *context)
{
    evtchn_alloc_unbound_t offer = {.dom = DOMID_SELF, .remote_dom = remote};
    int error = event_channel_op_alloc_unbound(&offer);

    return attach_new(error, offer.port, handler, context);
}

int event_connect(domid_t remote, uint32_t remote_port, event_handler *handler, void *context)
{
    evtchn_bind_interdomain_t bind = {.remote_dom = remote, .remote_port = remote_port};
    int error = event_channel_op_bind_interdomain(&bind);

    return attach_new(error, bind.local_port, handler, context);
}

int event_send(uint32_t port)
{
    evtchn_send_t send = {.port = port};

    return event_channel_op_send(&send);
}

int event_close(uint32_t port)
{
    evtchn_close_t close = {.port = port};

    if (port < EVENT_PORTS) {
        event_mask(port);
    }
    int error = event_channel_op_close(&close);
    if (!error) {
        bindings[port] = (struct binding){0};
    }
    return error;
}

void event_mask(uint32_t port)
{
    atomic_set_bit(shared_page.evtchn_mask, port);
}

/* A port that is pending already raises no new event: the hypervisor has to look at it again. */
void event_unmask(uint32_t port)
{
    evtchn_unmask_t unmask = {.port = port};

    if (event_is_pending(port)) {
        event_channel_op_unmask(&unmask);
        return;
    }
    atomic_clear_bit(shared_page.evtchn_mask, port);
    memory_barrier();
    if (event_is_pending(port)) {
        event_channel_op_unmask(&unmask);
    }
}

bool event_is_pending(uint32_t port)
{
    const volatile uint32_t *word = &shared_page.evtchn_pending[port / WORD_BITS];

    return *word >> port % WORD_BITS & 1;
}

void event_clear(uint32_t port)
{
    atomic_clear_bit(shared_page.evtchn_pending, port);
}
