/* SPDX-License-Identifier: MIT */
#include "share.h"

#include <stddef.h>

/* Requests go through as they are: who asked is in the request. */
static int submit(struct pv_disk *disk, struct pv_disk_request *request)
{
    struct share *share = disk->context;
    struct pv_disk *below = share->of->below;

    return below->submit(below, request);
}

/* Who was first goes last the next time, so that none takes all the room for ever. */
static void room(void *user)
{
    struct shared_disk *shared = user;
    uint32_t start = shared->next;
    bool first = true;

    for (uint32_t i = 0; i < SHARES_MAX; i++) {
        uint32_t number = (start + i) % SHARES_MAX;
        struct share *share = &shared->share[number];

        if (share->used && share->disk.room) {
            shared->next = first ? (number + 1) % SHARES_MAX : shared->next;
            first = false;
            share->disk.room(share->disk.user);
        }
    }
}

static void resized(void *user)
{
    struct shared_disk *shared = user;

    for (uint32_t i = 0; i < SHARES_MAX; i++) {
        struct share *share = &shared->share[i];

        share->disk.sectors = shared->below->sectors;
        if (share->used && share->disk.resized) {
            share->disk.resized(share->disk.user);
        }
    }
}

void shared_disk_init(struct shared_disk *shared, struct pv_disk *below)
{
    *shared = (struct shared_disk){.below = below};
    below->room = room;
    below->resized = resized;
    below->user = shared;
}

struct share *share_take(struct shared_disk *shared)
{
    for (uint32_t i = 0; i < SHARES_MAX; i++) {
        struct share *share = &shared->share[i];

        if (!share->used) {
            *share = (struct share){.disk = *shared->below, .of = shared, .used = true};
            share->disk.submit = submit;
            share->disk.context = share;
            share->disk.room = NULL;
            share->disk.resized = NULL;
            return share;
        }
    }
    return NULL;
}

void share_give_back(struct share *share)
{
    share->used = false;
}
