// SPDX-License-Identifier: MIT
#include "traps/hypercall_page.h"

#include <abi/xen.h>

#include "core/string.h"
#include "machine/layout.h"

#define STUB_SIZE 32u

/* mov $number, %eax; int $0x82; ret. iret's frame begins with eax, and it does not return. */
static void fill_stub(uint8_t *stub, uint8_t number)
{
    static const uint8_t call[] = {0xb8, 0, 0, 0, 0, 0xcd, HYPERCALL_VECTOR, 0xc3};
    bool iret = number == __HYPERVISOR_iret;

    if (iret)
        *stub++ = 0x50; /* push %eax */
    memcpy(stub, call, sizeof(call) - iret);
    stub[1] = number;
}

void hypercall_page_fill(uint8_t *page)
{
    memset(page, 0xcc, PAGE_SIZE);
    for (unsigned number = 0; number < PAGE_SIZE / STUB_SIZE; number++)
        fill_stub(page + number * STUB_SIZE, (uint8_t)number);
}
