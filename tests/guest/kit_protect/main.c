/* SPDX-License-Identifier: MIT */
/* The kit's start leaves text and constants read-only, all of them, and nothing else. */
#include <guestkit/test.h>

static const uint32_t constant[2] = {1, 2};
static uint32_t variable = 3;
static uint32_t zeroed;

static void expect_read_only_at(uintptr_t address)
{
    expect_fault(probe_write((void *)address, 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
}

static void expect_read_only(const void *address)
{
    expect_read_only_at((uintptr_t)address);
}

static void expect_writable(void *address)
{
    expect_no_fault(probe_write(address, 7));
}

GUEST_TEST("text and constants cannot be written")
{
    expect_read_only((const void *)guest_main);
    expect_read_only(text_start);
    expect_read_only(hypercall_page);
    expect_read_only_at((uintptr_t)text_end - 4);
    expect_read_only(constant);
    expect_read_only(rodata_start);
    expect_read_only_at((uintptr_t)rodata_end - 4);
    expect_equal(constant[0] + constant[1], 3);
    for (const char *page = text_start; page < rodata_end; page += PAGE_BYTES) {
        expect(!(page_entry(page) & PTE_WRITE));
    }
    expect_writable(&variable);
    expect_writable(&zeroed);
    expect_equal(variable, 7);
    /* Whoever must change text can make it writable again. */
    expect_ok(page_protect(hypercall_page, PTE_DATA));
    expect_writable(hypercall_page + 4092);
    expect_ok(page_protect(hypercall_page, PTE_READ));
    expect_read_only(hypercall_page + 4092);
}
