/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: enter ring 0 with flags that change what its code does: DF, which turns string copies round; AC, which lifts
 * SMAP and, with CR0.AM, faults unaligned accesses; TF, which traps after each instruction; NT.
 *
 * WHAT WOULD GO WRONG: compiled code assumes DF clear: a copy of 20 bytes to a buffer writes the 20 bytes before it, over
 * ring 0's stack or past a bound that was checked. A debug trap inside ring 0 finds no handler.
 *
 * WHAT STOPS IT: rule 6: every entry clears DF, and AC when SMAP is on; interrupt gates clear TF and NT. Rule 9: a debug
 * trap in ring 0 is survivable.
 *
 * HOW THE TEST KNOWS: hypercalls that copy both ways, made with each of the flags, have the right results and leave the
 * bytes around their buffers alone; exceptions deliver a right frame; the flags come back to the guest as they were.
 */
#include "attack.h"
#include <guestkit/string.h>
#include <guestkit/test.h>

#define FLAG_TF 0x100u
#define FLAG_DF 0x400u
#define FLAG_NT 0x4000u
#define FLAG_AC 0x40000u
#define GUARD 0x5a

static uint8_t area[3 * 1024 + 1], expected[1024];
static volatile unsigned int steps;
static volatile struct trap_frame seen;

static bool step(struct trap_frame *frame)
{
    steps++;
    return true;
}

static bool undefined(struct trap_frame *frame)
{
    seen = *frame;
    frame->eip += 2;
    return true;
}

/* A hypercall made with these flags; they are as before afterwards. */
static uint32_t call_with(uint32_t flags, uint32_t number, uint32_t a1, void *a2)
{
    __asm__ volatile("pushfl; pushfl; orl %1, (%%esp); popfl; int $0x82; popfl"
                     : "+a"(number)
                     : "r"(flags), "b"(a1), "c"(a2)
                     : "memory", "cc");
    return number;
}

static void test_copy(uint32_t flags)
{
    memset(area, GUARD, sizeof(area));
    uint8_t *buffer = area + 1025; /* not aligned */
    expect_equal(call_with(flags, __HYPERVISOR_xen_version, XENVER_capabilities, buffer), 0);
    unsigned int wrong = 0;
    for (unsigned int i = 0; i < sizeof(area); i++) {
        bool inside = i >= 1025 && i < 2049;
        wrong += area[i] != (inside ? expected[i - 1025] : GUARD);
    }
    expect_equal(wrong, 0);
}

static void test_exception(uint32_t flags)
{
    __asm__ volatile("pushfl; pushfl; orl %0, (%%esp); popfl; 1: ud2; popfl" : : "r"(flags) : "memory", "cc");
    expect_equal(seen.eflags & (FLAG_DF | FLAG_NT | FLAG_AC), flags & ~FLAG_TF);
    expect_equal(seen.cs, FLAT_KERNEL_CS);
    expect_equal(seen.vector, TRAP_INVALID_OPCODE);
}

GUEST_TEST("flags carried into ring 0")
{
    static const uint32_t flags[] = {0,       FLAG_DF, FLAG_AC,
                                     FLAG_NT, FLAG_TF, FLAG_DF | FLAG_AC | FLAG_NT | FLAG_TF};

    memset(expected, GUARD, sizeof(expected));
    expect_equal(call_with(0, __HYPERVISOR_xen_version, XENVER_capabilities, expected), 0);
    expect_equal(expected[0], 'x');
    trap_set_handler(TRAP_DEBUG, step);
    trap_set_handler(TRAP_INVALID_OPCODE, undefined);
    for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        steps = 0;
        test_copy(flags[i]);
        /* One trap after the call, and one after POPFL: none inside. */
        expect(flags[i] & FLAG_TF ? steps >= 1 && steps <= 2 : steps == 0, "%u traps", steps);
        if (!(flags[i] & FLAG_NT)) { /* the kit returns by IRET, which NT would make a fault of its own */
            test_exception(flags[i]);
        }
    }
}
