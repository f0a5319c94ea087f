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

/* Not the kit's way back, which returns to ring 1 by a plain IRET. */
static void resume(void *argument)
{
    const struct trap_frame *frame = argument;

    __asm__ volatile("pushl %0; pushl %1; pushl %2; pushl %3; pushl %4; pushl $0; movl %5, %%eax; int $0x82"
                     :
                     : "m"(frame->ss), "m"(frame->esp), "m"(frame->eflags), "r"((uint32_t)frame->cs),
                       "m"(frame->eip), "i"(__HYPERVISOR_iret)
                     : "eax", "memory");
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
