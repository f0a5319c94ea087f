/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: call gates that lead to ring 0: to the hypervisor's code segment, to a selector of privilege 0, with reserved
 * bits that a 64-bit gate reads as part of its target, and a gate that the processor would take by itself.
 *
 * WHAT WOULD GO WRONG: a gate is the one way by which a far call gains privilege. In long mode the processor knows only
 * 64-bit gates: 16 bytes, of which the guest's next descriptor would be the upper half of the address, into 64-bit
 * code.
 *
 * WHAT STOPS IT: rule 2: a gate's target must be a selector that the guest may use, and the gate is stored with DPL 0, so
 * the processor never takes one: it raises #GP and the hypervisor walks the gate itself.
 *
 * HOW THE TEST KNOWS: bad targets are refused with errno and reason and are not written; the stored gate has DPL 0; a call
 * through a good one arrives in ring 1, with the return address on the stack.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define PRESENT (1ull << 47)
#define GATE (PRESENT | 12ull << 40)
#define DPL_MASK DESCRIPTOR_DPL(3)

static uint32_t page;
static volatile uint32_t ring_seen; /* set by the assembly below */

static uint64_t gate(uint16_t selector, uint32_t offset, unsigned int ring)
{
    return GATE | DESCRIPTOR_DPL(ring) | (uint64_t)selector << 16 | (offset & 0xffff) |
           (uint64_t)(offset & 0xffff0000) << 32;
}

/* Where the gate leads. */
__attribute__((naked, used)) static void gate_target(void)
{
    __asm__("movl %cs, %eax; andl $3, %eax; movl %eax, ring_seen; lret");
}
__asm__(".globl gate_target_address; gate_target_address = gate_target");
extern char gate_target_address[];

static void call_through(void *argument)
{
    __asm__ volatile("lcall $0x8, $0" : : : "eax", "memory", "cc");
}

static uint64_t slot(unsigned int index)
{
    return ((uint64_t)page << 12) + index * 8;
}

static void test_bad_targets(void)
{
    static const uint16_t bad[] = {0xe008, 0xe009, 0xe00b, 0xe010, 0xe040, 0xe02b, 0xe033, 0xe050};

    for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_refused(hypercall_update_descriptor(slot(1), gate(bad[i], 0x1000, 3)), -XEN_EINVAL,
                       REASON_descriptor_call_gate);
        expect_equal(descriptor_read(page, 1), 0);
        uint64_t first[] = {0, gate(bad[i], 0x1000, 1)};
        uint32_t other = descriptors_page(first, 2);
        expect_refused(hypercall_set_gdt(&other, 512), -XEN_EINVAL, REASON_descriptor_call_gate);
        expect_ok(table_free(other));
    }
    expect_refused(hypercall_update_descriptor(slot(1), gate(FLAT_KERNEL_CS, 0, 1) | 0xe0ull << 32),
                   -XEN_EINVAL, REASON_descriptor_call_gate);
}

static void test_good_target(void)
{
    for (unsigned int ring = 0; ring < 4; ring++) {
        expect_ok(
            hypercall_update_descriptor(slot(1), gate(FLAT_KERNEL_CS, (uint32_t)gate_target_address, ring)));
        /* The upper half of what would be a 64-bit gate: anything, not present. */
        expect_ok(hypercall_update_descriptor(slot(2), 0xffff8780));
        expect_equal(descriptor_read(page, 1) & DPL_MASK, 0);
        ring_seen = 99;
        struct fault got = probe_call(call_through, NULL);
        expect_no_fault(got);
        expect_equal(ring_seen, 1);
    }
    /* A target that is not there, and one that is data: the call faults, and nothing runs. */
    expect_ok(hypercall_update_descriptor(slot(1), gate(SELECTOR(5, 0), 0, 1)));
    struct fault got = probe_call(call_through, NULL);
    expect(got.vector == TRAP_PROTECTION || got.vector == TRAP_NO_SEGMENT, "vector %u", got.vector);
    expect_ok(hypercall_update_descriptor(slot(5), DESCRIPTOR_DATA | DESCRIPTOR_DPL(1)));
    expect_equal(probe_call(call_through, NULL).vector, TRAP_PROTECTION);
}

GUEST_TEST("call gates do not lead to ring 0")
{
    expect_ok(frames_init(boot_info));
    page = descriptors_page(NULL, 0);
    expect_ok(hypercall_set_gdt(&page, 512));
    test_bad_targets();
    test_good_target();
    expect_ok(hypercall_set_gdt(&page, 0));
    expect_ok(table_free(page));
}
