/* SPDX-License-Identifier: MIT */
/*
 * abi/hypercalls.def tells the truth about what is implemented: a command that it says is there never answers
 * -ENOSYS, and one that is not never does anything else than refuse. Every argument points nowhere, so nothing that
 * can be refused for that is carried out.
 */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define NOWHERE 0x40000000u
#define YES true
#define NO false

struct command {
    const char *name;
    uint32_t number;
    bool implemented;
};

#define COMMAND(number, name, state, ...) {#number, number, state},

static const struct command memory[] = {SUBOPS_memory_op(COMMAND)}, version[] = {SUBOPS_xen_version(COMMAND)},
                            grants[] = {SUBOPS_grant_table_op(COMMAND)}, nmi[] = {SUBOPS_nmi_op(COMMAND)},
                            vcpu[] = {SUBOPS_vcpu_op(COMMAND)}, callback[] = {SUBOPS_callback_op(COMMAND)},
                            events[] = {SUBOPS_event_channel_op(COMMAND)},
                            sched[] = {SUBOPS_sched_op(COMMAND)}, devices[] = {SUBOPS_physdev_op(COMMAND)},
                            calls[] = {HYPERCALLS(COMMAND)}, own[] = {SUBOPS_ringlet(COMMAND)};

/* They would stop this vCPU, with no argument to be refused. */
static bool stops(uint32_t call, uint32_t number)
{
    return (call == __HYPERVISOR_sched_op && number == SCHEDOP_block) ||
           (call == __HYPERVISOR_vcpu_op && number == VCPUOP_down);
}

/* Implemented, and -ENOSYS is its answer here: the initial domain was given no memory map. */
static bool says_enosys(uint32_t call, uint32_t number)
{
    return call == __HYPERVISOR_memory_op && number == XENMEM_memory_map;
}

static void check_command(uint32_t call, const struct command *c)
{
    int32_t got;

    if (stops(call, c->number))
        return;
    if (call == __HYPERVISOR_vcpu_op)
        got = hypercall(call, c->number, 0, NOWHERE, 0, 0);
    else
        got = hypercall(call, c->number, NOWHERE, 1, 0, 0);
    if (c->implemented)
        expect(got != -XEN_ENOSYS || says_enosys(call, c->number), "%s is said to be there", c->name);
    else
        expect(got < 0, "%s is said not to be there, and gives %d", c->name, got);
}

static void check_table(uint32_t call, const struct command *table, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        check_command(call, &table[i]);
}

#define CHECK(call, table) check_table(__HYPERVISOR_##call, table, sizeof(table) / sizeof((table)[0]))

static void check_commands(void)
{
    CHECK(memory_op, memory);
    CHECK(xen_version, version);
    CHECK(grant_table_op, grants);
    CHECK(nmi_op, nmi);
    CHECK(vcpu_op, vcpu);
    CHECK(callback_op, callback);
    CHECK(event_channel_op, events);
    CHECK(sched_op, sched);
    CHECK(physdev_op, devices);
    CHECK(ringlet, own);
}

GUEST_TEST("the hypercall table says what is implemented")
{
    if (!on_ringlet())
        test_skip("the table's states are Ringlet's");
    for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (!calls[i].implemented)
            expect_errno(hypercall(calls[i].number, NOWHERE, 0, 0, 0, 0), -XEN_ENOSYS);
    check_commands();
}
