// SPDX-License-Identifier: MIT
/*
 * A mapping has up to two kinds. The host mapping is an L1 entry and holds its references as every L1 entry does: they
 * come and go with the entry. The device mapping is a promise that the frame stays for DMA: the maptrack record itself
 * holds its references. Each kind holds a pin.
 */
#include "grants/grant_map.h"

#include <abi/ringlet.h>

#include "core/log.h"
#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_frame.h"
#include "grants/grant_table.h"
#include "grants/maptrack.h"
#include "machine/percpu.h"
#include "memory/frame.h"
#include "memory/grant_entries.h"
#include "memory/pte.h"

#define KINDS (GNTMAP_host_map | GNTMAP_device_map)
/* Flags a mapping keeps: its kinds and how its entry looks. */
#define KEPT_FLAGS (KINDS | GNTMAP_readonly | GNTMAP_application_map | GNTMAP_contains_pte)
#define PTE_AVAILABLE_SHIFT 9
#define PTE_AVAILABLE_MASK 7u

static bool is_writable(uint32_t flags)
{
    return !(flags & GNTMAP_readonly);
}

static uint32_t host_pin(uint32_t flags)
{
    return is_writable(flags) ? PIN_HOST_WRITE : PIN_HOST_READ;
}

static uint32_t device_pin(uint32_t flags)
{
    return is_writable(flags) ? PIN_DEVICE_WRITE : PIN_DEVICE_READ;
}

static uint32_t pins_for(uint32_t flags)
{
    return (flags & GNTMAP_host_map ? host_pin(flags) : 0) +
           (flags & GNTMAP_device_map ? device_pin(flags) : 0);
}

static struct entry_place place_of(uint64_t address, uint32_t flags)
{
    return (struct entry_place){address, flags & GNTMAP_contains_pte};
}

/* Cache attributes the granter asks for (GTF_PWT and so on) are for device frames, of which there are none here. */
static pte_t entry_for(mfn_t frame, uint32_t flags)
{
    uint64_t entry = frame.raw << PAGE_SHIFT | PTE_GRANTED | PTE_P | PTE_A | PTE_D;

    if (is_writable(flags))
        entry |= PTE_RW;
    if (flags & GNTMAP_application_map)
        entry |= PTE_U;
    entry |= (uint64_t)(flags >> _GNTMAP_guest_avail0 & PTE_AVAILABLE_MASK) << PTE_AVAILABLE_SHIFT;
    return (pte_t){entry};
}

/* The host mapping. It takes references for itself; on failure it leaves none. */
static int map_host(struct vcpu *v, struct domain *granter, mfn_t frame,
                    const struct gnttab_map_grant_ref *op)
{
    bool writable = is_writable(op->flags);

    if (unlikely(!grant_frame_hold(frame, granter, writable)))
        return grant_frame_refuse(frame, granter, writable, op->ref);
    if (unlikely(grant_entry_install(v, place_of(op->host_addr, op->flags), entry_for(frame, op->flags)))) {
        grant_frame_drop(frame, writable);
        return GNTST_general_error;
    }
    return GNTST_okay;
}

static int map_kinds(struct vcpu *v, struct domain *granter, mfn_t frame,
                     const struct gnttab_map_grant_ref *op)
{
    bool device = op->flags & GNTMAP_device_map, writable = is_writable(op->flags);
    int status;

    if (device && !grant_frame_hold(frame, granter, writable))
        return grant_frame_refuse(frame, granter, writable, op->ref);
    if (!(op->flags & GNTMAP_host_map))
        return GNTST_okay;
    status = map_host(v, granter, frame, op);
    if (unlikely(status) && device)
        grant_frame_drop(frame, writable);
    return status;
}

static int map_pinned(struct vcpu *v, struct domain *granter, struct gnttab_map_grant_ref *op)
{
    struct grant_use use = {v->domain->id, is_writable(op->flags), true, pins_for(op->flags)};
    mfn_t frame;
    int status = grant_pin(granter, op->ref, &use, &frame);

    if (unlikely(status))
        return status;
    status = map_kinds(v, granter, frame, op);
    if (unlikely(status)) {
        grant_unpin(granter, op->ref, use.pins);
        return status;
    }
    op->dev_bus_addr = frame.raw << PAGE_SHIFT;
    return GNTST_okay;
}

int grant_map(struct vcpu *v, struct gnttab_map_grant_ref *op)
{
    struct maptrack *track = &v->domain->grants->maptrack;
    struct domain *granter;
    grant_handle_t handle;
    int status;

    if (unlikely(!(op->flags & KINDS)))
        return op->status = (int16_t)grant_refuse(GNTST_bad_gntref, REASON_grant_flags, KINDS, op->flags, 0);
    granter = op->dom == v->domain->id ? v->domain : domain_find(op->dom);
    if (unlikely(!granter))
        return op->status = (int16_t)grant_refuse(GNTST_bad_domain, REASON_grant_domain, 0, op->dom, 0);
    handle = maptrack_take(track);
    if (unlikely(handle == MAPTRACK_NONE))
        return op->status = (int16_t)grant_refuse(GNTST_no_space, REASON_grant_handles_exhausted,
                                                  track->max_pages * MAPTRACK_PER_PAGE, 0, 0);
    status = map_pinned(v, granter, op);
    if (unlikely(status)) {
        maptrack_give(track, handle);
        return op->status = (int16_t)status;
    }
    *maptrack_at(track, handle) = (struct grant_mapping){op->ref, granter->id, op->flags & KEPT_FLAGS};
    op->handle = handle;
    v->domain->counters.grants_mapped++;
    return op->status = GNTST_okay;
}

/* The entry at new_address moves to where the mapping was; when that fails it goes back. */
static int replace_host(struct vcpu *v, const struct grant_unmapping *u, const struct grant_mapping *m,
                        mfn_t frame)
{
    struct entry_place at = place_of(u->host_address, m->kinds), source = {u->new_address, false};
    pte_t moved = {0};

    if (u->new_address && m->kinds & GNTMAP_contains_pte)
        return grant_refuse(GNTST_general_error, REASON_grant_flags, GNTMAP_host_map, m->kinds, frame.raw);
    if (u->new_address && l1_entry_take(v, gva(u->new_address), &moved))
        return GNTST_general_error;
    if (!grant_entry_remove(v, at, frame, is_writable(m->kinds), moved))
        return GNTST_okay;
    if (u->new_address && grant_entry_install(v, source, moved))
        l1_entry_drop(v, moved);
    return GNTST_general_error;
}

/* Which kinds of the mapping go, and whether they may. */
static int check_unmapping(struct grant_unmapping *u, const struct grant_mapping *m)
{
    const uint64_t device_address = u->frame.raw << PAGE_SHIFT;

    u->done = m->kinds & GNTMAP_readonly;
    if (u->host_address)
        u->done |= m->kinds & GNTMAP_host_map;
    if (u->device_address)
        u->done |= m->kinds & GNTMAP_device_map;
    if (u->done & GNTMAP_device_map && u->device_address != device_address)
        return grant_refuse(GNTST_bad_dev_addr, REASON_grant_mapping_mismatch, device_address, u->handle,
                            u->frame.raw);
    return GNTST_okay;
}

int grant_unmap_start(struct vcpu *v, struct grant_unmapping *u)
{
    struct grant_mapping *m = maptrack_find(&v->domain->grants->maptrack, u->handle);
    int status;

    u->done = 0;
    if (unlikely(!m))
        return grant_refuse(GNTST_bad_handle, REASON_grant_handle, 0, u->handle, 0);
    u->granter = m->domid == v->domain->id ? v->domain : domain_find(m->domid);
    if (unlikely(!u->granter))
        return grant_refuse(GNTST_bad_domain, REASON_grant_domain, 0, m->domid, 0);
    u->ref = m->ref;
    u->frame = grant_active(u->granter->grants, m->ref)->frame;
    status = check_unmapping(u, m);
    if (likely(!status) && u->done & GNTMAP_host_map)
        status = replace_host(v, u, m, u->frame);
    if (unlikely(status)) {
        u->done = 0;
        return status;
    }
    m->kinds &= (uint16_t) ~(u->done & KINDS);
    u->last = !(m->kinds & KINDS);
    return GNTST_okay;
}

/* The granter may have waited for this to end. */
static void unpin(struct domain *granter, grant_ref_t ref, uint32_t pins)
{
    grant_unpin(granter, ref, pins);
    if (unlikely(granter->dying))
        this_cpu()->pending |= WORK_REAP;
}

bool grant_mapping_forget(struct domain *d, grant_handle_t handle)
{
    struct grant_mapping *m = maptrack_find(&d->grants->maptrack, handle);
    struct domain *granter;

    if (!m)
        return false;
    granter = domain_find(m->domid);
    INVARIANT(granter); /* its records stay while it has pins */
    if (m->kinds & GNTMAP_device_map)
        grant_frame_drop(grant_active(granter->grants, m->ref)->frame, is_writable(m->kinds));
    unpin(granter, m->ref, pins_for(m->kinds));
    maptrack_give(&d->grants->maptrack, handle);
    return true;
}

void grant_unmap_finish(struct vcpu *v, const struct grant_unmapping *u)
{
    if (!(u->done & KINDS))
        return;
    if (u->done & GNTMAP_host_map)
        grant_frame_drop(u->frame, is_writable(u->done));
    if (u->done & GNTMAP_device_map)
        grant_frame_drop(u->frame, is_writable(u->done));
    unpin(u->granter, u->ref, pins_for(u->done));
    if (u->last)
        maptrack_give(&v->domain->grants->maptrack, u->handle);
    v->domain->counters.grants_unmapped++;
}

void grant_visit_references(const struct domain *d, grant_reference_visitor *visit, void *context)
{
    const struct maptrack *track = d->grants ? &d->grants->maptrack : NULL;

    for (grant_handle_t h = 0; track && h < track->page_count * MAPTRACK_PER_PAGE; h++) {
        const struct grant_mapping *m = maptrack_find(track, h);
        struct domain *granter = m && m->kinds & GNTMAP_device_map ? domain_find(m->domid) : NULL;

        if (granter)
            visit(context, grant_active(granter->grants, m->ref)->frame, is_writable(m->kinds));
    }
}

/* Four counts of a byte each. */
static uint64_t sum_of(uint32_t pins)
{
    return (pins & 0xff) + (pins >> 8 & 0xff) + (pins >> 16 & 0xff) + (pins >> 24);
}

uint64_t grant_pins(const struct domain *d)
{
    uint64_t sum = 0;

    for (grant_ref_t ref = 0; d->grants && ref < grant_count(d->grants); ref++)
        sum += sum_of(grant_active(d->grants, ref)->pins);
    return sum;
}

uint64_t grant_pins_expected(const struct domain *d, const struct domain *domains)
{
    uint64_t sum = 0;

    for (; domains; domains = domains->next) {
        const struct maptrack *track = domains->grants ? &domains->grants->maptrack : NULL;

        for (grant_handle_t h = 0; track && h < track->page_count * MAPTRACK_PER_PAGE; h++) {
            const struct grant_mapping *m = maptrack_find(track, h);

            sum += m && m->domid == d->id ? sum_of(pins_for(m->kinds)) : 0;
        }
    }
    return sum;
}
