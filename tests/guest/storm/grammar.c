/* SPDX-License-Identifier: MIT */
/* hypercalls.def as a table of shapes. */
#include "storm.h"

#include <guestkit/stubs.h>

#define KIND(argument) KIND_##argument
#define KIND_IN(type, name) (sizeof(type) > 4 ? KIND_WIDE : KIND_WORD)
#define KIND_INPTR(type, name) KIND_POINTER
#define KIND_OUTPTR(type, name) KIND_POINTER
#define KIND_INOUTPTR(type, name) KIND_POINTER
#define KIND_INARRAY(type, name, count) KIND_POINTER
#define KIND_OUTARRAY(type, name, count) KIND_POINTER
#define KIND_INOUTARRAY(type, name, count) KIND_POINTER
#define KIND_NONE KIND_NO

#define CALL_SHAPE(number, name, state, who, summary, ...)                                                   \
    {.call = (number), .kinds = {STUB_LIST(KIND, __VA_ARGS__)}},
#define COMMAND_SHAPE(parent, number, ...)                                                                   \
    {.call = __HYPERVISOR_##parent,                                                                          \
     .command = (number),                                                                                    \
     .has_command = true,                                                                                    \
     .kinds = {STUB_LIST(KIND, __VA_ARGS__)}},
#define MEMORY(number, name, state, who, summary, ...) COMMAND_SHAPE(memory_op, number, __VA_ARGS__)
#define VERSION(number, name, state, who, summary, ...) COMMAND_SHAPE(xen_version, number, __VA_ARGS__)
#define CONSOLE(number, name, state, who, summary, ...) COMMAND_SHAPE(console_io, number, __VA_ARGS__)
#define GRANT(number, name, state, who, summary, ...) COMMAND_SHAPE(grant_table_op, number, __VA_ARGS__)
#define ASSIST(number, name, state, who, summary, ...) COMMAND_SHAPE(vm_assist, number, __VA_ARGS__)
#define VCPU(number, name, state, who, summary, ...) COMMAND_SHAPE(vcpu_op, number, __VA_ARGS__)
#define NMI(number, name, state, who, summary, ...) COMMAND_SHAPE(nmi_op, number, __VA_ARGS__)
#define SCHED(number, name, state, who, summary, ...) COMMAND_SHAPE(sched_op, number, __VA_ARGS__)
#define CALLBACK(number, name, state, who, summary, ...) COMMAND_SHAPE(callback_op, number, __VA_ARGS__)
#define EVENT(number, name, state, who, summary, ...) COMMAND_SHAPE(event_channel_op, number, __VA_ARGS__)
#define PHYSDEV(number, name, state, who, summary, ...) COMMAND_SHAPE(physdev_op, number, __VA_ARGS__)
#define RINGLET(number, name, state, who, summary, ...) COMMAND_SHAPE(ringlet, number, __VA_ARGS__)

static const struct shape shapes[] = {
    HYPERCALLS(CALL_SHAPE) SUBOPS_memory_op(MEMORY) SUBOPS_xen_version(VERSION) SUBOPS_console_io(CONSOLE)
        SUBOPS_grant_table_op(GRANT) SUBOPS_vm_assist(ASSIST) SUBOPS_vcpu_op(VCPU) SUBOPS_nmi_op(NMI)
            SUBOPS_sched_op(SCHED) SUBOPS_callback_op(CALLBACK) SUBOPS_event_channel_op(EVENT)
                SUBOPS_physdev_op(PHYSDEV) SUBOPS_ringlet(RINGLET)};

size_t shapes_count(void)
{
    return sizeof(shapes) / sizeof(shapes[0]);
}

const struct shape *shape_at(size_t index)
{
    return &shapes[index];
}
