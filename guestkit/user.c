/* SPDX-License-Identifier: MIT */
#include <guestkit/page_tables.h>
#include <guestkit/recovery.h>
#include <guestkit/shared.h>
#include <guestkit/start.h>
#include <guestkit/user.h>

#define EFLAGS_FIXED 0x2
#define EFLAGS_IF 0x200

/* Ring 3 returns into it: x86_32/user_return.S. */
extern char user_return[];
USER_DATA static uint32_t user_stack[PAGE_BYTES / 4] __attribute__((aligned(16)));

struct user_run {
    struct recovery recovery;
    struct fault fault;
    bool upcalls_masked;
};

static struct user_run *current;

static bool leave(struct trap_frame *frame)
{
    struct user_run *run = current;

    run->fault.value = frame->eax;
    run->fault.eip = frame->eip;
    run->fault.cs = frame->cs;
    recovery_resume(frame, &run->recovery, run->upcalls_masked);
    return true;
}

static bool leave_by_exit(struct trap_frame *frame)
{
    if (!current || !trap_from_user(frame)) {
        return false;
    }
    return leave(frame);
}

static bool leave_by_fault(struct trap_frame *frame)
{
    current->fault.vector = frame->vector;
    current->fault.error_code = frame->error_code;
    current->fault.address = frame->vector == TRAP_PAGE_FAULT ? trap_fault_address() : 0;
    return leave(frame);
}

int user_init(void)
{
    int error = 0;

    for (uint32_t at = (uint32_t)user_start; at < (uint32_t)user_end && !error; at += PAGE_BYTES) {
        error = page_set((void *)at, pte_make(address_to_mfn((void *)at), PTE_DATA | PTE_USER));
    }
    trap_set_handler(USER_EXIT_VECTOR, leave_by_exit);
    return error ? error : trap_open(USER_EXIT_VECTOR, 3);
}

struct fault user_enter(uint32_t eip, uint32_t esp, uint32_t eflags)
{
    struct user_run run = {.fault = {.vector = NO_FAULT},
                           .upcalls_masked = shared_vcpu->evtchn_upcall_mask != 0};
    trap_handler *outer_recover = trap_recover;

    current = &run;
    trap_recover = leave_by_fault;
    recovery_enter_user(&run.recovery, eip, esp, eflags, 0);
    trap_recover = outer_recover;
    current = NULL;
    return run.fault;
}

struct fault user_call(uint32_t (*function)(void *argument), void *argument)
{
    uint32_t *top = user_stack + sizeof(user_stack) / sizeof(user_stack[0]) - 4;

    top[0] = (uint32_t)argument;
    *--top = (uint32_t)user_return;
    return user_enter((uint32_t)function, (uint32_t)top,
                      EFLAGS_FIXED | (shared_vcpu->evtchn_upcall_mask ? 0 : EFLAGS_IF));
}
