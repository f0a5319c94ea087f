/* SPDX-License-Identifier: MIT */
/* One disk for many users. Each has a struct pv_disk of its own, with its own room() and resized(). */
#ifndef DRIVER_DOMAINS_SHARE_H
#define DRIVER_DOMAINS_SHARE_H

#include <pv/disk.h>

#define SHARES_MAX 32u

struct share {
    struct pv_disk disk; /* for the user */
    struct shared_disk *of;
    bool used;
};

struct shared_disk {
    struct pv_disk *below;
    uint32_t next; /* whose turn it is when there is room again */
    struct share share[SHARES_MAX];
};

void shared_disk_init(struct shared_disk *shared, struct pv_disk *below);
/* NULL when SHARES_MAX are taken. */
struct share *share_take(struct shared_disk *shared);
/* Its user has no request under way. */
void share_give_back(struct share *share);

#endif
