// SPDX-License-Identifier: MIT
/*
 * The L1 behind GDT_BASE and LDT_BASE holds 16 entries each. GDT: pages 0 to 13 are the guest's, page 14 is the
 * reserved one (whoever makes the vCPU's address space maps it). A page the guest has not set shows a page of zeros, so
 * that a bad selector gives #GP and LAR just fails, as on any processor. LDT: a page appears at the first fault, because
 * the guest may set an LDT whose pages it maps later; while it is there the frame is a descriptor page.
 */
#include "traps/descriptor_tables.h"

#include "core/errno.h"
#include "core/log.h"
#include "machine/descriptor_tables.h"
#include "machine/direct_map.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "memory/frame_alloc.h"
#include "memory/guest_walk.h"
#include "memory/hypercalls.h"
#include "memory/l1_table.h"
#include "memory/page_tables.h"
#include "memory/page_types.h"
#include "memory/pte.h"
#include "traps/descriptors.h"

/* Writable: the processor sets a descriptor's accessed bit. */
#define TABLE_FLAGS (PTE_P | PTE_RW | PTE_A | PTE_D | PTE_NX)
#define EMPTY_FLAGS (PTE_P | PTE_A | PTE_NX)
#define LDT_FIRST_PTE 16u

/* What a page that is not set shows: one frame of zeros serves all. */
static pte_t empty_page;

void gdt_drop(struct vcpu *v)
{
    unsigned used = (v->gdt_entries + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE;

    for (unsigned i = 0; i < GDT_GUEST_FRAMES; i++) {
        v->descriptor_ptes[i] = empty_page;
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
        v->descriptor_ptes[i].raw = pte_make(frames[i], TABLE_FLAGS);
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
    unsigned used = (v->ldt_entries + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE;
    bool any = false;

    for (unsigned i = LDT_FIRST_PTE; i < LDT_FIRST_PTE + used; i++) {
        uint64_t entry = v->descriptor_ptes[i].raw;

        if (!(entry & PTE_P))
            continue;
        v->descriptor_ptes[i].raw = 0;
        frame_release(pte_frame(entry));
        any = true;
    }
    return any;
}

bool ldt_map(struct vcpu *v, unsigned offset)
{
    uint32_t address = (uint32_t)v->ldt_base.raw + offset;
    pte_t *slot = &v->descriptor_ptes[LDT_FIRST_PTE + (offset >> PAGE_SHIFT)];
    uint64_t theirs;

    if (offset >> 3 >= v->ldt_entries || (slot->raw & PTE_P))
        return false;
    theirs = guest_l1_entry(v, address);
    if (!(theirs & PTE_P) || frame_hold(pte_frame(theirs), v->domain, TYPE_SEGMENT))
        return false;
    slot->raw = pte_make(pte_frame(theirs), TABLE_FLAGS);
    return true;
}

bool ldt_fault_mended(uint64_t address)
{
    struct vcpu *v = current_vcpu();

    return v && address - LDT_BASE < LDT_MAX_FRAMES * PAGE_SIZE && ldt_map(v, (unsigned)(address - LDT_BASE));
}

const uint64_t *descriptor_page(struct vcpu *v, bool ldt, unsigned index)
{
    uint64_t entry;

    if (!ldt)
        return index < GDT_GUEST_FRAMES && !mfn_equal(v->gdt_frames[index], MFN_NONE)
                   ? frame_map(v->gdt_frames[index])
                   : NULL;
    if (index >= LDT_MAX_FRAMES || (index << PAGE_SHIFT) >> 3 >= v->ldt_entries)
        return NULL;
    entry = v->descriptor_ptes[LDT_FIRST_PTE + index].raw;
    if (!(entry & PTE_P) && !ldt_map(v, index << PAGE_SHIFT))
        return NULL;
    return frame_map(pte_frame(v->descriptor_ptes[LDT_FIRST_PTE + index].raw));
}

/* A table that lost its mapping in the guest must not stay in use as an LDT: its frame may become anything. */
static void ldt_follow_unmapping(struct domain *d)
{
    bool any = false;

    for (unsigned i = 0; i < ARRAY_SIZE(d->vcpus); i++)
        if (d->vcpus[i])
            any |= ldt_unmap(d->vcpus[i]);
    if (any)
        tlb_flush_vcpus(d, ~0ull);
}

/* So must one whose mapping a new root replaces. */
static void ldt_follow_root(struct vcpu *v)
{
    if (ldt_unmap(v))
        tlb_flush_vcpus(v->domain, 1ull << v->id);
}

static int descriptors_validate(struct frame *f, struct domain *d)
{
    uint64_t *page = frame_map(frame_number(f));

    for (; f->validated < ENTRIES_PER_TABLE; f->validated++)
        if (!descriptor_fix_up(d, &page[f->validated]))
            return -EINVAL;
    return 0;
}

/* Descriptors refer to no frame. */
static int descriptors_release(struct frame *f, struct domain *d)
{
    f->validated = 0;
    return 0;
}

static const struct table_kind descriptor_page_kind = {.validate = descriptors_validate,
                                                       .release = descriptors_release};

void descriptor_tables_start(void)
{
    mfn_t zeros = frame_alloc(0, 0);

    INVARIANT(!mfn_equal(zeros, MFN_NONE));
    empty_page.raw = pte_make(zeros, EMPTY_FLAGS);
    table_kinds[TYPE_SEGMENT] = &descriptor_page_kind;
    l1_on_segment_unmapped(ldt_follow_unmapping);
    mmuext_on_set_ldt(ldt_set);
    guest_table_on_change(ldt_follow_root);
}
