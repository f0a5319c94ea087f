// SPDX-License-Identifier: MIT
/*
 * What entry.S calls. From the guest: device interrupts, NMI and machine checks stay here, every other exception is
 * the guest's. From ring 0: a guest copy's fix-up, an interrupt taken in a window, or a broken hypervisor.
 */
#include "core/cpu.h"
#include "core/errno.h"
#include "core/log.h"
#include "core/why.h"
#include "domain/domain.h"
#include "hypercalls/entry_points.h"
#include "machine/cpu.h"
#include "machine/interrupts.h"
#include "machine/log_control.h"
#include "machine/percpu.h"
#include "traps/descriptor_tables.h"
#include "traps/inject.h"

/* One fix-up, both addresses relative to the field that holds them. user_copy.h and entry.S add to the table. */
struct fixup {
    int32_t fault, resume;
};

extern const struct fixup ex_table_start[], ex_table_end[];

extern const char exit_iretq[];

static uint64_t fixup_for(uint64_t rip)
{
    for (const struct fixup *f = ex_table_start; f < ex_table_end; f++)
        if ((uint64_t)&f->fault + (uint64_t)(int64_t)f->fault == rip)
            return (uint64_t)&f->resume + (uint64_t)(int64_t)f->resume;
    return 0;
}

static void machine_check(const struct cpu_regs *regs)
{
    log_registers(regs);
    panic("machine check: the processor reports a hardware error");
}

/* Hardware NMI (QEMU: `nmi` in the monitor). It comes at any instruction of ring 0, locks held: only noted. */
static void nmi_arrived(void)
{
    this_cpu()->pending |= WORK_MACHINE_NMI;
}

/*
 * The guest's IRET asked for virtual-8086 mode, or its MOV for a CS of another ring, and the processor, being an emulator,
 * did it. On hardware neither can be; here it is a #GP for the selector, seen as one of ring 3's.
 */
static __attribute__((cold, noinline)) void refuse_impossible_state(struct cpu_regs *regs)
{
    uint32_t selector = (uint32_t)regs->cs & 0xfffc;

    refuse(-EINVAL, REASON_iret_flags, 0, regs->rflags & RFLAGS_VM, selector);
    regs->rflags &= ~(uint64_t)RFLAGS_VM;
    regs->cs |= 3;
    inject_exception(EXC_GP, selector);
}

/* Exceptions that are not the guest's. */
#define OWN_EXCEPTIONS (1u << EXC_NMI | 1u << EXC_MC | 1u << EXC_DF)

static bool impossible_state(const struct cpu_regs *regs)
{
    return unlikely(regs->rflags & RFLAGS_VM) || unlikely((regs->cs ^ regs->ss) & 3);
}

static __attribute__((noinline)) void other_from_guest(struct cpu_regs *regs)
{
    if (regs->vector >= 32) {
        if (!interrupt_dispatch(regs->vector))
            log_line(LOG_WARNING, "interrupt %02x has no handler", regs->vector);
    } else if (regs->vector == EXC_NMI) {
        nmi_arrived();
    } else if (regs->vector == EXC_MC || regs->vector == EXC_DF) {
        machine_check(regs);
    }
    if (impossible_state(regs))
        refuse_impossible_state(regs);
}

void exception_from_guest(struct cpu_regs *regs)
{
    if (likely(regs->vector < 32 && !(OWN_EXCEPTIONS >> regs->vector & 1)) && !impossible_state(regs))
        guest_exception(regs);
    else
        other_from_guest(regs);
}

/*
 * #DB in ring 0 has three harmless causes (Intel SDM volume 3, section 6.8.3 and 17.3): a breakpoint held off by MOV
 * SS until the entry's first instruction, TF that SYSENTER carried in, a guest's watchpoint on memory ring 0
 * copies. None is ours: forget it and go on without TF.
 */
static void debug_in_ring0(struct cpu_regs *regs)
{
    debug_write(6, 0xffff0ff0);
    regs->rflags &= ~(uint64_t)RFLAGS_TF;
}

void exception_from_ring0(struct cpu_regs *regs)
{
    uint64_t resume;

    if (regs->vector >= FIRST_INTERRUPT_VECTOR && interrupt_dispatch(regs->vector))
        return;
    if (regs->vector == EXC_DB) {
        debug_in_ring0(regs);
        return;
    }
    if (regs->vector == EXC_NMI) {
        nmi_arrived();
        return;
    }
    resume = fixup_for(regs->rip);
    if (resume && regs->vector == EXC_PF && ldt_fault_mended(cr2_read()))
        return; /* and try again */
    if (resume && regs->vector != EXC_DF && regs->vector != EXC_MC) {
        /*
         * What IRETQ found wrong with the guest's frame is the guest's to hear of. The processor aligns the stack before
         * it pushes, so the slot below that frame is padding, not part of ours.
         */
        if (regs->rip == (uint64_t)exit_iretq) {
            guest_regs()->vector = regs->vector;
            guest_regs()->error_code = regs->error_code;
        }
        regs->rip = resume;
        return;
    }
    log_print("\n");
    log_registers(regs);
    panic("exception %u in ring 0", regs->vector);
}

void exit_slow_path(struct cpu_regs *regs)
{
    handle_pending_work();
    if (this_cpu()->upcall->pending && !this_cpu()->upcall->mask)
        deliver_upcall(regs);
}
