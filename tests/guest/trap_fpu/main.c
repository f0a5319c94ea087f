/* SPDX-License-Identifier: MIT */
/* CR0.TS and the FPU: who sets and clears it, the #NM it makes, and the state that outlives traps. */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define CR0_TS 0x8u

static uint32_t cr0(void)
{
    uint32_t value;

    __asm__ volatile("movl %%cr0, %0" : "=r"(value));
    return value;
}

static void use_fpu(void *argument)
{
    __asm__ volatile("fninit; fldpi; fstps %0" : "=m"(*(uint32_t *)argument));
}

static void write_cr0(void *value)
{
    __asm__ volatile("movl %0, %%cr0" : : "r"(value));
}

static void clear_ts(void *argument)
{
    __asm__ volatile("clts");
}

GUEST_TEST("CR0.TS is the guest's")
{
    uint32_t pi = 0, base = cr0();

    expect_equal(base & CR0_TS, 0);
    expect_no_fault(probe_call(use_fpu, &pi));
    expect_equal(pi, 0x40490fdb);
    expect_ok(hypercall_fpu_taskswitch(1));
    expect_equal(cr0(), base | CR0_TS);
    expect_fault(probe_call(use_fpu, &pi), TRAP_NO_DEVICE, 0);
    expect_equal(cr0(), base); /* the handler starts with it clear */
    expect_no_fault(probe_call(use_fpu, &pi));
    expect_no_fault(probe_call(write_cr0, (void *)(base | CR0_TS)));
    expect_fault(probe_call(use_fpu, &pi), TRAP_NO_DEVICE, 0);
    expect_ok(hypercall_fpu_taskswitch(1));
    expect_no_fault(probe_call(clear_ts, NULL));
    expect_no_fault(probe_call(use_fpu, &pi));
    expect_ok(hypercall_fpu_taskswitch(1));
    expect_ok(hypercall_fpu_taskswitch(0));
    expect_equal(cr0(), base);
    /* Nothing else of CR0 changes. */
    expect_fault(probe_call(write_cr0, NULL), TRAP_PROTECTION, 0);
    expect_reason(REASON_control_register);
    expect_fault(probe_call(write_cr0, (void *)(base & ~0x10000)), TRAP_PROTECTION, 0); /* WP */
    expect_fault(probe_call(write_cr0, (void *)(base & 0x7fffffff)), TRAP_PROTECTION, 0);
    expect_equal(cr0(), base);
}
