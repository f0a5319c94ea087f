/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: multicalls in multicalls, and multicalls that change while they run: an entry whose effect is to overwrite a
 * later entry of the same list, or its own result; calls that do not exist; a list that is unmapped by its own first
 * entry.
 *
 * WHAT WOULD GO WRONG: nesting costs ring 0's stack at each level, without end. An entry that is checked, changes, and
 * is then used is the classical double fetch: what was checked is not what is done.
 *
 * WHAT STOPS IT: a multicall inside one is refused. Each entry is copied in whole, once, when its turn comes, and only the
 * copy counts.
 *
 * HOW THE TEST KNOWS: the inner call has -EINVAL and the reason while those around it work. The rewritten entry does what it
 * says when its turn comes. The list that vanishes ends the call with -EFAULT, when its first entry's result is to be written.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define CALLS 3

static multicall_entry_t list[CALLS], inner[1];
static multicall_entry_t vanishing[PAGE_BYTES / sizeof(multicall_entry_t)] __attribute__((aligned(4096)));

static multicall_entry_t version(void)
{
    return (multicall_entry_t){.op = __HYPERVISOR_xen_version, .result = 0xdead, .args = {XENVER_version}};
}

static void test_nested(void)
{
    list[0] = list[2] = inner[0] = version();
    list[1] = (multicall_entry_t){.op = __HYPERVISOR_multicall, .args = {hypercall_address(inner), 1}};
    expect_refused(hypercall_multicall(list, CALLS), 0, REASON_nested_multicall);
    expect_equal(list[0].result >> 16, 4);
    expect_errno((int)list[1].result, -XEN_EINVAL);
    expect_equal(list[2].result >> 16, 4);
    expect_equal(inner[0].result, 0xdead);
    /* The list itself. */
    list[1].args[0] = hypercall_address(list);
    expect_ok(hypercall_multicall(list, CALLS));
    expect_errno((int)list[1].result, -XEN_EINVAL);
}

static void test_unknown(void)
{
    static const uint32_t numbers[] = {11, 43, 64, 127, 128, 0x10000, 0x80000000, 0xffffffff};

    for (unsigned int i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        list[0] = (multicall_entry_t){.op = numbers[i]};
        list[1] = version();
        expect_ok(hypercall_multicall(list, 2));
        expect_errno((int)list[0].result, -XEN_ENOSYS);
        expect_equal(list[1].result >> 16, 4);
    }
}

/* platform_parameters writes one word, the address of the hypervisor's part: over the number of the next call. */
static void test_rewrite(void)
{
    list[0] = (multicall_entry_t){.op = __HYPERVISOR_xen_version,
                                  .args = {XENVER_platform_parameters, hypercall_address(&list[1].op)}};
    list[1] = version();
    list[2] = version();
    expect_ok(hypercall_multicall(list, CALLS));
    expect_equal(list[0].result, 0);
    expect_errno((int)list[1].result, -XEN_ENOSYS);
    expect_equal(list[2].result >> 16, 4);
    /* Its own number and result: the result is written after the call. */
    list[0].args[1] = hypercall_address(&list[0].op);
    list[0].op = __HYPERVISOR_xen_version;
    expect_ok(hypercall_multicall(list, 1));
    expect_equal(list[0].result, 0);
    list[0].args[1] = hypercall_address(&list[0].result);
    list[0].op = __HYPERVISOR_xen_version;
    expect_ok(hypercall_multicall(list, 1));
    expect_equal(list[0].result, 0);
}

static void test_vanish(void)
{
    uint32_t mfn = address_to_mfn(vanishing);

    vanishing[0] = (multicall_entry_t){.op = __HYPERVISOR_update_va_mapping,
                                       .args = {hypercall_address(vanishing), 0, 0, UVMF_INVLPG}};
    vanishing[1] = version();
    expect_refused(hypercall_multicall(vanishing, 2), -XEN_EFAULT, REASON_bad_guest_pointer_write);
    expect_fault(probe_read(vanishing), TRAP_PAGE_FAULT, 0);
    expect_ok(page_set(vanishing, pte_make(mfn, PTE_DATA)));
    expect_equal(vanishing[1].result, 0xdead);
}

GUEST_TEST("multicalls that nest and change")
{
    test_nested();
    test_unknown();
    test_rewrite();
    test_vanish();
}
