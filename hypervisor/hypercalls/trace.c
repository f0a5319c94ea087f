// SPDX-License-Identifier: MIT
#include "hypercalls/trace.h"

#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/hypercall.h"
#include "core/log.h"
#include "core/string.h"
#include "hypercalls/call_names.h"
#include "hypercalls/dispatch.h"
#include "hypercalls/refusal_log.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

#define MAX_ARGS 6u
#define SHOWN_ELEMENTS 3u /* of an array */

/* A call as it is made. */
struct traced {
    const struct call_info *info; /* NULL: no such call */
    uint32_t number;
    uint64_t args[MAX_ARGS];
};

static const char *domid_name(uint64_t domid)
{
    switch (domid) {
    case DOMID_SELF: return "SELF";
    case DOMID_IO: return "IO";
    case DOMID_XEN: return "XEN";
    case DOMID_INVALID: return "INVALID";
    }
    return NULL;
}

static void print_value(const struct call_arg *arg, uint64_t value)
{
    const char *name =
        strcmp(arg->type, "domid_t") == 0 || strcmp(arg->name, "foreigndom") == 0 ? domid_name(value) : NULL;

    if (name)
        log_print("%s=%s", arg->name, name);
    else if (value < 10)
        log_print("%s=%u", arg->name, (unsigned)value);
    else
        log_print("%s=0x%llx", arg->name, (unsigned long long)value);
}

static void print_updates(gva_t at, uint64_t count)
{
    struct mmu_update update;

    for (uint64_t i = 0; i < MIN(count, (uint64_t)SHOWN_ELEMENTS); i++) {
        if (copy_from_guest(&update, gva_add(at, i * sizeof(update)), sizeof(update)))
            return;
        log_print("%s{ptr=0x%llx, val=0x%llx}", i ? ", " : " [", (unsigned long long)update.ptr,
                  (unsigned long long)update.val);
    }
    if (count)
        log_print(count > SHOWN_ELEMENTS ? ", ...]" : "]");
}

static void print_extended_ops(gva_t at, uint64_t count)
{
    struct mmuext_op_32 op;

    for (uint64_t i = 0; i < MIN(count, (uint64_t)SHOWN_ELEMENTS); i++) {
        const struct call_info *command;

        if (copy_from_guest(&op, gva_add(at, i * sizeof(op)), sizeof(op)))
            return;
        command = command_find(__HYPERVISOR_mmuext_op, op.cmd);
        log_print("%s{%s, 0x%x, 0x%x}", i ? ", " : " [", command ? command->name : "?", op.arg1.mfn,
                  op.arg2.nr_ents);
    }
    if (count)
        log_print(count > SHOWN_ELEMENTS ? ", ...]" : "]");
}

/* Console output is shown, so that a trace reads in order. */
static void print_text(gva_t at, uint64_t count)
{
    char text[48];
    uint64_t n = MIN(count, (uint64_t)sizeof(text));

    if (copy_from_guest(text, at, n))
        return;
    for (uint64_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~')
            text[i] = '.';
    log_print(" \"");
    log_write(text, n);
    log_print(n < count ? "...\"" : "\"");
}

static void print_elements(const struct traced *t)
{
    if (t->number == __HYPERVISOR_mmu_update)
        print_updates(gva(t->args[0]), t->args[1] & 0x7fffffff);
    else if (t->number == __HYPERVISOR_mmuext_op)
        print_extended_ops(gva(t->args[0]), t->args[1] & 0x7fffffff);
    else if (t->number == __HYPERVISOR_console_io)
        print_text(gva(t->args[2]), t->args[1]);
}

/* Arguments from register `next` on. In a 32-bit guest a uint64_t takes two. */
static void print_args(const struct traced *t, const struct call_arg *args, unsigned next)
{
    const char *separator = next ? ", " : "";

    for (; args->kind != ARG_END && next < MAX_ARGS; args++, separator = ", ") {
        uint64_t value = t->args[next++];

        if (args->kind == ARG_IN && strcmp(args->type, "uint64_t") == 0 && next < MAX_ARGS)
            value |= t->args[next++] << 32;
        log_print("%s", separator);
        print_value(args, value);
        if (args->kind == ARG_ARRAY)
            print_elements(t);
    }
}

static void print_call(const struct traced *t)
{
    const struct vcpu *v = current_vcpu();
    const struct call_info *command =
        call_takes_command(t->number) ? command_find(t->number, t->args[0] & 63) : NULL;

    log_print("(d%uv%u) %s", v->domain->id, v->id, v->in_multicall ? "  " : "");
    if (!t->info) {
        log_print("hypercall %u(0x%llx, 0x%llx)", t->number, (unsigned long long)t->args[0],
                  (unsigned long long)t->args[1]);
        return;
    }
    log_print("%s(", t->info->name);
    if (command)
        log_print("%s", command->name);
    print_args(t, command ? command->args : t->info->args, command ? 1 : 0);
    log_print(")");
}

static void print_result(long result, bool refused)
{
    const struct ringlet_why_entry *e = refused ? refusal_get(current_vcpu()->domain, 0) : NULL;
    const char *name = errno_name((int32_t)result);

    if (name)
        log_print(" = -%s", name);
    else
        log_print((unsigned long)result < 0x10000 ? " = %ld" : " = 0x%lx", result);
    if (e)
        log_print(" (%s: E %llx, F %llx, M %llx)", reason_name(e->reason), (unsigned long long)e->expected,
                  (unsigned long long)e->found, (unsigned long long)e->frame);
    log_print("\n");
}

/* These may not come back, or not with a result, or have calls of their own to show: their line comes first. */
static bool line_first(uint32_t number)
{
    return number == __HYPERVISOR_sched_op || number == __HYPERVISOR_iret || number == __HYPERVISOR_multicall;
}

static long trace_call(uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6)
{
    const uint32_t number = hypercall_number();
    const struct traced t = {call_find(number), number, {a1, a2, a3, a4, a5, a6}};
    const struct domain *d = current_vcpu()->domain;
    const uint64_t refusals = d->refusals->total, ip = guest_regs()->rip;
    const bool all = d->trace_mask & RINGLET_TRACE_HYPERCALLS, first = all && line_first(number);
    bool refused;
    long result;

    if (first) {
        print_call(&t);
        log_print("\n");
    }
    result = hypercall_table_32[number](a1, a2, a3, a4, a5, a6);
    refused = d->refusals->total != refusals;
    if (first ? !refused : !all && !refused && !errno_name((int32_t)result))
        return result;
    print_call(&t);
    if (guest_regs()->rip != ip && number != __HYPERVISOR_iret)
        log_print(" = (to be continued)\n");
    else
        print_result(result, refused);
    return result;
}

static const hypercall_fn traced_table[HYPERCALL_COUNT] = {[0 ... HYPERCALL_COUNT - 1] = trace_call};

const hypercall_fn *hypercall_table_of(const struct domain *d)
{
    return d->trace_mask ? traced_table : hypercall_table_32;
}

void trace_set(struct domain *d, uint32_t mask)
{
    d->trace_mask = mask;
    if (current_vcpu() && current_vcpu()->domain == d)
        this_cpu()->hypercall_table = hypercall_table_of(d);
}
