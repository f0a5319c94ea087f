// SPDX-License-Identifier: MIT
/* hypercalls/why.c: the ring of refusals, and the names of things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/memory.h>
#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/errno.h"
#include "core/why.h"
#include "fake_machine.h"
#include "hypercalls/call_names.h"
#include "hypercalls/refusal_log.h"
#include "machine/clock.h"

struct clock clock;

static struct domain *d;

static int start(void **state)
{
    fake_machine_start(256);
    d = fake_domain(1, false);
    fake_run(d->vcpus[0]);
    return domain_records_init(d) ? 0 : 1;
}

static int end(void **state)
{
    domain_records_free(d);
    fake_machine_end();
    return 0;
}

static void records_a_hypercall(void **state)
{
    const struct ringlet_why_entry *e;

    fake_regs.vector = HYPERCALL_VECTOR;
    fake_regs.rax = __HYPERVISOR_memory_op;
    fake_regs.rbx = XENMEM_exchange;
    fake_regs.rip = 0x123456;
    assert_int_equal(refuse(-EINVAL, REASON_exchange_sizes, 1, 2, 3), -EINVAL);
    e = refusal_get(d, 0);
    assert_non_null(e);
    assert_int_equal(e->sequence, 1);
    assert_int_equal(e->hypercall, __HYPERVISOR_memory_op);
    assert_int_equal(e->subop, XENMEM_exchange);
    assert_int_equal(e->index, RINGLET_WHY_NONE);
    assert_int_equal(e->error, -EINVAL);
    assert_int_equal(e->reason, REASON_exchange_sizes);
    assert_int_equal(e->guest_ip, 0x123456);
    assert_true(e->expected == 1 && e->found == 2 && e->frame == 3);
    refuse_context(7, 8);
    assert_true(e->subop == 7 && e->index == 8);
    assert_int_equal(d->counters.refusals, 1);
    assert_null(refusal_get(d, 1));
}

/* Calls whose arrays hold the commands have none of their own; a trapped instruction has no call. */
static void knows_where_it_was(void **state)
{
    fake_regs.vector = HYPERCALL_VECTOR;
    fake_regs.rax = __HYPERVISOR_mmu_update;
    refuse(-EINVAL, REASON_frame_invalid, 0, 0, 0);
    assert_int_equal(refusal_get(d, 0)->subop, RINGLET_WHY_NONE);
    fake_regs.vector = EXC_GP;
    refuse(-EINVAL, REASON_msr_read, 0, 0, 0);
    assert_int_equal(refusal_get(d, 0)->hypercall, RINGLET_WHY_NO_HYPERCALL);
    d->vcpus[0]->in_multicall = 1;
    d->vcpus[0]->multicall_nr = __HYPERVISOR_xen_version;
    d->vcpus[0]->multicall_args[0] = 99;
    refuse(-ENOSYS, REASON_no_such_subop, 0, 0, 0);
    assert_int_equal(refusal_get(d, 0)->hypercall, __HYPERVISOR_xen_version);
    assert_int_equal(refusal_get(d, 0)->subop, 99);
}

static void keeps_the_last(void **state)
{
    for (unsigned i = 1; i <= RINGLET_WHY_ENTRIES + 10; i++)
        refuse(-EINVAL, REASON_frame_invalid, 0, i, 0);
    for (unsigned back = 0; back < RINGLET_WHY_ENTRIES; back++)
        assert_int_equal(refusal_get(d, back)->found, RINGLET_WHY_ENTRIES + 10 - back);
    assert_null(refusal_get(d, RINGLET_WHY_ENTRIES));
    assert_int_equal(d->refusals->total, RINGLET_WHY_ENTRIES + 10);
    refusals_print(d, 1000); /* no more than there are */
}

/* While ring 0 builds the first domain nobody is to be told. */
static void needs_no_domain(void **state)
{
    fake_run(NULL);
    assert_int_equal(refuse(-ENOMEM, REASON_no_free_memory, 0, 0, 0), -ENOMEM);
    refuse_context(1, 2);
    fake_run(d->vcpus[0]);
    refuse_context(1, 2); /* nothing refused yet */
    assert_null(refusal_get(d, 0));
}

static void names_things(void **state)
{
    assert_string_equal(call_find(__HYPERVISOR_memory_op)->name, "memory_op");
    assert_null(call_find(11));
    assert_string_equal(command_find(__HYPERVISOR_memory_op, XENMEM_exchange)->name, "exchange");
    assert_null(command_find(__HYPERVISOR_memory_op, 63));
    assert_null(command_find(__HYPERVISOR_set_gdt, 0));
    assert_string_equal(command_find(__HYPERVISOR_mmuext_op, MMUEXT_NEW_BASEPTR)->name, "NEW_BASEPTR");
    assert_true(call_takes_command(__HYPERVISOR_ringlet));
    assert_false(call_takes_command(__HYPERVISOR_mmuext_op));
    assert_false(call_takes_command(__HYPERVISOR_set_gdt));
    assert_string_equal(errno_name(-ESRCH), "ESRCH");
    assert_null(errno_name(5));
    assert_null(errno_name(-4095));
    assert_string_equal(reason_name(REASON_frame_invalid), "frame_invalid");
    assert_string_equal(reason_name(9999), "unknown");
    assert_string_equal(reason_text(9999), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_a_hypercall, start, end),
        cmocka_unit_test_setup_teardown(knows_where_it_was, start, end),
        cmocka_unit_test_setup_teardown(keeps_the_last, start, end),
        cmocka_unit_test_setup_teardown(needs_no_domain, start, end),
        cmocka_unit_test(names_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
