/* SPDX-License-Identifier: MIT */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>

static char trap_stack[8192] __attribute__((aligned(16)));

uint32_t descriptors_page(const uint64_t *first, unsigned int count)
{
    uint64_t *page = pages_alloc(1);

    for (unsigned int i = 0; i < 512; i++) {
        page[i] = i < count ? first[i] : 0;
    }
    if (table_seal(page)) {
        test_error("a page of descriptors could not be made read-only");
    }
    return address_to_mfn(page);
}

uint64_t descriptor_read(uint32_t page_mfn, unsigned int index)
{
    return table_entry(page_mfn, index);
}

static void load_es(void *argument)
{
    __asm__ volatile("mov %0, %%es; mov %1, %%es" : : "r"(argument), "r"(FLAT_KERNEL_DS));
}

struct fault probe_load_es(uint16_t selector)
{
    return probe_call(load_es, (void *)(uint32_t)selector);
}

static void resume(void *argument)
{
    trap_resume(argument);
}

struct fault probe_resume(struct trap_frame frame)
{
    static struct trap_frame copy;

    if (hypercall_stack_switch(FLAT_KERNEL_SS, (uint32_t)(trap_stack + sizeof(trap_stack)))) {
        test_error("stack_switch fails");
    }
    copy = frame;
    return probe_call(resume, &copy);
}
