/* SPDX-License-Identifier: MIT */
#include "contracts.h"
#include <guestkit/frames.h>

static uint32_t list[4];

static void queries(void)
{
    domid_t self = DOMID_SELF, nobody = 77;

    expect_errno(hypercall_memory_op(63, scratch), -XEN_ENOSYS);
    expect(memory_op_maximum_ram_page() >= (int32_t)p2m_size);
    expect(memory_op_current_reservation(&self) >= (int32_t)p2m_size);
    expect_errno(memory_op_current_reservation(&nobody), -XEN_ESRCH);
    expect_errno(memory_op_current_reservation(UNMAPPED), -XEN_EFAULT);
    expect_errno(memory_op_maximum_reservation(&nobody), -XEN_ESRCH);
    expect_errno(memory_op_maximum_reservation(UNMAPPED), -XEN_EFAULT);
    shared_page.arch.max_pfn = 0;
    expect_equal(memory_op_maximum_gpfn(&self), 0);
    shared_page.arch.max_pfn = 1234;
    expect_equal(memory_op_maximum_gpfn(&self), 1233);
    expect_errno(memory_op_maximum_gpfn(&nobody), -XEN_ESRCH);
    shared_page.arch.max_pfn = p2m_size;
}

static void tables(void)
{
    xen_machphys_mapping_t where = {0};
    xen_machphys_mfn_list_t frames = {.max_extents = 1, .extent_start = (uint32_t)list};

    expect_ok(memory_op_machphys_mapping(&where));
    /* The guest's note lets the hypervisor begin higher than usual. */
    expect(where.v_start >= MACH2PHYS_VIRT_START && where.v_start % 0x200000 == 0);
    expect(where.max_mfn < (where.v_end - where.v_start) / 4 && where.max_mfn >= p2m_size);
    expect_errno(memory_op_machphys_mapping(UNMAPPED), -XEN_EFAULT);
    expect_ok(memory_op_machphys_mfn_list(&frames));
    expect_equal(frames.nr_extents, 1);
    expect(list[0]);
    frames.extent_start = (uint32_t)UNMAPPED;
    expect_errno(memory_op_machphys_mfn_list(&frames), -XEN_EFAULT);
    expect_errno(memory_op_machphys_mfn_list(UNMAPPED), -XEN_EFAULT);
}

static void maps(void)
{
    xen_memory_map_t map = {.nr_entries = 1, .buffer = (uint32_t)scratch};
    struct {
        domid_t domid;
        xen_memory_map_t map;
    } foreign = {.domid = 77, .map = map};

    expect_errno(memory_op_memory_map(&map), -XEN_ENOSYS);
    expect_errno(memory_op_machine_memory_map(&map), -XEN_EINVAL);
    map.nr_entries = 100;
    map.buffer = (uint32_t)UNMAPPED;
    expect_errno(memory_op_machine_memory_map(&map), -XEN_EFAULT);
    expect_errno(memory_op_machine_memory_map(UNMAPPED), -XEN_EFAULT);
    map.buffer = (uint32_t)scratch;
    expect_ok(memory_op_machine_memory_map(&map));
    expect(map.nr_entries > 1 && map.nr_entries < 100);
    expect_errno(memory_op_set_memory_map((void *)&foreign), -XEN_ESRCH);
}

static void reservations(void)
{
    xen_memory_reservation_t r = {.extent_start = (uint32_t)list, .nr_extents = 1, .domid = DOMID_SELF};

    r.extent_order = 30;
    expect_equal(memory_op_increase_reservation(&r), 0);
    expect_equal(memory_op_increase_reservation(UNMAPPED), 0);
    expect_equal(memory_op_populate_physmap(UNMAPPED), 0);
    expect_equal(memory_op_decrease_reservation(UNMAPPED), 0);
    r.extent_order = 0;
    list[0] = 0xffffffff;
    expect_equal(memory_op_decrease_reservation(&r), 0);
    r.extent_start = (uint32_t)UNMAPPED;
    expect_equal(memory_op_populate_physmap(&r), 0);
    expect_equal(memory_op_decrease_reservation(&r), 0);
    r.domid = 77;
    expect_equal(memory_op_populate_physmap(&r), 0);
}

static void exchanges(void)
{
    xen_memory_exchange_t x = {
        .in = {.extent_start = (uint32_t)list, .nr_extents = 2, .domid = DOMID_SELF},
        .out = {.extent_start = (uint32_t)list, .nr_extents = 1, .domid = DOMID_SELF},
    };

    expect_errno(memory_op_exchange(UNMAPPED), -XEN_EFAULT);
    expect_errno(memory_op_exchange(&x), -XEN_EINVAL);
    x.out.nr_extents = 2;
    x.out.domid = 77;
    expect_errno(memory_op_exchange(&x), -XEN_EINVAL);
    x.in.domid = 77;
    expect_errno(memory_op_exchange(&x), -XEN_ESRCH);
    x.in.domid = x.out.domid = DOMID_SELF;
    x.nr_exchanged = 3;
    expect_errno(memory_op_exchange(&x), -XEN_EINVAL);
    x.nr_exchanged = 0;
    list[0] = list[1] = 0xffffffff;
    expect_errno(memory_op_exchange(&x), -XEN_EINVAL);
    expect_equal(x.nr_exchanged, 0);
    x.out.extent_order = x.in.extent_order = 25;
    expect_errno(memory_op_exchange(&x), -XEN_EPERM);
    x.out.extent_order = x.in.extent_order = 0;
    x.in.extent_start = (uint32_t)UNMAPPED;
    expect_errno(memory_op_exchange(&x), -XEN_EFAULT);
}

void contracts_of_memory(void)
{
    queries();
    tables();
    maps();
    reservations();
    exchanges();
}
