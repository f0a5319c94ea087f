/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: a watchpoint on the operand of MOV SS or POP SS, followed at once by an instruction that enters ring 0. The
 * processor holds the debug trap off until after that next instruction, so that it is raised at the first instruction
 * of ring 0's handler (CVE-2018-8897). And watchpoints on memory that ring 0 copies for the guest.
 *
 * WHAT WOULD GO WRONG: a handler that believes that #DB comes from the guest runs on the guest's state: the wrong stack, the
 * wrong idea of who was interrupted.
 *
 * WHAT STOPS IT: rule 9: #DB runs on a stack of its own, and in ring 0 it is forgotten and gone on from.
 *
 * HOW THE TEST KNOWS: the call or trap has its right result, whether or not the debug trap is seen by the guest; the
 * watchpoint works for ordinary accesses of the guest before and after.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/string.h>
#include <guestkit/test.h>

#define DR7_OFF 0x400u
#define DR7_WATCH_RW_4 0x000f0401u /* breakpoint 0, local: reads and writes of 4 bytes */

static volatile uint32_t watched = FLAT_KERNEL_SS;
static volatile unsigned int debug_traps, breakpoints, undefined_opcodes;

static bool popping;

/* Where the processor does not hold the trap off, its frame lies on the watched word, and the way back would trap again. */
static bool debug_trap(struct trap_frame *frame)
{
    debug_traps++;
    if (popping)
        hypercall_set_debugreg(7, DR7_OFF);
    return true;
}

static bool breakpoint(struct trap_frame *frame)
{
    breakpoints++;
    return true;
}

static bool undefined(struct trap_frame *frame)
{
    undefined_opcodes++;
    frame->eip += 2;
    return true;
}

/* POP SS holds a watchpoint on the stack off in the same way. Ring 0 then writes the watched word itself, for int3's frame. */
#define WATCHED_WORD 2000
static volatile uint32_t pop_stack[WATCHED_WORD + 48];

static void watch_pop(void)
{
    pop_stack[WATCHED_WORD] = FLAT_KERNEL_SS;
    expect_ok(hypercall_set_debugreg(0, (uint32_t)&pop_stack[WATCHED_WORD]));
    expect_ok(hypercall_set_debugreg(7, DR7_WATCH_RW_4));
}

static void test_pop_ss(void)
{
    uint32_t result = __HYPERVISOR_xen_version;

    popping = true;
    watch_pop();
    __asm__ volatile("movl %%esp, %%esi; movl %2, %%esp; popl %%ss; int $0x82; movl %%esi, %%esp"
                     : "+a"(result)
                     : "b"(XENVER_version), "d"(&pop_stack[WATCHED_WORD]), "c"(0)
                     : "esi", "memory");
    expect_equal(result >> 16, 4);
    breakpoints = undefined_opcodes = 0;
    watch_pop();
    __asm__ volatile("movl %%esp, %%esi; movl %0, %%esp; popl %%ss; int3; movl %%esi, %%esp"
                     :
                     : "d"(&pop_stack[WATCHED_WORD])
                     : "esi", "memory");
    expect_equal(breakpoints, 1);
    watch_pop();
    __asm__ volatile("movl %%esp, %%esi; movl %0, %%esp; popl %%ss; ud2; movl %%esi, %%esp"
                     :
                     : "d"(&pop_stack[WATCHED_WORD])
                     : "esi", "memory");
    expect_equal(undefined_opcodes, 1);
    popping = false;
    expect_ok(hypercall_set_debugreg(0, (uint32_t)&watched));
    expect_ok(hypercall_set_debugreg(7, DR7_WATCH_RW_4));
}

static void expect_watching(void)
{
    debug_traps = 0;
    (void)watched;
    expect_equal(debug_traps, 1);
}

GUEST_TEST("MOV SS with a watchpoint")
{
    uint32_t result = __HYPERVISOR_xen_version;

    trap_set_handler(TRAP_DEBUG, debug_trap);
    trap_set_handler(TRAP_BREAKPOINT, breakpoint);
    trap_set_handler(TRAP_INVALID_OPCODE, undefined);
    expect_ok(hypercall_set_debugreg(0, (uint32_t)&watched));
    expect_ok(hypercall_set_debugreg(7, DR7_WATCH_RW_4));
    expect_watching();

    __asm__ volatile("movw %2, %%ss; int $0x82"
                     : "+a"(result)
                     : "b"(XENVER_version), "m"(watched), "c"(0)
                     : "memory");
    expect_equal(result >> 16, 4);
    __asm__ volatile("movw %0, %%ss; int3" : : "m"(watched) : "memory");
    expect_equal(breakpoints, 1);
    __asm__ volatile("movw %0, %%ss; ud2" : : "m"(watched) : "memory");
    expect_equal(undefined_opcodes, 1);
    test_pop_ss();
    expect_watching();

    /* Ring 0 reads and writes the watched word. */
    static xen_platform_parameters_t *parameters;
    parameters = (xen_platform_parameters_t *)&watched;
    expect_ok(xen_version_platform_parameters(parameters));
    expect_ok(hypercall_set_debugreg(7, DR7_OFF));
    expect(watched >= 0xf5800000, "the result is there: %x", watched);
    expect_equal(xen_version_version() >> 16, 4);
}
