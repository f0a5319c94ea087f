// SPDX-License-Identifier: MIT
#include "domain/crash_report.h"

#include "core/log.h"
#include "domain/context_switch.h"
#include "hypercalls/refusal_log.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "traps/inject.h"

#define STACK_LINES 8
#define WORDS_A_LINE 8
#define REFUSALS_SHOWN 8

static void print_registers(const struct vcpu *v)
{
    const struct cpu_regs *r = &v->regs;

    log_print("  eip %04x:%08x  esp %04x:%08x  eflags %08x  ring %u\n", (unsigned)r->cs & 0xffff,
              (uint32_t)r->rip, (unsigned)r->ss & 0xffff, (uint32_t)r->rsp, (uint32_t)r->rflags,
              (unsigned)r->cs & 3);
    log_print("  eax %08x  ebx %08x  ecx %08x  edx %08x\n", (uint32_t)r->rax, (uint32_t)r->rbx,
              (uint32_t)r->rcx, (uint32_t)r->rdx);
    log_print("  esi %08x  edi %08x  ebp %08x\n", (uint32_t)r->rsi, (uint32_t)r->rdi, (uint32_t)r->rbp);
    log_print("  ds %04x  es %04x  fs %04x  gs %04x  last entry: vector %u, error code %04x\n", v->ds, v->es,
              v->fs, v->gs, r->vector, r->error_code);
    log_print("  cr0 %08x  cr2 %08x  cr4 %08x  page tables: frame %lx\n", (uint32_t)v->cr0, (uint32_t)v->cr2,
              (uint32_t)v->cr4, v->guest_table.raw);
}

static void print_entry_points(const struct vcpu *v)
{
    unsigned handlers = 0;

    for (unsigned i = 0; i < 256; i++)
        handlers += v->traps[i].cs != 0;
    log_print("  kernel stack %04x:%08x  event callback %04x:%08x  failsafe callback %04x:%08x\n",
              v->kernel_ss, (uint32_t)v->kernel_sp, v->event_callback.cs, (uint32_t)v->event_callback.ip,
              v->failsafe_callback.cs, (uint32_t)v->failsafe_callback.ip);
    log_print("  trap handlers: %u; #GP %08x, #PF %08x  gdt %u entries  ldt %u entries  upcalls %s%s\n",
              handlers, (uint32_t)v->traps[EXC_GP].ip, (uint32_t)v->traps[EXC_PF].ip, v->gdt_entries,
              v->ldt_entries, v->info->mask ? "masked" : "unmasked", v->info->pending ? ", pending" : "");
}

/* The current vCPU's, read as the guest would: an unmapped stack ends the list. */
static void print_stack(const struct vcpu *v)
{
    gva_t at = gva((uint32_t)v->regs.rsp);

    log_print("  stack from esp (flat):\n");
    for (unsigned line = 0; line < STACK_LINES; line++) {
        uint32_t words[WORDS_A_LINE];

        if (copy_from_guest(words, at, sizeof(words))) {
            log_print("    (not mapped at %08x)\n", (uint32_t)at.raw);
            return;
        }
        log_print("    %08x:", (uint32_t)at.raw);
        for (unsigned i = 0; i < WORDS_A_LINE; i++)
            log_print(" %08x", words[i]);
        log_print("\n");
        at = gva_add(at, sizeof(words));
    }
}

void crash_report(struct domain *d, const char *why)
{
    struct vcpu *current = current_vcpu();

    log_print("\n(ringlet) domain %u crashed: %s\n", d->id, why);
    for (unsigned i = 0; i < d->vcpu_count; i++) {
        struct vcpu *v = d->vcpus[i];

        if (!v || (v->blocked & VCPU_DOWN))
            continue;
        context_save(v);
        log_print(" vCPU %u%s:\n", v->id, v == current ? " (running)" : "");
        print_registers(v);
        print_entry_points(v);
        if (v == current)
            print_stack(v);
    }
    refusals_print(d, REFUSALS_SHOWN);
}
