/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: I/O ports beyond the right to them: without any, past the end of a permission bitmap, past port 65535, by a
 * bitmap that lies in the hypervisor's part or is not mapped, with a privilege level that there is not; and with all the
 * rights the initial domain can have, at the interrupt controllers, the timer and the port that resets the machine.
 *
 * WHAT WOULD GO WRONG: a read of two bits too many of a bitmap gives ports nobody granted; the interrupt controller's ports mask
 * the hypervisor's timer; one byte to port CF9h resets everybody.
 *
 * WHAT STOPS IT: rule 13: the real IOPL is 0 and the TSS has no bitmap, so every access comes to the emulator, which
 * has a list of ports that are never direct.
 *
 * HOW THE TEST KNOWS: #GP without the right, values of all ones from the reserved ports with it, and the machine still runs
 * and is still interrupted.
 */
#include "attack.h"
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

struct access {
    uint32_t port, value;
};

static uint8_t bitmap[2 * PAGE_BYTES] __attribute__((aligned(4096)));

static void in8(void *argument)
{
    struct access *access = argument;

    __asm__ volatile("inb %w1, %b0" : "=a"(access->value) : "d"(access->port));
}

static void in32(void *argument)
{
    struct access *access = argument;

    __asm__ volatile("inl %w1, %0" : "=a"(access->value) : "d"(access->port));
}

static void out8(void *argument)
{
    const struct access *access = argument;

    __asm__ volatile("outb %b0, %w1" : : "a"(access->value), "d"(access->port));
}

static struct fault try_in8(uint32_t port)
{
    struct access access = {.port = port};

    return probe_call(in8, &access);
}

static struct fault try_in32(uint32_t port)
{
    struct access access = {.port = port};

    return probe_call(in32, &access);
}

static void set_bitmap(uint32_t address, uint32_t ports)
{
    physdev_set_iobitmap_t set = {.bitmap = address, .nr_ports = ports};

    expect_ok(physdev_op_set_iobitmap(&set));
}

static void test_bitmap(void)
{
    for (unsigned int i = 0; i < sizeof(bitmap); i++) {
        bitmap[i] = 0xff;
    }
    bitmap[0x80 / 8] = 0xfe; /* port 80h alone */
    set_bitmap((uint32_t)bitmap, 0x81);
    expect_no_fault(try_in8(0x80));
    expect_fault(try_in8(0x7f), TRAP_PROTECTION, 0);
    expect_fault(try_in8(0x81), TRAP_PROTECTION, 0);
    expect_fault(try_in32(0x80), TRAP_PROTECTION, 0);
    expect_fault(try_in32(0x7e), TRAP_PROTECTION, 0);
    set_bitmap((uint32_t)bitmap, 0x80);
    expect_fault(try_in8(0x80), TRAP_PROTECTION, 0);
    physdev_set_iobitmap_t set = {.bitmap = 0xfffffff8, .nr_ports = 65536};
    expect_errno(physdev_op_set_iobitmap(&set), -XEN_EINVAL);
    if (on_ringlet()) {
        set.bitmap = 0xf5800000 - 8191;
        expect_errno(physdev_op_set_iobitmap(&set), -XEN_EINVAL);
    }
    /* All zeros allows all; what cannot be read allows nothing. */
    set_bitmap(0xf0000000, 65536);
    expect_fault(try_in8(0x80), TRAP_PROTECTION, 0);
    expect_fault(try_in8(0xffff), TRAP_PROTECTION, 0);
    set_bitmap(0, 0);
    expect_fault(try_in8(0x80), TRAP_PROTECTION, 0);
}

static void test_reserved(void)
{
    static const uint16_t ports[] = {0x20, 0x21, 0xa0, 0xa1, 0x40, 0x43, 0x61, 0x4d0, 0x3f8, 0x3fd};

    for (unsigned int i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
        struct access access = {.port = ports[i], .value = 0xff};
        expect_no_fault(
            probe_call(out8, &access)); /* masks, resets a counter or speaks, where it is not stopped */
        if (on_ringlet()) {             /* the reference answers a few of these from a model of its own */
            expect_no_fault(probe_call(in8, &access));
            expect_equal(access.value & 0xff, 0xff);
        }
    }
    if (on_ringlet()) {
        struct access reset = {.port = 0xcf9, .value = 0x0e};
        expect_no_fault(probe_call(out8, &reset));
        reset = (struct access){.port = 0x92, .value = 1};
        expect_no_fault(probe_call(out8, &reset));
    }
}

GUEST_TEST("ports out of range and out of reach")
{
    physdev_set_iopl_t iopl = {.iopl = 4};

    expect_fault(try_in8(0x80), TRAP_PROTECTION, 0);
    expect_reason(REASON_io_port);
    expect_refused(physdev_op_set_iopl(&iopl), -XEN_EINVAL, REASON_iopl_value);
    iopl.iopl = 0xffffffff;
    expect_refused(physdev_op_set_iopl(&iopl), -XEN_EINVAL, REASON_iopl_value);
    expect_fault(try_in8(0x80), TRAP_PROTECTION, 0);
    test_bitmap();
    iopl.iopl = 1;
    expect_ok(physdev_op_set_iopl(&iopl));
    expect_no_fault(try_in8(0x80));
    expect_no_fault(try_in32(0xffff)); /* four ports, three of which there are not */
    test_reserved();
    iopl.iopl = 0;
    expect_ok(physdev_op_set_iopl(&iopl));
    expect_fault(try_in8(0x80), TRAP_PROTECTION, 0);
    uint64_t before = time_now();
    expect_ok(sched_op_yield());
    expect(time_now() >= before);
}
