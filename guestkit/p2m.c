/* SPDX-License-Identifier: MIT */
#include <guestkit/hypercall.h>
#include <guestkit/p2m.h>
#include <guestkit/traps.h>

uint32_t *p2m_list;
uint32_t p2m_size;
uint32_t p2m_identity;

/* Where the machine-to-phys table starts depends on the hypervisor and the HV_START_LOW note. */
static const uint32_t *machine_to_phys = (const uint32_t *)MACH2PHYS_VIRT_START;
static uint32_t machine_frames = MACH2PHYS_NR_ENTRIES;

/* The table has holes where the machine has no memory; a read there faults. */
static uint32_t read_machine_to_phys(uint32_t mfn)
{
    const uint32_t *entry = machine_to_phys + mfn;
    uint32_t pfn;

    __asm__ volatile("1: movl (%1), %0\n"
                     "2:\n"
                     ".pushsection .text.fixup, \"ax\"\n"
                     "3: movl $-1, %0\n"
                     "   jmp 2b\n"
                     ".popsection\n" TRAP_FIXUP(1b, 3b)
                     : "=&r"(pfn)
                     : "r"(entry)
                     : "memory");
    return pfn;
}

uint32_t pfn_to_mfn(uint32_t pfn)
{
    return pfn < p2m_size ? p2m_list[pfn] : P2M_NONE;
}

uint32_t mfn_to_pfn(uint32_t mfn)
{
    if (mfn >= machine_frames) {
        return P2M_NONE;
    }
    uint32_t pfn = read_machine_to_phys(mfn);
    /* Another domain's frame has an entry too: only the round trip proves it is ours. */
    return pfn_to_mfn(pfn) == mfn ? pfn : P2M_NONE;
}

void p2m_set(uint32_t pfn, uint32_t mfn)
{
    if (pfn < p2m_size) {
        p2m_list[pfn] = mfn;
    }
}

static void find_machine_to_phys(void)
{
    xen_machphys_mapping_t mapping;

    if (!hypercall(__HYPERVISOR_memory_op, XENMEM_machphys_mapping, hypercall_address(&mapping), 0, 0, 0)) {
        machine_to_phys = (const uint32_t *)mapping.v_start;
        machine_frames = mapping.max_mfn + 1;
    }
}

void p2m_resume(void)
{
    find_machine_to_phys();
}

/* What is certain to be mapped: all up to the page tables, which the walk needs to find out more. */
void p2m_init(const start_info_t *info)
{
    p2m_list = (uint32_t *)info->mfn_list;
    p2m_size = info->nr_pages;
    find_machine_to_phys();
    p2m_identity = address_to_pfn((void *)info->pt_base) + info->nr_pt_frames;
}
