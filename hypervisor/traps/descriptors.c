// SPDX-License-Identifier: MIT
/*
 * Which descriptors a guest may have. The processor trusts what it finds in a GDT or LDT, so every entry of a
 * descriptor page has passed descriptor_fix_up() before the page can be one, and each later change passes it too:
 *
 * 1. Not present: anything goes, loading it faults.
 * 2. Code and data: DPL raised to the guest kernel's ring. Never 64-bit code for a 32-bit guest, which would let it
 *    form addresses above 4 GiB. Base and limit are free, because a 32-bit segment cannot reach beyond 8 GiB and
 *    nothing is mapped between 4 GiB and the hypervisor.
 * 3. System descriptors: type 0 (harmless, and the upper half of a 64-bit gate) and call gates. A TSS, LDT, interrupt
 *    or trap gate would hand the processor a structure nobody validated.
 * 4. Call gates: long mode knows only 64-bit ones, which enter 64-bit code. They are stored with DPL 0, so that
 *    using one is a #GP naming it, and emulated (call_gate.c); the DPL the guest wrote moves to the target
 *    selector's RPL, which a gate does not use.
 */
#include "traps/descriptors.h"

#include "core/why.h"
#include "machine/layout.h"

/* The target of a call gate: a guest's own descriptor, or the flat kernel segment. */
static bool gate_target_allowed(const struct domain *d, uint16_t selector)
{
    uint16_t flat =
        d->width == GUEST_32 ? SEL_RING1_CS : SEL_RING3_DS; /* e033 is 64-bit code for a 64-bit guest */

    return (selector & 4) || selector < FIRST_RESERVED_SELECTOR || selector == flat;
}

static bool gate_fix_up(const struct domain *d, uint64_t *descriptor)
{
    uint64_t gate = *descriptor;
    uint16_t target = (uint16_t)(gate >> 16);
    unsigned dpl = MAX(descriptor_dpl(gate), guest_kernel_ring(d));
    uint64_t reserved = d->width == GUEST_32 ? 0xe0ull << 32 : 0xffull << 32;

    if (!gate_target_allowed(d, target) || (gate & reserved)) {
        refuse(-EINVAL, REASON_descriptor_call_gate, 0, gate, 0);
        return false;
    }
    gate &= ~(DESCRIPTOR_DPL | 0xffffull << 16);
    *descriptor = gate | (uint64_t)((target & ~3u) | dpl) << 16;
    return true;
}

/*
 * A flat segment that ends inside the hypervisor's part is stretched to 4 GiB: old kernels size theirs to
 * where the hypervisor used to begin, and would not see all of the machine-to-physical table.
 */
static uint64_t stretch_flat(uint64_t d)
{
    uint64_t size = (uint64_t)descriptor_limit(d) + 1;

    if (descriptor_base(d) == 0 && size > GUEST32_LIMIT)
        d |= 0x000f00000000ffff;
    return d;
}

bool descriptor_fix_up(const struct domain *d, uint64_t *descriptor)
{
    uint64_t wanted = *descriptor;
    uint64_t dpl = MAX(descriptor_dpl(wanted), guest_kernel_ring(d));

    if (!(wanted & DESCRIPTOR_PRESENT))
        return true;
    if (!(wanted & DESCRIPTOR_MEMORY)) {
        if ((wanted & DESCRIPTOR_TYPE) == DESCRIPTOR_CALL_GATE)
            return gate_fix_up(d, descriptor);
        if (wanted & DESCRIPTOR_TYPE) {
            refuse(-EINVAL, REASON_descriptor_system_type, 0, wanted, 0);
            return false;
        }
    } else if (d->width == GUEST_32) {
        if (wanted & DESCRIPTOR_LONG) {
            refuse(-EINVAL, REASON_descriptor_long_mode, 0, wanted, 0);
            return false;
        }
        wanted = stretch_flat(wanted);
    }
    *descriptor = (wanted & ~DESCRIPTOR_DPL) | dpl << DESCRIPTOR_DPL_SHIFT;
    return true;
}
