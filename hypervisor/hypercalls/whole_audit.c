// SPDX-License-Identifier: MIT
/* The auditor's parts, which belong to folders that do not know each other. */
#include "hypercalls/whole_audit.h"

#include "domain/domain_list.h"
#include "grants/grant_map.h"
#include "machine/direct_map.h"
#include "memory/audit.h"
#include "memory/page_types.h"
#include "traps/descriptors.h"

static void differ(struct ringlet_audit *r, uint64_t frame, uint32_t field, uint64_t expected, uint64_t found)
{
    if (r->described < RINGLET_AUDIT_DIFFERENCES)
        r->first[r->described++] = (struct ringlet_audit_difference){.frame = frame,
                                                                     .field = field,
                                                                     .expected = expected,
                                                                     .found = found};
    r->differences++;
}

/* What may stand in a descriptor page is what the rules leave as it is; but a gate's target keeps the DPL asked for. */
static void descriptor_page(struct ringlet_audit *r, mfn_t m, const struct domain *d)
{
    const uint64_t *page = frame_map(m);

    for (unsigned i = 0; i < ENTRIES_PER_TABLE; i++) {
        const bool gate = !(page[i] & DESCRIPTOR_MEMORY);
        const uint64_t kept = gate ? ~(3ull << 16) : ~0ull;
        uint64_t allowed = page[i];

        if (!descriptor_fix_up(d, &allowed) || (allowed ^ page[i]) & kept)
            differ(r, m.raw, RINGLET_AUDIT_FIELD_ENTRY, allowed, page[i]);
    }
}

void whole_audit(struct ringlet_audit *report)
{
    memory_audit(domain_list_first(), grant_visit_references, report);
    for (const struct domain *d = domain_list_first(); d; d = d->next) {
        const uint64_t pins = grant_pins(d), expected = grant_pins_expected(d, domain_list_first());

        if (pins != expected)
            differ(report, d->id, RINGLET_AUDIT_FIELD_PINS, expected, pins);
    }
    for (uint64_t i = 0; i < frame_table_frames; i++) {
        const struct frame *f = &frame_table[i];
        const struct domain *d =
            type_of(f->type) == TYPE_SEGMENT && type_uses(f->type) ? domain_find(f->owner) : NULL;

        if (d)
            descriptor_page(report, mfn(i), d);
    }
}
