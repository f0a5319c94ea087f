// SPDX-License-Identifier: MIT
#include "memory/linear_tables.h"

#include "core/errno.h"
#include "core/why.h"

/* Moves a table's count one step away from zero on one side; refused when it stands on the other side. */
static bool count_up(struct frame *f, int step)
{
    int16_t seen = __atomic_load_n(&f->linear_uses, __ATOMIC_RELAXED), next;

    do {
        if ((step > 0 && (seen < 0 || seen == INT16_MAX)) || (step < 0 && (seen > 0 || seen == INT16_MIN)))
            return false;
        next = (int16_t)(seen + step);
    } while (!__atomic_compare_exchange_n(&f->linear_uses, &seen, next, false, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return true;
}

static void count_down(struct frame *f, int step)
{
    __atomic_sub_fetch(&f->linear_uses, (int16_t)step, __ATOMIC_RELEASE);
}

int linear_entry_take(struct frame *table, struct frame *named, uint64_t entry)
{
    uint64_t m = frame_number(named).raw;

    if (!count_up(table, -1))
        return refuse(-EINVAL, REASON_linear_table_depth, 0, entry, frame_number(table).raw);
    if (!count_up(named, 1)) {
        count_down(table, -1);
        return refuse(-EINVAL, REASON_linear_table_depth, 0, entry, m);
    }
    /* It is in use by those that made the guest's tree; this adds one, and never validates anything. */
    if (frame_hold_table(named) == TYPE_NONE) {
        count_down(named, 1);
        count_down(table, -1);
        return refuse(-EINVAL, REASON_table_loop, 0, entry, m);
    }
    return 0;
}

void linear_entry_drop(struct frame *table, struct frame *named)
{
    count_down(named, 1);
    count_down(table, -1);
    frame_put_type(named);
}
