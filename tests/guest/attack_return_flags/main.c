/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: flags that mean something to ring 0. NT and VM in the frame of an iret and in EFLAGS when ring 0 is entered; an
 * I/O privilege level of 3; interrupts off; the virtual interrupt flags.
 *
 * WHAT WOULD GO WRONG: NT makes the next IRET in ring 0 a task switch, which in long mode is a fault. VM in a return to
 * the guest is a mode that long mode does not have. With IOPL 1 a guest masks the machine's interrupts for ever and
 * has every port. With IF clear the hypervisor never gets the processor back.
 *
 * WHAT STOPS IT: rule 6: every entry goes through an interrupt gate, which clears NT, and every return forces VM to 0, IF
 * to 1 and the real IOPL to 0. VM in an iret is a #GP of the guest's.
 *
 * HOW THE TEST KNOWS: it reads EFLAGS after each return, and CLI still faults.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define FLAG_IF 0x200u
#define FLAG_IOPL 0x3000u
#define FLAG_NT 0x4000u
#define FLAG_VM 0x20000u
#define FLAG_AC 0x40000u
#define FLAG_VIF 0x80000u
#define FLAG_VIP 0x100000u

/* EFLAGS after a hypercall that was made with these flags. */
static uint32_t flags_after_call(uint32_t flags)
{
    uint32_t after, result = __HYPERVISOR_xen_version;

    __asm__ volatile("pushfl; pushl %2; popfl; int $0x82; pushfl; popl %1; popfl"
                     : "+a"(result), "=&r"(after)
                     : "r"(flags), "b"(XENVER_version), "c"(0)
                     : "memory", "cc");
    expect_equal(result >> 16, 4);
    return after;
}

static uint32_t flags_seen;

/* The flags after an iret hypercall to ring 1 with these. */
static uint32_t flags_after_iret(uint32_t flags)
{
    __asm__ volatile(
        "pushl %1; pushl %2; pushl $1f; pushl %%eax; movl %3, %%eax; int $0x82; 1: pushfl; popl %0; cld"
        : "=m"(flags_seen)
        : "r"(flags), "i"(FLAT_KERNEL_CS), "i"(__HYPERVISOR_iret)
        : "eax", "memory", "cc");
    return flags_seen;
}

static void cli(void *argument)
{
    __asm__ volatile("cli");
}

static void trap_with_nt(void *argument)
{
    __asm__ volatile("pushfl; orl $0x4000, (%esp); popfl; ud2");
}

static void iret_with_nt(void *argument)
{
    __asm__ volatile("pushfl; pushl %0; pushl $1f; pushfl; orl $0x4000, (%%esp); popfl; iret; 1:"
                     :
                     : "i"(FLAT_KERNEL_CS));
}

static void expect_powerless(uint32_t flags)
{
    expect_equal(flags & (FLAG_VM | FLAG_IOPL), 0);
    expect_equal(flags & FLAG_IF, FLAG_IF);
    expect_fault(probe_call(cli, NULL), TRAP_PROTECTION, 0);
}

GUEST_TEST("flags that mean something to ring 0")
{
    expect_powerless(flags_after_call(2));
    expect_powerless(flags_after_call(2 | FLAG_IOPL));
    expect_powerless(flags_after_call(2 | FLAG_NT));
    expect_powerless(flags_after_call(2 | FLAG_NT | FLAG_AC | FLAG_IOPL | FLAG_IF));
    expect_fault(probe_call(trap_with_nt, NULL), TRAP_INVALID_OPCODE, 0);
    struct fault got = probe_call(iret_with_nt, NULL);
    expect_fault(got, TRAP_PROTECTION, 0);

    expect_powerless(flags_after_iret(2));
    expect_powerless(flags_after_iret(2 | FLAG_IOPL));
    expect_powerless(flags_after_iret(2 | FLAG_NT));
    expect_equal(flags_after_call(2) & FLAG_NT, 0);
    expect_powerless(flags_after_iret(2 | FLAG_IOPL | FLAG_VIF | FLAG_VIP));
    expect_powerless(flags_after_iret(0xfffd0eff & ~0x100u & ~FLAG_VM));

    /* Virtual-8086 mode: a #GP of what would have run there. */
    struct trap_frame vm = {.cs = 0x1000,
                            .ss = 0x2000,
                            .eflags = 2 | FLAG_VM | FLAG_IF,
                            .eip = 0x10,
                            .ds = FLAT_USER_DS,
                            .es = FLAT_USER_DS};
    expect_fault(probe_resume(vm), TRAP_PROTECTION, 0);
    vm.cs = FLAT_KERNEL_CS;
    expect_fault(probe_resume(vm), TRAP_PROTECTION, 0);
    expect_powerless(flags_after_call(2));
}
