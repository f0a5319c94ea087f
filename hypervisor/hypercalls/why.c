// SPDX-License-Identifier: MIT
#include "core/why.h"

#include <abi/xen.h>

#include "core/log.h"
#include "core/string.h"
#include "hypercalls/call_names.h"
#include "hypercalls/refusal_log.h"
#include "machine/clock.h"
#include "machine/percpu.h"
#include "memory/frame_alloc.h"

/* Both live and die with the domain, so they share an allocation of two frames. */
struct domain_records {
    struct refusal_log log;
};
#define RECORDS_ORDER 1
_Static_assert(sizeof(struct domain_records) <= PAGE_SIZE << RECORDS_ORDER, "a domain's records fit");

bool domain_records_init(struct domain *d)
{
    mfn_t first = frame_alloc(RECORDS_ORDER, 0);
    struct domain_records *records;

    if (mfn_equal(first, MFN_NONE))
        return false;
    records = frame_map(first);
    d->refusals = &records->log;
    return true;
}

void domain_records_free(struct domain *d)
{
    frame_free(frame_unmap(d->refusals), RECORDS_ORDER);
    d->refusals = NULL;
}

static uint32_t call_number(const struct vcpu *v, const struct cpu_regs *regs)
{
    if (v->in_multicall)
        return v->multicall_nr;
    return regs->vector == HYPERCALL_VECTOR ? (uint32_t)regs->rax : RINGLET_WHY_NO_HYPERCALL;
}

/* The command is the first argument: RBX of a 32-bit guest, RDI of a 64-bit one. */
static uint32_t call_command(const struct vcpu *v, const struct cpu_regs *regs, uint32_t number)
{
    if (!call_takes_command(number))
        return RINGLET_WHY_NONE;
    if (v->in_multicall)
        return (uint32_t)v->multicall_args[0];
    return (uint32_t)(v->domain->width == GUEST_32 ? regs->rbx : regs->rdi);
}

int refuse(int error, uint32_t reason, uint64_t expected, uint64_t found, uint64_t frame)
{
    struct vcpu *v = current_vcpu();
    const struct cpu_regs *regs = guest_regs();
    struct refusal_log *log = v ? v->domain->refusals : NULL;
    struct ringlet_why_entry *entry;
    uint32_t number;

    if (!log) /* ring 0 building the first domain: the caller reports */
        return error;
    number = call_number(v, regs);
    entry = &log->entries[log->total++ % RINGLET_WHY_ENTRIES];
    *entry = (struct ringlet_why_entry){
        .sequence = log->total,
        .hypercall = number,
        .subop = call_command(v, regs, number),
        .index = RINGLET_WHY_NONE,
        .error = error,
        .reason = reason,
        .guest_ip = (uint32_t)regs->rip,
        .expected = expected,
        .found = found,
        .frame = frame,
        .time_ns = clock_now(),
    };
    v->domain->counters.refusals++;
    return error;
}

void refuse_context(uint32_t subop, uint32_t index)
{
    struct vcpu *v = current_vcpu();
    struct refusal_log *log = v ? v->domain->refusals : NULL;
    struct ringlet_why_entry *entry;

    if (!log || !log->total)
        return;
    entry = &log->entries[(log->total - 1) % RINGLET_WHY_ENTRIES];
    entry->subop = subop;
    entry->index = index;
}

const struct ringlet_why_entry *refusal_get(const struct domain *d, unsigned back)
{
    const struct refusal_log *log = d->refusals;

    if (!log || back >= log->total || back >= RINGLET_WHY_ENTRIES)
        return NULL;
    return &log->entries[(log->total - 1 - back) % RINGLET_WHY_ENTRIES];
}

static void print_call(const struct ringlet_why_entry *e)
{
    const struct call_info *call = call_find(e->hypercall), *command = command_find(e->hypercall, e->subop);

    if (e->hypercall == RINGLET_WHY_NO_HYPERCALL)
        log_print("an instruction");
    else if (call)
        log_print("%s", call->name);
    else
        log_print("hypercall %u", e->hypercall);
    if (command)
        log_print(" %s", command->name);
    else if (e->subop != RINGLET_WHY_NONE)
        log_print(" command %u", e->subop);
    if (e->index != RINGLET_WHY_NONE)
        log_print(", entry %u", e->index);
}

static void print_refusal(const struct ringlet_why_entry *e)
{
    const char *name = errno_name(e->error);

    log_print("  %llu. ", (unsigned long long)e->sequence);
    print_call(e);
    if (name)
        log_print(": -%s", name);
    else
        log_print(": %d", e->error);
    log_print(" at %08x, %llu us\n     %s: %s (E %llx, F %llx, M %llx)\n", e->guest_ip,
              (unsigned long long)(e->time_ns / 1000), reason_name(e->reason), reason_text(e->reason),
              (unsigned long long)e->expected, (unsigned long long)e->found, (unsigned long long)e->frame);
}

void refusals_print(const struct domain *d, unsigned count)
{
    const struct ringlet_why_entry *entry;

    while (count)
        if ((entry = refusal_get(d, --count)))
            print_refusal(entry);
}
