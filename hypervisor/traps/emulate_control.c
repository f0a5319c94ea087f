// SPDX-License-Identifier: MIT
#include "traps/emulate_control.h"

#include "core/why.h"
#include "domain/domain.h"
#include "machine/cpu.h"
#include "memory/page_tables.h"
#include "traps/control_registers.h"
#include "traps/inject.h"
#include "traps/io_ports.h"

static enum emulation refuse_register(const struct instruction *in, uint32_t value)
{
    refuse(-EINVAL, REASON_control_register, in->reg, value, 0);
    return EMULATION_REFUSED;
}

enum emulation emulate_cr_read(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    uint32_t value;

    switch (in->reg) {
    case 0: value = (uint32_t)v->cr0; break;
    case 2: value = (uint32_t)v->cr2; break;
    case 3: value = xen_pfn_to_cr3_32((uint32_t)v->guest_table.raw); break;
    case 4: value = (uint32_t)v->cr4; break;
    default: return refuse_register(in, 0);
    }
    register_write(regs, in->rm, 4, value);
    return EMULATED;
}

static enum emulation cr3_write_by_guest(struct vcpu *v, const struct instruction *in, uint32_t value)
{
    int error = guest_table_set(v, mfn(xen_cr3_to_pfn_32(value)));

    if (frame_release_pending(v)) /* of the old root, or of a new one that was refused */
        error = -ERESTART;
    if (error == -ERESTART)
        return EMULATION_AGAIN;
    return error ? EMULATION_REFUSED : EMULATED;
}

/* CR0: TS alone may change. CR4: what is not the guest's is ignored. */
enum emulation emulate_cr_write(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    uint32_t value = register_read(regs, in->rm);

    switch (in->reg) {
    case 0:
        if ((value ^ CR0_GUEST) & ~CR0_TS)
            return refuse_register(in, value);
        task_switched_set(v, value & CR0_TS);
        return EMULATED;
    case 2: guest_cr2_set(v, value); return EMULATED;
    case 3: return cr3_write_by_guest(v, in, value);
    case 4: cr4_choose(v, value); return EMULATED;
    default: return refuse_register(in, value);
    }
}

enum emulation emulate_clts(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    task_switched_set(v, false);
    return EMULATED;
}

/* Caches are coherent for a guest without devices that look around them; INVD may not lose what others wrote. */
enum emulation emulate_wbinvd(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    return EMULATED;
}

/* SCHEDOP_block by another name: upcalls are unmasked, and the vCPU sleeps unless one is due. */
enum emulation emulate_hlt(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    v->info->mask = 0;
    if (!v->info->pending)
        vcpu_block(v);
    return EMULATED;
}

/*
 * Allowed by I/O privilege, and without effect: POPF, which cannot be caught, could not undo it, so a guest masks
 * upcalls in its vcpu_info.
 */
enum emulation emulate_cli_sti(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    return io_privileged(v, regs) ? EMULATED : EMULATION_REFUSED;
}
