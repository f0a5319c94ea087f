// SPDX-License-Identifier: MIT
/*
 * hypercalls/multicall.c and continuation.c: how entries are decoded, in which order their effects show, and what is left
 * in the list and in the registers when a call must be made again.
 */
#include "unit_test.h"

#include <abi/xen.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "fake_guest.h"
#include "hypercalls/dispatch.h"
#include "hypercalls/multicall.h"

/* The real one, before the fake machine's weak stand-in. */
#include "hypercalls/continuation.c" // NOLINT(bugprone-suspicious-include)

#define LIST GUEST_DATA
#define ENTRY(i) (LIST + (i) * sizeof(struct multicall_entry_32))
#define RECORDED 3u /* numbers with a handler here */
#define CONTINUED 4u
#define NESTED 5u
#define REWRITER 6u

static struct vcpu *v;
static struct {
    uint64_t args[6];
    unsigned count;
} made;
static unsigned continuations;

static long recorded(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    made.count++;
    memcpy(made.args, (uint64_t[]){a, b, c, d, e, f}, sizeof(made.args));
    return -5;
}

/* Stops once, to go on with other arguments. */
static long continued(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    if (continuations++ == 0)
        return hypercall_continue(CONTINUED, 3, (uint64_t[]){a + 1, b + 1, 0x80000007});
    return (long)(a + b);
}

static long nested(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    return hypercall32_multicall(LIST, 1);
}

/* An earlier call may change a later entry. */
static long rewriter(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    uint32_t argument = 99;

    guest_poke(ENTRY(1) + offsetof(struct multicall_entry_32, args), &argument, 4);
    return 0;
}

static long iret(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    fake_regs.rax = 0x77;
    return 0;
}

long hypercall_unknown(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    return -ENOSYS;
}

static hypercall_fn table[HYPERCALL_COUNT];

static int start(void **state)
{
    v = fake_guest_start();
    for (unsigned i = 0; i < HYPERCALL_COUNT; i++)
        table[i] = hypercall_unknown;
    table[RECORDED] = recorded;
    table[CONTINUED] = continued;
    table[NESTED] = nested;
    table[REWRITER] = rewriter;
    table[__HYPERVISOR_iret] = iret;
    fake_cpu.hypercall_table = table;
    memset(&made, 0, sizeof(made));
    continuations = 0;
    return v ? 0 : -1;
}

static int end(void **state)
{
    fake_machine_end();
    return 0;
}

static void put(unsigned i, uint32_t op, uint32_t first)
{
    struct multicall_entry_32 e = {.op = op, .result = 0x5555, .args = {first, 2, 3, 0xfffffff4, 5, 6}};

    guest_poke((uint32_t)ENTRY(i), &e, sizeof(e));
}

static uint32_t result(unsigned i)
{
    return guest_word((uint32_t)(ENTRY(i) + offsetof(struct multicall_entry_32, result)));
}

static uint32_t argument(unsigned i, unsigned n)
{
    return guest_word((uint32_t)(ENTRY(i) + offsetof(struct multicall_entry_32, args) + 4 * n));
}

static void test_arguments_and_results(void **state)
{
    put(0, RECORDED, 0xffffffff);
    put(1, 70, 0); /* beyond the table */
    put(2, HYPERCALL_COUNT - 1, 0);
    assert_int_equal(hypercall32_multicall(LIST, 3), 0);
    assert_int_equal(made.count, 1);
    assert_int_equal(made.args[0], 0xffffffff); /* zero-extended */
    for (unsigned i = 1; i < 6; i++)
        assert_int_equal(made.args[i], i == 3 ? 0xfffffff4 : i + 1);
    assert_int_equal(result(0), (uint32_t)-5);
    assert_int_equal(result(1), (uint32_t)-ENOSYS);
    assert_int_equal(result(2), (uint32_t)-ENOSYS);
    assert_int_equal(v->in_multicall, 0);
    assert_int_equal(v->domain->counters.multicalls, 1);
    assert_int_equal(v->domain->counters.hypercalls, 3);
}

static void test_an_empty_list(void **state)
{
    assert_int_equal(hypercall32_multicall(LIST, 0), 0);
    assert_int_equal(hypercall32_multicall(0xffffffff, 0x100000000),
                     -EFAULT); /* even so it must lie in guest space */
}

static void test_entries_are_read_in_turn(void **state)
{
    put(0, REWRITER, 0);
    put(1, RECORDED, 1);
    assert_int_equal(hypercall32_multicall(LIST, 2), 0);
    assert_int_equal(made.args[0], 99);
}

static void test_nesting(void **state)
{
    put(0, NESTED, 0);
    assert_int_equal(hypercall32_multicall(LIST, 1), 0);
    assert_int_equal(result(0), (uint32_t)-EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_nested_multicall);
    assert_int_equal(v->in_multicall, 0);
}

static void test_lists_that_cannot_be(void **state)
{
    assert_int_equal(hypercall32_multicall(GUEST32_LIMIT - 31, 1), -EFAULT);
    assert_int_equal(hypercall32_multicall(LIST, 0xffffffff), -EFAULT);
    assert_int_equal(hypercall32_multicall(0x10, 1), -EFAULT); /* not mapped */
    assert_int_equal(made.count, 0);
    assert_int_equal(v->domain->counters.hypercalls, 0);
    assert_int_equal(v->in_multicall, 0);
}

/* The entry has the arguments to go on with; the registers name the rest of the list. */
static void test_a_call_to_be_continued(void **state)
{
    put(0, RECORDED, 1);
    put(1, CONTINUED, 10);
    put(2, RECORDED, 1);
    fake_regs.rip = GUEST_CODE + 2;
    assert_int_equal(hypercall32_multicall(LIST, 3), __HYPERVISOR_multicall);
    assert_int_equal(fake_regs.rip, GUEST_CODE); /* INT 82h again */
    assert_int_equal(fake_regs.rbx, ENTRY(1));
    assert_int_equal(fake_regs.rcx, 2);
    assert_int_equal(argument(1, 0), 11);
    assert_int_equal(argument(1, 1), 3);
    assert_int_equal(argument(1, 2), 0x80000007);
    assert_int_equal(argument(1, 3), 0xfffffff4); /* was not among them */
    assert_int_equal(made.count, 1);
    assert_int_equal(v->in_multicall, 0);
    assert_int_equal(v->domain->counters.continuations, 2); /* the call's, and the multicall's */
    assert_int_equal(hypercall32_multicall(fake_regs.rbx, fake_regs.rcx), 0);
    assert_int_equal(result(1), 14);
    assert_int_equal(made.count, 2);
}

static void test_a_long_list_stops_for_others(void **state)
{
    for (unsigned i = 0; i < 100; i++)
        put(i, RECORDED, i);
    fake_preempt_after = 1;
    assert_int_equal(hypercall32_multicall(LIST, 100), __HYPERVISOR_multicall);
    assert_int_equal(fake_regs.rcx % 32, 0);
    assert_int_equal(made.count + fake_regs.rcx, 100);
    assert_int_equal(fake_regs.rbx, ENTRY(made.count));
    assert_int_equal(v->domain->counters.hypercalls, made.count);
    assert_int_equal(hypercall32_multicall(fake_regs.rbx, fake_regs.rcx), 0);
    assert_int_equal(made.count, 100);
}

/* Its registers are those of what it returned to: the list ends there. */
static void test_iret_ends_the_list(void **state)
{
    put(0, __HYPERVISOR_iret, 0);
    put(1, RECORDED, 0);
    assert_int_equal(hypercall32_multicall(LIST, 2), 0x77);
    assert_int_equal(made.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_arguments_and_results, start, end),
        cmocka_unit_test_setup_teardown(test_an_empty_list, start, end),
        cmocka_unit_test_setup_teardown(test_entries_are_read_in_turn, start, end),
        cmocka_unit_test_setup_teardown(test_nesting, start, end),
        cmocka_unit_test_setup_teardown(test_lists_that_cannot_be, start, end),
        cmocka_unit_test_setup_teardown(test_a_call_to_be_continued, start, end),
        cmocka_unit_test_setup_teardown(test_a_long_list_stops_for_others, start, end),
        cmocka_unit_test_setup_teardown(test_iret_ends_the_list, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
