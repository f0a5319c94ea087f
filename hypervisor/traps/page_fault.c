// SPDX-License-Identifier: MIT
#include "traps/page_fault.h"

#include "machine/cpu.h"
#include "machine/layout.h"
#include "memory/writable_tables.h"
#include "traps/bounce_frame.h"
#include "traps/descriptor_tables.h"
#include "traps/emulate_table_write.h"
#include "traps/inject.h"

#define LDT_SIZE (LDT_MAX_FRAMES * PAGE_SIZE)

/*
 * The processor read a descriptor for the guest and the LDT page is not mapped yet. When it cannot be, the guest gets the
 * fault with the address its own LDT has there.
 */
static void ldt_fault(struct vcpu *v, const struct cpu_regs *regs, unsigned offset)
{
    if (ldt_map(v, offset))
        v->domain->counters.page_faults_fixed++;
    else
        inject_page_fault((uint32_t)(v->ldt_base.raw + offset), regs->error_code);
}

/* The assist is for kernel writes that the mapping alone forbids. */
static bool may_be_table_write(const struct vcpu *v, const struct cpu_regs *regs)
{
    return (regs->error_code & (PF_PRESENT | PF_WRITE | PF_RESERVED | PF_FETCH)) == (PF_PRESENT | PF_WRITE) &&
           in_guest_kernel(regs) && (v->domain->vm_assist & 1u << VMASST_TYPE_writable_pagetables);
}

void page_fault(struct vcpu *v, struct cpu_regs *regs)
{
    uint64_t address = cr2_read();
    mfn_t table;

    if (unlikely(address - LDT_BASE < LDT_SIZE)) {
        ldt_fault(v, regs, (unsigned)(address - LDT_BASE));
        return;
    }
    if (may_be_table_write(v, regs)) {
        table = table_write_target(v, address);
        if (!mfn_equal(table, MFN_NONE) && emulate_table_write(v, regs, (uint32_t)address, table))
            return;
    }
    inject_page_fault(address, regs->error_code);
}
