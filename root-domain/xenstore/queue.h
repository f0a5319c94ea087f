/* SPDX-License-Identifier: MIT */
/* Messages to a connection, in order: replies to its requests and watch events. */
#ifndef XS_QUEUE_H
#define XS_QUEUE_H

#include "state.h"

void xs_queue_init(struct xs_queue *queue);
/* A copy of the data at the end of the queue; the header's length is set here. False without memory. */
bool xs_queue_add(struct xs_queue *queue, const struct xsd_sockmsg *header, const void *data,
                  uint32_t length);
/* Whether an event of the same data waits already, so that another would tell nothing new. */
bool xs_queue_has_event(const struct xs_queue *queue, const void *data, uint32_t length);
/* Take the first message out; the caller frees it. NULL when there is none. */
struct xs_message *xs_queue_take(struct xs_queue *queue);
void xs_queue_clear(struct xs_queue *queue);

#endif
