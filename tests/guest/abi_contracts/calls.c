/* SPDX-License-Identifier: MIT */
#include "contracts.h"

static void no_such_call(void)
{
    expect_errno(hypercall(11, 0, 0, 0, 0, 0), -XEN_ENOSYS);
    expect_errno(hypercall(63, 0, 0, 0, 0, 0), -XEN_ENOSYS);
    expect_errno(hypercall_int82(64, 0, 0, 0, 0, 0), -XEN_ENOSYS);
    expect_errno(hypercall_int82(0xffffffff, 0, 0, 0, 0, 0), -XEN_ENOSYS);
    expect_errno(hypercall(__HYPERVISOR_tmem_op, 0, 0, 0, 0, 0), -XEN_ENOSYS);
    expect_errno(hypercall(__HYPERVISOR_arch_2, 0, 0, 0, 0, 0), -XEN_ENOSYS);
    expect_errno(hypercall(__HYPERVISOR_set_segment_base, SEGBASE_FS, 0, 0, 0, 0), -XEN_ENOSYS);
}

static void multicalls(void)
{
    multicall_entry_t inner = {.op = __HYPERVISOR_xen_version};
    multicall_entry_t calls[3] = {
        {.op = 11, .result = 77},
        {.op = __HYPERVISOR_multicall, .result = 77, .args = {(uint32_t)&inner, 1}},
        {.op = __HYPERVISOR_xen_version, .result = 77, .args = {XENVER_pagesize}},
    };

    expect_ok(hypercall_multicall(calls, 3));
    expect_equal((int32_t)calls[0].result, -XEN_ENOSYS);
    expect_equal((int32_t)calls[1].result, -XEN_EINVAL);
    expect_equal(calls[2].result, 4096);
    expect_ok(hypercall_multicall(calls, 0));
    expect_errno(hypercall_multicall(UNMAPPED, 1), -XEN_EFAULT);
    expect_errno(hypercall_multicall(HYPERVISORS, 1), -XEN_EFAULT);
    expect_errno(hypercall_multicall((void *)(HYPERVISOR_VIRT_START - 32), 2), -XEN_EFAULT);
}

static void consoles(void)
{
    expect_errno(hypercall_console_io(99, 0, NULL), -XEN_ENOSYS);
    expect_errno(console_io_write(4, UNMAPPED), -XEN_EFAULT);
    expect_errno(console_io_write(4, HYPERVISORS), -XEN_EFAULT);
    expect_ok(console_io_write(0, UNMAPPED));
    expect_ok(console_io_read(4, (char *)scratch));
    expect_errno(console_io_read(0x80000000, (char *)scratch), -XEN_E2BIG);
}

static void assists(void)
{
    expect_errno(hypercall_vm_assist(2, 0), -XEN_ENOSYS);
    expect_errno(hypercall_vm_assist(VMASST_CMD_enable, 6), -XEN_EINVAL);
    expect_errno(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_m2p_strict), -XEN_EINVAL);
    expect_errno(hypercall_vm_assist(VMASST_CMD_disable, 0xffffffff), -XEN_EINVAL);
    for (uint32_t type = VMASST_TYPE_4gb_segments; type <= VMASST_TYPE_runstate_update_flag; type++) {
        expect_ok(hypercall_vm_assist(VMASST_CMD_enable, type));
        expect_ok(hypercall_vm_assist(VMASST_CMD_disable, type));
    }
}

void contracts_of_calls(void)
{
    no_such_call();
    multicalls();
    consoles();
    assists();
}

/* What kernels look at before they choose their ways. */
static void has_features(void)
{
    const uint32_t wanted = 1 << XENFEAT_mmu_pt_update_preserve_ad | 1 << XENFEAT_highmem_assist |
                            1 << XENFEAT_gnttab_map_avail_bits | 1 << XENFEAT_dom0 |
                            1 << XENFEAT_direct_mapped;
    const uint32_t never = 1 << XENFEAT_writable_page_tables | 1 << XENFEAT_auto_translated_physmap |
                           1 << XENFEAT_supervisor_mode_kernel;
    xen_feature_info_t features = {.submap_idx = 0};

    expect_ok(xen_version_get_features(&features));
    expect_equal(features.submap & (wanted | never), wanted);
}

void contracts_of_version(void)
{
    xen_feature_info_t features = {.submap_idx = XENFEAT_NR_SUBMAPS};
    xen_build_id_t build_id = {.len = 0};

    has_features();
    expect_errno(hypercall_xen_version(99, scratch), -XEN_ENOSYS);
    expect_equal(xen_version_version(), 4 << 16 | 17);
    expect_errno(xen_version_extraversion(UNMAPPED), -XEN_EFAULT);
    expect_errno(xen_version_capabilities(HYPERVISORS), -XEN_EFAULT);
    expect_errno(xen_version_get_features(&features), -XEN_EINVAL);
    expect_errno(xen_version_get_features(UNMAPPED), -XEN_EFAULT);
    expect_equal(xen_version_pagesize(), 4096);
    expect_errno(hypercall_xen_version(XENVER_pagesize, scratch), -XEN_EINVAL);
    expect(xen_version_build_id(&build_id) < 0);
}
