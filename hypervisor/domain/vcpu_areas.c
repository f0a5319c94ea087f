// SPDX-License-Identifier: MIT
#include "domain/vcpu_areas.h"

#include <abi/vcpu.h>

#include "core/string.h"
#include "core/why.h"
#include "domain/time.h"
#include "events/event_channels.h"
#include "machine/clock.h"
#include "machine/direct_map.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/frame.h"
#include "memory/page_types.h"

#define INFO_SIZE sizeof(struct vcpu_info_32)

_Static_assert(sizeof(struct vcpu_info_32) == sizeof(struct vcpu_info_64),
               "vcpu_info is as large in both widths");

/*
 * Moves vcpu_info to `frame`, which is held. Events may have arrived in the old place up to now: mark everything pending,
 * so that the guest looks at all of it once.
 */
static void info_move(struct vcpu *v, mfn_t frame, uint32_t offset)
{
    uint8_t *place = (uint8_t *)frame_map(frame) + offset;

    memcpy(place, (const void *)v->info, INFO_SIZE);
    v->info_frame = frame;
    v->info = (struct vcpu_upcall *)place;
    if (v == current_vcpu())
        this_cpu()->upcall = v->info;
    events_mark_all(v);
}

void vcpu_info_give_up(struct vcpu *v)
{
    v->info = (struct vcpu_upcall *)((uint8_t *)v->domain->shared_info + v->id * INFO_SIZE);
    if (!mfn_equal(v->info_frame, MFN_NONE))
        frame_release(v->info_frame);
    v->info_frame = MFN_NONE;
}

long vcpu_register_info(struct vcpu *v, gva_t arg)
{
    struct vcpu_register_vcpu_info a;
    int error;

    if (copy_from_guest(&a, arg, sizeof(a)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
    if (a.offset > PAGE_SIZE - INFO_SIZE || a.offset % (uint32_t)v->domain->width != 0)
        return refuse(-ENXIO, REASON_vcpu_info_placement, 0, a.offset, 0);
    if (!mfn_equal(v->info_frame, MFN_NONE))
        return refuse(-EINVAL, REASON_vcpu_info_placed, 0, v->id, v->info_frame.raw);
    if (v != current_vcpu() && !(v->blocked & VCPU_DOWN))
        return refuse(-EINVAL, REASON_vcpu_not_self, current_vcpu()->id, v->id, 0);
    error = frame_hold(mfn(a.mfn), v->domain, TYPE_WRITABLE);
    if (error)
        return -EINVAL;
    info_move(v, mfn(a.mfn), a.offset);
    return 0;
}

static uint64_t address_space_end(const struct domain *d)
{
    return d->width == GUEST_32 ? 1ull << 32 : 1ull << 47;
}

/*
 * The address in a registration, for `size` bytes. The union leaves the upper half of a 32-bit guest's pointer undefined.
 * An address that ring 0 will not write to is accepted, as on the reference: nothing is ever written there.
 */
static int area_address(const struct vcpu *v, gva_t arg, size_t size, gva_t *area)
{
    if (guest_get64(&area->raw, arg))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
    if (v->domain->width == GUEST_32)
        area->raw = (uint32_t)area->raw;
    if (area->raw + size > address_space_end(v->domain))
        return refuse(-EFAULT, REASON_runstate_address, 0, area->raw, 0);
    return 0;
}

long vcpu_register_runstate(struct vcpu *v, gva_t arg)
{
    size_t size = v->domain->width == GUEST_32 ? sizeof(struct vcpu_runstate_info_32)
                                               : sizeof(struct vcpu_runstate_info_64);
    struct runstate now;
    gva_t area;
    int error = area_address(v, arg, size, &area);

    if (error)
        return error;
    v->time->runstate_area = area;
    if (v == current_vcpu()) {
        runstate_publish(v);
    } else if (area.raw) {
        now = runstate_at(&v->time->runstate, clock_now());
        (void)runstate_copy(v->domain, area, &now, 0);
    }
    return 0;
}

long vcpu_register_time(struct vcpu *v, gva_t arg)
{
    gva_t area;
    int error = area_address(v, arg, sizeof(struct vcpu_time_info), &area);

    if (error)
        return error;
    v->time->time_area = area;
    if (v == current_vcpu())
        time_publish(v);
    else
        v->time->published = 0; /* when it runs next */
    return 0;
}
