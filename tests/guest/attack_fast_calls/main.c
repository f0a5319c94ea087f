/* SPDX-License-Identifier: MIT */
/*
 * run-cpu: qemu64,vendor=GenuineIntel qemu64,vendor=AuthenticAMD max
 *
 * THE ATTACK: SYSCALL and SYSENTER, and SYSRET and SYSEXIT, from rings 1 and 3. Which of them the processor has in 32-bit code
 * depends on its vendor. SYSCALL enters ring 0 without changing the stack; SYSENTER carries TF and NT in.
 *
 * WHAT WOULD GO WRONG: with SYSCALL open, ring 0's first push goes to an address that the guest chose. With SYSENTER_EIP
 * left at what the firmware had, ring 0 runs there.
 *
 * WHAT STOPS IT: rule 5: EFER.SCE and SYSENTER_CS stay 0, so that each of these faults, and the hypervisor enters the
 * callback the guest registered, if any, with its own stack.
 *
 * HOW THE TEST KNOWS: without a callback each ends in #GP or #UD of the guest's, whatever ESP is; with callbacks the guest
 * kernel is entered in ring 1, on the stack it named.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

static USER_DATA uint8_t code[16] __attribute__((aligned(4096)));
static USER_DATA uint32_t stack[1024];
static uint8_t kernel_code[16];

static const uint8_t instructions[][3] = {{0x0f, 0x05, 0xc3},
                                          {0x0f, 0x34, 0xc3},
                                          {0x0f, 0x07, 0xc3},
                                          {0x0f, 0x35, 0xc3}};

static void run_without_stack(void *argument)
{
    __asm__ volatile("movl %%esp, %%ebx; movl $0xffff8000, %%edx; movl %0, %%ecx; movl %%ebx, %%esi; call *%0"
                     :
                     : "a"(argument)
                     : "ebx", "ecx", "edx", "esi", "memory");
}

static bool refused(struct fault got)
{
    return (got.vector == TRAP_PROTECTION && got.error_code == 0) || got.vector == TRAP_INVALID_OPCODE;
}

static void test_refused(void)
{
    static const uint32_t stacks[] = {0, 0xf5801000, 0xffff8000, 0xfffffffc};

    for (unsigned int i = 0; i < 4; i++) {
        memcpy(kernel_code, instructions[i], 3);
        struct fault got = probe_call(run_without_stack, kernel_code);
        expect(refused(got), "instruction %u in ring 1: vector %u, code %x", i, got.vector, got.error_code);
        memcpy(code, instructions[i], 3);
        for (unsigned int s = 0; s < sizeof(stacks) / sizeof(stacks[0]); s++) {
            got = user_enter((uint32_t)code, stacks[s], 0x202);
            expect(refused(got), "instruction %u in ring 3: vector %u, code %x", i, got.vector,
                   got.error_code);
        }
    }
}

static volatile uint32_t callback_cs;

/* What the callbacks enter: note the ring and trap, so that user_enter() returns. */
__attribute__((naked, used)) static void callback(void)
{
    __asm__("movl %cs, %eax; movl %eax, %ss:callback_cs; ud2");
}

static void test_callbacks(void)
{
    static const uint16_t types[] = {CALLBACKTYPE_sysenter, CALLBACKTYPE_syscall32};

    for (unsigned int i = 0; i < 2; i++) {
        callback_register_t reg = {.type = types[i], .address = {.cs = 0xe008, .eip = (uint32_t)callback}};
        int error = callback_op_register(&reg);
        expect(error == 0 || error == -XEN_EINVAL, "%d", error);
        reg.address.cs = FLAT_KERNEL_CS;
        callback_op_register(&reg);
    }
    for (unsigned int i = 0; i < 2; i++) {
        memcpy(code, instructions[i], 3);
        callback_cs = 0;
        struct fault got = user_enter((uint32_t)code, (uint32_t)(stack + 1000), 0x302 & ~0x100u);
        bool entered = callback_cs == FLAT_KERNEL_CS && got.vector == TRAP_INVALID_OPCODE;
        expect(entered || refused(got), "instruction %u: vector %u, callback in %x", i, got.vector,
               callback_cs);
    }
}

GUEST_TEST("SYSCALL and SYSENTER")
{
    expect_ok(user_init());
    test_refused();
    test_callbacks();
    expect_equal(xen_version_version() >> 16, 4);
}
