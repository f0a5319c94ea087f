/* SPDX-License-Identifier: MIT */
#include <guestkit/spaces.h>
#include <guestkit/suspend.h>

static void translate_all(uint32_t (*translate)(uint32_t frame))
{
    for (struct space *at = &space_kernel; at; at = at->next) {
        at->root_mfn = translate(at->root_mfn);
        at->l2_slot3 = translate(at->l2_slot3);
    }
}

/* A toolstack cannot know these numbers, so they are kept in a form that does not change. */
static void before(void)
{
    translate_all(mfn_to_pfn);
}

static void after(bool was_cancelled)
{
    translate_all(pfn_to_mfn);
}

struct suspend_hook spaces_suspend_hook = {.before = before, .after = after};
