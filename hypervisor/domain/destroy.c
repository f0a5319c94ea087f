// SPDX-License-Identifier: MIT
/*
 * The end of a domain has three steps.
 *
 *     destroy    It is stopped and marked dying: from now on it gets no memory, no channel and no pin. Its channels are
 *                closed, its grant mappings and page tables undone, its frames given up. Takes long, so it can stop
 *                early and be called again.
 *     linger     Frames that others still map, or hold by a grant, stay theirs to use. The domain's records stay with
 *                them, for each frame and each mapping names it; tools see it as dying.
 *     reap       Nothing of it is held any more: the records are freed and its number is free. Done on the way back to
 *                a guest, where no function of ring 0 has a pointer to a domain at hand.
 */
#include "domain/destroy.h"

#include "core/errno.h"
#include "domain/domain.h"
#include "domain/domain_list.h"
#include "domain/scheduler.h"
#include "domain/time.h"
#include "domain/timers.h"
#include "domain/vcpu_areas.h"
#include "domain/watchdog.h"
#include "events/channel_bind.h"
#include "events/events.h"
#include "events/pirqs.h"
#include "grants/grant_release.h"
#include "machine/percpu.h"
#include "memory/page_tables.h"
#include "memory/relinquish.h"
#include "traps/descriptor_tables.h"

static void stop_for_ever(struct domain *d)
{
    lock_take(&d->lock);
    d->dying = true;
    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i]) {
            vcpu_stop(d->vcpus[i], VCPU_DOWN | VCPU_PAUSED);
            vcpu_time_stop(d->vcpus[i]);
            timer_stop(&d->vcpus[i]->run->refill);
        }
    watchdogs_stop(d);
    lock_release(&d->lock);
    channel_close_all(d);
    pirqs_release(d);
}

/* What a vCPU holds frames by. The tables it was releasing when it was stopped are released to the end. */
static int vcpu_relinquish(struct vcpu *v)
{
    guest_table_drop(v);
    gdt_drop(v);
    ldt_set(v, gva(0), 0);
    vcpu_info_give_up(v);
    return v->dying_tables ? frame_release_pending(v) : 0;
}

int domain_destroy(struct domain *d)
{
    int error = 0;

    if (d->relinquished)
        return 0;
    if (!d->dying)
        stop_for_ever(d);
    error = grants_release(d);
    for (uint32_t i = 0; !error && i < d->vcpu_count; i++)
        if (d->vcpus[i])
            error = vcpu_relinquish(d->vcpus[i]);
    if (!error)
        error = memory_relinquish(d);
    if (error)
        return error;
    d->relinquished = true;
    this_cpu()->pending |= WORK_REAP;
    virq_send_to_handler(VIRQ_DOM_EXC);
    return 0;
}

static bool is_held(const struct domain *d)
{
    return d->pages || frame_of(d->shared_info_frame)->refs > 1 || grants_are_held(d);
}

void domains_reap(void)
{
    struct domain *d, *next;

    for (d = domain_list_first(); d; d = next) {
        next = d->next;
        if (d->relinquished && !is_held(d)) {
            domain_free(d);
            virq_send_to_handler(VIRQ_DOM_EXC);
        }
    }
}
