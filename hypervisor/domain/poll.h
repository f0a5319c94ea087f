// SPDX-License-Identifier: MIT
/* SCHEDOP_poll: sleeping until one of some ports is pending, whatever is masked. */
#ifndef RINGLET_DOMAIN_POLL_H
#define RINGLET_DOMAIN_POLL_H

#include "core/domain.h"

/* arg: struct sched_poll. 0; -EFAULT; -EINVAL: more than 128 ports, or one that does not exist. */
long sched_poll(struct vcpu *v, gva_t arg);

#endif
