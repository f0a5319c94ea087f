// SPDX-License-Identifier: MIT
#include "memory_model.h"

#include <string.h>

#include <abi/xen.h>

#include "machine/tlb.h"
#include "memory/frame_alloc.h"

#define REMEMBERED 8u

static const unsigned slots[] = {0, 1, 2, 3, 5, 8, 100, 101, 427, 428, 510, 511};
#define SLOTS ARRAY_SIZE(slots)

/* What was ever offered for one address since the last full flush: mostly nothing, or the same all the time. */
struct translations {
    unsigned count;
    struct translation {
        mfn_t frame;
        bool writable;
    } seen[REMEMBERED];
};

static struct translations tlb[4][SLOTS][SLOTS];
static uint32_t flush_clock = 1;

/* ---- the TLB: these stand in for the fake machine's own ---- */

uint32_t tlb_clock_now(void)
{
    return flush_clock;
}

void tlb_flush_local(void)
{
    memset(tlb, 0, sizeof(tlb));
    fake_cpu.tlb_clock = ++flush_clock;
}

void tlb_flush_stale(uint32_t stamp)
{
    if ((int32_t)(fake_cpu.tlb_clock - stamp) <= 0)
        tlb_flush_local();
}

static void fill(struct translations *t, mfn_t m, bool writable)
{
    for (unsigned i = 0; i < t->count; i++)
        if (mfn_equal(t->seen[i].frame, m) && t->seen[i].writable == writable)
            return;
    if (t->count == REMEMBERED) /* no processor remembers everything either */
        memmove(t->seen, t->seen + 1, --t->count * sizeof(t->seen[0]));
    t->seen[t->count++] = (struct translation){m, writable};
}

/* The entry of an L1 that translates the address, and whether the L2 lets it be written through. */
static uint64_t walk(uint32_t address, bool *writable)
{
    uint64_t entry = fake_entry(current_vcpu()->guest_table, address >> 30);

    *writable = false;
    if (!(entry & PTE_P))
        return 0;
    entry = fake_entry(pte_frame(entry), address >> 21 & 511);
    if (!(entry & PTE_P))
        return 0;
    *writable = entry & PTE_RW;
    entry = fake_entry(pte_frame(entry), address >> 12 & 511);
    *writable &= !!(entry & PTE_RW);
    return entry & PTE_P ? entry : 0;
}

static uint32_t address_of(unsigned l3, unsigned l2, unsigned l1)
{
    return (uint32_t)l3 << 30 | (uint32_t)l2 << 21 | (uint32_t)l1 << 12;
}

static void check_translation(const struct translation *t, uint32_t address, bool mapped,
                              const struct domain *d)
{
    const struct frame *f;

    if (t->frame.raw >= frame_table_frames)
        return; /* a device, far up */
    f = frame_of(t->frame);
    if (f->owner == OWNER_DEVICE || f->refs == 0)
        return; /* a free frame is flushed before it is given out: then it shows here */
    if (t->writable)
        fuzz_check(type_uses(f->type) == 0 || type_of(f->type) == TYPE_WRITABLE,
                   "frame %lx is in use as type %u and can be written at %x", t->frame.raw, type_of(f->type),
                   address);
    fuzz_check(f->owner == d->id || mapped, "frame %lx of %x can be reached at %x by %x", t->frame.raw,
               f->owner, address, d->id);
}

static void check_address(struct translations *t, uint32_t address, const struct domain *d)
{
    bool writable;
    uint64_t entry = walk(address, &writable);

    if (entry)
        fill(t, pte_frame(entry), writable);
    for (unsigned i = 0; i < t->count; i++)
        check_translation(&t->seen[i], address, entry && mfn_equal(pte_frame(entry), t->seen[i].frame), d);
}

void fuzz_tlb_check(void)
{
    if (mfn_equal(current_vcpu()->guest_table, MFN_NONE))
        return;
    for (unsigned l3 = 0; l3 < 4; l3++)
        for (unsigned l2 = 0; l2 < SLOTS; l2++)
            for (unsigned l1 = 0; l1 < SLOTS; l1++) {
                uint32_t address = address_of(l3, slots[l2], slots[l1]);

                if (address < GUEST32_LIMIT)
                    check_address(&tlb[l3][l2][l1], address, current_vcpu()->domain);
            }
}

/* ---- choices ---- */

unsigned fuzz_slot(struct fuzz_input *in)
{
    return slots[fuzz_byte(in) % SLOTS];
}

mfn_t fuzz_frame(struct fuzz_input *in)
{
    static const uint64_t far[] = {0xfee00, 0xfec00, 0xfd000, 0xfffff, 1ull << 39, 0xffffffffff};
    uint8_t choice = fuzz_byte(in);

    return choice < 240 ? mfn(choice % FUZZ_FRAMES) : mfn(far[choice % ARRAY_SIZE(far)]);
}

uint64_t fuzz_entry(struct fuzz_input *in)
{
    static const uint64_t flags[] = {
        0,
        PTE_P,
        PTE_P | PTE_RW,
        PTE_P | PTE_RW | PTE_U,
        PTE_P | PTE_RW | PTE_A | PTE_D,
        PTE_P | PTE_NX,
        PTE_P | PTE_AVAIL,
        PTE_P | PTE_RW | PTE_LARGE,
        PTE_P | PTE_G,
        PTE_P | PTE_PCD | PTE_PWT,
        PTE_P | 1ull << 52,
        PTE_RW,
    };
    uint8_t choice = fuzz_byte(in);
    mfn_t m = fuzz_frame(in);

    if (choice >= 0xf8)
        return (uint64_t)fuzz_word(in, 4) << 32 | fuzz_word(in, 4);
    return choice >= 0xe0 ? 0 : pte_make(m, flags[choice % ARRAY_SIZE(flags)]);
}

uint32_t fuzz_address(struct fuzz_input *in)
{
    unsigned l3 = fuzz_byte(in) % 4, l2 = fuzz_slot(in);

    return address_of(l3, l2, fuzz_slot(in));
}

/* ---- calls ---- */

void fuzz_call_until_done(struct fuzz_input *in, fuzz_call *call, uint64_t a, uint64_t b, uint64_t c,
                          uint64_t d)
{
    unsigned before = fake_continuation.count, stop = fuzz_byte(in) % 16;

    fake_preempt_after = stop < 8 ? (int)stop : -1;
    call(a, b, c, d);
    for (uint8_t choice; fake_continuation.count != before; before++) {
        const uint64_t *args = fake_continuation.args;

        fuzz_tlb_check();
        choice = fuzz_byte(in);
        if (choice >= 0xe0)
            break; /* an event came in between, and the guest never returns */
        fake_preempt_after = choice % 16 ? choice % 16 : -1;
        call(args[0], args[1], args[2], args[3]);
    }
    fake_preempt_after = -1;
}

void fuzz_audit(audit_grants *grants)
{
    for (struct domain *d = fake_domain_list(); d; d = d->next)
        while (frame_release_pending(d->vcpus[0]))
            ;
    memory_audit(fake_domain_list(), grants, &fake_audit);
    fuzz_check(fake_audit.differences == 0,
               "%lu differences, first: frame %lx field %u expected %lx found %lx",
               (unsigned long)fake_audit.differences, (unsigned long)fake_audit.first[0].frame,
               fake_audit.first[0].field, (unsigned long)fake_audit.first[0].expected,
               (unsigned long)fake_audit.first[0].found);
}
