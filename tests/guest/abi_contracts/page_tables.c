/* SPDX-License-Identifier: MIT */
#include "contracts.h"

#define PRESENT 1
#define WRITE 2
#define SUPERPAGE 0x80

static int32_t update(uint64_t ptr, uint64_t val)
{
    mmu_update_t request = {.ptr = ptr, .val = val};
    uint32_t done = 77;
    int32_t result = hypercall_mmu_update(&request, 1, &done, DOMID_SELF);

    expect_equal(done, result ? 0 : 1);
    return result;
}

static uint64_t machine(uint32_t mfn)
{
    return (uint64_t)mfn << 12;
}

static void updates(void)
{
    uint64_t entry = page_entry_machine(scratch), l1 = machine(page_table(scratch, 1)),
             was = page_entry(scratch);
    uint64_t l2_entry = machine(page_table(scratch, 2)) + ((uint32_t)scratch >> 21 & 511) * 8;
    uint32_t done;

    expect_errno(hypercall_mmu_update(UNMAPPED, 1, NULL, DOMID_SELF), -XEN_EFAULT);
    expect_errno(hypercall_mmu_update((void *)scratch, 1, NULL, 77), -XEN_ESRCH);
    expect_ok(hypercall_mmu_update(UNMAPPED, 0, &done, DOMID_SELF));
    expect_errno(update(entry, was), 0);
    expect_errno(update(entry | MMU_PT_UPDATE_PRESERVE_AD, was), 0);
    expect_errno(update(entry | MMU_PT_UPDATE_NO_TRANSLATE, was), 0);
    expect_errno(update(entry, l1 | PRESENT | WRITE), -XEN_EBUSY);
    expect_errno(update(entry, l1 | PRESENT), 0);
    expect_errno(update(entry, was), 0);
    expect_errno(update(machine(0xffffff), 0), -XEN_EINVAL);
    expect_errno(update(machine(0xffffff) | MMU_MACHPHYS_UPDATE, 0), -XEN_EINVAL);
    expect_errno(update(l2_entry, (machine(address_to_mfn(scratch)) & ~0x1fffffULL) | PRESENT | SUPERPAGE),
                 -XEN_EINVAL);
    expect_errno(update(l2_entry, machine(address_to_mfn(scratch)) | PRESENT), -XEN_EINVAL);
    expect_errno(update(machine(page_root_mfn), 0xffe | PRESENT), -XEN_EINVAL);
    /* Local APIC, and the hypervisor's own first frame. */
    expect_errno(update(entry, machine(0xfee00) | PRESENT), -XEN_EPERM);
    expect_errno(update(entry, machine(0x100) | PRESENT), -XEN_EBUSY);
    expect_equal(page_entry(scratch) & ~0x60ULL, was & ~0x60ULL);
}

static void addresses(void)
{
    uint64_t was = page_entry(scratch), l1 = machine(page_table(scratch, 1));

    expect_ok(hypercall_update_va_mapping((uint32_t)scratch, was, UVMF_INVLPG));
    expect_errno(hypercall_update_va_mapping(0x40000000, was, 0), -XEN_EINVAL);
    expect_errno(hypercall_update_va_mapping(HYPERVISOR_VIRT_START, was, 0), -XEN_EINVAL);
    expect_errno(hypercall_update_va_mapping((uint32_t)scratch, l1 | PRESENT | WRITE, 0), -XEN_EBUSY);
    expect_errno(hypercall_update_va_mapping((uint32_t)scratch, was, (uint32_t)UNMAPPED | UVMF_INVLPG),
                 -XEN_EFAULT);
    expect_errno(hypercall_update_va_mapping_otherdomain((uint32_t)scratch, was, 0, 77), -XEN_ESRCH);
}

static int32_t extended(uint32_t cmd, uint32_t arg1, uint32_t arg2)
{
    mmuext_op_t op = {.cmd = cmd, .arg1.mfn = arg1, .arg2.src_mfn = arg2};
    uint32_t done = 77;
    int32_t result = hypercall_mmuext_op(&op, 1, &done, DOMID_SELF);

    expect_equal(done, result ? 0 : 1);
    return result;
}

static void pins(void)
{
    uint32_t mine = address_to_mfn(scratch), l1 = page_table(scratch, 1);

    expect_errno(hypercall_mmuext_op(UNMAPPED, 1, NULL, DOMID_SELF), -XEN_EFAULT);
    expect_errno(hypercall_mmuext_op((void *)scratch, 1, NULL, 77), -XEN_ESRCH);
    expect_errno(extended(99, 0, 0), -XEN_ENOSYS);
    expect_errno(extended(14, 0, 0), -XEN_ENOSYS);
    for (uint32_t level = MMUEXT_PIN_L1_TABLE; level <= MMUEXT_PIN_L3_TABLE; level++) {
        expect_errno(extended(level, mine, 0), -XEN_EINVAL);
        expect_errno(extended(level, 0xffffff, 0), -XEN_EINVAL);
    }
    expect_ok(extended(MMUEXT_PIN_L4_TABLE, mine, 0));
    expect_errno(extended(MMUEXT_PIN_L2_TABLE, l1, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_PIN_L3_TABLE, page_root_mfn, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_UNPIN_TABLE, mine, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_UNPIN_TABLE, 0xffffff, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_NEW_BASEPTR, mine, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_NEW_BASEPTR, l1, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_NEW_USER_BASEPTR, page_root_mfn, 0), -XEN_EINVAL);
}

static void flushes(void)
{
    expect_ok(extended(MMUEXT_TLB_FLUSH_LOCAL, 0, 0));
    expect_ok(extended(MMUEXT_INVLPG_LOCAL, 0x1000, 0));
    expect_ok(extended(MMUEXT_TLB_FLUSH_MULTI, 0, (uint32_t)scratch));
    expect_errno(extended(MMUEXT_TLB_FLUSH_MULTI, 0, (uint32_t)UNMAPPED), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_INVLPG_MULTI, 0, (uint32_t)UNMAPPED), -XEN_EINVAL);
    expect_ok(extended(MMUEXT_TLB_FLUSH_ALL, 0, 0));
    expect_ok(extended(MMUEXT_INVLPG_ALL, 0, 0));
    expect_ok(extended(MMUEXT_FLUSH_CACHE, 0, 0));
    expect_ok(extended(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0));
}

static void others(void)
{
    uint32_t mine = address_to_mfn(scratch), l1 = page_table(scratch, 1);

    expect_errno(extended(MMUEXT_SET_LDT, 0x1004, 1), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_SET_LDT, 0x1000, 8193), -XEN_EINVAL);
    expect_ok(extended(MMUEXT_SET_LDT, 0, 0));
    expect_ok(extended(MMUEXT_CLEAR_PAGE, mine, 0));
    expect_errno(extended(MMUEXT_CLEAR_PAGE, l1, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_CLEAR_PAGE, 0xffffff, 0), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_COPY_PAGE, l1, mine), -XEN_EINVAL);
    expect_errno(extended(MMUEXT_COPY_PAGE, mine, 0xffffff), -XEN_EINVAL);
    expect_ok(extended(MMUEXT_COPY_PAGE, mine, l1));
    expect_errno(extended(MMUEXT_MARK_SUPER, mine, 0), -XEN_EOPNOTSUPP);
    expect_errno(extended(MMUEXT_UNMARK_SUPER, mine, 0), -XEN_EOPNOTSUPP);
}

void contracts_of_page_tables(void)
{
    updates();
    addresses();
    pins();
    flushes();
    others();
}
