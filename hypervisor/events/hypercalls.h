// SPDX-License-Identifier: MIT
/* The hypercalls that live in this folder; contracts in abi/. */
#ifndef RINGLET_EVENTS_HYPERCALLS_H
#define RINGLET_EVENTS_HYPERCALLS_H

#include <stdint.h>

long hypercall_event_channel_op(uint64_t cmd, uint64_t arg);
long hypercall_event_channel_op_compat(uint64_t op);
long hypercall_console_io(uint64_t cmd, uint64_t count, uint64_t buffer);

#endif
