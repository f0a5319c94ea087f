/* SPDX-License-Identifier: MIT */
/*
 * The kit's trap entry and return: frames hold what the ABI says, handlers can change them, callbacks arrive.
 */
#include <guestkit/cpu.h>
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

#define EFLAGS_TF 0x100
#define EFLAGS_IF 0x200
#define EFLAGS_DF 0x400
#define OWN_VECTOR 0x80
#define GUEST_ONLY_SELECTOR 0x1003 /* beyond the end of any GDT we have */

static struct trap_frame seen;
static unsigned int taken;

static bool record(struct trap_frame *frame)
{
    seen = *frame;
    taken++;
    return true;
}

static bool step(struct trap_frame *frame)
{
    if (++taken == 3) {
        frame->eflags &= ~EFLAGS_TF;
    }
    return true;
}

static bool skip_and_answer(struct trap_frame *frame)
{
    frame->eip += 2; /* UD2 */
    frame->eax = 0x1234;
    return true;
}

static void test_registers(void)
{
    uint32_t eax = 1, ebx = 2, ecx = 3, edx = 4, esi = 5, edi = 6;

    trap_set_handler(TRAP_BREAKPOINT, record);
    __asm__ volatile("std; int3; cld"
                     : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi)
                     :
                     : "memory", "cc");
    expect(eax == 1 && ebx == 2 && ecx == 3 && edx == 4 && esi == 5 && edi == 6, "registers come back");
    expect(seen.eax == 1 && seen.ebx == 2 && seen.ecx == 3 && seen.edx == 4 && seen.esi == 5 && seen.edi == 6,
           "registers are in the frame");
    expect_equal(seen.vector, TRAP_BREAKPOINT);
    expect_equal(seen.cs, FLAT_KERNEL_CS);
    expect_equal(seen.eflags & EFLAGS_DF, EFLAGS_DF);
    expect(trap_set_handler(TRAP_BREAKPOINT, NULL) == record);
}

/* The mask at the time of the trap is in the frame, the handler runs masked, and the mask returns. */
static void test_mask(void)
{
    trap_set_handler(TRAP_BREAKPOINT, record);
    upcalls_mask();
    __asm__ volatile("int3");
    expect_equal(seen.saved_upcall_mask, 1);
    expect_equal(seen.eflags & EFLAGS_IF, 0);
    expect_equal(shared_vcpu->evtchn_upcall_mask, 1);
    upcalls_unmask();
    __asm__ volatile("int3");
    expect_equal(seen.saved_upcall_mask, 0);
    expect_equal(seen.eflags & EFLAGS_IF, EFLAGS_IF);
    expect_equal(shared_vcpu->evtchn_upcall_mask, 0);
    upcalls_mask();
    trap_set_handler(TRAP_BREAKPOINT, NULL);
}

static void test_change(void)
{
    uint32_t answer = 0;

    trap_set_handler(TRAP_INVALID_OPCODE, skip_and_answer);
    __asm__ volatile("ud2" : "+a"(answer));
    expect_equal(answer, 0x1234);
    trap_set_handler(TRAP_INVALID_OPCODE, NULL);
    taken = 0;
    trap_set_handler(TRAP_DEBUG, step);
    __asm__ volatile("pushf; orl $0x100, (%%esp); popf; nop; nop; nop; nop" : : : "memory", "cc");
    expect_equal(taken, 3);
    trap_set_handler(TRAP_DEBUG, NULL);
}

static void int80(void *argument)
{
    __asm__ volatile("int $0x80");
}

static void test_software_interrupt(void)
{
    expect_fault(probe_call(int80, NULL), TRAP_PROTECTION, OWN_VECTOR * 8 + 2);
    taken = 0;
    trap_set_handler(OWN_VECTOR, record);
    expect_ok(trap_open(OWN_VECTOR, 1));
    expect_no_fault(probe_call(int80, NULL));
    expect_equal(taken, 1);
    expect_equal(seen.vector, OWN_VECTOR);
}

static void test_nmi(void)
{
    taken = 0;
    trap_set_handler(TRAP_NMI, record);
    expect_ok(vcpu_op_send_nmi(0));
    expect_equal(taken, 1);
    expect_equal(seen.vector, TRAP_NMI);
    expect_ok(vcpu_op_send_nmi(0));
    expect_equal(taken, 2);
    trap_set_handler(TRAP_NMI, NULL);
}

static void resume_nowhere(void *argument)
{
    struct trap_frame frame = {.ds = FLAT_USER_DS,
                               .es = FLAT_USER_DS,
                               .cs = GUEST_ONLY_SELECTOR,
                               .ss = FLAT_USER_SS};

    trap_resume(&frame);
}

static char user_trap_stack[8192] __attribute__((aligned(16)));

/* What iret cannot load is a fault of the code it was to go to, which the frame then names. */
static void test_bad_resume(void)
{
    /* That code would be in ring 3, so the fault comes in on the stack for traps from there. */
    expect_ok(hypercall_stack_switch(FLAT_KERNEL_SS, (uint32_t)(user_trap_stack + sizeof(user_trap_stack))));
    struct fault got = probe_call(resume_nowhere, NULL);

    expect_fault(got, TRAP_PROTECTION, GUEST_ONLY_SELECTOR & ~3u);
    expect_equal(got.cs, GUEST_ONLY_SELECTOR);
}

/* ---- events in the section of trap_entry.S between clearing the mask and IRET */

#define ROUNDS 3
#define CHAIN 50 /* events in a row, in each round */

extern char trap_return_section[], trap_return_section_end[];
static uint32_t port;
static unsigned int events, sent;
static uint32_t lowest_stack, highest_stack;

static void note_event(uint32_t at, void *context)
{
    uint32_t here = (uint32_t)&context;

    /* Step through the return from here too, so that one event after the other hits the section. */
    if (++events % CHAIN) {
        __asm__ volatile("pushf; orl $0x100, (%%esp); popf" : : : "memory", "cc");
    }
    lowest_stack = here < lowest_stack ? here : lowest_stack;
    highest_stack = here > highest_stack ? here : highest_stack;
}

static bool return_stepping(struct trap_frame *frame)
{
    __asm__ volatile("pushf; orl $0x100, (%%esp); popf" : : : "memory", "cc");
    return true;
}

/* Steps through the kit's return path. In the section, an event: the hypervisor delivers it as it returns there. */
static bool send_in_section(struct trap_frame *frame)
{
    if (frame->eip > (uint32_t)trap_return_section && frame->eip < (uint32_t)trap_return_section_end) {
        event_send(port);
        sent++;
        frame->vector = TRAP_NMI; /* go back by hypercall */
    }
    return true;
}

static void test_return_section(void)
{
    events_init();
    int bound = event_bind_ipi(0, note_event, NULL);
    if (!expect(bound > 0, "port %d", bound)) {
        return;
    }
    port = (uint32_t)bound;
    lowest_stack = 0xffffffff;
    trap_set_handler(TRAP_BREAKPOINT, return_stepping);
    trap_set_handler(TRAP_DEBUG, send_in_section);
    upcalls_unmask();
    for (unsigned int round = 0; round < ROUNDS; round++) {
        uint32_t kept = round * 3;
        __asm__ volatile("int3" : "+S"(kept) : : "memory", "cc");
        expect_equal(kept, round * 3);
    }
    upcalls_mask();
    trap_set_handler(TRAP_BREAKPOINT, NULL);
    trap_set_handler(TRAP_DEBUG, NULL);
    expect(events >= ROUNDS * CHAIN, "%u events taken, %u sent", events, sent);
    expect(highest_stack - lowest_stack < sizeof(struct trap_frame), "stack from %x to %x", lowest_stack,
           highest_stack);
    expect_ok(event_close(port));
}

GUEST_TEST("traps and callbacks")
{
    test_registers();
    test_mask();
    test_change();
    test_software_interrupt();
    test_nmi();
    test_bad_resume();
    test_return_section();
}
