/* SPDX-License-Identifier: MIT */
#include "contracts.h"

void contracts_of_descriptors(void)
{
    uint64_t here = (uint64_t)address_to_mfn(scratch) << 12;
    uint64_t l1 = (uint64_t)page_table(scratch, 1) << 12;
    const uint64_t data_ring0 = 0x00cf92000000ffff, code_long = 0x00affa000000ffff, tss = 0x0000e9000000ffff;
    xen_ulong_t frame = address_to_mfn(scratch), nowhere = 0xffffff;

    expect_ok(hypercall_update_descriptor(here, data_ring0));
    expect_errno(hypercall_update_descriptor(here + 4, data_ring0), -XEN_EINVAL);
    expect_errno(hypercall_update_descriptor(here, code_long), -XEN_EINVAL);
    expect_errno(hypercall_update_descriptor(here, tss), -XEN_EINVAL);
    expect_errno(hypercall_update_descriptor(l1, data_ring0), -XEN_EINVAL);
    expect_errno(hypercall_update_descriptor(0xffffff000, data_ring0), -XEN_EINVAL);

    expect_errno(hypercall_set_gdt(&frame, FIRST_RESERVED_GDT_ENTRY + 1), -XEN_EINVAL);
    expect_errno(hypercall_set_gdt(UNMAPPED, 1), -XEN_EFAULT);
    expect_errno(hypercall_set_gdt(&frame, 1), -XEN_EINVAL);
    expect_errno(hypercall_set_gdt(&nowhere, 1), -XEN_EINVAL);
    expect_ok(hypercall_set_gdt(UNMAPPED, 0));
}

void contracts_of_callbacks(void)
{
    callback_register_t set = {.type = 1, .address = {FLAT_KERNEL_CS, 0x1000}};
    callback_unregister_t remove = {0};
    xennmi_callback_t nmi = {.handler_address = 0x1000};

    expect_errno(hypercall_callback_op(99, &set), -XEN_EINVAL);
    expect_errno(callback_op_register(UNMAPPED), -XEN_EFAULT);
    set.type = CALLBACKTYPE_syscall;
    expect_errno(callback_op_register(&set), -XEN_ENOSYS);
    set.type = 99;
    expect_errno(callback_op_register(&set), -XEN_ENOSYS);
    set.type = CALLBACKTYPE_nmi;
    expect_ok(callback_op_register(&set));
    expect_errno(callback_op_unregister(UNMAPPED), -XEN_EFAULT);
    expect_errno(callback_op_unregister(&remove), -XEN_EINVAL);
    remove.type = CALLBACKTYPE_failsafe;
    expect_errno(callback_op_unregister(&remove), -XEN_EINVAL);
    remove.type = CALLBACKTYPE_sysenter;
    expect_errno(callback_op_unregister(&remove), -XEN_EINVAL);
    remove.type = CALLBACKTYPE_syscall32;
    expect_errno(callback_op_unregister(&remove), -XEN_EINVAL);
    remove.type = CALLBACKTYPE_nmi;
    expect_ok(callback_op_unregister(&remove));
    remove.type = 99;
    expect_errno(callback_op_unregister(&remove), -XEN_ENOSYS);

    expect_errno(hypercall_nmi_op(99, NULL), -XEN_ENOSYS);
    expect_errno(nmi_op_register_callback(UNMAPPED), -XEN_EFAULT);
    expect_ok(nmi_op_register_callback(&nmi));
    expect_ok(nmi_op_unregister_callback());

    expect_errno(hypercall_set_trap_table(UNMAPPED), -XEN_EFAULT);
    expect_errno(hypercall_set_trap_table(HYPERVISORS), -XEN_EFAULT);
}

void contracts_of_registers(void)
{
    const uint32_t io_breakpoint = 0x2 << 16 | 2, general_detect = 1 << 13;

    expect_errno(hypercall_get_debugreg(8), -XEN_ENODEV);
    expect_errno(hypercall_set_debugreg(8, 0), -XEN_ENODEV);
    expect_errno(hypercall_set_debugreg(7, general_detect), -XEN_EPERM);
    expect_errno(hypercall_set_debugreg(7, io_breakpoint), -XEN_EPERM);
    expect_ok(hypercall_set_debugreg(0, 0x1000));
    expect_equal(hypercall_get_debugreg(0), 0x1000);
    expect_ok(hypercall_set_debugreg(0, 0));
    expect_ok(hypercall_fpu_taskswitch(1));
    expect_ok(hypercall_fpu_taskswitch(0));
    expect_ok(hypercall_set_timer_op(1));
    expect_ok(hypercall_set_timer_op(0));
}
