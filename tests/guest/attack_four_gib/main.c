/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: reach past 4 GiB from 32-bit code. A read whose last bytes lie beyond 0xFFFFFFFF; FXSAVE there, 512 bytes of it;
 * segments with a base just below 4 GiB, so that small offsets go over; a stack that wraps.
 *
 * WHAT WOULD GO WRONG: on hardware such addresses wrap to 0, but emulators do let some of them through to 4 GiB and up
 * (QEMU 7.2 does). Whatever is mapped there is then the guest's.
 *
 * WHAT STOPS IT: the width rule of ring-1 isolation: 4 GiB up to the hypervisor's half is never mapped while a 32-bit guest
 * runs, and entries 4 to 511 of the root are empty (attack_root_beyond).
 *
 * HOW THE TEST KNOWS: every such access ends in a page fault for an address that is not mapped, at the top or past it, or
 * it reads what is at the wrapped address in the guest's own memory.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static uint16_t selector;
static uint32_t offset_used;

static void fxsave_at(void *address)
{
    __asm__ volatile("fxsave (%0)" : : "r"(address) : "memory");
}

static void fxrstor_at(void *address)
{
    __asm__ volatile("fxrstor (%0)" : : "r"(address) : "memory");
}

static void read8_at(void *address)
{
    __asm__ volatile("fildll (%0); fstp %%st(0)" : : "r"(address) : "memory");
}

static void read_by_segment(void *argument)
{
    uint32_t *value = argument;

    __asm__ volatile("movl %2, %%es; movl %%es:(%1), %0; movl %3, %%es"
                     : "=&r"(*value)
                     : "r"(offset_used), "r"((uint32_t)selector), "r"(FLAT_KERNEL_DS));
}

static void write_by_segment(void *argument)
{
    __asm__ volatile("movl %1, %%es; movl %2, %%es:(%0)"
                     :
                     : "r"(offset_used), "r"((uint32_t)selector), "r"(argument));
}

static bool unmapped_top(struct fault got)
{
    return got.vector == TRAP_PAGE_FAULT && !(got.error_code & FAULT_PRESENT) &&
           (got.address >= 0xfffff000 || got.address < PAGE_BYTES);
}

#define expect_unmapped(probed)                                                                              \
    do {                                                                                                     \
        struct fault got_ = (probed);                                                                        \
        expect(unmapped_top(got_), "vector %u, error code %x, address %x", got_.vector, got_.error_code,     \
               got_.address);                                                                                \
    } while (0)

GUEST_TEST("accesses that go over 4 GiB")
{
    uint64_t segments[] = {0, DESCRIPTOR_DATA | DESCRIPTOR_DPL(1) | DESCRIPTOR_BASE(0xfffffff0)};

    expect_ok(frames_init(boot_info));
    uint32_t page = descriptors_page(segments, 2);
    expect_ok(hypercall_set_gdt(&page, 512));
    /* Page 0 away, so that the wrapped address is known to hold nothing. */
    pte_t first = page_entry(NULL);
    if (first) {
        expect_ok(page_set(NULL, 0));
    }
    for (uint32_t address = 0xfffffff9; address != 0; address++) {
        expect_unmapped(probe_call(read8_at, (void *)address));
        if (address >= 0xfffffffd) {
            expect_unmapped(probe_read((void *)address));
            expect_unmapped(probe_write((void *)address, 0));
        }
    }
    expect_unmapped(probe_call(fxsave_at, (void *)0xfffffff0));
    expect_unmapped(probe_call(fxsave_at, (void *)0xffffff00));
    expect_unmapped(probe_call(fxrstor_at, (void *)0xfffffff0));
    selector = SELECTOR(1, 1);
    for (offset_used = 0; offset_used < 0x40; offset_used++) {
        uint32_t value = 0;
        expect_unmapped(probe_call(read_by_segment, &value));
        expect_unmapped(probe_call(write_by_segment, NULL));
    }
    if (first) {
        expect_ok(page_set(NULL, first));
    }
    expect_ok(hypercall_set_gdt(&page, 0));
    expect_ok(table_free(page));
}
