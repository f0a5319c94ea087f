// SPDX-License-Identifier: MIT
#include "traps/page_fault.h"

#include "machine/cpu.h"
#include "machine/layout.h"
#include "traps/descriptor_tables.h"
#include "traps/inject.h"

#define LDT_SIZE (LDT_MAX_FRAMES * PAGE_SIZE)

/*
 * The processor read a descriptor for the guest and the LDT page is not mapped yet. When it cannot be, the guest gets the
 * fault with the address its own LDT has there.
 */
static void ldt_fault(struct vcpu *v, const struct cpu_regs *regs, unsigned offset)
{
    if (!ldt_map(v, offset))
        inject_page_fault((uint32_t)(v->ldt_base.raw + offset), regs->error_code);
}

void page_fault(struct vcpu *v, struct cpu_regs *regs)
{
    uint64_t address = cr2_read();

    if (unlikely(address - LDT_BASE < LDT_SIZE)) {
        ldt_fault(v, regs, (unsigned)(address - LDT_BASE));
        return;
    }
    inject_page_fault(address, regs->error_code);
}
