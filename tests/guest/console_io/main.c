/* SPDX-License-Identifier: MIT */
/*
 * console_io: what is written appears whole, also when it is long; reads give what was typed, here nothing; refusals.
 *
 * run-log: ^x{1000}end of a long line$
 */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define BAD_POINTER 0xf6000000u

static int32_t raw(uint32_t command, uint32_t count, uint32_t address)
{
    return hypercall(__HYPERVISOR_console_io, command, count, address, 0, 0);
}

GUEST_TEST("console_io")
{
    static char line[1019 + 4];
    static char page[8192] __attribute__((aligned(4096)));
    char buffer[16] = "unchanged";

    for (unsigned int i = 0; i < 1000; i++)
        line[i] = 'x';
    for (unsigned int i = 0; i < 19; i++)
        line[1000 + i] = "end of a long line\n"[i];
    expect_ok(raw(CONSOLEIO_write, 1019, hypercall_address(line)));
    expect_ok(raw(CONSOLEIO_write, 0, 0));
    expect_errno(raw(CONSOLEIO_write, 10, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(raw(CONSOLEIO_write, 0xffffffff, BAD_POINTER), -XEN_EFAULT);
    expect_equal(raw(CONSOLEIO_read, sizeof(buffer), hypercall_address(buffer)), 0); /* nobody types */
    expect_equal(buffer[0], 'u');
    expect_equal(raw(CONSOLEIO_read, 16, BAD_POINTER), 0); /* so nothing is copied */
    expect_errno(raw(CONSOLEIO_read, 0x80000000, hypercall_address(buffer)), -XEN_E2BIG);
    expect_reason(REASON_count_too_large);
    expect_errno(raw(2, 0, 0), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    /* A write that runs into a page that is not there ends with the error, what came before is out. */
    expect_ok(hypercall_update_va_mapping((uint32_t)page + 4096, 0, UVMF_INVLPG));
    page[4092] = 'c', page[4093] = 'u', page[4094] = 't', page[4095] = '\n';
    expect_errno(raw(CONSOLEIO_write, 4096 + 4, hypercall_address(page)), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
}
