// SPDX-License-Identifier: MIT
/*
 * Recomputes every frame's references and uses from what holds them, by none of the code that counts them:
 *
 *     a present L1 entry          a reference; with RW, a use as writable
 *     a present L2 entry          a reference and a use, as L1, or of an L2 that it names as a linear table
 *     a present L3 entry          a reference and a use, as L2 or L2 shared
 *     a pin                       a reference and a use of the frame's own type
 *     an unfinished check or release   likewise
 *     a vCPU's root               a reference and a use as L3
 *     a GDT frame, a mapped LDT page   a reference and a use as segment
 *     a registered vcpu_info      a reference and a use as writable
 *     a grant mapping             what grants/ says
 *     the owner, or a share       a reference (and for a share a use)
 *
 * A frame is taken for the table its record says it is: if the record is wrong, it shows as a use of the wrong type by
 * whoever refers to the frame, or as a count with nobody behind it. There is one number a frame to count in, so
 * everything is gone through three times: for references, for uses, and for linear entries, which count up the table named
 * and down the one that names. On the way each entry is checked against the rules of page_types.c, and each
 * vCPU's L4 against what ring 0 put there. Free frames are counted too.
 */
#include "memory/audit.h"

#include "core/string.h"
#include "machine/boot_tables.h"
#include "machine/direct_map.h"
#include "memory/frame_alloc.h"
#include "memory/io_memory.h"
#include "memory/m2p.h"
#include "memory/pte.h"
#include "memory/type_word.h"

enum counted { REFERENCES, USES, LINEAR };

struct audit {
    struct ringlet_audit *report;
    const struct domain *domains;
    enum counted counted;
};

static void differ(struct audit *a, mfn_t m, uint32_t field, uint64_t expected, uint64_t found)
{
    struct ringlet_audit *r = a->report;

    if (r->described < RINGLET_AUDIT_DIFFERENCES)
        r->first[r->described++] = (struct ringlet_audit_difference){.frame = m.raw,
                                                                     .field = field,
                                                                     .expected = expected,
                                                                     .found = found};
    r->differences++;
}

/* Faults in the content of an entry are told once, in the first round. */
static void bad_entry(struct audit *a, mfn_t table, uint64_t allowed, uint64_t entry)
{
    if (a->counted == REFERENCES)
        differ(a, table, RINGLET_AUDIT_FIELD_ENTRY, allowed, entry);
}

/* Somebody holds a reference to m, and a use as `type` unless that is TYPE_NONE. */
static void hold(struct audit *a, mfn_t m, enum frame_type type)
{
    struct frame *f = frame_of(m);

    if (m.raw >= frame_table_frames || f->refs == 0) {
        if (a->counted == REFERENCES)
            differ(a, m, RINGLET_AUDIT_FIELD_FREE, 0, type);
        return;
    }
    if (a->counted == REFERENCES) {
        f->audited++;
        return;
    }
    if (a->counted == LINEAR || type == TYPE_NONE)
        return;
    if (type != type_of(f->type))
        differ(a, m, RINGLET_AUDIT_FIELD_TYPE, type, type_of(f->type));
    f->audited++;
}

static const struct domain *owner_of(const struct audit *a, const struct frame *f)
{
    const struct domain *d = a->domains;

    while (d && d->id != f->owner)
        d = d->next;
    return d;
}

static void l1_entry(struct audit *a, mfn_t table, const struct domain *d, uint64_t entry)
{
    mfn_t m = pte_frame(entry);

    if (frame_is_device(m)) {
        enum io_access access = d ? domain_may_map_io(d, m) : IO_NONE;

        if (access < IO_READ_ONLY || (access == IO_READ_ONLY && (entry & PTE_RW)))
            bad_entry(a, table, 0, entry);
        return;
    }
    /* Another domain's frame: granted, or mapped by a domain that may. */
    if (d && frame_of(m)->owner != d->id && !(entry & PTE_GRANTED) && !d->privileged)
        bad_entry(a, table, 0, entry);
    hold(a, m, entry & PTE_RW ? TYPE_WRITABLE : TYPE_NONE);
}

static void l2_entry(struct audit *a, mfn_t table, uint64_t entry)
{
    mfn_t m = pte_frame(entry);
    enum frame_type named = m.raw < frame_table_frames ? type_of(frame_of(m)->type) : TYPE_NONE;

    if (entry & L2_FORBIDDEN)
        bad_entry(a, table, ~L2_FORBIDDEN, entry);
    if (named != TYPE_L2 && named != TYPE_L2_SHARED) {
        hold(a, m, TYPE_L1);
        return;
    }
    if (entry & PTE_RW)
        bad_entry(a, table, ~PTE_RW, entry);
    if (mfn_equal(m, table))
        return;
    hold(a, m, named);
    if (a->counted == LINEAR) {
        frame_of(m)->audited++;
        frame_of(table)->audited--;
    }
    if (frame_of(m)->linear_uses <= 0 || frame_of(table)->linear_uses >= 0) /* T12: one names, one is named */
        bad_entry(a, table, 0, entry);
}

static void l3_entry(struct audit *a, mfn_t table, unsigned index, uint64_t entry)
{
    if ((entry & L3_FORBIDDEN) || (entry & L3_FORCED) != L3_FORCED)
        bad_entry(a, table, ~L3_FORBIDDEN, entry);
    hold(a, pte_frame(entry), index == PAE_SHARED_SLOT ? TYPE_L2_SHARED : TYPE_L2);
}

static unsigned entries_held(const struct frame *f)
{
    unsigned all = ENTRIES_PER_TABLE;

    if (type_of(f->type) == TYPE_L2_SHARED)
        all = L2_FIRST_HYPERVISOR_SLOT;
    if (type_of(f->type) == TYPE_L3)
        all = PAE_ROOT_ENTRIES;
    return f->type & TYPE_VALIDATED ? all : MIN(f->validated, all);
}

static void table(struct audit *a, mfn_t m, const struct frame *f)
{
    const uint64_t *entries = frame_map(m);
    const struct domain *d = owner_of(a, f);

    for (unsigned i = 0; i < entries_held(f); i++) {
        if (!(entries[i] & PTE_P))
            continue;
        if (type_of(f->type) == TYPE_L1)
            l1_entry(a, m, d, entries[i]);
        else if (type_of(f->type) == TYPE_L3)
            l3_entry(a, m, i, entries[i]);
        else
            l2_entry(a, m, entries[i]);
    }
    if (!(f->type & TYPE_VALIDATED))
        return;
    if (type_of(f->type) == TYPE_L2_SHARED && !m2p_mapped_32(entries))
        bad_entry(a, m, 0, entries[L2_FIRST_HYPERVISOR_SLOT]);
    if (type_of(f->type) == TYPE_L3) {
        if (!(entries[PAE_SHARED_SLOT] & PTE_P))
            bad_entry(a, m, PTE_P, entries[PAE_SHARED_SLOT]);
        for (unsigned i = PAE_ROOT_ENTRIES; i < ENTRIES_PER_TABLE; i++)
            if (entries[i])
                bad_entry(a, m, 0, entries[i]);
    }
}

/* What a frame's own record says that holds it. */
static void frame(struct audit *a, mfn_t m)
{
    struct frame *f = frame_of(m);
    enum frame_type type = type_of(f->type);
    bool is_table = type >= TYPE_L1 && type <= TYPE_L3;

    if (f->refs == 0)
        return;
    if ((f->flags & FRAME_ALLOCATED) || f->owner == OWNER_HYPERVISOR)
        hold(a, m, TYPE_NONE);
    if (f->flags & FRAME_SHARED) {
        hold(a, m, type);
        if (type == TYPE_NONE && a->counted == USES)
            f->audited++;
    }
    if (f->type & TYPE_PINNED) {
        if (!is_table)
            differ(a, m, RINGLET_AUDIT_FIELD_PINNED, 0, type);
        hold(a, m, type);
    }
    if (f->type & (TYPE_PARTIAL | TYPE_DYING))
        hold(a, m, type);
    if (a->counted == REFERENCES &&
        (f->type & (TYPE_BUSY | TYPE_LOCKED) || (type_uses(f->type) && !(f->type & TYPE_STATES))))
        differ(a, m, RINGLET_AUDIT_FIELD_TYPE, type, f->type);
    if (is_table && type_uses(f->type))
        table(a, m, f);
    if (a->counted == REFERENCES && m2p_get(m) != M2P_NONE && !owner_of(a, f))
        differ(a, m, RINGLET_AUDIT_FIELD_OWNER, M2P_NONE, m2p_get(m));
}

/* The vCPU's own slot leads, by tables of which it has the first entry, to that of its descriptors. */
static bool leads_to_descriptors(const struct vcpu *v, const uint64_t *l4)
{
    const uint64_t *l3 = frame_map(pte_frame(l4[VCPU_MAP_SLOT])), *l2 = frame_map(pte_frame(l3[0]));

    return mfn_equal(pte_frame(l2[0]), frame_unmap(v->descriptor_ptes));
}

/* All of an L4 but slot 0 is ring 0's. */
static void l4_slots(struct audit *a, const struct vcpu *v, const uint64_t *l4)
{
    for (unsigned i = 1; i < ENTRIES_PER_TABLE; i++) {
        uint64_t expected = i >= HYPERVISOR_FIRST_SLOT && i <= HYPERVISOR_LAST_SLOT ? boot_l4[i] : 0;

        if (i != VCPU_MAP_SLOT && (l4[i] ^ expected) & ~PTE_A)
            bad_entry(a, v->l4, expected, l4[i]);
    }
    if (!leads_to_descriptors(v, l4))
        bad_entry(a, v->l4, frame_unmap(v->descriptor_ptes).raw, l4[VCPU_MAP_SLOT]);
}

static void vcpu(struct audit *a, const struct vcpu *v)
{
    const uint64_t *l4 = frame_map(v->l4);
    bool has_root = !mfn_equal(v->guest_table, MFN_NONE);

    if (has_root)
        hold(a, v->guest_table, TYPE_L3);
    if (has_root != !!(l4[0] & PTE_P) || (has_root && !mfn_equal(pte_frame(l4[0]), v->guest_table)))
        bad_entry(a, v->l4, has_root ? pte_make(v->guest_table, 0) : 0, l4[0]);
    l4_slots(a, v, l4);
    /* A mapped descriptor page is a frame of the domain: the reserved GDT pages are the hypervisor's own. */
    for (unsigned i = 0; i < GDT_GUEST_FRAMES; i++)
        if ((v->descriptor_ptes[i].raw & PTE_P) &&
            frame_of(pte_frame(v->descriptor_ptes[i].raw))->owner == v->domain->id)
            hold(a, pte_frame(v->descriptor_ptes[i].raw), TYPE_SEGMENT);
    for (unsigned i = 0; i < LDT_MAX_FRAMES; i++)
        if (v->descriptor_ptes[16 + i].raw & PTE_P)
            hold(a, pte_frame(v->descriptor_ptes[16 + i].raw), TYPE_SEGMENT);
    if (v->info_frame.raw && !mfn_equal(v->info_frame, MFN_NONE))
        hold(a, v->info_frame, TYPE_WRITABLE);
}

static void grant(void *context, mfn_t m, bool writable)
{
    hold(context, m, writable ? TYPE_WRITABLE : TYPE_NONE);
}

static void count(struct audit *a, audit_grants *grants)
{
    for (uint64_t i = 0; i < frame_table_frames; i++)
        if (frame_table[i].refs)
            frame_table[i].audited = 0;
    for (uint64_t i = 0; i < frame_table_frames; i++)
        frame(a, mfn(i));
    for (const struct domain *d = a->domains; d; d = d->next) {
        for (unsigned i = 0; i < ARRAY_SIZE(d->vcpus); i++)
            if (d->vcpus[i] && d->vcpus[i]->descriptor_ptes)
                vcpu(a, d->vcpus[i]);
        if (grants)
            grants(d, grant, a);
    }
}

static bool is_l2(const struct frame *f)
{
    enum frame_type type = type_of(f->type);

    return type_uses(f->type) && (type == TYPE_L2 || type == TYPE_L2_SHARED);
}

static void compare(struct audit *a)
{
    for (uint64_t i = 0; i < frame_table_frames; i++) {
        const struct frame *f = &frame_table[i];

        if (f->refs == 0 && type_uses(f->type) && a->counted != LINEAR)
            differ(a, mfn(i), RINGLET_AUDIT_FIELD_FREE, 0, type_uses(f->type));
        if (f->refs == 0)
            continue;
        if (a->counted == REFERENCES && f->audited != f->refs)
            differ(a, mfn(i), RINGLET_AUDIT_FIELD_REFERENCES, f->audited, f->refs);
        if (a->counted == USES && f->audited != type_uses(f->type))
            differ(a, mfn(i), RINGLET_AUDIT_FIELD_TYPE_COUNT, f->audited, type_uses(f->type));
        if (a->counted == LINEAR && is_l2(f) && (int16_t)f->audited != f->linear_uses)
            differ(a, mfn(i), RINGLET_AUDIT_FIELD_TYPE_COUNT, f->audited, (uint64_t)f->linear_uses);
    }
}

/* Each domain's own counts, and that every frame belongs to somebody. */
static void owners(struct audit *a)
{
    for (const struct domain *d = a->domains; d; d = d->next) {
        uint64_t pages = 0, shared = 0;

        for (uint64_t i = 0; i < frame_table_frames; i++)
            if (frame_table[i].owner == d->id && frame_table[i].refs) {
                pages += !(frame_table[i].flags & FRAME_SHARED);
                shared += !!(frame_table[i].flags & FRAME_SHARED);
            }
        if (pages != d->pages)
            differ(a, MFN_NONE, RINGLET_AUDIT_FIELD_OWNER, pages, d->pages);
        if (shared != d->xen_pages)
            differ(a, MFN_NONE, RINGLET_AUDIT_FIELD_OWNER, shared, d->xen_pages);
    }
    for (uint64_t i = 0; i < frame_table_frames; i++)
        if (frame_table[i].refs && frame_table[i].owner != OWNER_HYPERVISOR && !owner_of(a, &frame_table[i]))
            differ(a, mfn(i), RINGLET_AUDIT_FIELD_OWNER, OWNER_HYPERVISOR, frame_table[i].owner);
}

/* A frame with no reference is in the allocator's lists: in a block that starts with a frame that says so. */
static void free_frames(struct audit *a)
{
    uint64_t unused = 0, listed = 0;

    for (uint64_t i = 0; i < frame_table_frames; i++) {
        const struct frame *f = &frame_table[i];

        unused += f->refs == 0 && f->owner == OWNER_NONE;
        listed += f->flags & FRAME_FREE ? 1ull << f->order : 0;
    }
    if (unused != listed)
        differ(a, MFN_NONE, RINGLET_AUDIT_FIELD_FREE, unused, listed);
    if (listed != frame_free_count())
        differ(a, MFN_NONE, RINGLET_AUDIT_FIELD_FREE, listed, frame_free_count());
}

void memory_audit(const struct domain *domains, audit_grants *grants, struct ringlet_audit *report)
{
    struct audit a = {.report = report, .domains = domains};

    memset(report, 0, sizeof(*report));
    report->frames = frame_table_frames;
    for (a.counted = REFERENCES; a.counted <= LINEAR; a.counted++) {
        count(&a, grants);
        compare(&a);
    }
    owners(&a);
    free_frames(&a);
}
