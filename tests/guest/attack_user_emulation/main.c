/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK, on the kernel by its own ring 3: instructions that ring 0 emulates and that have memory operands, with operands
 * in the kernel's memory. INS with the kernel's leave to use a port writes there, OUTS reads; a far call through a call gate
 * of ring 3 pushes eight bytes wherever the stack pointer says, and one into the kernel copies parameters from there.
 *
 * WHAT WOULD GO WRONG: the emulator reads and writes with ring 0's rights, and to those the kernel's pages are as good as the
 * process's. Leave to use one harmless port would be leave to write all of the kernel.
 *
 * WHAT STOPS IT: for ring 3 the emulator looks the page up in the guest's tables first, and takes the user bit and the writable
 * bit as the processor would.
 *
 * HOW THE TEST KNOWS: a page fault of user mode at the operand, for a page that is there, and memory as it was; on pages of
 * its own the same instructions work.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/user.h>

#define PORT 0x80 /* nothing there; what is written to it is forgotten */
#define SECRET 0x5ec7e7ed
#define FROM_USER (FAULT_USER | FAULT_PRESENT)

#define GATE(selector, offset, dpl, count)                                                                   \
    (1ull << 47 | 12ull << 40 | (uint64_t)(dpl) << 45 | (uint64_t)(count) << 32 |                            \
     (uint64_t)(selector) << 16 | ((offset)&0xffff) | (uint64_t)((offset)&0xffff0000) << 32)
#define OWN_CODE SELECTOR(1, 3)
#define GATE_TO_USER 0x13   /* entry 2 */
#define GATE_TO_KERNEL 0x1b /* entry 3: with two parameters */

static uint32_t kernel_words[4] = {SECRET, SECRET, SECRET, SECRET};
extern char user_end[]; /* the kernel's pages go on here */
USER_DATA static uint32_t user_words[4] = {1, 2, 3, 4};
static uint64_t gdt[512] __attribute__((aligned(4096)));

USER_TEXT static uint32_t ins(void *to)
{
    __asm__ volatile("insl" : "+D"(to) : "d"(PORT) : "memory");
    return (uint32_t)to;
}

USER_TEXT static uint32_t ins_repeated(void *to)
{
    uint32_t count = 4;

    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(PORT) : "memory");
    return count;
}

USER_TEXT static uint32_t outs(void *from)
{
    __asm__ volatile("outsl" : "+S"(from) : "d"(PORT) : "memory");
    return (uint32_t)from;
}

/* Far calls with another stack pointer, which the return puts back. */
USER_TEXT static uint32_t call_on(void *stack)
{
    __asm__ volatile("movl %%esp, %%esi; movl %0, %%esp; lcall %1, $0; movl %%esi, %%esp"
                     :
                     : "b"(stack), "i"(GATE_TO_USER)
                     : "esi", "eax", "memory", "cc");
    return 7;
}

USER_TEXT static uint32_t call_with_parameters(void *parameters)
{
    __asm__ volatile("movl %%esp, %%esi; movl %0, %%esp; lcall %1, $0; movl %%esi, %%esp"
                     :
                     : "b"(parameters), "i"(GATE_TO_KERNEL)
                     : "esi", "eax", "memory", "cc");
    return 8;
}

__asm__(".pushsection .user.text, \"ax\"\n"
        ".globl user_gate\n"
        "user_gate: lret\n"
        ".popsection\n"
        ".globl kernel_gate\n"
        "kernel_gate: movl 8(%esp), %eax; movl %eax, copied; lret $8\n");
extern char user_gate[], kernel_gate[];
static volatile uint32_t copied;

static void expect_untouched(void)
{
    for (unsigned int i = 0; i < 4; i++)
        expect_equal(kernel_words[i], SECRET);
}

static void expect_fault_at(struct fault got, uint32_t error_code, const void *address)
{
    expect_fault(got, TRAP_PAGE_FAULT, error_code);
    expect_equal(got.address, (uint32_t)address);
    expect_untouched();
}

static void test_ports(void)
{
    physdev_set_iopl_t iopl = {.iopl = 3};
    struct fault got;

    expect_ok(physdev_op_set_iopl(&iopl));
    expect_fault_at(user_call(ins, kernel_words), FROM_USER | FAULT_WRITE, kernel_words);
    expect_fault_at(user_call(ins_repeated, kernel_words), FROM_USER | FAULT_WRITE, kernel_words);
    expect_fault_at(user_call(outs, kernel_words), FROM_USER, kernel_words);
    expect_no_fault(user_call(ins, user_words));
    expect_equal(user_words[0], 0xffffffff);
    expect_equal(user_call(ins_repeated, user_words + 1).value, 0);
    expect_no_fault(user_call(outs, user_words));
    /* One byte of four beyond the process's own pages. */
    got = user_call(ins, (void *)((uint32_t)user_end - 2));
    expect_fault(got, TRAP_PAGE_FAULT, FROM_USER | FAULT_WRITE);
    expect_equal(got.address, (uint32_t)user_end);
    iopl.iopl = 0;
    expect_ok(physdev_op_set_iopl(&iopl));
}

static void test_gates(void)
{
    expect_fault_at(user_call(call_on, &kernel_words[2]), FROM_USER | FAULT_WRITE, &kernel_words[1]);
    expect_no_fault(user_call(call_on, &user_words[4]));
    expect_fault_at(user_call(call_with_parameters, &kernel_words[0]), FROM_USER, &kernel_words[1]);
    user_words[0] = 11;
    user_words[1] = 22;
    expect_no_fault(user_call(call_with_parameters, &user_words[0]));
    expect_equal(copied, 11);
}

GUEST_TEST("ring 3 through the emulator")
{
    expect_ok(user_init());
    if (!on_ringlet())
        test_skip("the reference's emulator does not look");
    test_ports();
    gdt[1] = DESCRIPTOR_CODE | DESCRIPTOR_DPL(3);
    gdt[2] = GATE(OWN_CODE, (uint32_t)user_gate, 3, 0);
    gdt[3] = GATE(FLAT_KERNEL_CS, (uint32_t)kernel_gate, 3, 2);
    expect_ok(page_protect(gdt, PTE_READ));
    uint32_t frame = address_to_mfn(gdt);
    expect_ok(hypercall_set_gdt(&frame, 512));
    test_gates();
    expect_ok(hypercall_set_gdt(&frame, 0));
}
