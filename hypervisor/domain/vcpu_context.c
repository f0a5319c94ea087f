// SPDX-License-Identifier: MIT
#include "domain/vcpu_context.h"

#include <abi/callback.h>
#include <abi/xen.h>

#include "core/string.h"
#include "core/why.h"
#include "domain/run_queue.h"
#include "machine/cpu.h"
#include "machine/user_copy.h"
#include "memory/page_tables.h"
#include "traps/debug_registers.h"
#include "traps/descriptor_tables.h"
#include "traps/fpu.h"
#include "traps/inject.h"

/* Arithmetic flags, TF, DF, AC and ID; everything else is ring 0's or comes by other ways. */
#define EFLAGS_OF_CONTEXT 0x00240dd5u

static int check_context(const struct vcpu_guest_context_32 *c)
{
    if (c->gdt_ents > FIRST_RESERVED_GDT_ENTRY)
        return refuse(-EINVAL, REASON_gdt_entries, FIRST_RESERVED_GDT_ENTRY, c->gdt_ents, 0);
    if (c->ldt_ents > 8192)
        return refuse(-EINVAL, REASON_ldt_entries, 8192, c->ldt_ents, 0);
    if (c->ldt_base % PAGE_SIZE != 0 || !guest_range_ok(gva(c->ldt_base), c->ldt_ents * 8ull))
        return refuse(-EINVAL, REASON_ldt_base, 0, c->ldt_base, 0);
    return 0;
}

/* The steps that can fail. A later one that does undoes the earlier. */
static int load_tables(struct vcpu *v, const struct vcpu_guest_context_32 *c)
{
    mfn_t gdt[GDT_GUEST_FRAMES];
    int error = guest_table_set(v, mfn(xen_cr3_to_pfn_32(c->ctrlreg[3])));

    if (error)
        return error;
    for (unsigned i = 0; i < GDT_GUEST_FRAMES; i++)
        gdt[i] = mfn(c->gdt_frames[i]);
    error = gdt_set(v, gdt, c->gdt_ents);
    if (error)
        guest_table_drop(v);
    return error;
}

static void load_registers(struct vcpu *v, const struct cpu_user_regs_32 *r)
{
    const struct domain *d = v->domain;

    v->regs = (struct cpu_regs){
        .rbx = r->ebx,
        .rcx = r->ecx,
        .rdx = r->edx,
        .rsi = r->esi,
        .rdi = r->edi,
        .rbp = r->ebp,
        .rax = r->eax,
        .rip = r->eip,
        .rsp = r->esp,
        .cs = sanitize_code_selector(d, r->cs),
        .ss = sanitize_stack_selector(d, r->ss),
        .rflags = (r->eflags & EFLAGS_OF_CONTEXT) | RFLAGS_FIXED | RFLAGS_IF,
    };
    v->ds = r->ds;
    v->es = r->es;
    v->fs = r->fs;
    v->gs = r->gs;
    if (d->vm_assist & 1u << VMASST_TYPE_architectural_iopl)
        v->iopl = r->eflags >> 12 & 3;
}

static void load_entry_points(struct vcpu *v, const struct vcpu_guest_context_32 *c)
{
    const struct domain *d = v->domain;

    for (unsigned i = 0; i < 256; i++) {
        const struct trap_info_32 *t = &c->trap_ctxt[i];

        v->traps[i] = (struct trap_entry){.ip = t->address,
                                          .cs = sanitize_code_selector(d, t->cs),
                                          .flags = t->flags & (TRAP_DPL | TRAP_MASKS_EVENTS)};
        if (!t->address)
            v->traps[i] = (struct trap_entry){0};
    }
    v->kernel_sp = c->kernel_sp;
    v->kernel_ss = sanitize_stack_selector(d, (uint16_t)c->kernel_ss);
    v->event_callback = (struct guest_entry){
        .ip = c->event_callback_eip,
        .cs = sanitize_code_selector(d, (uint16_t)c->event_callback_cs),
        .mask_events = true,
    };
    v->failsafe_callback = (struct guest_entry){
        .ip = c->failsafe_callback_eip,
        .cs = sanitize_code_selector(d, (uint16_t)c->failsafe_callback_cs),
        .mask_events = c->flags & VGCF_failsafe_disables_events,
    };
    v->callbacks_registered |= 1u << CALLBACKTYPE_event | 1u << CALLBACKTYPE_failsafe;
}

/* Of the control registers TS, TSD and DE are a guest's to choose. A breakpoint it may not have is left out. */
static void load_processor_state(struct vcpu *v, const struct vcpu_guest_context_32 *c)
{
    v->cr0 = (v->cr0 & ~(uint64_t)CR0_TS) | (c->ctrlreg[0] & CR0_TS);
    v->cr4 = (v->cr4 & ~(uint64_t)(CR4_TSD | CR4_DE)) | (c->ctrlreg[4] & (CR4_TSD | CR4_DE));
    for (unsigned i = 0; i < 8; i++)
        if (i != 4 && i != 5)
            (void)debug_set(v, i, c->debugreg[i]);
    if (c->flags & VGCF_I387_VALID)
        fpu_set_image(v, (const uint8_t *)c->fpu_ctxt.x);
}

/* A vCPU that has tables keeps them: only the guest itself changes those. */
static bool same_tables(const struct vcpu *v, const struct vcpu_guest_context_32 *c)
{
    for (unsigned i = 0; i < (c->gdt_ents + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE; i++)
        if (v->gdt_frames[i].raw != c->gdt_frames[i])
            return false;
    return v->guest_table.raw == xen_cr3_to_pfn_32(c->ctrlreg[3]) && v->gdt_entries == c->gdt_ents &&
           v->ldt_entries == c->ldt_ents && (!c->ldt_ents || v->ldt_base.raw == c->ldt_base);
}

int vcpu_context_set(struct vcpu *v, const struct vcpu_guest_context_32 *c)
{
    int error = check_context(c);

    if (!error && !v->run->initialised)
        error = load_tables(v, c);
    else if (!error && !same_tables(v, c))
        error = refuse(-EOPNOTSUPP, REASON_vcpu_initialised, v->guest_table.raw, v->id,
                       xen_cr3_to_pfn_32(c->ctrlreg[3]));
    if (error)
        return error;
    if (!v->run->initialised)
        ldt_set(v, gva(c->ldt_base), c->ldt_ents);
    load_registers(v, &c->user_regs);
    load_entry_points(v, c);
    load_processor_state(v, c);
    v->run->initialised = true;
    return 0;
}

int vcpu_initialise(struct vcpu *v, gva_t arg)
{
    struct vcpu_guest_context_32 c;

    if (copy_from_guest(&c, arg, sizeof(c)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
    if (v->run->initialised)
        return refuse(-EEXIST, REASON_vcpu_initialised, 0, v->id, 0);
    return vcpu_context_set(v, &c);
}

static void get_registers(struct cpu_user_regs_32 *r, const struct vcpu *v)
{
    const struct cpu_regs *regs = &v->regs;

    *r = (struct cpu_user_regs_32){
        .ebx = (uint32_t)regs->rbx,
        .ecx = (uint32_t)regs->rcx,
        .edx = (uint32_t)regs->rdx,
        .esi = (uint32_t)regs->rsi,
        .edi = (uint32_t)regs->rdi,
        .ebp = (uint32_t)regs->rbp,
        .eax = (uint32_t)regs->rax,
        .error_code = (uint16_t)regs->error_code,
        .entry_vector = (uint16_t)regs->vector,
        .eip = (uint32_t)regs->rip,
        .esp = (uint32_t)regs->rsp,
        .cs = (uint16_t)regs->cs,
        .ss = (uint16_t)regs->ss,
        .eflags = ((uint32_t)regs->rflags & ~RFLAGS_IOPL) | (uint32_t)v->iopl << 12,
        .ds = v->ds,
        .es = v->es,
        .fs = v->fs,
        .gs = v->gs,
    };
}

static void get_entry_points(struct vcpu_guest_context_32 *c, const struct vcpu *v)
{
    for (unsigned i = 0; i < 256; i++)
        c->trap_ctxt[i] = (struct trap_info_32){.vector = (uint8_t)i,
                                                .flags = v->traps[i].flags,
                                                .cs = v->traps[i].cs,
                                                .address = (uint32_t)v->traps[i].ip};
    c->kernel_sp = (uint32_t)v->kernel_sp;
    c->kernel_ss = v->kernel_ss;
    c->event_callback_eip = (uint32_t)v->event_callback.ip;
    c->event_callback_cs = v->event_callback.cs;
    c->failsafe_callback_eip = (uint32_t)v->failsafe_callback.ip;
    c->failsafe_callback_cs = v->failsafe_callback.cs;
}

void vcpu_context_get(struct vcpu *v, struct vcpu_guest_context_32 *c)
{
    memset(c, 0, sizeof(*c));
    c->flags = VGCF_I387_VALID | ((v->regs.cs & 3) < 3 ? VGCF_in_kernel : 0) |
               (v->failsafe_callback.mask_events ? VGCF_failsafe_disables_events : 0) |
               (v->blocked & VCPU_DOWN ? 0 : VGCF_online);
    fpu_get_image(v, (uint8_t *)c->fpu_ctxt.x);
    get_registers(&c->user_regs, v);
    get_entry_points(c, v);
    for (unsigned i = 0; i < GDT_GUEST_FRAMES && !mfn_equal(v->gdt_frames[i], MFN_NONE); i++)
        c->gdt_frames[i] = (uint32_t)v->gdt_frames[i].raw;
    c->gdt_ents = v->gdt_entries;
    c->ldt_base = (uint32_t)v->ldt_base.raw;
    c->ldt_ents = v->ldt_entries;
    c->ctrlreg[0] = (uint32_t)v->cr0;
    c->ctrlreg[3] = xen_pfn_to_cr3_32((uint32_t)v->guest_table.raw);
    c->ctrlreg[4] = (uint32_t)v->cr4;
    for (unsigned i = 0; i < 8; i++)
        c->debugreg[i] = (uint32_t)v->debug[i];
    c->vm_assist = v->domain->vm_assist;
}
