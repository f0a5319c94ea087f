/* SPDX-License-Identifier: MIT */
/* run-memory: 256 6144 */
/*
 * The commands of memory_op that ask: sizes, maps, the machine-to-physical table; and those that only translated guests
 * may use.
 */
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define UNMAPPED ((void *)0xf0000000)
#define OTHER 17 /* a domain that is not there */
#define MAP_MAX 64

static struct e820_entry map[MAP_MAX];

static void test_sizes(void)
{
    domid_t self = DOMID_SELF, own = 0, other = OTHER;

    expect_equal(hypercall_memory_op(XENMEM_current_reservation, &self), boot_info->nr_pages);
    expect_equal(hypercall_memory_op(XENMEM_current_reservation, &own), boot_info->nr_pages);
    expect_errno(hypercall_memory_op(XENMEM_current_reservation, &other), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    expect_errno(hypercall_memory_op(XENMEM_current_reservation, UNMAPPED), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(hypercall_memory_op(XENMEM_current_reservation | 1 << 6, &self), -XEN_EINVAL);
    expect((uint32_t)hypercall_memory_op(XENMEM_maximum_reservation, &self) >= boot_info->nr_pages);
    expect_errno(hypercall_memory_op(XENMEM_maximum_reservation, &other), -XEN_ESRCH);
    expect(hypercall_memory_op(XENMEM_maximum_ram_page, NULL) > (int)pfn_to_mfn(0));
    shared_page.arch.max_pfn = 1234;
    expect_equal(hypercall_memory_op(XENMEM_maximum_gpfn, &self), 1233);
    expect_errno(hypercall_memory_op(XENMEM_maximum_gpfn, &other), -XEN_ESRCH);
}

static void test_machine_map(void)
{
    xen_memory_map_t all = {.nr_entries = MAP_MAX, .buffer = hypercall_address(map)};
    uint64_t ram = 0;

    expect_ok(hypercall_memory_op(XENMEM_machine_memory_map, &all));
    expect(all.nr_entries > 1 && all.nr_entries < MAP_MAX, "%u", all.nr_entries);
    for (unsigned int i = 0; i < all.nr_entries; i++) {
        ram += map[i].type == E820_RAM ? map[i].size : 0;
        expect(map[i].size != 0);
        expect(i == 0 || map[i].addr >= map[i - 1].addr + map[i - 1].size, "entries ascend");
    }
    expect(ram > (uint64_t)boot_info->nr_pages * PAGE_BYTES);
    all.nr_entries = 0;
    all.buffer = 0;
    expect_ok(hypercall_memory_op(XENMEM_machine_memory_map, &all));
    uint32_t needed = all.nr_entries;
    all.buffer = (uint32_t)map;
    all.nr_entries = needed - 1;
    expect_errno(hypercall_memory_op(XENMEM_machine_memory_map, &all), -XEN_EINVAL);
    all.nr_entries = needed;
    expect_ok(hypercall_memory_op(XENMEM_machine_memory_map, &all));
    all.nr_entries = 1;
    expect_errno(hypercall_memory_op(XENMEM_machine_memory_map, &all), -XEN_EINVAL);
    expect_reason(REASON_buffer_too_small);
    all.nr_entries = MAP_MAX;
    all.buffer = (uint32_t)UNMAPPED;
    expect_errno(hypercall_memory_op(XENMEM_machine_memory_map, &all), -XEN_EFAULT);
    expect_errno(hypercall_memory_op(XENMEM_machine_memory_map, UNMAPPED), -XEN_EFAULT);
}

static void test_own_map(void)
{
    xen_memory_map_t own = {.nr_entries = MAP_MAX, .buffer = hypercall_address(map)};
    xen_foreign_memory_map_t set = {.domid = OTHER,
                                    .map = {.nr_entries = 2, .buffer = hypercall_address(map)}};

    expect_errno(hypercall_memory_op(XENMEM_memory_map, &own), -XEN_ENOSYS);
    expect_errno(hypercall_memory_op(XENMEM_set_memory_map, &set), -XEN_ESRCH);
    set.domid = DOMID_SELF;
    map[0] = (struct e820_entry){0, 0xa0000, E820_RAM};
    map[1] = (struct e820_entry){0x100000, 0x1000000, E820_RAM};
    expect_ok(hypercall_memory_op(XENMEM_set_memory_map, &set));
    memset(map, 0, sizeof(map));
    expect_ok(hypercall_memory_op(XENMEM_memory_map, &own));
    expect_equal(own.nr_entries, 2);
    expect(map[1].addr == 0x100000 && map[1].size == 0x1000000 && map[1].type == E820_RAM);
    set.map.nr_entries = 0x10000;
    expect_errno(hypercall_memory_op(XENMEM_set_memory_map, &set), -XEN_EINVAL);
}

static void test_machphys(void)
{
    xen_machphys_mapping_t mapping;
    uint32_t mfns[32] = {0};
    xen_machphys_mfn_list_t list = {.max_extents = 32, .extent_start = hypercall_address(mfns)};
    uint32_t mfn = pfn_to_mfn(3);

    expect_ok(hypercall_memory_op(XENMEM_machphys_mapping, &mapping));
    expect(on_ringlet() ? mapping.v_start == 0xf5800000 : mapping.v_start >= 0xf5800000);
    expect(mapping.v_end > mapping.v_start && mapping.max_mfn >= mfn);
    expect_errno(hypercall_memory_op(XENMEM_machphys_mapping, UNMAPPED), -XEN_EFAULT);
    expect_ok(hypercall_memory_op(XENMEM_machphys_mfn_list, &list));
    expect(list.nr_extents >= 1 && list.nr_extents <= 8, "%u", list.nr_extents);
    expect(mfns[0] != 0);
    list.max_extents = 0;
    expect_ok(hypercall_memory_op(XENMEM_machphys_mfn_list, &list));
    expect_equal(list.nr_extents, 0);
    list.max_extents = 32;
    expect_ok(hypercall_memory_op(XENMEM_machphys_compat_mfn_list, &list));
    expect(list.nr_extents >= 1);
    list.extent_start = (uint32_t)UNMAPPED;
    expect_errno(hypercall_memory_op(XENMEM_machphys_mfn_list, &list), -XEN_EFAULT);
}

static void test_translated_only(void)
{
    xen_add_to_physmap_t add = {.domid = DOMID_SELF, .space = XENMAPSPACE_grant_table, .idx = 0, .gpfn = 5};
    xen_add_to_physmap_batch_t batch = {.domid = DOMID_SELF, .size = 1};
    xen_remove_from_physmap_t remove = {.domid = DOMID_SELF, .gpfn = 5};

    expect_errno(hypercall_memory_op(XENMEM_add_to_physmap, &add), -XEN_EACCES);
    expect_reason(REASON_not_translated_guest);
    add.domid = OTHER;
    expect_errno(hypercall_memory_op(XENMEM_add_to_physmap, &add), -XEN_ESRCH);
    add.space = XENMAPSPACE_gmfn_foreign;
    expect_errno(hypercall_memory_op(XENMEM_add_to_physmap, &add), -XEN_ENOSYS);
    expect_errno(hypercall_memory_op(XENMEM_remove_from_physmap, &remove), -XEN_EACCES);
    remove.domid = OTHER;
    expect_errno(hypercall_memory_op(XENMEM_remove_from_physmap, &remove), -XEN_ESRCH);
    expect_errno(hypercall_memory_op(XENMEM_add_to_physmap_batch, &batch), -XEN_EACCES);
}

static void test_rest(void)
{
    xen_reserved_device_memory_map_t reserved = {.flags = XENMEM_RDM_ALL, .nr_entries = 4};
    xen_vnuma_topology_info_t vnuma = {.domid = DOMID_SELF};

    expect_ok(hypercall_memory_op(XENMEM_reserved_device_memory_map, &reserved));
    expect_equal(reserved.nr_entries, 0);
    reserved.flags = ~0u;
    expect_errno(hypercall_memory_op(XENMEM_reserved_device_memory_map, &reserved), -XEN_EINVAL);
    expect_errno(hypercall_memory_op(XENMEM_get_vnumainfo, &vnuma), -XEN_EOPNOTSUPP);
    vnuma.domid = OTHER;
    expect_errno(hypercall_memory_op(XENMEM_get_vnumainfo, &vnuma), -XEN_ESRCH);
    vnuma.pad = 1;
    expect_errno(hypercall_memory_op(XENMEM_get_vnumainfo, &vnuma), -XEN_EINVAL);
}

/* What the reference answers to commands about things a PV guest does not have, or that are left out of its build. */
static void test_left_out(void)
{
    xen_pod_target_t pod = {.domid = DOMID_SELF};
    xen_mem_acquire_resource_t resource = {.domid = 0};
    uint32_t access_op[8] = {0}; /* domain 0: the caller */

    expect_errno(hypercall_memory_op(XENMEM_set_pod_target, &pod), -XEN_EINVAL);
    expect_errno(hypercall_memory_op(XENMEM_get_pod_target, &pod), -XEN_EINVAL);
    pod.domid = OTHER;
    expect_errno(hypercall_memory_op(XENMEM_get_pod_target, &pod), -XEN_ESRCH);
    expect_equal(hypercall_memory_op(XENMEM_get_sharing_freed_pages, NULL), 0);
    expect_equal(hypercall_memory_op(XENMEM_get_sharing_shared_pages, NULL), 0);
    expect_errno(hypercall_memory_op(XENMEM_paging_op, &pod), -XEN_ENOSYS);
    expect_errno(hypercall_memory_op(XENMEM_sharing_op, &pod), -XEN_ENOSYS);
    expect_errno(hypercall_memory_op(XENMEM_claim_pages, &pod), -XEN_ENOSYS);
    expect_errno(hypercall_memory_op(XENMEM_access_op, access_op), -XEN_EPERM);
    expect_errno(hypercall_memory_op(XENMEM_acquire_resource, &resource), -XEN_EPERM);
    resource.domid = OTHER;
    expect_errno(hypercall_memory_op(XENMEM_acquire_resource, &resource), -XEN_ESRCH);
    resource.pad = 1;
    expect_errno(hypercall_memory_op(XENMEM_acquire_resource, &resource), -XEN_EINVAL);
    for (unsigned int command = XENMEM_acquire_resource + 1; command < 64; command++) {
        expect_errno(hypercall_memory_op(command, NULL), -XEN_ENOSYS);
    }
    expect_errno(hypercall_memory_op(8, NULL), -XEN_ENOSYS);
}

GUEST_TEST("memory_op: queries")
{
    test_sizes();
    test_machine_map();
    test_own_map();
    test_machphys();
    test_translated_only();
    test_rest();
    test_left_out();
}
