// SPDX-License-Identifier: MIT
/*
 * The L1 behind GDT_BASE and LDT_BASE holds 16 entries each. GDT: pages 0 to 13 are the guest's, page 14 is the
 * reserved one (whoever makes the vCPU's address space maps it). A page the guest has not set shows a page of zeros, so
 * that a bad selector gives #GP and LAR just fails, as on any processor. LDT: a page appears at the first fault, because
 * the guest may set an LDT whose pages it maps later; while it is there the frame is a descriptor page.
 */
#include "traps/descriptor_tables.h"

#include "core/log.h"
#include "machine/descriptor_tables.h"
#include "machine/direct_map.h"
#include "machine/percpu.h"
#include "memory/frame.h"

#define PTE_PRESENT 0x001ull
#define PTE_ACCESSED 0x020ull
#define PTE_DIRTY 0x040ull
#define PTE_NO_EXECUTE (1ull << 63)
#define PTE_FRAME 0x000ffffffffff000ull
/* Writable: the processor sets a descriptor's accessed bit. */
#define TABLE_PTE (PTE_PRESENT | 0x002ull | PTE_ACCESSED | PTE_DIRTY | PTE_NO_EXECUTE)
#define EMPTY_PTE (PTE_PRESENT | PTE_ACCESSED | PTE_NO_EXECUTE)
#define LDT_FIRST_PTE 16u

static pte_t table_pte(mfn_t m)
{
    return (pte_t){m.raw << PAGE_SHIFT | TABLE_PTE};
}

static mfn_t pte_frame(pte_t pte)
{
    return mfn((pte.raw & PTE_FRAME) >> PAGE_SHIFT);
}

/* One frame of zeros serves all. */
static pte_t empty_pte(void)
{
    static mfn_t zeros;

    if (zeros.raw == 0)
        zeros = frame_alloc(0, 0);
    INVARIANT(!mfn_equal(zeros, MFN_NONE));
    return (pte_t){zeros.raw << PAGE_SHIFT | EMPTY_PTE};
}

void gdt_drop(struct vcpu *v)
{
    unsigned used = (v->gdt_entries + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE;

    for (unsigned i = 0; i < GDT_GUEST_FRAMES; i++) {
        v->descriptor_ptes[i] = empty_pte();
        if (i < used)
            frame_release(v->gdt_frames[i]);
        v->gdt_frames[i] = MFN_NONE;
    }
    v->gdt_entries = 0;
}

int gdt_set(struct vcpu *v, const mfn_t frames[], unsigned entries)
{
    unsigned count = (entries + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE;

    for (unsigned i = 0; i < count; i++) {
        int error = frame_hold(frames[i], v->domain, TYPE_SEGMENT);

        if (error) {
            while (i-- > 0)
                frame_release(frames[i]);
            return error;
        }
    }
    gdt_drop(v);
    for (unsigned i = 0; i < count; i++) {
        v->gdt_frames[i] = frames[i];
        v->descriptor_ptes[i] = table_pte(frames[i]);
    }
    v->gdt_entries = (uint16_t)entries;
    return 0;
}

void ldt_set(struct vcpu *v, gva_t base, unsigned entries)
{
    ldt_unmap(v);
    v->ldt_base = base;
    v->ldt_entries = (uint16_t)entries;
    if (v == current_vcpu())
        ldt_load(entries);
}

bool ldt_unmap(struct vcpu *v)
{
    bool any = false;

    for (unsigned i = LDT_FIRST_PTE; i < LDT_FIRST_PTE + LDT_MAX_FRAMES; i++) {
        pte_t pte = v->descriptor_ptes[i];

        if (!(pte.raw & PTE_PRESENT))
            continue;
        v->descriptor_ptes[i].raw = 0;
        frame_release(pte_frame(pte));
        any = true;
    }
    return any;
}

/* The guest's L1 entry for a linear address of a 32-bit guest, or 0. The tables are validated: no superpages. */
static pte_t guest_l1_entry(const struct vcpu *v, uint32_t address)
{
    const pte_t *table = frame_map(v->guest_table);
    pte_t entry = table[address >> 30];

    for (unsigned shift = 21; shift >= PAGE_SHIFT; shift -= 9) {
        if (!(entry.raw & PTE_PRESENT))
            return (pte_t){0};
        table = frame_map(pte_frame(entry));
        entry.raw = READ_ONCE(table[address >> shift & (ENTRIES_PER_TABLE - 1)].raw);
    }
    return entry;
}

bool ldt_map(struct vcpu *v, unsigned offset)
{
    uint32_t address = (uint32_t)v->ldt_base.raw + offset;
    pte_t *slot = &v->descriptor_ptes[LDT_FIRST_PTE + (offset >> PAGE_SHIFT)];
    pte_t theirs;

    if (offset >> 3 >= v->ldt_entries || (slot->raw & PTE_PRESENT))
        return false;
    theirs = guest_l1_entry(v, address);
    if (!(theirs.raw & PTE_PRESENT) || frame_hold(pte_frame(theirs), v->domain, TYPE_SEGMENT))
        return false;
    *slot = table_pte(pte_frame(theirs));
    return true;
}

const uint64_t *descriptor_page(struct vcpu *v, bool ldt, unsigned index)
{
    if (!ldt)
        return index < GDT_GUEST_FRAMES && !mfn_equal(v->gdt_frames[index], MFN_NONE)
                   ? frame_map(v->gdt_frames[index])
                   : NULL;
    if (index >= LDT_MAX_FRAMES || (index << PAGE_SHIFT) >> 3 >= v->ldt_entries)
        return NULL;
    if (!(v->descriptor_ptes[LDT_FIRST_PTE + index].raw & PTE_PRESENT) && !ldt_map(v, index << PAGE_SHIFT))
        return NULL;
    return frame_map(pte_frame(v->descriptor_ptes[LDT_FIRST_PTE + index]));
}
