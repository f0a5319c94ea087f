// SPDX-License-Identifier: MIT
/*
 * A domain that shut down keeps its memory and state; its vCPUs do not run again. The initial domain's end is the
 * machine's.
 */
#include <abi/sched.h>

#include "core/log.h"
#include "domain/crash_report.h"
#include "domain/domain.h"
#include "domain/domain_list.h"
#include "domain/scheduler.h"
#include "events/events.h"
#include "machine/log_control.h"
#include "machine/power.h"

static const char *reason_name(unsigned code)
{
    static const char *const names[] = {"power-off", "reboot", "suspend", "crash", "watchdog", "soft reset"};

    return code < ARRAY_SIZE(names) ? names[code] : "unknown reason";
}

static bool reset_allowed = true;

void domain_set_noreboot(bool noreboot)
{
    reset_allowed = !noreboot;
}

static _Noreturn void machine_end(unsigned code)
{
    if (code == SHUTDOWN_poweroff) {
        log_line(LOG_INFO, "initial domain: power-off");
        power_off();
    }
    log_line(code == SHUTDOWN_reboot ? LOG_INFO : LOG_ERROR, "initial domain: %s (%u); the machine %s",
             reason_name(code), code, reset_allowed ? "restarts" : "stops: noreboot");
    if (reset_allowed)
        power_reset();
    machine_stop();
}

void domain_shutdown(struct domain *d, unsigned code)
{
    lock_take(&d->lock);
    if (!d->shutdown_code_set) {
        d->shutdown_code = (uint8_t)code;
        d->shutdown_code_set = true;
    }
    if (d->id == 0)
        machine_end(d->shutdown_code);
    if (!d->shut_down) {
        d->shut_down = true;
        for (unsigned i = 0; i < d->vcpu_count; i++)
            if (d->vcpus[i])
                vcpu_stop(d->vcpus[i], VCPU_SHUT);
        virq_send_to_handler(VIRQ_DOM_EXC);
    }
    lock_release(&d->lock);
}

#define PAUSES_MAX 255u /* the reference's limit */

bool domain_pause(struct domain *d)
{
    bool done;

    lock_take(&d->lock);
    done = d->pause_count < PAUSES_MAX;
    d->pause_count += done;
    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i])
            vcpu_stop(d->vcpus[i], VCPU_PAUSED);
    lock_release(&d->lock);
    return done;
}

bool domain_unpause(struct domain *d)
{
    bool done;

    lock_take(&d->lock);
    done = d->pause_count > 0;
    d->pause_count -= done;
    for (uint32_t i = 0; d->pause_count == 0 && i < d->vcpu_count; i++)
        if (d->vcpus[i])
            vcpu_start(d->vcpus[i], VCPU_PAUSED);
    lock_release(&d->lock);
    return done;
}

void domain_resume(struct domain *d)
{
    lock_take(&d->lock);
    d->shut_down = d->shutdown_code_set = false;
    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i])
            vcpu_start(d->vcpus[i], VCPU_SHUT);
    lock_release(&d->lock);
}

void domain_crash(struct domain *d, const char *format, ...)
{
    char why[160];
    va_list args;

    if (d->shut_down)
        return;
    va_start(args, format);
    format_text(why, sizeof(why), format, args);
    va_end(args);
    crash_report(d, why);
    domain_shutdown(d, SHUTDOWN_crash);
}
