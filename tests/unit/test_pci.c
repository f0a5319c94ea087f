// SPDX-License-Identifier: MIT
/* root-domain/pci: what a configuration space says, and what may be written to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "root-domain/pci/device_parts.h"

static uint8_t space[256];

static uint32_t read_space(const void *context, unsigned offset, unsigned size)
{
    uint32_t value = 0;

    assert_true(pci_access_valid((int32_t)offset, (int32_t)size));
    memcpy(&value, space + offset, size);
    return value;
}

static void put(unsigned offset, uint32_t value)
{
    memcpy(space + offset, &value, 4);
}

/* As QEMU's virtio devices are: BAR 1 holds the messages, BAR 4 (64 bits) the four parts. */
static int fresh(void **state)
{
    memset(space, 0, sizeof(space));
    put(0x00, 0x10421af4);
    put(0x04, 0x00100007);
    put(0x10, 0x0000c001);
    put(0x14, 0xfebf1000);
    put(0x20, 0xfe00000c);
    put(0x24, 0x00000001);
    put(0x34, 0x98);
    put(0x98, 0x80028411);
    put(0x9c, 0x00000001);
    for (unsigned i = 0; i < 3; i++) {
        unsigned at = 0x84 - 16 * i;

        put(at, (i + 1) << 24 | 0x100000 | (i == 2 ? 0 : at - 16) << 8 | 0x09);
        put(at + 4, 4);
        put(at + 8, 0x1000 * i + 0x800 * (i == 1));
        put(at + 12, i == 1 ? 0x1000 : 0x38);
    }
    return 0;
}

static void a_virtio_device(void **state)
{
    struct pci_parts parts;

    pci_parts_read(&parts, read_space, NULL);
    assert_true(parts.present);
    assert_int_equal(parts.device, 0x1042);
    assert_int_equal(parts.messages, 3);
    assert_int_equal(parts.table_base, 0xfebf1000);
    assert_int_equal(parts.range_count, 3);
    assert_int_equal(parts.ranges[0].first, 0x1fe000);
    assert_int_equal(parts.ranges[0].count, 1);
    /* Over the end of a frame. */
    assert_int_equal(parts.ranges[1].first, 0x1fe001);
    assert_int_equal(parts.ranges[1].count, 2);
    assert_int_equal(parts.ranges[2].first, 0x1fe002);
}

static void no_device(void **state)
{
    struct pci_parts parts;

    memset(space, 0xff, sizeof(space));
    pci_parts_read(&parts, read_space, NULL);
    assert_false(parts.present);
    assert_int_equal(parts.range_count, 0);
}

static void others_get_no_ranges(void **state)
{
    struct pci_parts parts;

    put(0x00, 0x10428086);
    pci_parts_read(&parts, read_space, NULL);
    assert_true(parts.present);
    assert_int_equal(parts.range_count, 0);
    assert_int_equal(parts.messages, 3);
}

/* Lists that run in circles or out of the space end; a BAR for ports, or none, gives nothing. */
static void hostile_spaces(void **state)
{
    struct pci_parts parts;

    put(0x98, 0x80029811);
    pci_parts_read(&parts, read_space, NULL);
    assert_int_equal(parts.messages, 3);
    fresh(NULL);
    space[0x88] = 0;
    pci_parts_read(&parts, read_space, NULL);
    assert_int_equal(parts.range_count, 2);
    space[0x88] = 6;
    pci_parts_read(&parts, read_space, NULL);
    assert_int_equal(parts.range_count, 2);
    srand(3);
    for (unsigned i = 0; i < 20000; i++) {
        for (unsigned at = 0x10; at < 256; at++)
            space[at] = (uint8_t)rand();
        pci_parts_read(&parts, read_space, NULL);
        assert_true(parts.range_count <= PCI_RANGES_MAX);
    }
}

static void writes(void **state)
{
    uint32_t value = 0xffff;

    assert_true(pci_write_allowed(4, 2, 0x0101, &value));
    assert_int_equal(value, 0x0507);
    value = 0;
    assert_true(pci_write_allowed(4, 2, 0x0507, &value));
    assert_int_equal(value, 0x0101);
    assert_true(pci_write_allowed(6, 2, 0, &value));
    assert_true(pci_write_allowed(0xc, 1, 0, &value));
    for (unsigned offset = 0; offset < 256; offset += 4)
        assert_false(pci_write_allowed(offset, 4, 0, &value));
    for (unsigned offset = 0x10; offset < 256; offset++)
        assert_false(pci_write_allowed(offset, 1, 0, &value));
}

static void accesses(void **state)
{
    assert_true(pci_access_valid(255, 1));
    assert_true(pci_access_valid(252, 4));
    assert_false(pci_access_valid(256, 1));
    assert_false(pci_access_valid(254, 4));
    assert_false(pci_access_valid(-1, 1));
    assert_false(pci_access_valid(2, 4));
    assert_false(pci_access_valid(0, 3));
    assert_false(pci_access_valid(0, 0));
    assert_false(pci_access_valid(0x7fffffff, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_virtio_device, fresh),
        cmocka_unit_test_setup(no_device, fresh),
        cmocka_unit_test_setup(others_get_no_ranges, fresh),
        cmocka_unit_test_setup(hostile_spaces, fresh),
        cmocka_unit_test(writes),
        cmocka_unit_test(accesses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
