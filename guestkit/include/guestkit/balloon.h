/* SPDX-License-Identifier: MIT */
/*
 * Giving memory back to the hypervisor and asking for it again. Needs `frames`, `p2m`, `page_tables`.
 *
 * The domain can grow to the number of frames it started with, p2m_size, not beyond.
 */
#ifndef GUESTKIT_BALLOON_H
#define GUESTKIT_BALLOON_H

#include <stdint.h>

/* Give up to `count` free frames back. Returns how many went, or a negative errno when none did. */
int balloon_give(uint32_t count);
/* Ask for up to `count` frames for the gaps that giving left. Returns how many came, or a negative errno when none did. */
int balloon_take(uint32_t count);

/* Frames the domain has now, and may have; as the hypervisor counts them. Or a negative errno. */
int balloon_current(void);
int balloon_maximum(void);

#endif
