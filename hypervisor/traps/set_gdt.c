// SPDX-License-Identifier: MIT
#include "core/why.h"
#include "machine/tlb.h"
#include "machine/user_copy.h"
#include "traps/descriptor_tables.h"
#include "traps/hypercalls.h"

long hypercall32_set_gdt(uint64_t frame_list, uint64_t entries32)
{
    uint32_t entries = (uint32_t)entries32;
    uint32_t numbers[GDT_GUEST_FRAMES];
    mfn_t frames[GDT_GUEST_FRAMES];
    unsigned count;
    int error;

    if (entries > FIRST_RESERVED_GDT_ENTRY)
        return refuse(-EINVAL, REASON_gdt_entries, FIRST_RESERVED_GDT_ENTRY, entries, 0);
    count = (entries + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE;
    if (copy_from_guest(numbers, gva(frame_list), count * sizeof(numbers[0])))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, frame_list, 0);
    for (unsigned i = 0; i < count; i++)
        frames[i] = mfn(numbers[i]);
    error = gdt_set(current_vcpu(), frames, entries);
    if (error == 0)
        tlb_flush_local();
    return error;
}
