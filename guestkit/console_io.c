/* SPDX-License-Identifier: MIT */
#include <guestkit/console_backends.h>
#include <guestkit/hypercall.h>

void console_io_write(const char *text, size_t length)
{
    hypercall(__HYPERVISOR_console_io, CONSOLEIO_write, length, hypercall_address(text), 0, 0);
}

size_t console_io_read(char *buffer, size_t size)
{
    int32_t got = hypercall(__HYPERVISOR_console_io, CONSOLEIO_read, size, hypercall_address(buffer), 0, 0);

    return got > 0 ? (size_t)got : 0;
}
