/* SPDX-License-Identifier: MIT */
/*
 * A typed function for each hypercall and each command, made from <abi/hypercalls.def>: its arguments there,
 * with their types and directions, are the arguments here. Needs `hypercall`.
 *
 *     hypercall_update_va_mapping(va, val, flags)      hypercall_<call>
 *     sched_op_block()                                 <call>_<command>: the command is passed along
 *     event_channel_op_bind_virq(&bind)
 *
 * Results are the call's: a refusal is a negative errno. mmu_update and mmuext_op take arrays of commands;
 * <guestkit/page_tables.h> has functions for those. iret is not called but jumped to (x86_32/trap_entry.S).
 */
#ifndef GUESTKIT_STUBS_H
#define GUESTKIT_STUBS_H

#include <abi/guest.h>
#include <abi/ringlet.h>
#include <abi/hypercalls.def>
#include <guestkit/hypercall.h>

/* STUB_EACH(m, a, b, ...): m(a) m(b) ...; STUB_LIST puts commas between. For one to six arguments. */
#define STUB_COUNTED(a1, a2, a3, a4, a5, a6, chosen, ...) chosen
#define STUB_EACH(m, ...)                                                                                    \
    STUB_COUNTED(__VA_ARGS__, STUB_EACH6, STUB_EACH5, STUB_EACH4, STUB_EACH3, STUB_EACH2, STUB_EACH1, )      \
    (m, __VA_ARGS__)
#define STUB_EACH1(m, a) m(a)
#define STUB_EACH2(m, a, ...) m(a) STUB_EACH1(m, __VA_ARGS__)
#define STUB_EACH3(m, a, ...) m(a) STUB_EACH2(m, __VA_ARGS__)
#define STUB_EACH4(m, a, ...) m(a) STUB_EACH3(m, __VA_ARGS__)
#define STUB_EACH5(m, a, ...) m(a) STUB_EACH4(m, __VA_ARGS__)
#define STUB_EACH6(m, a, ...) m(a) STUB_EACH5(m, __VA_ARGS__)
#define STUB_LIST(m, ...)                                                                                    \
    STUB_COUNTED(__VA_ARGS__, STUB_LIST6, STUB_LIST5, STUB_LIST4, STUB_LIST3, STUB_LIST2, STUB_LIST1, )      \
    (m, __VA_ARGS__)
#define STUB_LIST1(m, a) m(a)
#define STUB_LIST2(m, a, ...) m(a), STUB_LIST1(m, __VA_ARGS__)
#define STUB_LIST3(m, a, ...) m(a), STUB_LIST2(m, __VA_ARGS__)
#define STUB_LIST4(m, a, ...) m(a), STUB_LIST3(m, __VA_ARGS__)
#define STUB_LIST5(m, a, ...) m(a), STUB_LIST4(m, __VA_ARGS__)
#define STUB_LIST6(m, a, ...) m(a), STUB_LIST5(m, __VA_ARGS__)

/* An argument as a parameter. */
#define STUB_PARAMETER(argument) STUB_PARAMETER_##argument
#define STUB_PARAMETER_IN(type, name) type name
#define STUB_PARAMETER_INPTR(type, name) const type *name
#define STUB_PARAMETER_OUTPTR(type, name) type *name
#define STUB_PARAMETER_INOUTPTR(type, name) type *name
#define STUB_PARAMETER_INARRAY(type, name, count) const type *name
#define STUB_PARAMETER_OUTARRAY(type, name, count) type *name
#define STUB_PARAMETER_INOUTARRAY(type, name, count) type *name
#define STUB_PARAMETER_NONE void

/* An argument as registers: a 64-bit value takes two. */
struct stub_registers {
    uint32_t value[8];
    unsigned int count;
};
static inline __attribute__((always_inline)) void stub_put(struct stub_registers *registers, uint64_t value,
                                                           unsigned int size)
{
    registers->value[registers->count++] = (uint32_t)value;
    if (size > 4) {
        registers->value[registers->count++] = (uint32_t)(value >> 32);
    }
}
#define STUB_PASS(argument) STUB_PASS_##argument
#define STUB_PASS_IN(type, name) stub_put(&registers, name, sizeof(name));
#define STUB_PASS_POINTER(name) stub_put(&registers, hypercall_address(name), 4);
#define STUB_PASS_INPTR(type, name) STUB_PASS_POINTER(name)
#define STUB_PASS_OUTPTR(type, name) STUB_PASS_POINTER(name)
#define STUB_PASS_INOUTPTR(type, name) STUB_PASS_POINTER(name)
#define STUB_PASS_INARRAY(type, name, count) STUB_PASS_POINTER(name)
#define STUB_PASS_OUTARRAY(type, name, count) STUB_PASS_POINTER(name)
#define STUB_PASS_INOUTARRAY(type, name, count) STUB_PASS_POINTER(name)
#define STUB_PASS_NONE

static inline __attribute__((always_inline)) int32_t stub_call(uint32_t number,
                                                               const struct stub_registers *registers)
{
    const uint32_t *value = registers->value;

    return hypercall(number, value[0], value[1], value[2], value[3], value[4]);
}

#define STUB_CALL(number, name, state, who, summary, ...)                                                    \
    static inline int32_t hypercall_##name(STUB_LIST(STUB_PARAMETER, __VA_ARGS__))                           \
    {                                                                                                        \
        struct stub_registers registers = {.count = 0};                                                      \
        STUB_EACH(STUB_PASS, __VA_ARGS__)                                                                    \
        return stub_call(number, &registers);                                                                \
    }
HYPERCALLS(STUB_CALL)

#define STUB_COMMAND(call, number, name, ...)                                                                \
    static inline int32_t call##_##name(STUB_LIST(STUB_PARAMETER, __VA_ARGS__))                              \
    {                                                                                                        \
        struct stub_registers registers = {.value = {number}, .count = 1};                                   \
        STUB_EACH(STUB_PASS, __VA_ARGS__)                                                                    \
        return stub_call(__HYPERVISOR_##call, &registers);                                                   \
    }
#define STUB_MEMORY(number, name, state, who, summary, ...) STUB_COMMAND(memory_op, number, name, __VA_ARGS__)
#define STUB_VERSION(number, name, state, who, summary, ...)                                                 \
    STUB_COMMAND(xen_version, number, name, __VA_ARGS__)
#define STUB_CONSOLE(number, name, state, who, summary, ...)                                                 \
    STUB_COMMAND(console_io, number, name, __VA_ARGS__)
#define STUB_GRANT(number, name, state, who, summary, ...)                                                   \
    STUB_COMMAND(grant_table_op, number, name, __VA_ARGS__)
#define STUB_VCPU(number, name, state, who, summary, ...) STUB_COMMAND(vcpu_op, number, name, __VA_ARGS__)
#define STUB_NMI(number, name, state, who, summary, ...) STUB_COMMAND(nmi_op, number, name, __VA_ARGS__)
#define STUB_SCHED(number, name, state, who, summary, ...) STUB_COMMAND(sched_op, number, name, __VA_ARGS__)
#define STUB_CALLBACK(number, name, state, who, summary, ...)                                                \
    STUB_COMMAND(callback_op, number, name, __VA_ARGS__)
#define STUB_EVENT(number, name, state, who, summary, ...)                                                   \
    STUB_COMMAND(event_channel_op, number, name, __VA_ARGS__)
#define STUB_PHYSDEV(number, name, state, who, summary, ...)                                                 \
    STUB_COMMAND(physdev_op, number, name, __VA_ARGS__)
#define STUB_RINGLET(number, name, state, who, summary, ...) STUB_COMMAND(ringlet, number, name, __VA_ARGS__)

SUBOPS_memory_op(STUB_MEMORY) SUBOPS_xen_version(STUB_VERSION) SUBOPS_console_io(STUB_CONSOLE)
    SUBOPS_grant_table_op(STUB_GRANT) SUBOPS_vcpu_op(STUB_VCPU) SUBOPS_nmi_op(STUB_NMI)
        SUBOPS_sched_op(STUB_SCHED) SUBOPS_callback_op(STUB_CALLBACK) SUBOPS_event_channel_op(STUB_EVENT)
            SUBOPS_physdev_op(STUB_PHYSDEV) SUBOPS_ringlet(STUB_RINGLET)

#endif
