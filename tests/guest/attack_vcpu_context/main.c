/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: bring up a vCPU whose context asks for more than a guest may have: the hypervisor's code and stack segments,
 * or privilege 0, in every selector; every bit of EFLAGS; control and debug registers that would turn protection off or make
 * ring 0 trap; floating-point state that the processor refuses to load.
 *
 * WHAT WOULD GO WRONG: ring 0 loads a context itself, with all the rights there are. IRETQ to selector 0xe008 stays in ring 0;
 * an IOPL of 3 gives every port, NT or VM make the return do something else; CR0.WP clear makes page tables writable; a fault
 * in the middle of loading is a fault of ring 0.
 *
 * WHAT STOPS IT: rule 7: what selectors a context names go through the one sanitizer, or are loaded where a fault has a
 * fix-up; of flags and registers only the bits are taken that are a guest's to choose.
 *
 * HOW THE TEST KNOWS: each context has a vCPU of its own, which records what it finds: its ring, flags and registers, or the
 * fault that it starts with, or the failsafe callback.
 *
 * run-options: dom0_max_vcpus=16
 */
#include "attack.h"
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#define HYPERVISOR_CS 0xe008
#define HYPERVISOR_DS 0xe010
#define TSS_SELECTOR 0xe040
#define FLAG_TF 0x100u
#define FLAG_DF 0x400u
#define FLAG_IF 0x200u
#define FLAGS_NOT_OURS 0x001b7000u /* IOPL, NT, RF, VM, VIF, VIP */
#define CR0_EXPECTED 0x80050033u
#define CR4_FORBIDDEN 0xfffdf990u /* all but TSD, DE, PAE, MCE, OSFXSR, OSXMMEXCPT, OSXSAVE and the low two */
#define STACK_BYTES 4096
#define VECTOR 0x90

/* What the vCPU that ran last found. Assembly writes it. */
static struct {
    uint32_t entered, cs, ds, es, fs, gs, eflags;
    uint32_t vector, error_code, eip, fault_cs;
    uint32_t failsafe, failsafe_selectors[4];
    uint32_t cr0, cr4, dr7, mxcsr;
} found;
static volatile uint32_t me;
static uint8_t stack[STACK_BYTES] __attribute__((aligned(4096)));
static void (*volatile body)(void);

/* A vCPU ends by taking itself down; the handlers take their frame apart first. */
__asm__(".globl context_entry, context_done, context_fault, context_failsafe\n"
        "context_failsafe:\n"
        "    pushl %ss; popl %ds\n"
        "    popl found+48; popl found+52; popl found+56; popl found+60\n"
        "    incl found+44\n"
        "    jmp context_done\n"
        "context_fault:\n"
        "    pushl %ss; popl %ds\n"
        "    popl found+32; popl found+36; popl found+40\n"
        "    movl $13, found+28\n"
        "    jmp context_done\n"
        "context_entry:\n"
        "    movl %ds, %ecx; movl %es, %edx\n"
        "    pushl %ss; popl %ds\n"
        "    pushfl; popl found+24\n"
        "    cld\n"
        "    pushl %ss; popl %es\n"
        "    movl %ecx, found+8; movl %edx, found+12\n"
        "    movl %fs, %ecx; movl %ecx, found+16\n"
        "    movl %gs, %ecx; movl %ecx, found+20\n"
        "    movl %cs, %ecx; movl %ecx, found+4\n"
        "    incl found\n"
        "    movl body, %ecx; test %ecx, %ecx; jz context_done\n"
        "    call *%ecx\n"
        "context_done:\n"
        "    movl $24, %eax; movl $2, %ebx; movl me, %ecx; xorl %edx, %edx\n"
        "    int $0x82\n"
        "    jmp context_done\n");
extern char context_entry[], context_fault[], context_failsafe[];

static vcpu_guest_context_t context;

static void prepare(void)
{
    context = (vcpu_guest_context_t){.flags = VGCF_IN_KERNEL};
    context.user_regs.eip = (uint32_t)context_entry;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.ds = context.user_regs.es = FLAT_KERNEL_DS;
    context.user_regs.fs = context.user_regs.gs = 0;
    context.user_regs.esp = (uint32_t)stack + STACK_BYTES / 2;
    context.user_regs.eflags = 2;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = (uint32_t)stack + STACK_BYTES;
    context.failsafe_callback_cs = context.event_callback_cs = FLAT_KERNEL_CS;
    context.failsafe_callback_eip = (uint32_t)context_failsafe;
    context.event_callback_eip = (uint32_t)context_fault;
    for (unsigned int i = 0; i < 256; i++)
        context.trap_ctxt[i].vector = (uint8_t)i;
    context.trap_ctxt[TRAP_PROTECTION].cs = FLAT_KERNEL_CS;
    context.trap_ctxt[TRAP_PROTECTION].address = (uint32_t)context_fault;
    context.ctrlreg[3] = xen_pfn_to_cr3(page_root_mfn);
    body = NULL;
}

/* On the next vCPU that has not had a context yet. */
static void run(const char *what)
{
    uint64_t end = time_now() + 5 * TIME_SECOND;

    for (unsigned int i = 0; i < sizeof(found) / 4; i++)
        ((uint32_t *)&found)[i] = 0;
    me++;
    expect(vcpu_op_initialise(me, &context) == 0, "%s", what);
    expect_ok(vcpu_op_up(me));
    while (vcpu_op_is_up(me) == 1 && time_now() < end)
        sched_op_yield();
    expect(vcpu_op_is_up(me) == 0, "%s: it still runs", what);
}

static void expect_started(void)
{
    expect_equal(found.entered, 1);
    expect_equal(found.vector, 0);
    expect_equal(found.cs, FLAT_KERNEL_CS);
    expect_equal(found.eflags & FLAGS_NOT_OURS, 0);
    expect(found.eflags & FLAG_IF, "interrupts are off");
}

static void expect_refused_start(uint32_t selector)
{
    expect_equal(found.entered, 0);
    expect_equal(found.vector, TRAP_PROTECTION);
    expect_equal(found.error_code, selector);
    expect_equal(found.eip, (uint32_t)context_entry);
    expect(found.fault_cs & 3, "CS was %x", found.fault_cs);
}

static void test_code(void)
{
    prepare();
    context.user_regs.cs = HYPERVISOR_CS;
    run("the hypervisor's code segment");
    expect_refused_start(HYPERVISOR_CS);
    prepare();
    context.user_regs.cs = FLAT_KERNEL_CS & ~3;
    run("the kernel's code segment, privilege 0");
    expect_started();
    prepare();
    context.user_regs.cs = FLAT_USER_CS;
    context.user_regs.ss = HYPERVISOR_DS;
    run("the hypervisor's stack segment");
    expect_refused_start(HYPERVISOR_DS);
}

/* Data selectors are loaded in ring 0, where nothing is out of reach, and lose what is when ring 0 is left. */
static void test_data(void)
{
    prepare();
    context.user_regs.ds = context.user_regs.es = context.user_regs.fs = context.user_regs.gs = HYPERVISOR_DS;
    run("the hypervisor's data segment");
    expect_started();
    expect_equal(found.ds & 0xffff, 0);
    expect_equal(found.es & 0xffff, 0);
    expect_equal(found.fs & 0xffff, 0);
    expect_equal(found.gs & 0xffff, 0);
    prepare();
    context.user_regs.ds = context.user_regs.gs = TSS_SELECTOR;
    run("the task's segment for data");
    expect_equal(found.entered, 0);
    expect_equal(found.failsafe, 1);
    expect_equal(found.failsafe_selectors[0] & 0xffff, TSS_SELECTOR);
    expect_equal(found.failsafe_selectors[3] & 0xffff, TSS_SELECTOR);
    prepare();
    context.user_regs.fs = TSS_SELECTOR;
    context.failsafe_callback_cs = HYPERVISOR_CS;
    run("the failsafe callback in the hypervisor");
    expect_equal(found.entered, 0);
    expect_equal(found.failsafe, 0);
    expect_equal(found.vector, TRAP_PROTECTION);
    expect_equal(found.error_code, HYPERVISOR_CS);
    expect_equal(found.eip, (uint32_t)context_failsafe);
}

static void test_flags(void)
{
    prepare();
    context.user_regs.eflags = ~FLAG_TF;
    run("all flags");
    expect_started();
    expect(found.eflags & FLAG_DF, "DF is a guest's");
}

static void clear_interrupts(void)
{
    __asm__ volatile("cli");
}

static void software_interrupt(void)
{
    __asm__ volatile("int %0" : : "i"(VECTOR));
}

static void send_event(void)
{
    vcpu_info_t *info = &shared_page.vcpu_info[me];

    info->evtchn_upcall_pending = 1;
    info->evtchn_upcall_mask = 0;
    (void)xen_version_version();
}

/* By EFLAGS, no I/O privilege comes; by its entry points, no ring 0. */
static void test_later(void)
{
    prepare();
    context.user_regs.eflags = 0x3002;
    body = clear_interrupts;
    run("I/O privilege by EFLAGS");
    expect_equal(found.entered, 1);
    expect_equal(found.vector, TRAP_PROTECTION);
    expect_equal(found.error_code, 0);
    prepare();
    context.trap_ctxt[VECTOR].cs = HYPERVISOR_CS;
    context.trap_ctxt[VECTOR].flags = 3;
    context.trap_ctxt[VECTOR].address = 0x1000;
    body = software_interrupt;
    run("a trap handler in the hypervisor");
    expect_equal(found.entered, 1);
    expect_equal(found.error_code, HYPERVISOR_CS);
    expect_equal(found.eip, 0x1000);
    prepare();
    context.event_callback_cs = HYPERVISOR_CS;
    context.event_callback_eip = 0x2000;
    body = send_event;
    run("the event callback in the hypervisor");
    expect_equal(found.entered, 1);
    expect_equal(found.error_code, HYPERVISOR_CS);
    expect_equal(found.eip, 0x2000);
}

static void read_registers(void)
{
    __asm__ volatile("movl %%cr0, %0; movl %%cr4, %1" : "=r"(found.cr0), "=r"(found.cr4));
    found.dr7 = (uint32_t)hypercall_get_debugreg(7);
    __asm__ volatile("stmxcsr %0" : "=m"(found.mxcsr));
}

static void test_registers(void)
{
    uint32_t *image = (uint32_t *)&context.fpu_ctxt;

    prepare();
    context.ctrlreg[0] = 0;
    context.ctrlreg[4] = 0xffffffff;
    for (unsigned int i = 0; i < 8; i++)
        context.debugreg[i] = 0xffffffff;
    for (unsigned int i = 0; i < sizeof(context.fpu_ctxt) / 4; i++)
        image[i] = 0xffffffff;
    context.flags |= VGCF_I387_VALID;
    body = read_registers;
    run("all bits of the registers");
    expect_started();
    expect_equal(found.cr0, CR0_EXPECTED);
    expect_equal(found.cr4 & CR4_FORBIDDEN, 0);
    expect_equal(found.dr7, 0x400);
    expect_equal(found.mxcsr & 0xffff0000, 0);
}

GUEST_TEST("a vCPU's context that asks for too much")
{
    vcpu_op_stop_periodic_timer(0);
    test_code();
    test_data();
    test_flags();
    test_later();
    test_registers();
    expect_equal(xen_version_version() >> 16, 4);
}
