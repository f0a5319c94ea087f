// SPDX-License-Identifier: MIT
/* physdev_op: a guest's I/O privilege, and the interrupts of devices. */
#include <abi/physdev.h>

#include "control/hypercalls.h"
#include "core/io_permissions.h"
#include "core/why.h"
#include "domain/any_domain.h"
#include "events/pirqs.h"
#include "machine/layout.h"
#include "machine/pci.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

#define IO_PORTS 65536u
#define IO_BITMAP_BYTES (IO_PORTS / 8)

typedef long physdev_handler(struct vcpu *v, gva_t at);

static int copy_in(void *to, gva_t from, size_t n)
{
    return copy_from_guest(to, from, n) ? refuse(-EFAULT, REASON_bad_guest_pointer, n, from.raw, 0) : 0;
}

static long copy_out(gva_t to, const void *from, size_t n)
{
    return copy_to_guest(to, from, n) ? refuse(-EFAULT, REASON_bad_guest_pointer_write, n, to.raw, 0) : 0;
}

static int only_privileged(const struct vcpu *v)
{
    return v->domain->privileged ? 0 : refuse(-EPERM, REASON_not_privileged, 0, 0, 0);
}

static long set_iopl(struct vcpu *v, gva_t at)
{
    physdev_set_iopl_t s;
    int error = copy_in(&s, at, sizeof(s));

    if (error)
        return error;
    if (s.iopl > 3)
        return refuse(-EINVAL, REASON_iopl_value, 3, s.iopl, 0);
    v->iopl = (uint8_t)s.iopl;
    return 0;
}

/* The bitmap is read when a port is used; here only its place is checked. */
static long set_iobitmap(struct vcpu *v, gva_t at)
{
    struct physdev_set_iobitmap_32 s;
    int error = copy_in(&s, at, sizeof(s));

    if (error)
        return error;
    if (s.nr_ports > IO_PORTS)
        return refuse(-EINVAL, REASON_iobitmap_ports, IO_PORTS, s.nr_ports, 0);
    if (!guest_range_ok(gva(s.bitmap), IO_BITMAP_BYTES))
        return refuse(-EINVAL, REASON_pointer_at_hypervisor, GUEST32_LIMIT, s.bitmap, 0);
    v->io_bitmap = gva(s.bitmap);
    v->io_bitmap_ports = s.nr_ports;
    return 0;
}

/* As on the reference a guest that does not look at a page of pirqs is told to end every interrupt. */
static long irq_status_query(struct vcpu *v, gva_t at)
{
    physdev_irq_status_query_t q;
    int error = copy_in(&q, at, sizeof(q));

    if (error)
        return error;
    if (q.irq >= PIRQS)
        return refuse(-EINVAL, REASON_pirq_invalid, PIRQS, q.irq, 0);
    q.flags = XENIRQSTAT_needs_eoi;
    return copy_out(at, &q, sizeof(q));
}

static long eoi(struct vcpu *v, gva_t at)
{
    physdev_eoi_t e;
    int error = copy_in(&e, at, sizeof(e));

    return error ? error : pirq_end(v->domain, e.irq);
}

/* Both widths have the same layout but for the padding before table_base. */
static int read_map(struct physdev_map_pirq_32 *m, const struct vcpu *v, gva_t at)
{
    const size_t table = v->domain->width == GUEST_32 ? offsetof(struct physdev_map_pirq_32, table_base)
                                                      : offsetof(struct physdev_map_pirq_64, table_base);
    int error = copy_in(m, at, offsetof(struct physdev_map_pirq_32, table_base));

    return error ? error : copy_in(&m->table_base, gva_add(at, table), sizeof(m->table_base));
}

/* A line is for whom it was permitted to; a device's messages are given by a privileged domain alone. */
static int map_line(struct domain *d, const struct vcpu *v, const struct physdev_map_pirq_32 *m,
                    uint32_t *pirq)
{
    const uint32_t input = (uint32_t)m->index;

    if (!v->domain->privileged && !(d->io && ranges_hold(&d->io->interrupts, input, input)))
        return refuse(-EPERM, REASON_irq_denied, d->id, input, 0);
    return pirq_map_line(d, input, pirq);
}

static int map_message(struct domain *d, const struct vcpu *v, const struct physdev_map_pirq_32 *m,
                       uint32_t *pirq)
{
    const uint32_t segment = m->type == MAP_PIRQ_TYPE_MSI_SEG ? (uint32_t)m->bus >> 16 : 0;
    const uint32_t function = ((uint32_t)m->bus & 0xff) << 16 | ((uint32_t)m->devfn & 0xff) << 8;
    int error = only_privileged(v);

    if (error)
        return error;
    if (segment || !pci_function_exists(function))
        return refuse(-ENODEV, REASON_device_invalid, 0, segment << 24 | function, 0);
    if (!m->table_base) /* a message of the MSI capability: what has no table of them is served by lines */
        return refuse(-EOPNOTSUPP, REASON_not_implemented, 0, (uint32_t)m->type, 0);
    return pirq_map_message(d, function, (uint16_t)m->entry_nr, pirq);
}

static long map_pirq(struct vcpu *v, gva_t at)
{
    struct physdev_map_pirq_32 m;
    struct domain *d;
    uint32_t pirq;
    int error = read_map(&m, v, at);

    if (!error)
        error = any_domain_find(&d, v->domain, m.domid);
    if (error)
        return error;
    if (d->dying)
        return refuse(-EINVAL, REASON_domain_dying, 0, d->id, 0);
    switch (m.type) {
    case MAP_PIRQ_TYPE_GSI: error = map_line(d, v, &m, &pirq); break;
    case MAP_PIRQ_TYPE_MSI:
    case MAP_PIRQ_TYPE_MSI_SEG: error = map_message(d, v, &m, &pirq); break;
    default: error = refuse(-EINVAL, REASON_pirq_invalid, MAP_PIRQ_TYPE_MSI_SEG, (uint32_t)m.type, 0);
    }
    if (error)
        return error;
    return copy_out(gva_add(at, offsetof(struct physdev_map_pirq_32, pirq)), &pirq, sizeof(pirq));
}

static long unmap_pirq(struct vcpu *v, gva_t at)
{
    physdev_unmap_pirq_t u;
    struct domain *d;
    int error = copy_in(&u, at, sizeof(u));

    if (!error)
        error = any_domain_find(&d, v->domain, u.domid);
    return error ? error : pirq_unmap(d, (uint32_t)u.pirq);
}

static long setup_gsi(struct vcpu *v, gva_t at)
{
    physdev_setup_gsi_t s;
    int error = only_privileged(v);

    if (!error)
        error = copy_in(&s, at, sizeof(s));
    if (error)
        return error;
    if (!pirq_line_configure((uint32_t)s.gsi, (s.triggering ? 0xc : 0x4) | (s.polarity ? 0x3 : 0x1)))
        return refuse(-EINVAL, REASON_pirq_invalid, 0, (uint32_t)s.gsi, 0);
    return 0;
}

/* Which devices there are ring 0 sees for itself, and it guards their tables from the start: it only says so. */
static long device_known(struct vcpu *v, uint32_t segment, uint32_t bus, uint32_t devfn)
{
    int error = only_privileged(v);

    if (error)
        return error;
    if (segment || !pci_function_exists(bus << 16 | devfn << 8))
        return refuse(-ENODEV, REASON_device_invalid, 0, segment << 24 | bus << 16 | devfn << 8, 0);
    return 0;
}

static long pci_device(struct vcpu *v, gva_t at)
{
    physdev_pci_device_t p;
    int error = copy_in(&p, at, sizeof(p));

    return error ? error : device_known(v, p.seg, p.bus, p.devfn);
}

static long manage_pci(struct vcpu *v, gva_t at)
{
    physdev_manage_pci_t p;
    int error = copy_in(&p, at, sizeof(p));

    return error ? error : device_known(v, 0, p.bus, p.devfn);
}

_Static_assert(offsetof(struct physdev_pci_device_add, devfn) == offsetof(struct physdev_pci_device, devfn) &&
                   offsetof(struct physdev_manage_pci_ext, devfn) ==
                       offsetof(struct physdev_manage_pci, devfn),
               "calls about a device begin with its address");

static physdev_handler *const handlers[] = {
    [PHYSDEVOP_irq_status_query] = irq_status_query,
    [PHYSDEVOP_set_iopl] = set_iopl,
    [PHYSDEVOP_set_iobitmap] = set_iobitmap,
    [PHYSDEVOP_eoi] = eoi,
    [PHYSDEVOP_map_pirq] = map_pirq,
    [PHYSDEVOP_unmap_pirq] = unmap_pirq,
    [PHYSDEVOP_manage_pci_add] = manage_pci,
    [PHYSDEVOP_manage_pci_remove] = manage_pci,
    [PHYSDEVOP_manage_pci_add_ext] = manage_pci,
    [PHYSDEVOP_setup_gsi] = setup_gsi,
    [PHYSDEVOP_pci_device_add] = pci_device,
    [PHYSDEVOP_pci_device_remove] = pci_device,
    [PHYSDEVOP_prepare_msix] = pci_device,
    [PHYSDEVOP_release_msix] = pci_device,
};

long hypercall_physdev_op(uint64_t command64, uint64_t argument)
{
    uint32_t command = (uint32_t)command64;

    if (command >= ARRAY_SIZE(handlers) || !handlers[command])
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(handlers), command, 0);
    return handlers[command](current_vcpu(), gva(argument));
}

/* The older form: the command lies in front of its argument. */
long hypercall_physdev_op_compat(uint64_t argument)
{
    struct physdev_op_32 op;
    int error = copy_in(&op, gva(argument), sizeof(op));

    return error ? error : hypercall_physdev_op(op.cmd, argument + offsetof(struct physdev_op_32, u));
}
