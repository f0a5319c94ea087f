/* SPDX-License-Identifier: MIT */
/*
 * Exceptions, software interrupts and callbacks. Needs `shared`, `hypercall` and a trap_fatal():
 * the kit's (which needs `console` and `shutdown`) unless the port defines its own.
 *
 * The hypervisor takes every trap first and hands it on by building a bounce frame on the kernel's
 * stack. The kit's entry stubs complete that to a struct trap_frame, call the vector's handler, and
 * return to what the frame then says, taking events that came in meanwhile. Handlers run with upcalls masked; the interrupted code's mask is in
 * the frame (EFLAGS.IF is its inverse) and returns with it. A handler may change any field of the frame.
 */
#ifndef GUESTKIT_TRAPS_H
#define GUESTKIT_TRAPS_H

#include <abi/guest.h>
#include <stdbool.h>
#include <stdint.h>

struct trap_frame {
    uint32_t ds, es; /* FS and GS are not touched between entry and return */
    uint32_t edi, esi, ebp, ebx, edx, ecx, eax;
    uint32_t vector;     /* 0 to 255, or one of TRAP_EVENT and TRAP_FAILSAFE */
    uint32_t error_code; /* 0 for vectors without one */
    /* From here on as the hypervisor built it. */
    uint32_t eip;
    uint16_t cs;
    uint8_t saved_upcall_mask;
    uint8_t reserved;
    uint32_t eflags;
    /* Only there when the trap came from ring 2 or 3: see trap_from_user(). */
    uint32_t esp;
    uint32_t ss;
};

#define TRAP_DIVIDE 0
#define TRAP_DEBUG 1
#define TRAP_NMI 2
#define TRAP_BREAKPOINT 3
#define TRAP_OVERFLOW 4
#define TRAP_BOUND 5
#define TRAP_INVALID_OPCODE 6
#define TRAP_NO_DEVICE 7
#define TRAP_DOUBLE_FAULT 8
#define TRAP_INVALID_TSS 10
#define TRAP_NO_SEGMENT 11
#define TRAP_STACK 12
#define TRAP_PROTECTION 13
#define TRAP_PAGE_FAULT 14
#define TRAP_SPURIOUS 15
#define TRAP_X87 16
#define TRAP_ALIGNMENT 17
#define TRAP_MACHINE_CHECK 18
#define TRAP_SIMD 19
#define TRAP_EVENT 256    /* the event upcall */
#define TRAP_FAILSAFE 257 /* the hypervisor could not load the guest's segments or return to it */
#define TRAP_VECTORS 258

/* Bits of a page fault's error code. */
#define FAULT_PRESENT 1u
#define FAULT_WRITE 2u
#define FAULT_USER 4u
#define FAULT_RESERVED 8u
#define FAULT_FETCH 16u

/* Returns false to decline: the trap is then looked for in the fix-ups and the probe, and is fatal otherwise. */
typedef bool trap_handler(struct trap_frame *frame);

/*
 * Register the entry points of vectors 0 to 19 (breakpoint and overflow also for ring 3), the event
 * and failsafe callbacks and the NMI callback. Returns 0 or a negative errno. Needs shared_map() before.
 */
int traps_init(void);

/*
 * Set the handler of a vector (NULL: the default); returns the one before. The entry point of vectors
 * above 19 must be registered as well, with trap_open().
 */
trap_handler *trap_set_handler(unsigned int vector, trap_handler *handler);

/*
 * Register the entry point of `vector` (0 to 255) so that INT n from rings up to `ring` (1 or 3) raises it.
 * Returns 0 or a negative errno.
 */
int trap_open(unsigned int vector, unsigned int ring);

/* Trap-table entry of one vector, for ports that load a table of their own. */
trap_info_t trap_entry(unsigned int vector, unsigned int ring);

static inline bool trap_from_user(const struct trap_frame *frame)
{
    return (frame->cs & 3) >= 2;
}

/* Faulting address of the page fault being handled. Valid until the next one. */
uint32_t trap_fault_address(void);

/* The stack pointer the interrupted code had. */
static inline uint32_t trap_stack_pointer(const struct trap_frame *frame)
{
    return trap_from_user(frame) ? frame->esp : (uint32_t)&frame->esp;
}

/* Name of an exception such as "page fault", or "interrupt" for the rest. */
const char *trap_name(unsigned int vector);

/* Print registers and stack to the console. Continues. */
void trap_report(const struct trap_frame *frame);

/* What happens to a trap that nobody handles: a report, then SHUTDOWN_crash. A port may define its own. */
_Noreturn void trap_fatal(struct trap_frame *frame);

/* Asked before a trap is fatal: true when it dealt with it. Set by the probe part while something is probed. */
extern trap_handler *trap_recover;

/* Return to what a frame describes, wherever it lies: how a new process or thread is entered. */
_Noreturn void trap_resume(struct trap_frame *frame);

/* DS, ES, FS and GS as they were when the failsafe callback last ran. */
extern uint32_t trap_failsafe_selectors[4];

/*
 * For assembly and inline assembly: an instruction at label `from` that may fault goes on at label `to`,
 * with the trap's vector in the frame's EAX.
 */
#define TRAP_FIXUP(from, to) ".pushsection .fixups, \"a\"; .long " #from ", " #to "; .popsection\n"

#endif
