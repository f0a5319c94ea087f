// SPDX-License-Identifier: MIT
/*
 * Where the guest's kernel is entered other than through its trap table. A callback stays until it is replaced; only
 * the NMI handler, which is entry 2 of the trap table, can be taken away.
 */
#include <abi/callback.h>
#include <abi/nmi.h>

#include "core/why.h"
#include "machine/layout.h"
#include "machine/user_copy.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

/* The flat kernel segment, and events masked: the ABI gives neither as an argument. */
static long nmi_register(struct vcpu *v, uint64_t handler)
{
    v->traps[EXC_NMI] = (struct trap_entry){.ip = handler, .cs = SEL_RING1_CS, .flags = TRAP_MASKS_EVENTS};
    return 0;
}

static long nmi_unregister(struct vcpu *v)
{
    v->traps[EXC_NMI] = (struct trap_entry){0};
    return 0;
}

/* The callback of a type that lives in the vCPU; NULL for the others. */
static struct guest_entry *callback_of(struct vcpu *v, unsigned type)
{
    switch (type) {
    case CALLBACKTYPE_event: return &v->event_callback;
    case CALLBACKTYPE_failsafe: return &v->failsafe_callback;
    case CALLBACKTYPE_sysenter: return &v->sysenter_callback;
    case CALLBACKTYPE_syscall32: return &v->syscall32_callback;
    default: return NULL;
    }
}

static void callback_set(struct vcpu *v, unsigned type, bool mask_events, uint32_t cs, uint32_t ip)
{
    *callback_of(v, type) = (struct guest_entry){.ip = ip,
                                                 .cs = sanitize_code_selector(v->domain, (uint16_t)cs),
                                                 .mask_events = mask_events};
    v->callbacks_registered |= 1u << type;
}

long hypercall32_set_callbacks(uint64_t event_selector, uint64_t event_address, uint64_t failsafe_selector,
                               uint64_t failsafe_address)
{
    struct vcpu *v = current_vcpu();

    callback_set(v, CALLBACKTYPE_event, true, (uint32_t)event_selector, (uint32_t)event_address);
    callback_set(v, CALLBACKTYPE_failsafe, false, (uint32_t)failsafe_selector, (uint32_t)failsafe_address);
    return 0;
}

static long callback_register(struct vcpu *v, gva_t argument)
{
    struct callback_register_32 r;

    if (copy_from_guest(&r, argument, sizeof(r)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, argument.raw, 0);
    if (r.type == CALLBACKTYPE_nmi)
        return nmi_register(v, r.address.eip);
    if (!callback_of(v, r.type))
        return refuse(-ENOSYS, REASON_callback_type, 0, r.type, 0);
    callback_set(v, r.type, r.flags & CALLBACKF_mask_events, r.address.cs, r.address.eip);
    return 0;
}

static long callback_unregister(struct vcpu *v, gva_t argument)
{
    struct callback_unregister u;

    if (copy_from_guest(&u, argument, sizeof(u)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, argument.raw, 0);
    if (u.type == CALLBACKTYPE_nmi)
        return nmi_unregister(v);
    return refuse(callback_of(v, u.type) ? -EINVAL : -ENOSYS, REASON_callback_type, 0, u.type, 0);
}

long hypercall_callback_op(uint64_t command, uint64_t argument)
{
    struct vcpu *v = current_vcpu();

    switch ((uint32_t)command) {
    case CALLBACKOP_register: return callback_register(v, gva(argument));
    case CALLBACKOP_unregister: return callback_unregister(v, gva(argument));
    default: /* -EINVAL is what the reference gives 32-bit guests */
        return refuse(v->domain->width == GUEST_32 ? -EINVAL : -ENOSYS, REASON_no_such_subop, 0,
                      (uint32_t)command, 0);
    }
}

long hypercall_nmi_op(uint64_t command, uint64_t argument)
{
    struct vcpu *v = current_vcpu();
    struct xennmi_callback_32 cb;

    switch ((uint32_t)command) {
    case XENNMI_register_callback:
        if (copy_from_guest(&cb, gva(argument), sizeof(cb)))
            return refuse(-EFAULT, REASON_bad_guest_pointer, 0, argument, 0);
        return nmi_register(v, cb.handler_address);
    case XENNMI_unregister_callback: return nmi_unregister(v);
    default: return refuse(-ENOSYS, REASON_no_such_subop, 0, (uint32_t)command, 0);
    }
}
