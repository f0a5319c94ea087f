/* SPDX-License-Identifier: MIT */
/*
 * The privileged calls that the other tests of domain control have no use for: a suspended domain goes on, the devices a
 * toolstack tells of, debug keys, and the older form of physdev_op.
 *
 * run-options: dom0_mem=64M
 */
#include <guestkit/shutdown.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#include "child.h"

#define HOST_BRIDGE 0  /* bus 0, device 0, function 0: every QEMU machine has it */
#define NO_DEVICE 0xf8 /* device 31 */
#define UNMAPPED 0xf0000000

static volatile uint32_t said;

static void child_main(void)
{
    said = 1;
    sched_op_shutdown(&(sched_shutdown_t){SHUTDOWN_suspend});
    said = 2;
    shutdown(SHUTDOWN_poweroff);
}

static void test_resume(void)
{
    struct child c;

    expect_ok(child_create(&c, child_main));
    expect_ok(child_unpause(&c));
    expect_equal(child_wait(&c), SHUTDOWN_suspend);
    expect_equal(*(volatile uint32_t *)child_view(&c, &said), 1);
    child_view_end();
    expect_errno(domctl_plain(XEN_DOMCTL_resumedomain, 999), -XEN_ESRCH);
    expect_ok(domctl_plain(XEN_DOMCTL_resumedomain, c.id));
    expect_equal(child_wait(&c), SHUTDOWN_poweroff);
    expect_equal(*(volatile uint32_t *)child_view(&c, &said), 2);
    child_view_end();
    expect_ok(child_destroy(&c));
}

static void test_devices(void)
{
    static const uint32_t by_address[] = {PHYSDEVOP_pci_device_remove, PHYSDEVOP_prepare_msix,
                                          PHYSDEVOP_release_msix};
    static const uint32_t by_bus[] = {PHYSDEVOP_manage_pci_add, PHYSDEVOP_manage_pci_remove,
                                      PHYSDEVOP_manage_pci_add_ext};

    for (uint32_t i = 0; i < 3; i++) {
        physdev_pci_device_t device = {.devfn = HOST_BRIDGE};
        physdev_manage_pci_ext_t managed = {.devfn = HOST_BRIDGE};

        expect_ok(hypercall_physdev_op(by_address[i], &device));
        expect_ok(hypercall_physdev_op(by_bus[i], &managed));
        device.devfn = managed.devfn = NO_DEVICE;
        expect_errno(hypercall_physdev_op(by_address[i], &device), -XEN_ENODEV);
        expect_reason(REASON_device_invalid);
        expect_errno(hypercall_physdev_op(by_bus[i], &managed), -XEN_ENODEV);
        expect_reason(REASON_device_invalid);
        expect_errno(hypercall_physdev_op(by_address[i], (void *)UNMAPPED), -XEN_EFAULT);
        expect_errno(hypercall_physdev_op(by_bus[i], (void *)UNMAPPED), -XEN_EFAULT);
        device = (physdev_pci_device_t){.seg = 1, .devfn = HOST_BRIDGE};
        expect_errno(hypercall_physdev_op(by_address[i], &device), -XEN_ENODEV);
    }
}

static void test_older_form(void)
{
    struct physdev_op_32 op = {.cmd = PHYSDEVOP_set_iopl, .u.set_iopl.iopl = 4};

    expect_errno(hypercall_physdev_op_compat((void *)&op), -XEN_EINVAL);
    op.u.set_iopl.iopl = 1;
    expect_ok(hypercall_physdev_op_compat((void *)&op));
    op.cmd = 99;
    expect_errno(hypercall_physdev_op_compat((void *)&op), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(hypercall_physdev_op_compat((void *)UNMAPPED), -XEN_EFAULT);
}

static void test_debug_keys(void)
{
    static const char keys[] = "h";
    struct xen_sysctl op = {.cmd = XEN_SYSCTL_debug_keys, .interface_version = XEN_SYSCTL_INTERFACE_VERSION};

    op.u.debug_keys.keys = hypercall_address(keys);
    op.u.debug_keys.nr_keys = 1;
    expect_ok(hypercall_sysctl(&op));
    /* Each is a line on the serial port: ring 0 does not print for hours at one call. */
    op.u.debug_keys.nr_keys = 17;
    expect_errno(hypercall_sysctl(&op), -XEN_E2BIG);
    expect_reason(REASON_count_too_large);
    op.u.debug_keys.nr_keys = UINT32_MAX;
    expect_errno(hypercall_sysctl(&op), -XEN_E2BIG);
    op.u.debug_keys.nr_keys = 1;
    op.u.debug_keys.keys = UNMAPPED;
    expect_errno(hypercall_sysctl(&op), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
}

GUEST_TEST("a suspended domain goes on; devices, debug keys and the older physdev_op are answered")
{
    test_resume();
    test_devices();
    test_older_form();
    test_debug_keys();
}
