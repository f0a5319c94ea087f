// SPDX-License-Identifier: MIT
/* States of vcpu.in_multicall (hypercall_continue() in core/hypercall.h is the interface). */
#ifndef RINGLET_HYPERCALLS_CONTINUATION_H
#define RINGLET_HYPERCALLS_CONTINUATION_H

enum { MULTICALL_NONE, MULTICALL_RUNNING, MULTICALL_CONTINUE };

#endif
