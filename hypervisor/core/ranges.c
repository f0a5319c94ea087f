// SPDX-License-Identifier: MIT
#include "core/ranges.h"

#include "core/string.h"

/* The first range that ends at `from` or after it. */
static uint32_t find(const struct ranges *set, uint64_t from)
{
    uint32_t i = 0;

    while (i < set->count && set->range[i].last < from)
        i++;
    return i;
}

/* Puts `n` ranges in the place of those from `at` up to, not including, `end`. */
static bool replace(struct ranges *set, uint32_t at, uint32_t end, const struct range *with, uint32_t n)
{
    if (set->count - (end - at) + n > RANGES_MAX)
        return false;
    memmove(&set->range[at + n], &set->range[end], (set->count - end) * sizeof(*with));
    memcpy(&set->range[at], with, n * sizeof(*with));
    set->count = set->count - (end - at) + n;
    return true;
}

bool ranges_add(struct ranges *set, uint64_t first, uint64_t last)
{
    uint32_t at = find(set, first ? first - 1 : 0), end = at;
    struct range all = {first, last};

    while (end < set->count && (last == UINT64_MAX || set->range[end].first <= last + 1)) {
        all.first = MIN(all.first, set->range[end].first);
        all.last = MAX(all.last, set->range[end].last);
        end++;
    }
    return replace(set, at, end, &all, 1);
}

bool ranges_remove(struct ranges *set, uint64_t first, uint64_t last)
{
    uint32_t at = find(set, first), end = at, n = 0;
    struct range rest[2];

    while (end < set->count && set->range[end].first <= last)
        end++;
    if (at < end && set->range[at].first < first)
        rest[n++] = (struct range){set->range[at].first, first - 1};
    if (at < end && set->range[end - 1].last > last)
        rest[n++] = (struct range){last + 1, set->range[end - 1].last};
    return replace(set, at, end, rest, n);
}

bool ranges_hold(const struct ranges *set, uint64_t first, uint64_t last)
{
    uint32_t i = find(set, first);

    return i < set->count && set->range[i].first <= first && set->range[i].last >= last;
}
