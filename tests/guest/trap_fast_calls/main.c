/* SPDX-License-Identifier: MIT */
/*
 * SYSENTER and SYSCALL enter the callbacks the guest registered, with the frames the reference makes, on either vendor's
 * processor; without a callback they are #GP. Whether the processor has them is of no matter.
 *
 * run-cpu: qemu64 max qemu64,vendor=GenuineIntel
 */
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

/* What the callback found: eip, cs and mask, eflags, esp, ss; then ECX, and the mask in force. */
__attribute__((used)) static volatile uint32_t seen[7];
__attribute__((used)) static volatile uint8_t *mask_address;

/* Where user mode goes on, and with which stack. */
USER_DATA static uint32_t resume_at, resume_esp;

/* Takes a copy of its frame, makes it one that leads back to user mode, and goes there with EAX 77. */
__asm__(".globl fast_entry\n"
        "fast_entry:\n"
        "    movl %ecx, seen+20\n"
        "    movl 0(%esp), %eax; movl %eax, seen\n"
        "    movl 4(%esp), %eax; movl %eax, seen+4\n"
        "    movl 8(%esp), %eax; movl %eax, seen+8\n"
        "    movl 12(%esp), %eax; movl %eax, seen+12\n"
        "    movl 16(%esp), %eax; movl %eax, seen+16\n"
        "    movl mask_address, %eax; movzbl (%eax), %eax; movl %eax, seen+24\n"
        "    movl resume_at, %eax; movl %eax, 0(%esp)\n"
        "    movl $0xe02b, 4(%esp)\n"
        "    movl resume_esp, %eax; movl %eax, 12(%esp)\n"
        "    movl $0xe033, 16(%esp)\n"
        "    pushl $77\n"
        "    movl $23, %eax\n"
        "    int $0x82\n");
extern char fast_entry[];

#define FAST_CALL(instruction)                                                                               \
    uint32_t result;                                                                                         \
    __asm__ volatile("pushl %%ebp\n movl $1f, resume_at\n movl %%esp, resume_esp\n" instruction              \
                     "\n 1: popl %%ebp"                                                                      \
                     : "=a"(result)                                                                          \
                     :                                                                                       \
                     : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");                                   \
    return result

USER_TEXT static uint32_t do_sysenter(void *argument)
{
    FAST_CALL("sysenter");
}

USER_TEXT static uint32_t do_syscall(void *argument)
{
    FAST_CALL("syscall");
}

static void set_callback(uint16_t type, uint16_t flags)
{
    callback_register_t r = {.type = type, .flags = flags};

    r.address.cs = FLAT_KERNEL_CS;
    r.address.eip = (uint32_t)fast_entry;
    expect_ok(callback_op_register(&r));
}

static void without_callback(void)
{
    expect_fault(user_call(do_sysenter, NULL), TRAP_PROTECTION, 0);
    expect_fault(user_call(do_syscall, NULL), TRAP_PROTECTION, 0);
}

static void sysenter(uint16_t flags)
{
    set_callback(CALLBACKTYPE_sysenter, flags);
    struct fault got = user_call(do_sysenter, NULL);
    expect_no_fault(got);
    expect_equal(got.value, 77);
    expect_equal(seen[0], 0); /* SYSENTER does not say where it was */
    expect_equal(seen[1] & 0xffff, 3);
    expect_equal(seen[3], 0);
    expect_equal(seen[4] & 0xffff, FLAT_USER_SS);
    expect_equal(seen[6], flags ? 1 : seen[1] >> 16 & 0xff);
}

static void syscall32(uint16_t flags)
{
    set_callback(CALLBACKTYPE_syscall32, flags);
    struct fault got = user_call(do_syscall, NULL);
    expect_no_fault(got);
    expect_equal(got.value, 77);
    expect_equal(seen[0], resume_at);
    expect_equal(seen[5], resume_at); /* ECX has the return address too */
    expect_equal(seen[1] & 0xffff, FLAT_USER_CS);
    expect_equal(seen[3], resume_esp);
    expect_equal(seen[4] & 0xffff, FLAT_USER_SS);
    expect_equal(seen[6], flags ? 1 : seen[1] >> 16 & 0xff);
}

GUEST_TEST("sysenter and syscall enter their callbacks")
{
    expect_ok(user_init());
    mask_address = &shared_page.vcpu_info[0].evtchn_upcall_mask;
    without_callback();
    *mask_address = 0;
    sysenter(0);
    sysenter(CALLBACKF_mask_events);
    syscall32(0);
    syscall32(CALLBACKF_mask_events);
    *mask_address = 1;
}
