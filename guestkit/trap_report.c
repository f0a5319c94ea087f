/* SPDX-License-Identifier: MIT */
#include <guestkit/console.h>
#include <guestkit/start.h>
#include <guestkit/traps.h>

#define STACK_WORDS 32
#define BACKTRACE_DEPTH 16

const char *trap_name(unsigned int vector)
{
    static const char *const names[] = {
        "divide error",
        "debug",
        "NMI",
        "breakpoint",
        "overflow",
        "bound range",
        "invalid opcode",
        "no FPU",
        "double fault",
        "coprocessor overrun",
        "invalid TSS",
        "no segment",
        "stack fault",
        "protection fault",
        "page fault",
        "spurious",
        "x87 error",
        "alignment check",
        "machine check",
        "SIMD error",
    };

    if (vector < sizeof(names) / sizeof(names[0])) {
        return names[vector];
    }
    return vector == TRAP_EVENT      ? "event upcall"
           : vector == TRAP_FAILSAFE ? "failsafe callback"
                                     : "interrupt";
}

static void report_page_fault(const struct trap_frame *frame)
{
    uint32_t code = frame->error_code;

    console_printf("  %s %s at %08x: %s%s\n", code & FAULT_USER ? "user" : "kernel",
                   code & FAULT_FETCH   ? "instruction fetch"
                   : code & FAULT_WRITE ? "write"
                                        : "read",
                   trap_fault_address(), code & FAULT_PRESENT ? "not allowed" : "not mapped",
                   code & FAULT_RESERVED ? ", reserved bit set" : "");
}

/* Only our own boot stack is safe to read; a guest with other stacks sees the registers alone. */
static bool on_boot_stack(uint32_t address)
{
    return address >= (uint32_t)boot_stack && address + 8 <= (uint32_t)boot_stack_top && address % 4 == 0;
}

static void report_stack(const struct trap_frame *frame)
{
    uint32_t sp = trap_stack_pointer(frame);

    console_printf("  stack:");
    for (unsigned int i = 0; i < STACK_WORDS && on_boot_stack(sp + i * 4); i++) {
        console_printf("%s%08x", i % 8 ? " " : "\n    ", *(const uint32_t *)(sp + i * 4));
    }
    console_printf("\n  called from:");
    uint32_t bp = frame->ebp;
    for (unsigned int i = 0; i < BACKTRACE_DEPTH && on_boot_stack(bp); i++) {
        const uint32_t *link = (const uint32_t *)bp;
        console_printf(" %08x", link[1]);
        if (link[0] <= bp) {
            break;
        }
        bp = link[0];
    }
    console_printf("\n");
}

void trap_report(const struct trap_frame *frame)
{
    bool user = trap_from_user(frame);

    console_printf("guest: %s (vector %u, error code %04x) at %04x:%08x\n", trap_name(frame->vector),
                   frame->vector, frame->error_code, frame->cs, frame->eip);
    if (frame->vector == TRAP_PAGE_FAULT) {
        report_page_fault(frame);
    }
    console_printf("  eax %08x  ebx %08x  ecx %08x  edx %08x\n", frame->eax, frame->ebx, frame->ecx,
                   frame->edx);
    console_printf("  esi %08x  edi %08x  ebp %08x  esp %08x\n", frame->esi, frame->edi, frame->ebp,
                   trap_stack_pointer(frame));
    console_printf("  eflags %08x  ds %04x  es %04x  ss %04x  upcalls %s\n", frame->eflags,
                   frame->ds & 0xffff, frame->es & 0xffff, user ? frame->ss & 0xffff : FLAT_KERNEL_DS,
                   frame->saved_upcall_mask ? "masked" : "open");
    if (!user) {
        report_stack(frame);
    }
}
