/* SPDX-License-Identifier: MIT */
/*
 * Callbacks: where the hypervisor enters a guest kernel. Reference: callback.h.
 */
#ifndef ABI_CALLBACK_H
#define ABI_CALLBACK_H

#include "types.h"
#include "xen.h"

#define CALLBACKOP_register 0
#define CALLBACKOP_unregister 1

/*
 * @callback_op
 *   EFAULT  arg cannot be read
 *   EINVAL  a 32-bit guest: there is no such command
 *   ENOSYS  a 64-bit guest: there is no such command
 */
/*
 * @callback_op.register
 *   effect  sets a callback of this vCPU; its selector gets privilege 1 at least. event: entered when an
 *           event is pending and not masked. failsafe: entered when the guest's segments could not be loaded,
 *           DS, ES, FS and GS being on the stack. sysenter, syscall32: what those instructions in user mode
 *           enter. nmi: as nmi_op
 *   result  0
 *   ENOSYS  there is no such type for a guest of this width
 *   EINVAL  the address is not usable, or the processor lacks the instruction
 */
/*
 * @callback_op.unregister
 *   effect  removes a callback that can be removed: nmi
 *   result  0
 *   EINVAL  the type can only be replaced: event, failsafe, sysenter, syscall32
 *   ENOSYS  there is no such type for a guest of this width
 */

#define CALLBACKTYPE_event 0
#define CALLBACKTYPE_failsafe 1
#define CALLBACKTYPE_syscall 2 /* 64-bit guests only */
#define CALLBACKTYPE_sysenter_deprecated 3
#define CALLBACKTYPE_nmi 4
#define CALLBACKTYPE_sysenter 5
#define CALLBACKTYPE_syscall32 7

/* Enter with events masked. The event callback always is. */
#define _CALLBACKF_mask_events 0
#define CALLBACKF_mask_events (1 << _CALLBACKF_mask_events)

#ifndef __ASSEMBLER__

struct callback_register_32 {
    uint16_t type;  /* CALLBACKTYPE_ */
    uint16_t flags; /* CALLBACKF_ */
    struct xen_callback_32 address;
};
ABI_SIZE(struct callback_register_32, 12);

struct callback_register_64 {
    uint16_t type;
    uint16_t flags;
    xen_callback_64_t address;
};
ABI_SIZE(struct callback_register_64, 16);

typedef struct callback_unregister {
    uint16_t type; /* CALLBACKTYPE_ */
    uint16_t _unused;
} callback_unregister_t;
ABI_SIZE(struct callback_unregister, 4);

#endif /* __ASSEMBLER__ */

#endif
