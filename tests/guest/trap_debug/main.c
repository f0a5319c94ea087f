/* SPDX-License-Identifier: MIT */
/* Debug registers, by hypercall and by MOV: what may be in them, and the #DB they and TF make. */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define DR6_NOTHING 0xffff0ff0u
#define DR6_STEP 0x4000u
#define DR7_NOTHING 0x400u
#define DR7_WRITE_1(n) (1u << (2 * (n)) | 1u << (16 + 4 * (n))) /* breakpoint n: one byte, when written */

static volatile uint32_t watched;

static void write_watched(void *argument)
{
    watched = 1;
}

static void step(void *argument)
{
    __asm__ volatile("pushf; orl $0x100, (%esp); popf; nop; nop");
}

static void step_over_emulation(void *argument)
{
    __asm__ volatile("pushf; orl $0x100, (%%esp); popf; movl %%cr0, %%eax; nop" : : : "eax");
}

static void set_dr7(void *value)
{
    __asm__ volatile("movl %0, %%dr7" : : "r"(value));
}

static void read_dr4(void *value)
{
    __asm__ volatile(".byte 0x0f, 0x21, 0xe0" : "=a"(*(uint32_t *)value));
}

static void set_cr4(void *value)
{
    __asm__ volatile("movl %0, %%cr4" : : "r"(value));
}

static void values(void)
{
    expect_equal((uint32_t)hypercall_get_debugreg(6), DR6_NOTHING);
    expect_equal((uint32_t)hypercall_get_debugreg(7), DR7_NOTHING);
    for (uint32_t i = 0; i < 4; i++) {
        expect_ok(hypercall_set_debugreg(i, 0x1000 + i));
        expect_equal((uint32_t)hypercall_get_debugreg(i), 0x1000 + i);
        expect_ok(hypercall_set_debugreg(i, 0));
    }
    expect_ok(hypercall_set_debugreg(6, 0xffffffff));
    expect_equal((uint32_t)hypercall_get_debugreg(6), 0xffffefff);
    expect_ok(hypercall_set_debugreg(4, 0)); /* another name of 6 */
    expect_equal((uint32_t)hypercall_get_debugreg(6), DR6_NOTHING);
    expect_errno(hypercall_set_debugreg(8, 0), -XEN_ENODEV);
    expect_errno(hypercall_get_debugreg(8), -XEN_ENODEV);
    expect_reason(REASON_debug_register);
}

/* General detect would trap the hypervisor's own accesses; I/O breakpoints are reserved without CR4.DE. */
static void refusals(void)
{
    expect_errno(hypercall_set_debugreg(7, 0x2000), -XEN_EPERM);
    expect_reason(REASON_debug_control);
    expect_errno(hypercall_set_debugreg(7, 0x00020001), -XEN_EPERM);
    expect_fault(probe_call(set_dr7, (void *)0x2000), TRAP_PROTECTION, 0);
    expect_fault(probe_call(set_dr7, (void *)0x00020001), TRAP_PROTECTION, 0);
    expect_equal((uint32_t)hypercall_get_debugreg(7), DR7_NOTHING);
    uint32_t value = 0;
    expect_no_fault(probe_call(read_dr4, &value));
    expect_equal(value, DR6_NOTHING);
    set_cr4((void *)0x8);
    expect_fault(probe_call(read_dr4, &value), TRAP_INVALID_OPCODE, 0);
    expect_errno(hypercall_get_debugreg(5), -XEN_ENODEV);
    expect_no_fault(probe_call(set_dr7, (void *)0x00020001));
    expect_equal((uint32_t)hypercall_get_debugreg(7), 0x00020401);
    expect_ok(hypercall_set_debugreg(7, 0));
    set_cr4(NULL);
}

static void traps(void)
{
    expect_ok(hypercall_set_debugreg(1, (uint32_t)&watched));
    expect_no_fault(probe_call(write_watched, NULL));
    expect_ok(hypercall_set_debugreg(7, DR7_WRITE_1(1)));
    expect_fault(probe_call(write_watched, NULL), TRAP_DEBUG, 0);
    expect_equal((uint32_t)hypercall_get_debugreg(6), DR6_NOTHING | 2);
    expect_ok(hypercall_set_debugreg(7, 0));
    expect_ok(hypercall_set_debugreg(6, 0));
    expect_fault(probe_call(step, NULL), TRAP_DEBUG, 0);
    expect_equal((uint32_t)hypercall_get_debugreg(6), DR6_NOTHING | DR6_STEP);
    expect_ok(hypercall_set_debugreg(6, 0));
    expect_fault(probe_call(step_over_emulation, NULL), TRAP_DEBUG, 0);
    expect_equal((uint32_t)hypercall_get_debugreg(6), DR6_NOTHING | DR6_STEP);
    expect_ok(hypercall_set_debugreg(6, 0));
}

/* The hypervisor reads its argument from watched memory: the #DB is dropped in ring 0, and the call works. */
static void ring_0_survives(void)
{
    expect_ok(hypercall_set_debugreg(0, (uint32_t)&watched));
    watched = 0;                                         /* I/O privilege level 0 */
    expect_ok(hypercall_set_debugreg(7, 1u | 3u << 16)); /* read or written */
    expect_ok(physdev_op_set_iopl((const physdev_set_iopl_t *)&watched));
    expect_ok(hypercall_set_debugreg(7, 0));
}

GUEST_TEST("debug registers are the guest's, and only its")
{
    values();
    refusals();
    traps();
    ring_0_survives();
}
