/* SPDX-License-Identifier: MIT */
/*
 * A driver domain: it gets one device's registers and its message, runs it by itself, and reaches nothing else: not the
 * other device, not ports, not configuration space, not its own table of messages.
 *
 * run-cpu: qemu64
 * run-options: dom0_mem=64M
 * run-qemu: -device virtio-rng-pci,disable-legacy=on -device virtio-rng-pci,disable-legacy=on
 */
#include <guestkit/frames.h>
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#include "child.h"
#include "device.h"

#define RTC_INDEX 0x70

static struct device mine, other;
static char registers[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static char doorbell[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static struct queue_page queue __attribute__((aligned(PAGE_BYTES)));

/* What the child is told and what it found. */
static volatile uint32_t queue_frame, pirq, other_pirq;
static volatile struct {
    int map_registers, map_doorbell, map_other, map_table, bind, bind_other, map_own_pirq, eoi;
    uint32_t config, port, started, interrupts, length;
} found;

static bool wait_for(uint32_t port)
{
    sched_poll_t poll = {.ports = hypercall_address(&port),
                         .nr_ports = 1,
                         .timeout = time_now() + 2000000000ull};
    uint32_t bit = 1u << port % 32;

    sched_op_poll(&poll);
    return __atomic_fetch_and(&shared_page.evtchn_pending[port / 32], ~bit, __ATOMIC_SEQ_CST) & bit;
}

static void child_main(void)
{
    evtchn_bind_pirq_t bind = {.pirq = pirq}, wrong = {.pirq = other_pirq};
    struct physdev_map_pirq_32 map = {.domid = DOMID_SELF,
                                      .type = MAP_PIRQ_TYPE_MSI_SEG,
                                      .devfn = (int)(other.function >> 8 & 0xff),
                                      .pirq = -1,
                                      .table_base = 1};
    uint64_t machine = (uint64_t)queue_frame << 12;

    physdev_op_set_iopl(&(physdev_set_iopl_t){.iopl = 1});
    found.config = config_read(mine.function, 0);
    found.port = port_in(0x1f0);
    found.map_other = page_set(registers, pte_make(other.registers, PTE_DATA | PTE_NO_CACHE));
    found.map_table = page_set(registers, pte_make(mine.table, PTE_DATA | PTE_NO_CACHE));
    found.map_registers = page_set(registers, pte_make(mine.registers, PTE_DATA | PTE_NO_CACHE));
    found.map_doorbell = page_set(doorbell, pte_make(mine.notify_frame, PTE_DATA | PTE_NO_CACHE));
    found.bind_other = event_channel_op_bind_pirq(&wrong);
    found.map_own_pirq = physdev_op_map_pirq((void *)&map);
    found.bind = event_channel_op_bind_pirq(&bind);
    if (!found.map_registers && !found.map_doorbell && !found.bind) {
        found.started = device_start(registers + mine.common % PAGE_BYTES, &queue, machine);
        for (unsigned int i = 0; i < 3; i++) {
            device_ask(doorbell + mine.notify % PAGE_BYTES, &queue, machine);
            found.interrupts += wait_for(bind.port);
            found.eoi = physdev_op_eoi(&(physdev_eoi_t){.irq = pirq});
        }
        found.length = queue.used.ring[0].length;
    }
    shutdown(SHUTDOWN_poweroff);
}

static int permit(domid_t domain, uint32_t frame, uint32_t frames, bool allow)
{
    struct xen_domctl op = {.u.iomem_permission = {frame, frames, allow}};

    return domctl(&op, XEN_DOMCTL_iomem_permission, domain);
}

static int map_message(domid_t domain, const struct device *d, int entry, uint32_t *number)
{
    struct physdev_map_pirq_32 map = {.domid = domain,
                                      .type = MAP_PIRQ_TYPE_MSI_SEG,
                                      .index = -1,
                                      .pirq = -1,
                                      .bus = (int)(d->function >> 16 & 0xff),
                                      .devfn = (int)(d->function >> 8 & 0xff),
                                      .entry_nr = entry,
                                      .table_base = (uint64_t)d->table << 12};
    int error = physdev_op_map_pirq((void *)&map);

    *number = (uint32_t)map.pirq;
    return error;
}

static void turn_on(const struct device *d)
{
    config_write(d->function, 4, config_read(d->function, 4) | 6); /* memory, bus master */
}

static void test_refusals(struct child *c)
{
    struct xen_domctl op = {.u.ioport_permission = {.first_port = 0x70, .nr_ports = 2, .allow_access = 1}};
    physdev_pci_device_t none = {.bus = 0, .devfn = 0xf8};
    uint32_t number;

    expect_errno(permit(c->id, 0xfee00, 1, true), -XEN_EPERM);
    expect_reason(REASON_device_frame_denied);
    expect_errno(permit(c->id, 0x10, 0, true), -XEN_EINVAL);
    expect_errno(domctl(&op, XEN_DOMCTL_ioport_permission, c->id), -XEN_EPERM);
    expect_reason(REASON_io_port);
    op.u.ioport_permission = (struct xen_domctl_ioport_permission){0xfff0, 0x20, 1};
    expect_errno(domctl(&op, XEN_DOMCTL_ioport_permission, c->id), -XEN_EINVAL);
    op.u.irq_permission = (struct xen_domctl_irq_permission){.pirq = 4, .allow_access = 1};
    expect_errno(domctl(&op, XEN_DOMCTL_irq_permission, c->id), -XEN_EPERM); /* the serial line's */
    expect_reason(REASON_irq_denied);
    op.u.irq_permission.pirq = 5000;
    expect_errno(domctl(&op, XEN_DOMCTL_irq_permission, c->id), -XEN_EINVAL);
    expect_errno(map_message(c->id, &mine, 500, &number), -XEN_ENXIO);
    expect_reason(REASON_device_invalid);
    expect_errno(physdev_op_pci_device_add((void *)&none), -XEN_ENODEV);
    expect_errno(physdev_op_unmap_pirq(&(physdev_unmap_pirq_t){c->id, 200}), -XEN_EINVAL);
    expect_errno(physdev_op_eoi(&(physdev_eoi_t){200}), -XEN_EINVAL);
}

/* The initial domain drives the other device the same way. */
static void test_own_device(void)
{
    uint64_t machine = (uint64_t)address_to_mfn(&queue) << 12;
    evtchn_bind_pirq_t bind = {.pirq = other_pirq};
    evtchn_status_t status = {.dom = DOMID_SELF};

    expect_ok(page_set(registers, pte_make(other.registers, PTE_DATA | PTE_NO_CACHE)));
    expect_ok(page_set(doorbell, pte_make(other.notify_frame, PTE_DATA | PTE_NO_CACHE)));
    expect_ok(event_channel_op_bind_pirq(&bind));
    status.port = bind.port;
    expect_ok(event_channel_op_status(&status));
    expect_equal(status.status, EVTCHNSTAT_pirq);
    expect_equal(status.u.pirq, other_pirq);
    expect_errno(event_channel_op_bind_pirq(&bind), -XEN_EEXIST);
    expect(device_start(registers + other.common % PAGE_BYTES, &queue, machine));
    device_ask(doorbell + other.notify % PAGE_BYTES, &queue, machine);
    expect(wait_for(bind.port));
    expect_equal(queue.used.index, 1);
    expect_ok(event_channel_op_close(&(evtchn_close_t){bind.port}));
    /* Closed: the device may ask, nobody hears. */
    device_ask(doorbell + other.notify % PAGE_BYTES, &queue, machine);
    time_sleep(20000000);
    expect(!(shared_page.evtchn_pending[0] >> bind.port & 1));
    memset(&queue, 0, sizeof(queue));
}

GUEST_TEST("a driver domain reaches its own device and nothing else")
{
    struct child c;
    uint32_t number;

    expect_ok(physdev_op_set_iopl(&(physdev_set_iopl_t){.iopl = 1}));
    if (!device_find(&mine, 0) || !device_find(&other, 1)) {
        test_error("there are not two devices");
    }
    turn_on(&mine);
    turn_on(&other);
    expect_ok(
        physdev_op_pci_device_add((void *)&(physdev_pci_device_t){.devfn = (uint8_t)(mine.function >> 8)}));
    expect_ok(map_message(DOMID_SELF, &other, 0, &number));
    other_pirq = number;
    test_own_device();

    expect_ok(child_start_empty(&c));
    test_refusals(&c);
    expect_ok(map_message(c.id, &mine, 0, &number));
    pirq = number;
    expect_errno(map_message(DOMID_SELF, &mine, 0, &number), -XEN_EBUSY);
    expect_reason(REASON_irq_in_use);
    expect_ok(permit(c.id, mine.registers, 1, true));
    expect_ok(permit(c.id, mine.notify_frame, 1, true));
    expect_ok(permit(c.id, mine.notify_frame + 1, 4, true));
    expect_ok(permit(c.id, mine.notify_frame + 1, 4, false));
    expect_ok(permit(c.id, mine.table, 1, true));
    expect_ok(child_populate(&c));
    expect_ok(child_build(&c));
    *(uint32_t *)child_view(&c, &queue_frame) = c.frames[((uint32_t)&queue - 0x100000) / PAGE_BYTES];
    child_view_end();
    expect_ok(child_set_context(&c, child_main));
    expect_ok(child_unpause(&c));
    expect_equal(child_wait(&c), SHUTDOWN_poweroff);
    memcpy((void *)&found, child_view(&c, &found), sizeof(found));
    child_view_end();
    expect_equal(found.config, 0xffffffff);
    expect_equal(found.port, 0xffffffff);
    expect_errno(found.map_other, -XEN_EPERM);
    expect_ok(found.map_table);
    expect_ok(found.map_registers);
    expect_ok(found.map_doorbell);
    expect_errno(found.bind_other, -XEN_EPERM);
    expect_errno(found.map_own_pirq, -XEN_EPERM);
    expect_ok(found.bind);
    expect_ok(found.eoi);
    expect_equal(found.started, 1);
    expect_equal(found.interrupts, 3);
    expect_equal(found.length, sizeof(queue.bytes));
    expect_ok(child_destroy(&c));
    /* Its message is free for others. */
    expect_ok(map_message(DOMID_SELF, &mine, 0, &number));
    expect_ok(physdev_op_unmap_pirq(&(physdev_unmap_pirq_t){DOMID_SELF, (int)number}));
}
