/* SPDX-License-Identifier: MIT */
#include <guestkit/probe.h>
#include <guestkit/recovery.h>
#include <guestkit/shared.h>

struct probe {
    struct recovery recovery;
    struct fault fault;
    bool upcalls_masked;
};

static struct probe *current;

static bool probe_recover(struct trap_frame *frame)
{
    struct probe *probe = current;

    probe->fault.vector = frame->vector;
    probe->fault.error_code = frame->error_code;
    probe->fault.address = frame->vector == TRAP_PAGE_FAULT ? trap_fault_address() : 0;
    probe->fault.eip = frame->eip;
    probe->fault.cs = frame->cs;
    recovery_resume(frame, &probe->recovery, probe->upcalls_masked);
    return true;
}

struct fault probe_call(void (*function)(void *argument), void *argument)
{
    struct probe probe = {.fault = {.vector = NO_FAULT},
                          .upcalls_masked = shared_vcpu->evtchn_upcall_mask != 0};
    struct probe *outer = current;
    trap_handler *outer_recover = trap_recover;

    current = &probe;
    trap_recover = probe_recover;
    recovery_call(&probe.recovery, function, argument);
    trap_recover = outer_recover;
    current = outer;
    return probe.fault;
}

struct access {
    volatile uint32_t *address;
    uint32_t value;
};

static void read_word(void *argument)
{
    struct access *access = argument;

    access->value = *access->address;
}

static void write_word(void *argument)
{
    struct access *access = argument;

    *access->address = access->value;
}

static void execute(void *argument)
{
    ((void (*)(void))argument)();
}

struct fault probe_read(const volatile void *address)
{
    struct access access = {.address = (volatile uint32_t *)address};
    struct fault fault = probe_call(read_word, &access);

    fault.value = access.value;
    return fault;
}

struct fault probe_write(volatile void *address, uint32_t value)
{
    struct access access = {.address = address, .value = value};

    return probe_call(write_word, &access);
}

struct fault probe_execute(const void *address)
{
    return probe_call(execute, (void *)address);
}
