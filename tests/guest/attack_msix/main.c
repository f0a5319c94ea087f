// SPDX-License-Identifier: MIT
/*
 * run-qemu: -machine q35 -device virtio-serial-pci
 *
 * A device raises an interrupt by writing a message that names a vector and a processor. The messages stand in the
 * device's MSI-X table, or in its MSI capability in configuration space. A guest that writes its own could have the
 * device raise vector 18, a machine check to ring 0, or any exception without the error code its handler pops: the
 * hypervisor dies of a forged interrupt. Moving the device's registers elsewhere would get the table out from under
 * its guard. So the table can be mapped to look at and not to write, and configuration writes to those registers do
 * not reach the device. The initial domain may do anything else with the device.
 */
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define VIRTIO_VENDOR 0x1af4

static void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static uint32_t in32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint32_t config_read(uint32_t function, unsigned int reg)
{
    out32(CONFIG_ADDRESS, 0x80000000 | function | (reg & 0xfc));
    return in32(CONFIG_DATA);
}

static void config_write(uint32_t function, unsigned int reg, uint32_t value)
{
    out32(CONFIG_ADDRESS, 0x80000000 | function | (reg & 0xfc));
    out32(CONFIG_DATA, value);
}

static uint32_t find_device(void)
{
    for (uint32_t function = 0; function < 32u << 11; function += 1u << 11)
        if ((config_read(function, 0) & 0xffff) == VIRTIO_VENDOR)
            return function;
    return 0;
}

static unsigned int find_msix(uint32_t function)
{
    unsigned int at = config_read(function, 0x34) & 0xfc;

    while (at && (config_read(function, at) & 0xff) != 0x11)
        at = config_read(function, at) >> 8 & 0xfc;
    return at;
}

static void unchanged(uint32_t function, unsigned int reg, uint32_t value)
{
    uint32_t before = config_read(function, reg);

    config_write(function, reg, value);
    expect_equal(config_read(function, reg), before);
    expect_reason(REASON_io_port);
}

GUEST_TEST("a device's interrupt messages are the hypervisor's")
{
    uint32_t function, place, bar;
    unsigned int msix;
    volatile uint32_t *window;

    expect_ok(frames_init(boot_info));
    expect_ok(physdev_op_set_iopl(&(physdev_set_iopl_t){.iopl = 1}));
    function = find_device();
    if (!function)
        test_skip("no virtio device");
    msix = find_msix(function);
    expect(msix != 0);
    place = config_read(function, msix + 4);
    bar = config_read(function, 0x10 + 4 * (place & 7)) & ~0xfu;
    window = pages_alloc(1);
    /* The table may be read. Writable is not to be had: the entry comes out read-only. */
    expect_ok(page_set(window, pte_make((bar + (place & ~7u)) >> 12, PTE_DATA | PTE_NO_CACHE)));
    expect_equal(page_entry(window) & PTE_WRITE, 0);
    expect_no_fault(probe_read(window));
    expect_fault(probe_write((uint32_t *)window, 0xfee00000), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    unchanged(function, msix, 0x80000000 | config_read(function, msix));
    unchanged(function, msix + 4, 0x1000);
    for (unsigned int reg = 0x10; reg < 0x28; reg += 4)
        unchanged(function, reg, 0xfee00000);
    /* On this chipset configuration space is memory as well: 0xb0000000, by the register at 0x60 of the host bridge. */
    uint32_t window_bar = config_read(0, 0x60) & 0xfc000000;
    expect(window_bar != 0);
    expect_errno(page_set(window, pte_make(window_bar >> 12, PTE_DATA)), -XEN_EPERM);
    expect_reason(REASON_device_frame_guarded);
    expect_errno(page_set(window, pte_make((window_bar >> 12) + (function >> 8), PTE_READ)), -XEN_EPERM);
    unchanged(0, 0x60, window_bar);
    /* What does not touch interrupts works: the interrupt line register is a scratch register. */
    uint32_t line = config_read(function, 0x3c);
    config_write(function, 0x3c, line ^ 0x0f);
    expect_equal(config_read(function, 0x3c), line ^ 0x0f);
    config_write(function, 0x3c, line);
}
