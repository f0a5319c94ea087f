/* SPDX-License-Identifier: MIT */
#include <guestkit/page_tables.h>
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>
#include <guestkit/suspend.h>
#include <guestkit/traps.h>
#include <guestkit/window.h>

static struct suspend_hook *hooks;

/* Newest first: the order `before` runs in. */
void suspend_register(struct suspend_hook *hook)
{
    hook->next = hooks;
    hooks = hook;
}

static void call_after(struct suspend_hook *hook, bool was_cancelled)
{
    if (!hook) {
        return;
    }
    call_after(hook->next, was_cancelled);
    if (hook->after) {
        hook->after(was_cancelled);
    }
}

/* Frame numbers in start_info: a resume fills in new ones, a cancelled suspend leaves ours. */
static void translate_start_info(uint32_t (*translate)(uint32_t frame))
{
    if (boot_info->flags & SIF_INITDOMAIN) {
        return;
    }
    boot_info->store_mfn = translate(boot_info->store_mfn);
    boot_info->console.domU.mfn = translate(boot_info->console.domU.mfn);
}

static void close_windows(void)
{
    for (unsigned int slot = 0; slot < WINDOW_SLOTS; slot++) {
        window_close(slot);
    }
}

static void crash_if(int error)
{
    if (error) {
        shutdown(SHUTDOWN_crash);
    }
}

/* On a new machine the machine-to-phys table lies elsewhere and the root has another frame. */
static void take_over_machine(uint32_t root_pfn)
{
    p2m_resume();
    page_root_mfn = pfn_to_mfn(root_pfn);
    crash_if(shared_map(boot_info));
    crash_if(p2m_publish());
    crash_if(traps_init());
}

int suspend(void)
{
    sched_shutdown_t reason = {.reason = SHUTDOWN_suspend};
    uint32_t start_info_mfn = pte_mfn(page_entry(boot_info));
    uint32_t root_pfn = mfn_to_pfn(page_root_mfn);
    pte_t shared_entry = page_entry(&shared_page);

    for (struct suspend_hook *hook = hooks; hook; hook = hook->next) {
        if (hook->before) {
            hook->before();
        }
    }
    close_windows();
    translate_start_info(mfn_to_pfn);
    int error = page_set(&shared_page, 0);
    if (error) {
        translate_start_info(pfn_to_mfn);
        call_after(hooks, true);
        return error;
    }

    /* The third argument tells the toolstack where start_info is; the register is no longer used otherwise. */
    int result =
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, hypercall_address(&reason), start_info_mfn, 0, 0);

    bool was_cancelled = result != 0;
    if (was_cancelled) {
        translate_start_info(pfn_to_mfn);
        crash_if(page_set(&shared_page, shared_entry));
    } else {
        take_over_machine(root_pfn);
    }
    call_after(hooks, was_cancelled);
    return result < 0 ? result : was_cancelled;
}
