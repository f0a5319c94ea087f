// SPDX-License-Identifier: MIT
#include <abi/sched.h>
#include <abi/vcpu.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "domain/domain.h"
#include "domain/hypercalls.h"
#include "domain/scheduler.h"
#include "domain/time.h"
#include "domain/timers.h"
#include "domain/vcpu_areas.h"
#include "domain/vcpu_context.h"
#include "machine/acpi.h"
#include "machine/clock.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

#define PERIOD_MIN_NS NS_PER_MS
#define PERIOD_MAX_NS (UINT64_MAX >> 2)

static int refuse_pointer(gva_t arg)
{
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
}

static long op_initialise(struct vcpu *v, gva_t arg)
{
    int error = vcpu_initialise(v, arg);

    if (error == -ERESTART)
        return hypercall_continue(__HYPERVISOR_vcpu_op, 3, (uint64_t[]){VCPUOP_initialise, v->id, arg.raw});
    return error;
}

static long op_up(struct vcpu *v, gva_t arg)
{
    (void)arg;
    if (!v->run->initialised)
        return refuse(-EINVAL, REASON_vcpu_not_initialised, 0, v->id, 0);
    vcpu_start(v, VCPU_DOWN);
    return 0;
}

static bool another_is_up(const struct vcpu *v)
{
    const struct domain *d = v->domain;

    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i] && d->vcpus[i] != v && !(d->vcpus[i]->blocked & VCPU_DOWN))
            return true;
    return false;
}

/* A domain without a vCPU that is up has powered itself off. */
static long op_down(struct vcpu *v, gva_t arg)
{
    (void)arg;
    if (another_is_up(v))
        vcpu_stop(v, VCPU_DOWN);
    else
        domain_shutdown(v->domain, SHUTDOWN_poweroff);
    return 0;
}

static long op_is_up(struct vcpu *v, gva_t arg)
{
    (void)arg;
    return !(v->blocked & VCPU_DOWN);
}

static long op_get_runstate_info(struct vcpu *v, gva_t arg)
{
    struct runstate now = runstate_at(&v->time->runstate, clock_now());

    if (runstate_copy(v->domain, arg, &now, 0))
        return refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, arg.raw, 0);
    return 0;
}

static long op_set_periodic_timer(struct vcpu *v, gva_t arg)
{
    uint64_t period;

    if (guest_get64(&period, arg))
        return refuse_pointer(arg);
    if (period < PERIOD_MIN_NS)
        return refuse(-EINVAL, REASON_timer_period, PERIOD_MIN_NS, period, 0);
    if (period > PERIOD_MAX_NS)
        return refuse(-EINVAL, REASON_timer_period, PERIOD_MAX_NS, period, 0);
    vcpu_set_period(v, period);
    return 0;
}

static long op_stop_periodic_timer(struct vcpu *v, gva_t arg)
{
    (void)arg;
    vcpu_set_period(v, 0);
    return 0;
}

static int only_itself(const struct vcpu *v)
{
    if (v == current_vcpu())
        return 0;
    return refuse(-EINVAL, REASON_vcpu_not_self, current_vcpu()->id, v->id, 0);
}

/* Both layouts have the time first; a 32-bit guest's is only four bytes shorter at the end. */
static long op_set_singleshot_timer(struct vcpu *v, gva_t arg)
{
    struct vcpu_set_singleshot_timer_32 a;
    int error = only_itself(v);
    uint64_t now;

    if (error)
        return error;
    if (copy_from_guest(&a, arg, sizeof(a)))
        return refuse_pointer(arg);
    now = clock_now();
    if ((a.flags & VCPU_SSHOTTMR_future) && a.timeout_abs_ns < now)
        return refuse(-ETIME, REASON_timer_past, now, a.timeout_abs_ns, 0);
    timer_set(&v->time->singleshot, a.timeout_abs_ns);
    return 0;
}

static long op_stop_singleshot_timer(struct vcpu *v, gva_t arg)
{
    int error = only_itself(v);

    (void)arg;
    if (!error)
        timer_stop(&v->time->singleshot);
    return error;
}

static long op_send_nmi(struct vcpu *v, gva_t arg)
{
    if (arg.raw)
        return refuse(-EINVAL, REASON_reserved_field, 0, arg.raw, 0);
    vcpu_nmi(v);
    return 0;
}

/* Of vCPUs that stay on one processor: the initial domain's, while there is only one. */
static long op_get_physid(struct vcpu *v, gva_t arg)
{
    uint32_t apic_id = this_cpu()->apic_id;

    if (v->domain->id != 0)
        return refuse(-EINVAL, REASON_vcpu_pin, v->run->processor, 0, 0);
    if (guest_put64(arg, apic_id | (uint64_t)acpi_processor_id(apic_id) << 32))
        return refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, arg.raw, 0);
    return 0;
}

static long (*const operations[])(struct vcpu *v, gva_t arg) = {
    [VCPUOP_initialise] = op_initialise,
    [VCPUOP_up] = op_up,
    [VCPUOP_down] = op_down,
    [VCPUOP_is_up] = op_is_up,
    [VCPUOP_get_runstate_info] = op_get_runstate_info,
    [VCPUOP_register_runstate_memory_area] = vcpu_register_runstate,
    [VCPUOP_set_periodic_timer] = op_set_periodic_timer,
    [VCPUOP_stop_periodic_timer] = op_stop_periodic_timer,
    [VCPUOP_set_singleshot_timer] = op_set_singleshot_timer,
    [VCPUOP_stop_singleshot_timer] = op_stop_singleshot_timer,
    [VCPUOP_register_vcpu_info] = vcpu_register_info,
    [VCPUOP_send_nmi] = op_send_nmi,
    [VCPUOP_get_physid] = op_get_physid,
    [VCPUOP_register_vcpu_time_memory_area] = vcpu_register_time,
};

long hypercall_vcpu_op(uint64_t cmd, uint64_t vcpu, uint64_t arg)
{
    struct domain *d = current_vcpu()->domain;
    uint32_t command = (uint32_t)cmd, id = (uint32_t)vcpu;

    if (id >= ARRAY_SIZE(d->vcpus) || !d->vcpus[id])
        return refuse(-ENOENT, REASON_vcpu_invalid, ARRAY_SIZE(d->vcpus), id, 0);
    if (command >= ARRAY_SIZE(operations))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(operations), command, 0);
    return operations[command](d->vcpus[id], gva(arg));
}
