/* SPDX-License-Identifier: MIT */
#include "contracts.h"

void contracts_of_scheduling(void)
{
    evtchn_port_t port = 0x10000;
    sched_poll_t poll = {.ports = (uint32_t)&port, .nr_ports = 129, .timeout = 1};
    sched_watchdog_t dog = {0};
    sched_remote_shutdown_t remote = {.domain_id = 77};
    sched_pin_override_t pin = {.pcpu = 777};

    expect_errno(hypercall_sched_op(99, scratch), -XEN_ENOSYS);
    expect_ok(sched_op_yield());
    expect_errno(sched_op_shutdown(UNMAPPED), -XEN_EFAULT);
    expect_errno(sched_op_shutdown_code(UNMAPPED), -XEN_EFAULT);
    expect_errno(sched_op_poll(UNMAPPED), -XEN_EFAULT);
    expect_errno(sched_op_poll(&poll), -XEN_EINVAL);
    poll.nr_ports = 1;
    expect_errno(sched_op_poll(&poll), -XEN_EINVAL);
    poll.ports = (uint32_t)UNMAPPED;
    expect_errno(sched_op_poll(&poll), -XEN_EFAULT);
    poll.nr_ports = 0;
    expect_ok(sched_op_poll(&poll));
    dog.id = 3;
    expect_errno(sched_op_watchdog(&dog), -XEN_EINVAL);
    dog = (sched_watchdog_t){.id = 0, .timeout = 100};
    expect_equal(sched_op_watchdog(&dog), 1);
    expect_equal(sched_op_watchdog(&dog), 2);
    expect_errno(sched_op_watchdog(&dog), -XEN_ENOSPC);
    for (dog.id = 1, dog.timeout = 0; dog.id <= 2; dog.id++)
        expect_ok(sched_op_watchdog(&dog));
    expect_errno(sched_op_remote_shutdown(&remote), -XEN_ESRCH);
    expect_errno(sched_op_pin_override(&pin), -XEN_EINVAL);
    expect_errno(hypercall_sched_op_compat(99, 0), -XEN_ENOSYS);
    expect_ok(hypercall_sched_op_compat(SCHEDOP_yield, 0));
}

static void timers(void)
{
    vcpu_set_periodic_timer_t period = {.period_ns = 999999};
    vcpu_set_singleshot_timer_t once = {.timeout_abs_ns = 1, .flags = VCPU_SSHOTTMR_future};

    expect_errno(vcpu_op_set_periodic_timer(0, &period), -XEN_EINVAL);
    expect_errno(vcpu_op_set_periodic_timer(0, UNMAPPED), -XEN_EFAULT);
    period.period_ns = ~0ULL;
    expect_errno(vcpu_op_set_periodic_timer(0, &period), -XEN_EINVAL);
    expect_ok(vcpu_op_stop_periodic_timer(0));
    int32_t late = vcpu_op_set_singleshot_timer(0, &once);
    expect(late == 0 || late == -XEN_ETIME, "result %d", late);
    expect_errno(vcpu_op_set_singleshot_timer(0, UNMAPPED), -XEN_EFAULT);
    expect_ok(vcpu_op_stop_singleshot_timer(0));
}

static void areas(void)
{
    vcpu_register_vcpu_info_t info = {.mfn = address_to_mfn(scratch), .offset = 4090};
    vcpu_register_runstate_memory_area_t runstate = {.addr.p = 0xffffffff};
    vcpu_register_time_memory_area_t time = {.addr.p = 0xffffffff};

    expect_errno(vcpu_op_get_runstate_info(0, UNMAPPED), -XEN_EFAULT);
    expect_errno(vcpu_op_register_runstate_memory_area(0, UNMAPPED), -XEN_EFAULT);
    expect_errno(vcpu_op_register_runstate_memory_area(0, &runstate), -XEN_EFAULT);
    expect_errno(vcpu_op_register_vcpu_time_memory_area(0, &time), -XEN_EFAULT);
    expect_errno(vcpu_op_register_vcpu_info(0, UNMAPPED), -XEN_EFAULT);
    expect_errno(vcpu_op_register_vcpu_info(0, &info), -XEN_ENXIO);
    info = (vcpu_register_vcpu_info_t){.mfn = 0xffffff};
    expect_errno(vcpu_op_register_vcpu_info(0, &info), -XEN_EINVAL);
    info.mfn = page_table(scratch, 1);
    expect_errno(vcpu_op_register_vcpu_info(0, &info), -XEN_EINVAL);
}

void contracts_of_vcpus(void)
{
    expect_errno(hypercall_vcpu_op(99, 0, scratch), -XEN_ENOSYS);
    expect_errno(vcpu_op_is_up(77), -XEN_ENOENT);
    expect_errno(vcpu_op_up(0xffffffff), -XEN_ENOENT);
    expect_equal(vcpu_op_is_up(0), 1);
    expect_ok(vcpu_op_up(0));
    expect_errno(vcpu_op_initialise(0, UNMAPPED), -XEN_EFAULT);
    timers();
    areas();
}

void contracts_of_devices(void)
{
    physdev_set_iopl_t iopl = {.iopl = 4};
    physdev_set_iobitmap_t bitmap = {.bitmap = (uint32_t)scratch, .nr_ports = 65537};

    expect_errno(hypercall_physdev_op(99, scratch), -XEN_ENOSYS);
    expect_errno(physdev_op_set_iopl(&iopl), -XEN_EINVAL);
    expect_errno(physdev_op_set_iopl(UNMAPPED), -XEN_EFAULT);
    expect_errno(physdev_op_set_iobitmap(&bitmap), -XEN_EINVAL);
    expect_errno(physdev_op_set_iobitmap(UNMAPPED), -XEN_EFAULT);

    physdev_eoi_t eoi = {.irq = 4};
    expect_errno(physdev_op_eoi(&eoi), -XEN_EINVAL); /* not bound */
    eoi.irq = 0xffffffff;
    expect_errno(physdev_op_eoi(&eoi), -XEN_EINVAL);
    expect_errno(physdev_op_eoi(UNMAPPED), -XEN_EFAULT);
    physdev_irq_status_query_t query = {.irq = 4};
    expect_ok(physdev_op_irq_status_query(&query));
    expect_equal(query.flags, XENIRQSTAT_needs_eoi);
    query = (physdev_irq_status_query_t){.irq = 100000, .flags = 0x55};
    expect_errno(physdev_op_irq_status_query(&query), -XEN_EINVAL);
    expect_equal(query.flags, 0x55);
    expect_errno(physdev_op_irq_status_query(UNMAPPED), -XEN_EFAULT);
}
