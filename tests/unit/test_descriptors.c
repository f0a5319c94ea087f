// SPDX-License-Identifier: MIT
/* traps/descriptors.c and descriptor_tables.c: which descriptors a guest may have, and where it may have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/why.h"
#include "fake_guest.h"
#include "memory/page_types.h"
#include "traps/descriptor_tables.h"
#include "traps/descriptors.h"
#include "traps/hypercalls.h"
#include "traps/segments.h"

static struct vcpu *v;
static struct domain *d;

static int start(void **state)
{
    v = fake_guest_start();
    d = v->domain;
    return 0;
}

static int end(void **state)
{
    fake_machine_end();
    return 0;
}

static uint64_t fixed(uint64_t wanted)
{
    assert_true(descriptor_fix_up(d, &wanted));
    return wanted;
}

static void assert_refused(uint64_t wanted, uint32_t reason)
{
    uint64_t kept = wanted;

    assert_false(descriptor_fix_up(d, &wanted));
    assert_int_equal(wanted, kept);
    assert_int_equal(fake_refusal.reason, reason);
}

/* Every access byte and every flag nibble: nothing that passes is dangerous. */
static void test_nothing_dangerous_passes(void **state)
{
    for (unsigned access = 0; access < 256; access++)
        for (unsigned flags = 0; flags < 16; flags++) {
            uint64_t w = (uint64_t)access << 40 | (uint64_t)flags << 52 | 0x1000ull << 16 | 0xffff;

            if (!(w & DESCRIPTOR_PRESENT)) {
                assert_int_equal(fixed(w), w);
                continue;
            }
            if (!descriptor_fix_up(d, &w))
                continue;
            if (w & DESCRIPTOR_MEMORY) {
                assert_in_range(descriptor_dpl(w), 1, 3);
                assert_false(w & DESCRIPTOR_LONG);
            } else if (w & DESCRIPTOR_TYPE) {
                assert_int_equal(w & DESCRIPTOR_TYPE, DESCRIPTOR_CALL_GATE);
                assert_int_equal(descriptor_dpl(w), 0);
            }
        }
}

static void test_privilege_is_raised(void **state)
{
    for (unsigned dpl = 0; dpl < 4; dpl++)
        assert_int_equal(descriptor_dpl(fixed(fake_segment(0, 0xfff, SEGMENT_DATA, dpl))), MAX(dpl, 1u));
    d->width = GUEST_64;
    assert_int_equal(descriptor_dpl(fixed(fake_segment(0, 0xfff, SEGMENT_CODE, 1))), 3);
    d->width = GUEST_32;
}

static void test_refused_kinds(void **state)
{
    static const unsigned system[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15};

    for (unsigned i = 0; i < ARRAY_SIZE(system); i++)
        assert_refused(DESCRIPTOR_PRESENT | (uint64_t)system[i] << 40, REASON_descriptor_system_type);
    assert_refused(fake_segment(0, 0xfff, SEGMENT_CODE, 3) | DESCRIPTOR_LONG, REASON_descriptor_long_mode);
    assert_refused(fake_segment(0, 0xfff, SEGMENT_DATA, 3) | DESCRIPTOR_LONG, REASON_descriptor_long_mode);
}

static uint64_t gate(uint16_t target, unsigned dpl)
{
    return DESCRIPTOR_PRESENT | DESCRIPTOR_CALL_GATE | (uint64_t)dpl << DESCRIPTOR_DPL_SHIFT |
           (uint64_t)target << 16;
}

static void test_call_gates(void **state)
{
    uint64_t stored = fixed(gate(SEL_RING1_CS, 3));

    assert_int_equal(descriptor_dpl(stored), 0);
    assert_int_equal(stored >> 16 & 0xffff, (SEL_RING1_CS & ~3) | 3); /* its DPL, in the target's RPL */
    assert_int_equal(fixed(gate(0x10, 0)) >> 16 & 3, 1);
    assert_int_equal(fixed(gate(0x14, 2)) >> 16 & 3, 2); /* in the LDT */
    assert_refused(gate(SEL_HYPERVISOR_CS, 3), REASON_descriptor_call_gate);
    assert_refused(gate(SEL_RING3_CS, 3), REASON_descriptor_call_gate);
    assert_refused(gate(SEL_TSS, 3), REASON_descriptor_call_gate);
    assert_refused(gate(SEL_RING1_CS, 3) | 0x20ull << 32, REASON_descriptor_call_gate);
}

/* A flat segment that stops short of the whole machine-to-physical table is stretched over it; others stay. */
static void test_flat_segments_reach_the_table(void **state)
{
    assert_int_equal(descriptor_limit(fixed(fake_segment(0, 0xf5ffffff, SEGMENT_DATA, 1))), 0xffffffff);
    assert_int_equal(descriptor_limit(fixed(fake_segment(0, 0xf57fffff, SEGMENT_DATA, 1))), 0xf57fffff);
    assert_int_equal(descriptor_limit(fixed(fake_segment(0x1000, 0xf5ffffff, SEGMENT_DATA, 1))), 0xf5ffffff);
}

static long set_gdt(const uint32_t *frames, unsigned n, unsigned entries)
{
    guest_poke(GUEST_DATA, frames, n * 4);
    return hypercall32_set_gdt(GUEST_DATA, entries);
}

static void test_set_gdt(void **state)
{
    const uint64_t good[] = {0, fake_segment(0x5000, 0xfff, SEGMENT_DATA, 0)},
                   bad[] = {0, gate(SEL_HYPERVISOR_CS, 3)};
    mfn_t first = fake_descriptor_frame(good, 2), second = fake_descriptor_frame(bad, 2);
    uint32_t frames[] = {(uint32_t)first.raw, (uint32_t)second.raw};
    uint64_t found;

    assert_int_equal(set_gdt(frames, 1, 512), 0);
    assert_int_equal(type_of(type_read(frame_of(first))), TYPE_SEGMENT);
    assert_true(segment_descriptor(v, 0x08, &found));
    assert_int_equal(descriptor_base(found), 0x5000);
    assert_int_equal(descriptor_dpl(found), 1);
    /* A refusal changes nothing. */
    assert_int_equal(set_gdt(frames, 2, 1024), -EINVAL);
    assert_int_equal(v->gdt_entries, 512);
    assert_int_equal(type_uses(type_read(frame_of(first))), 1);
    assert_int_equal(set_gdt(frames, 1, FIRST_RESERVED_GDT_ENTRY + 1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_gdt_entries);
    assert_int_equal(hypercall32_set_gdt(0xf5800000, 512), -EFAULT);
    assert_int_equal(set_gdt(frames, 0, 0), 0);
    assert_int_equal(type_uses(type_read(frame_of(first))), 0);
    assert_false(segment_descriptor(v, 0x08, &found));
}

static void test_update_descriptor(void **state)
{
    mfn_t m = fake_descriptor_frame(NULL, 0);
    uint64_t address = (m.raw << PAGE_SHIFT) + 16, wanted = fake_segment(0x7000, 0xfff, SEGMENT_CODE, 0);
    uint64_t *page = frame_map(m);

    assert_int_equal(hypercall32_update_descriptor(address, address >> 32, (uint32_t)wanted, wanted >> 32),
                     0);
    assert_int_equal(page[2], wanted | 1ull << DESCRIPTOR_DPL_SHIFT);
    assert_int_equal(hypercall32_update_descriptor(address + 4, 0, 0, 0), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_descriptor_unaligned);
    assert_int_equal(hypercall32_update_descriptor(5 << PAGE_SHIFT, 0, 0, 0), -EINVAL); /* ring 0's frame */
    wanted |= DESCRIPTOR_LONG;
    assert_int_equal(hypercall32_update_descriptor(address, 0, (uint32_t)wanted, wanted >> 32), -EINVAL);
    assert_int_equal(page[2] & DESCRIPTOR_LONG, 0);
}

static void test_reserved_selectors(void **state)
{
    uint64_t found;

    assert_true(segment_descriptor(v, SEL_RING1_CS, &found));
    assert_int_equal(descriptor_limit(found), 0xffffffff);
    assert_false(segment_descriptor(v, SEL_HYPERVISOR_CS, &found));
    assert_false(segment_descriptor(v, SEL_TSS, &found));
    assert_false(segment_descriptor(v, 3, &found));    /* null */
    assert_false(segment_descriptor(v, 0x0c, &found)); /* no LDT */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_dangerous_passes, start, end),
        cmocka_unit_test_setup_teardown(test_privilege_is_raised, start, end),
        cmocka_unit_test_setup_teardown(test_refused_kinds, start, end),
        cmocka_unit_test_setup_teardown(test_call_gates, start, end),
        cmocka_unit_test_setup_teardown(test_flat_segments_reach_the_table, start, end),
        cmocka_unit_test_setup_teardown(test_set_gdt, start, end),
        cmocka_unit_test_setup_teardown(test_update_descriptor, start, end),
        cmocka_unit_test_setup_teardown(test_reserved_selectors, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
