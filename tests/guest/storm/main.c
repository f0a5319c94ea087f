/* SPDX-License-Identifier: MIT */
/*
 * A storm of hypercalls with random arguments, single and in multicalls, between writes to page tables. Whatever they
 * do, the hypervisor must stay up, its auditor must find nothing, and this kernel, whose own memory the storm never
 * names, must go on. `seed=` repeats a run, `seconds=` sets its length.
 *
 * A storm can still hit on a way to ruin this kernel by its own rights (clear one of its pages, say); the domain then
 * ends with a report and that is no fault of the hypervisor. So the test counts time in instructions, which makes the
 * storm of a seed the same everywhere; `make storm` is for new ones.
 *
 * run-cmdline: seed=2026 seconds=1
 * run-qemu: -icount shift=0,sleep=off
 * run-limit: 60
 */
#include "storm.h"

#include <guestkit/cpu.h>
#include <guestkit/frames.h>
#include <guestkit/page_tables.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#define CALLS_BETWEEN_LOOKS 64
#define MULTICALL_MOST 16

static multicall_entry_t batch[MULTICALL_MOST];
static uint64_t made, refused;

/* Calls that end the domain or put it to sleep for ever, that fill the log, or that move what the kit relies on. */
static bool spared(uint32_t call, uint32_t command)
{
    switch (call) {
    case __HYPERVISOR_iret:
    case __HYPERVISOR_sched_op_compat: return true;
    case __HYPERVISOR_sched_op: return command != SCHEDOP_yield && command <= SCHEDOP_watchdog;
    case __HYPERVISOR_console_io: return command == CONSOLEIO_write;
    case __HYPERVISOR_vcpu_op:
        return command == VCPUOP_down || command == VCPUOP_register_vcpu_info || command == VCPUOP_send_nmi;
    case __HYPERVISOR_ringlet: return command == RINGLET_trace || command == RINGLET_audit;
    default: return false;
    }
}

/* Takes a shape and its arguments; false when it is one of those spared. */
static bool pick(uint32_t *call, uint32_t words[8])
{
    const struct shape *shape = shape_at(chance((uint32_t)shapes_count()));

    for (unsigned int i = 0; i < 8; i++)
        words[i] = 0;
    arguments_make(shape, words);
    *call = shape->call;
    if (chance(64) == 0)
        words[0] = arguments_word();
    /* Another call with words that are all safe as addresses. */
    if (chance(256) == 0) {
        *call = chance(80);
        for (unsigned int i = 0; i < 6; i++)
            words[i] = arguments_word();
    }
    return !spared(*call, words[0]);
}

/* What a callback, a trap table or a watchpoint may have changed. */
static void put_back(uint32_t call)
{
    switch (call) {
    case __HYPERVISOR_set_trap_table:
    case __HYPERVISOR_set_callbacks:
    case __HYPERVISOR_callback_op:
    case __HYPERVISOR_nmi_op:
    case __HYPERVISOR_multicall: traps_init(); break;
    default: break;
    }
    if (call == __HYPERVISOR_set_debugreg || call == __HYPERVISOR_multicall)
        hypercall_set_debugreg(7, 0);
}

/*
 * A handler at a random address and something that enters it, a watchpoint say, make a guest that destroys itself.
 * Alone, put_back() follows at once; two of them in one multicall would not give it the time.
 */
static bool moves_entry_points(uint32_t call)
{
    return call == __HYPERVISOR_set_trap_table || call == __HYPERVISOR_set_callbacks ||
           call == __HYPERVISOR_callback_op || call == __HYPERVISOR_nmi_op ||
           call == __HYPERVISOR_set_debugreg;
}

static void one_call(void)
{
    uint32_t call, words[8];

    if (!pick(&call, words) || call == __HYPERVISOR_multicall)
        return;
    arguments_fill(call);
    refused += hypercall(call, words[0], words[1], words[2], words[3], words[4]) < 0;
    made++;
    put_back(call);
}

static void one_multicall(void)
{
    unsigned int count = 1 + chance(MULTICALL_MOST);
    uint32_t arguments_for = chance(2) ? __HYPERVISOR_mmu_update : __HYPERVISOR_mmuext_op;

    for (unsigned int i = 0; i < count; i++) {
        uint32_t words[8] = {0};

        do
            pick(&batch[i].op, words);
        while (spared(batch[i].op, words[0]) || moves_entry_points(batch[i].op));
        for (unsigned int j = 0; j < 6; j++)
            batch[i].args[j] = words[j];
    }
    arguments_fill(arguments_for);
    refused += hypercall_multicall(batch, count) < 0;
    made += count;
    put_back(__HYPERVISOR_multicall);
}

static bool ignore(struct trap_frame *frame)
{
    return true;
}

static uint64_t number_after(const char *key, uint64_t otherwise)
{
    const char *at = (const char *)boot_info->cmd_line;
    uint64_t value = 0;

    for (; *at; at++) {
        const char *k = key, *v = at;

        while (*k && *k == *v)
            k++, v++;
        if (*k)
            continue;
        while (*v >= '0' && *v <= '9')
            value = value * 10 + (uint64_t)(*v++ - '0');
        return value;
    }
    return otherwise;
}

GUEST_TEST("hypercalls with random arguments leave the hypervisor up and consistent")
{
    uint64_t seed = number_after("seed=", cpu_tsc());
    uint64_t seconds = number_after("seconds=", 5);
    uint64_t end, looked = 0;

    if (!on_ringlet())
        test_skip("another hypervisor's privileged calls would do as they are told");
    chance_seed(seed);
    frames_init(boot_info);
    arguments_init();
    trap_set_handler(TRAP_DEBUG, ignore);
    console_printf("seed=%llu seconds=%llu\n", seed, seconds);

    end = time_now() + seconds * TIME_SECOND;
    while (time_now() < end) {
        for (unsigned int i = 0; i < CALLS_BETWEEN_LOOKS; i++) {
            if (chance(8))
                one_call();
            else if (chance(4))
                one_multicall();
            else
                arguments_trapped_write();
        }
        if (looked++ % 64 == 0 && !expect(audit_clean(), "after %llu calls", made))
            break;
    }
    console_printf("%llu calls, %llu refused\n", made, refused);
    expect(made > 1000, "%llu calls", made);
}
