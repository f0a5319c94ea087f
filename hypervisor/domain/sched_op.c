// SPDX-License-Identifier: MIT
#include <abi/sched.h>

#include "core/log.h"
#include "core/why.h"
#include "domain/domain.h"
#include "domain/hypercalls.h"
#include "domain/poll.h"
#include "domain/scheduler.h"
#include "domain/watchdog.h"
#include "events/events.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

static int copy_in(void *to, gva_t arg, size_t n)
{
    if (likely(copy_from_guest(to, arg, n) == 0))
        return 0;
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
}

static long op_yield(struct vcpu *v, gva_t arg)
{
    (void)arg;
    vcpu_yield(v);
    return 0;
}

/* Unmasks upcalls and sleeps in one step: an event between the two cannot be missed. */
static long op_block(struct vcpu *v, gva_t arg)
{
    (void)arg;
    v->info->mask = 0;
    vcpu_block(v);
    return 0;
}

/*
 * Nobody could resume a suspended initial domain, so its suspend is cancelled at once: 1, as the ABI says. For others the
 * toolstack writes the result when it resumes or cancels.
 */
static long op_shutdown(struct vcpu *v, gva_t arg)
{
    struct sched_shutdown a;
    int error = copy_in(&a, arg, sizeof(a));

    if (error)
        return error;
    if (v->domain->id == 0 && (uint8_t)a.reason == SHUTDOWN_suspend) {
        log_line(LOG_INFO, "initial domain: suspend cancelled, nobody could resume it");
        return 1;
    }
    domain_shutdown(v->domain, (uint8_t)a.reason);
    return 0;
}

static long op_remote_shutdown(struct vcpu *v, gva_t arg)
{
    struct sched_remote_shutdown a;
    struct domain *d;
    int error = copy_in(&a, arg, sizeof(a));

    if (error)
        return error;
    d = domain_find(a.domain_id);
    if (!d)
        return refuse(-ESRCH, REASON_no_such_domain, 0, a.domain_id, 0);
    if (!v->domain->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, SCHEDOP_remote_shutdown, 0);
    domain_shutdown(d, (uint8_t)a.reason);
    return 0;
}

/* The first code given counts, whatever a later shutdown says. */
static long op_shutdown_code(struct vcpu *v, gva_t arg)
{
    struct domain *d = v->domain;
    struct sched_shutdown a;
    int error = copy_in(&a, arg, sizeof(a));

    if (error)
        return error;
    lock_take(&d->lock);
    if (!d->shutdown_code_set) {
        d->shutdown_code = (uint8_t)a.reason;
        d->shutdown_code_set = true;
    }
    lock_release(&d->lock);
    return 0;
}

static long op_watchdog(struct vcpu *v, gva_t arg)
{
    struct sched_watchdog a;
    long result = copy_in(&a, arg, sizeof(a));

    if (result)
        return result;
    lock_take(&v->domain->lock);
    result = watchdog_set(v->domain, a.id, a.timeout);
    lock_release(&v->domain->lock);
    return result;
}

/* For the initial domain alone. With one processor there is nothing to choose: a pin to it holds, and can be undone once. */
static long op_pin_override(struct vcpu *v, gva_t arg)
{
    struct sched_pin_override a;
    int error;

    if (v->domain->id != 0)
        return refuse(-EPERM, REASON_not_privileged, 0, SCHEDOP_pin_override, 0);
    error = copy_in(&a, arg, sizeof(a));
    if (error)
        return error;
    if (a.pcpu < 0) {
        if (!v->run->pinned)
            return refuse(-EINVAL, REASON_vcpu_pin, v->run->processor, (uint32_t)a.pcpu, 0);
        v->run->pinned = false;
        return 0;
    }
    if ((uint32_t)a.pcpu != v->run->processor)
        return refuse(-EINVAL, REASON_vcpu_pin, v->run->processor, (uint32_t)a.pcpu, 0);
    if (v->run->pinned)
        return refuse(-EBUSY, REASON_vcpu_pin, v->run->processor, (uint32_t)a.pcpu, 0);
    v->run->pinned = true;
    return 0;
}

static long (*const operations[])(struct vcpu *v, gva_t arg) = {
    [SCHEDOP_yield] = op_yield,
    [SCHEDOP_block] = op_block,
    [SCHEDOP_shutdown] = op_shutdown,
    [SCHEDOP_poll] = sched_poll,
    [SCHEDOP_remote_shutdown] = op_remote_shutdown,
    [SCHEDOP_shutdown_code] = op_shutdown_code,
    [SCHEDOP_watchdog] = op_watchdog,
    [SCHEDOP_pin_override] = op_pin_override,
};

long hypercall_sched_op(uint64_t cmd, uint64_t arg)
{
    uint32_t command = (uint32_t)cmd;

    if (command >= ARRAY_SIZE(operations))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(operations), command, 0);
    return operations[command](current_vcpu(), gva(arg));
}

/* The older call: its shutdown takes the reason itself for an argument. */
long hypercall_sched_op_compat(uint64_t cmd, uint64_t arg)
{
    struct vcpu *v = current_vcpu();

    switch ((uint32_t)cmd) {
    case SCHEDOP_yield: return op_yield(v, gva(0));
    case SCHEDOP_block: return op_block(v, gva(0));
    case SCHEDOP_shutdown: domain_shutdown(v->domain, (uint8_t)arg); return 0;
    }
    return refuse(-ENOSYS, REASON_no_such_subop, SCHEDOP_shutdown, (uint32_t)cmd, 0);
}
