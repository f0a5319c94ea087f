// SPDX-License-Identifier: MIT
/*
 * What a 32-bit guest's handler finds, from its stack pointer up:
 *
 *     [ds, es, fs, gs]                        failsafe callback only
 *     [error code]                            exceptions that have one
 *     eip
 *     cs | saved upcall mask << 16
 *     eflags                                  IF: upcalls were not masked. IOPL: 0 unless architectural_iopl is on
 *     [esp, ss]                               when the guest's kernel (ring 1) was not running
 *
 * From ring 1 the frame goes below the guest's own stack pointer; from ring 2 or 3 it goes to the stack that
 * stack_switch named. The stack segment's base counts, its limit does not (the reference has no limits in long
 * mode). All of it must lie below the hypervisor's part, which the copy checks; a frame that cannot be written ends the
 * domain, since there is nowhere to report it to.
 */
#include "traps/bounce_frame.h"

#include "core/log.h"
#include "core/why.h"
#include "domain/domain.h"
#include "machine/user_copy.h"
#include "traps/segments.h"

#define INNER_RETURN 12u /* eip, cs and mask, eflags */
#define OUTER_RETURN 20u /* the same, esp, ss */
#define FLAGS_CLEARED_ON_ENTRY (RFLAGS_VM | RFLAGS_RF | RFLAGS_NT | RFLAGS_TF)

static uint64_t pair(uint32_t low, uint32_t high)
{
    return low | (uint64_t)high << 32;
}

static __attribute__((cold, noinline)) bool frame_failed(struct vcpu *v, const struct bounce *b,
                                                         uint32_t address)
{
    refuse(-EFAULT, REASON_bounce_frame, b->vector, address, 0);
    domain_crash(v->domain, "the frame for vector %u could not be written to the stack at %08x", b->vector,
                 address);
    return false;
}

static __attribute__((cold, noinline)) bool stack_failed(struct vcpu *v, uint16_t selector)
{
    refuse(-EINVAL, REASON_bounce_stack_segment, 0, selector, 0);
    domain_crash(v->domain, "the kernel stack selector %04x names no stack", selector);
    return false;
}

static __attribute__((cold, noinline)) bool handler_failed(struct vcpu *v, const struct bounce *b)
{
    refuse(-EINVAL, REASON_no_handler, b->vector, b->error_code, 0);
    domain_crash(v->domain, "no handler for vector %u (error code %x)", b->vector, b->error_code);
    return false;
}

static uint32_t flags_for_frame(const struct vcpu *v, const struct cpu_regs *regs, uint8_t mask)
{
    uint32_t flags = (uint32_t)regs->rflags & ~(RFLAGS_IF | RFLAGS_IOPL);

    if (!mask)
        flags |= RFLAGS_IF;
    if (v->domain->vm_assist & 1u << VMASST_TYPE_architectural_iopl)
        flags |= (uint32_t)v->iopl << 12;
    return flags;
}

/* Where a frame goes, as it grows down. */
struct stack {
    uint32_t base, sp;
    uint16_t ss;
};

/* Makes room and says where it is. */
static gva_t push_room(struct stack *s, uint32_t bytes)
{
    s->sp -= bytes;
    return gva((uint32_t)(s->base + s->sp));
}

static bool push_word(struct stack *s, uint32_t word)
{
    return guest_put32(push_room(s, 4), word) == 0;
}

/* `low` ends up at the lower address. */
static bool push_pair(struct stack *s, uint32_t low, uint32_t high)
{
    return guest_put64(push_room(s, 8), pair(low, high)) == 0;
}

static bool stack_for_entry(struct vcpu *v, const struct cpu_regs *regs, struct stack *s)
{
    bool inner = in_guest_kernel(regs);

    s->ss = inner ? (uint16_t)regs->ss : v->kernel_ss;
    s->sp = inner ? (uint32_t)regs->rsp : (uint32_t)v->kernel_sp;
    return segment_stack_base(v, s->ss, &s->base);
}

/* The part every frame has: eip, cs and mask, eflags, and the outer stack. */
static bool push_return(struct vcpu *v, const struct cpu_regs *regs, struct stack *s)
{
    uint8_t mask = v->info->mask;
    uint32_t flags = flags_for_frame(v, regs, mask);

    uint64_t eip_cs = pair((uint32_t)regs->rip, (uint16_t)regs->cs | (uint32_t)mask << 16);
    gva_t at;

    if (in_guest_kernel(regs)) {
        at = push_room(s, INNER_RETURN);
        return likely(guest_range_ok(at, INNER_RETURN)) && !guest_store64(at, eip_cs) &&
               !guest_store32(gva_add(at, 8), flags);
    }
    at = push_room(s, OUTER_RETURN);
    return likely(guest_range_ok(at, OUTER_RETURN)) && !guest_store64(at, eip_cs) &&
           !guest_store64(gva_add(at, 8), pair(flags, (uint32_t)regs->rsp)) &&
           !guest_store32(gva_add(at, 16), (uint16_t)regs->ss);
}

/* Intel SDM volume 3, section 6.12.1.3: a handler starts without TF, NT, RF and VM. */
static void enter(struct vcpu *v, struct cpu_regs *regs, const struct stack *s, const struct bounce *b)
{
    if (b->mask_events)
        v->info->mask = 1;
    regs->rflags = (regs->rflags & ~(uint64_t)(FLAGS_CLEARED_ON_ENTRY | RFLAGS_IOPL)) | RFLAGS_IF;
    regs->ss = s->ss;
    regs->rsp = s->sp;
    regs->cs = b->cs;
    regs->rip = b->ip;
}

bool bounce(struct vcpu *v, struct cpu_regs *regs, const struct bounce *b)
{
    struct stack s;

    if (unlikely(!(b->cs & ~3u)))
        return handler_failed(v, b);
    if (unlikely(!stack_for_entry(v, regs, &s)))
        return stack_failed(v, s.ss);
    if (unlikely(!push_return(v, regs, &s)) || (b->has_error_code && unlikely(!push_word(&s, b->error_code))))
        return frame_failed(v, b, s.base + s.sp);
    enter(v, regs, &s, b);
    return true;
}

bool bounce_failsafe(struct vcpu *v, struct cpu_regs *regs, const uint16_t selectors[4])
{
    const struct guest_entry *to = &v->failsafe_callback;
    struct bounce b = {.ip = (uint32_t)to->ip,
                       .cs = to->cs,
                       .mask_events = to->mask_events,
                       .vector = BOUNCE_CALLBACK};
    struct stack s;

    if (!(b.cs & ~3u)) {
        refuse(-EINVAL, REASON_failsafe_missing, 0, regs->vector, 0);
        domain_crash(v->domain, "a selector could not be loaded and there is no failsafe callback");
        return false;
    }
    if (!stack_for_entry(v, regs, &s))
        return stack_failed(v, s.ss);
    if (!push_return(v, regs, &s) || !push_pair(&s, selectors[2], selectors[3]) ||
        !push_pair(&s, selectors[0], selectors[1]))
        return frame_failed(v, &b, s.base + s.sp);
    v->domain->counters.failsafes++;
    enter(v, regs, &s, &b);
    return true;
}
