/* SPDX-License-Identifier: MIT */
#include <guestkit/cpu.h>
#include <guestkit/hypercall.h>
#include <guestkit/shared.h>

#define PTE_PRESENT_WRITE_ACCESSED_DIRTY 0x63

int shared_map(const start_info_t *info)
{
    return hypercall(__HYPERVISOR_update_va_mapping, (uint32_t)&shared_page,
                     info->shared_info | PTE_PRESENT_WRITE_ACCESSED_DIRTY, 0, UVMF_INVLPG, 0);
}

bool upcalls_mask(void)
{
    volatile uint8_t *mask = &shared_vcpu->evtchn_upcall_mask;
    bool masked = *mask != 0;

    *mask = 1;
    compiler_barrier();
    return masked;
}

void upcalls_unmask(void)
{
    volatile uint8_t *mask = &shared_vcpu->evtchn_upcall_mask;
    volatile uint8_t *pending = &shared_vcpu->evtchn_upcall_pending;

    compiler_barrier();
    *mask = 0;
    compiler_barrier();
    /* The hypervisor looks at the pending flag on its way out of any call. */
    if (*pending) {
        hypercall(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0);
    }
}

void upcalls_restore(bool masked)
{
    if (!masked) {
        upcalls_unmask();
    }
}
