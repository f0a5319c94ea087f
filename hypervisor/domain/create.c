// SPDX-License-Identifier: MIT
/*
 * Making domains and vCPUs. Each gets one frame for all its fixed-size state; what other folders keep for it they
 * allocate themselves.
 */
#include "core/lock.h"
#include "core/log.h"
#include "core/string.h"
#include "domain/domain.h"
#include "domain/domain_list.h"
#include "domain/scheduler.h"
#include "domain/time.h"
#include "domain/timers.h"
#include "domain/vcpu_areas.h"
#include "domain/watchdog.h"
#include "events/events.h"
#include "grants/grant_table.h"
#include "hypercalls/refusal_log.h"
#include "machine/direct_map.h"
#include "memory/address_space.h"
#include "memory/frame.h"
#include "memory/frame_alloc.h"
#include "traps/vcpu_traps.h"

struct domain_page {
    struct domain domain;
    struct domain_watchdogs watchdogs;
};

struct vcpu_page {
    struct vcpu vcpu;
    struct vcpu_run run;
    struct vcpu_time time;
};

_Static_assert(sizeof(struct domain_page) <= PAGE_SIZE, "a domain's state fits into one frame");
_Static_assert(sizeof(struct vcpu_page) <= PAGE_SIZE, "a vCPU's state fits into one frame");

static void *page_alloc(void)
{
    mfn_t m = frame_alloc(0, 0);

    return mfn_equal(m, MFN_NONE) ? NULL : frame_map(m);
}

static void page_free(const void *page)
{
    frame_free(frame_unmap(page), 0);
}

struct vcpu *vcpu_create(struct domain *d, uint32_t id)
{
    struct vcpu_page *page;
    struct vcpu *v;

    if (id >= XEN_LEGACY_MAX_VCPUS || d->vcpus[id])
        return NULL;
    page = page_alloc();
    if (!page)
        return NULL;
    v = &page->vcpu;
    v->domain = d;
    v->id = id;
    v->blocked = VCPU_DOWN | (d->pause_count ? VCPU_PAUSED : 0);
    v->info_frame = MFN_NONE;
    vcpu_info_give_up(v);
    v->guest_table = MFN_NONE;
    for (unsigned i = 0; i < GDT_GUEST_FRAMES; i++)
        v->gdt_frames[i] = MFN_NONE;
    if (!vcpu_address_space_init(v))
        goto err_page;
    if (!vcpu_traps_init(v))
        goto err_address_space;
    if (!scheduler_add(v, &page->run))
        goto err_traps;
    if (!vcpu_time_init(v, &page->time))
        goto err_scheduler;
    v->info->mask = 1;
    d->vcpus[id] = v;
    d->vcpu_count = MAX(d->vcpu_count, id + 1);
    return v;

err_scheduler:
    scheduler_remove(v);
err_traps:
    vcpu_traps_free(v);
err_address_space:
    vcpu_address_space_free(v);
err_page:
    page_free(page);
    return NULL;
}

static void vcpu_free(struct vcpu *v)
{
    v->domain->vcpus[v->id] = NULL;
    vcpu_time_free(v);
    scheduler_remove(v);
    vcpu_traps_free(v);
    vcpu_address_space_free(v);
    page_free(v); /* it is at the start of its page */
}

static bool shared_info_create(struct domain *d)
{
    mfn_t m = frame_alloc(0, 32); /* start_info has 32 bits for its address */

    if (mfn_equal(m, MFN_NONE))
        return false;
    d->shared_info_frame = m;
    d->shared_info = frame_map(m);
    frame_share(m, d, true);
    wall_clock_publish(d);
    return true;
}

static void shared_info_free(struct domain *d)
{
    bool mine = frame_unshare(d->shared_info_frame);

    INVARIANT(mine);
    frame_free(d->shared_info_frame, 0);
}

/* What the builder or toolstack wrote to the page, it wrote in the other layout. */
void domain_set_width(struct domain *d, enum guest_width width)
{
    d->width = width;
    memset(d->shared_info, 0, PAGE_SIZE);
    events_lay_out(d);
    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i])
            d->vcpus[i]->info->mask = 1;
    wall_clock_publish(d);
}

void domains_init(void)
{
    timers_init();
    scheduler_init();
    wall_clock_init();
}

struct domain *domain_create(uint16_t id, enum guest_width width, bool privileged)
{
    struct domain_page *page = page_alloc();
    struct domain *d;

    if (!page)
        return NULL;
    d = &page->domain;
    d->id = id;
    d->width = width;
    d->privileged = privileged;
    d->max_vcpus = ARRAY_SIZE(d->vcpus);
    d->weight = WEIGHT_DEFAULT;
    if (!domain_records_init(d))
        goto err_page;
    if (!watchdogs_init(d, &page->watchdogs))
        goto err_records;
    if (!shared_info_create(d))
        goto err_watchdogs;
    if (events_init(d))
        goto err_shared_info;
    if (grant_table_init(d))
        goto err_events;
    if (!domain_list_add(d))
        goto err_grants;
    return d;

err_grants:
    grant_table_free(d);
err_events:
    events_destroy(d);
err_shared_info:
    shared_info_free(d);
err_watchdogs:
    watchdogs_destroy(d);
err_records:
    domain_records_free(d);
err_page:
    page_free(page);
    return NULL;
}

void domain_free(struct domain *d)
{
    domain_list_remove(d);
    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i])
            vcpu_free(d->vcpus[i]);
    if (d->io)
        frame_free(frame_unmap(d->io), 0);
    if (d->memory_map)
        frame_free(frame_unmap(d->memory_map), 0);
    grant_table_free(d);
    events_destroy(d);
    shared_info_free(d);
    watchdogs_destroy(d);
    domain_records_free(d);
    page_free(d); /* it is at the start of its page */
}
