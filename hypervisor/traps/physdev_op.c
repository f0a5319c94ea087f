// SPDX-License-Identifier: MIT
/* The part of physdev_op that a guest without devices uses: its I/O privilege. */
#include <abi/physdev.h>

#include "core/why.h"
#include "machine/layout.h"
#include "machine/user_copy.h"
#include "traps/hypercalls.h"

#define IO_PORTS 65536u
#define IO_BITMAP_BYTES (IO_PORTS / 8)

static long set_iopl(struct vcpu *v, gva_t argument)
{
    physdev_set_iopl_t s;

    if (copy_from_guest(&s, argument, sizeof(s)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, argument.raw, 0);
    if (s.iopl > 3)
        return refuse(-EINVAL, REASON_iopl_value, 3, s.iopl, 0);
    v->iopl = (uint8_t)s.iopl;
    return 0;
}

/* The bitmap is read when a port is used; here only its place is checked. */
static long set_iobitmap(struct vcpu *v, gva_t argument)
{
    struct physdev_set_iobitmap_32 s;

    if (copy_from_guest(&s, argument, sizeof(s)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, argument.raw, 0);
    if (s.nr_ports > IO_PORTS)
        return refuse(-EINVAL, REASON_iobitmap_ports, IO_PORTS, s.nr_ports, 0);
    if (!guest_range_ok(gva(s.bitmap), IO_BITMAP_BYTES))
        return refuse(-EINVAL, REASON_pointer_at_hypervisor, GUEST32_LIMIT, s.bitmap, 0);
    v->io_bitmap = gva(s.bitmap);
    v->io_bitmap_ports = s.nr_ports;
    return 0;
}

long hypercall_physdev_op(uint64_t command, uint64_t argument)
{
    struct vcpu *v = current_vcpu();

    switch ((uint32_t)command) {
    case PHYSDEVOP_set_iopl: return set_iopl(v, gva(argument));
    case PHYSDEVOP_set_iobitmap: return set_iobitmap(v, gva(argument));
    default: return refuse(-ENOSYS, REASON_no_such_subop, 0, (uint32_t)command, 0);
    }
}

/* The older form: the command lies in front of its argument. */
long hypercall_physdev_op_compat(uint64_t argument)
{
    struct physdev_op_32 op;

    if (copy_from_guest(&op, gva(argument), sizeof(op)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, argument, 0);
    return hypercall_physdev_op(op.cmd, argument + offsetof(struct physdev_op_32, u));
}
