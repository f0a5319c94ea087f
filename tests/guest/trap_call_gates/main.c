/* SPDX-License-Identifier: MIT */
/* Call gates from user mode into the kernel, with parameters, and far jumps and calls within the kernel. */
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

static uint64_t gdt[512] __attribute__((aligned(4096)));

#define GATE(selector, offset, dpl, count)                                                                   \
    (1ull << 47 | 12ull << 40 | (uint64_t)(dpl) << 45 | (uint64_t)(count) << 32 |                            \
     (uint64_t)(selector) << 16 | ((offset)&0xffff) | (uint64_t)((offset)&0xffff0000) << 32)

/* Seen by the gate's target, from its stack pointer up. */
static volatile uint32_t seen[6];
static volatile uint32_t seen_cs, seen_count;

/* Two parameters: eip, cs, 1st, 2nd, esp, ss. Returns to ring 3 by lret, which takes the parameters away. */
__asm__(".globl gate_entry\n"
        "gate_entry:\n"
        "    movl %cs, %eax; movl %eax, seen_cs\n"
        "    incl seen_count\n"
        "    movl 0(%esp), %eax; movl %eax, seen\n"
        "    movl 4(%esp), %eax; movl %eax, seen+4\n"
        "    movl 8(%esp), %eax; movl %eax, seen+8\n"
        "    movl 12(%esp), %eax; movl %eax, seen+12\n"
        "    movl 16(%esp), %eax; movl %eax, seen+16\n"
        "    movl 20(%esp), %eax; movl %eax, seen+20\n"
        "    lret $8\n"
        ".globl plain_entry\n"
        "plain_entry:\n"
        "    incl seen_count\n"
        "    lret\n"
        ".globl jump_entry\n"
        "jump_entry:\n"
        "    incl seen_count\n"
        "    ret\n");
extern char gate_entry[], plain_entry[], jump_entry[];

USER_TEXT static uint32_t call_gate_from_user(void *argument)
{
    uint32_t sp;

    __asm__ volatile("movl %%esp, %0\n pushl $0x2222\n pushl $0x1111\n lcall $0x0b, $0\n"
                     : "=&b"(sp)
                     :
                     : "eax", "memory", "cc");
    return sp;
}

USER_TEXT static uint32_t call_gate_in_memory(void *argument)
{
    uint32_t pointer[2] = {0, 0x0b};

    __asm__ volatile("pushl $4\n pushl $3\n lcall *(%0)\n" : : "b"(pointer) : "eax", "memory", "cc");
    return 5;
}

USER_TEXT static uint32_t call_closed_gate(void *argument)
{
    __asm__ volatile("lcall $0x13, $0" : : : "memory", "cc");
    return 0;
}

USER_TEXT static uint32_t jump_into_kernel(void *argument)
{
    __asm__ volatile("ljmp $0x0b, $0" : : : "memory", "cc");
    return 0;
}

static void call_plain(void *argument)
{
    __asm__ volatile("lcall $0x11, $0" : : : "memory", "cc");
}

/* A selector whose RPL is outside the gate's. */
static void call_above_gate(void *argument)
{
    __asm__ volatile("lcall $0x13, $0" : : : "memory", "cc");
}

static void jump_plain(void *argument)
{
    __asm__ volatile("call 1f\n jmp 2f\n 1: ljmp $0x19, $0\n 2:" : : : "memory", "cc");
}

static void call_absent(void *argument)
{
    __asm__ volatile("lcall $0x20, $0" : : : "memory", "cc");
}

static void from_user(void)
{
    struct fault got = user_call(call_gate_from_user, NULL);

    expect_no_fault(got);
    expect_equal(seen_cs & 0xffff, FLAT_KERNEL_CS);
    expect_equal(seen[1] & 0xffff, FLAT_USER_CS);
    expect_equal(seen[2], 0x1111);
    expect_equal(seen[3], 0x2222);
    expect_equal(seen[4], got.value - 8);
    expect_equal(seen[5] & 0xffff, FLAT_USER_SS);
    expect_no_fault(user_call(call_gate_in_memory, NULL));
    expect_equal(seen[2], 3);
    expect_equal(seen_count, 2);
    expect_fault(user_call(call_closed_gate, NULL), TRAP_PROTECTION, 0x10);
    expect_fault(user_call(jump_into_kernel, NULL), TRAP_PROTECTION, FLAT_KERNEL_CS & ~3);
    expect_equal(seen_count, 2);
}

static void within_the_kernel(void)
{
    expect_no_fault(probe_call(call_plain, NULL));
    expect_no_fault(probe_call(jump_plain, NULL));
    expect_equal(seen_count, 4);
    expect_fault(probe_call(call_above_gate, NULL), TRAP_PROTECTION, 0x10);
    expect_fault(probe_call(call_absent, NULL), TRAP_NO_SEGMENT, 0x20);
    expect_equal(seen_count, 4);
}

GUEST_TEST("call gates lead where they say")
{
    expect_ok(user_init());
    gdt[1] = GATE(FLAT_KERNEL_CS, (uint32_t)gate_entry, 3, 2);
    gdt[2] = GATE(FLAT_KERNEL_CS, (uint32_t)plain_entry, 1, 0);
    gdt[3] = GATE(FLAT_KERNEL_CS, (uint32_t)jump_entry, 1, 0);
    gdt[4] = GATE(FLAT_KERNEL_CS, (uint32_t)plain_entry, 1, 0) & ~(1ull << 47);
    expect_ok(page_protect(gdt, PTE_READ));
    uint32_t frame = address_to_mfn(gdt);
    expect_ok(hypercall_set_gdt(&frame, 512));
    from_user();
    within_the_kernel();
    expect_ok(hypercall_set_gdt(&frame, 0));
}
