// SPDX-License-Identifier: MIT
#include "memory/memory_maps.h"

#include <abi/memory.h>

#include "boot/boot_info.h"
#include "core/string.h"
#include "core/why.h"
#include "domain/any_domain.h"
#include "machine/user_copy.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"
#include "memory/reservation.h"

#define MAP_ENTRIES_MAX 128u /* of a map that a toolstack sets */
_Static_assert(MAP_ENTRIES_MAX * sizeof(struct e820_entry) <= PAGE_SIZE, "such a map fits a frame");

/* A map's buffer in the guest: how many entries it holds, and where the count of those written goes. */
struct map_buffer {
    uint32_t entries;
    gva_t at;
    gva_t count_at;
};

static int refuse_read(gva_t at)
{
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, at.raw, 0);
}

static int refuse_write(gva_t at)
{
    return refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, at.raw, 0);
}

static int read_buffer(struct map_buffer *b, const struct domain *caller, gva_t at)
{
    struct xen_memory_map_64 wide = {0};
    struct xen_memory_map_32 narrow;

    b->count_at = at; /* nr_entries comes first in both */
    if (caller->width == GUEST_32) {
        if (copy_from_guest(&narrow, at, sizeof(narrow)))
            return refuse_read(at);
        b->entries = narrow.nr_entries;
        b->at = gva(narrow.buffer);
        return 0;
    }
    if (copy_from_guest(&wide, at, sizeof(wide)))
        return refuse_read(at);
    b->entries = wide.nr_entries;
    b->at = gva(wide.buffer);
    return 0;
}

static int write_entry(const struct map_buffer *b, uint32_t i, const struct e820_entry *entry)
{
    gva_t at = gva_add(b->at, i * sizeof(*entry));

    return copy_to_guest(at, entry, sizeof(*entry)) ? refuse_write(at) : 0;
}

static long write_count(const struct map_buffer *b, uint32_t count)
{
    return guest_put32(b->count_at, count) ? refuse_write(b->count_at) : 0;
}

/* A domain has a map of its own only when a toolstack gave it one. */
long memory_map(struct domain *caller, gva_t at)
{
    const uint32_t count = caller->memory_map_entries;
    struct map_buffer b;
    int error;

    if (!caller->memory_map)
        return refuse(-ENOSYS, REASON_not_implemented, 0, XENMEM_memory_map, 0);
    error = read_buffer(&b, caller, at);
    for (uint32_t i = 0; !error && i < MIN(count, b.entries); i++)
        error = write_entry(&b, i, &caller->memory_map[i]);
    return error ? error : write_count(&b, MIN(count, b.entries));
}

/* Into a frame of its own: a map that cannot be read whole leaves the old one as it was. */
static int read_entries(struct domain *d, const struct map_buffer *b)
{
    mfn_t m = frame_alloc(0, 0);

    if (mfn_equal(m, MFN_NONE))
        return refuse(-ENOMEM, REASON_out_of_hypervisor_memory, 0, PAGE_SIZE, 0);
    if (copy_from_guest(frame_map(m), b->at, b->entries * sizeof(struct e820_entry))) {
        frame_free(m, 0);
        return refuse_read(b->at);
    }
    if (d->memory_map)
        frame_free(frame_unmap(d->memory_map), 0);
    d->memory_map = frame_map(m);
    d->memory_map_entries = b->entries;
    return 0;
}

long set_memory_map(struct domain *caller, gva_t at)
{
    const size_t map_offset = caller->width == GUEST_32 ? offsetof(struct xen_foreign_memory_map_32, map)
                                                        : offsetof(struct xen_foreign_memory_map_64, map);
    struct map_buffer b;
    struct domain *d;
    uint16_t domid;
    int error;

    if (guest_get16(&domid, at))
        return refuse_read(at);
    error = read_buffer(&b, caller, gva_add(at, map_offset));
    if (error)
        return error;
    if (b.entries > MAP_ENTRIES_MAX)
        return refuse(-EINVAL, REASON_count_too_large, MAP_ENTRIES_MAX, b.entries, 0);
    error = any_domain_find(&d, caller, domid);
    return error ? error : read_entries(d, &b);
}

long machine_memory_map(struct domain *caller, gva_t at)
{
    struct map_buffer b;
    int error;

    if (!caller->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, XENMEM_machine_memory_map, 0);
    error = read_buffer(&b, caller, at);
    if (error)
        return error;
    if (!b.at.raw) /* only the room that it needs is asked for */
        return write_count(&b, boot_info.range_count);
    if (b.entries < boot_info.range_count)
        return refuse(-EINVAL, REASON_buffer_too_small, boot_info.range_count, b.entries, 0);
    for (uint32_t i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *r = &boot_info.ranges[i];
        struct e820_entry entry = {r->start, r->end - r->start, r->type};

        if (write_entry(&b, i, &entry))
            return -EFAULT;
    }
    return write_count(&b, boot_info.range_count);
}

/* The table in pieces of 2 MiB: that is the unit in which the list names it. */
#define FRAMES_PER_PIECE 512u
#define ENTRIES_PER_FRAME (PAGE_SIZE / sizeof(uint32_t))

static uint32_t machphys_pieces(void)
{
    return (uint32_t)((m2p_frames() + FRAMES_PER_PIECE - 1) / FRAMES_PER_PIECE);
}

static uint64_t last_frame_with_entry(void)
{
    return MIN(m2p_frames() * ENTRIES_PER_FRAME, frame_table_frames) - 1;
}

static int write_pieces(const struct frame_numbers *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (frame_numbers_write(list, i, m2p_frame((uint64_t)i * FRAMES_PER_PIECE).raw))
            return -EFAULT;
    return 0;
}

long machphys_mfn_list(struct domain *caller, gva_t at)
{
    struct xen_machphys_mfn_list_64 wide;
    struct xen_machphys_mfn_list_32 narrow;
    uint32_t count;

    if (caller->width == GUEST_32) {
        if (copy_from_guest(&narrow, at, sizeof(narrow)))
            return refuse_read(at);
        count = narrow.nr_extents = MIN(machphys_pieces(), narrow.max_extents);
        if (write_pieces(&(struct frame_numbers){gva(narrow.extent_start), 4}, count))
            return -EFAULT;
        return copy_to_guest(at, &narrow, sizeof(narrow)) ? refuse_write(at) : 0;
    }
    if (copy_from_guest(&wide, at, sizeof(wide)))
        return refuse_read(at);
    count = wide.nr_extents = MIN(machphys_pieces(), wide.max_extents);
    if (write_pieces(&(struct frame_numbers){gva(wide.extent_start), 8}, count))
        return -EFAULT;
    return copy_to_guest(at, &wide, sizeof(wide)) ? refuse_write(at) : 0;
}

long machphys_mapping(struct domain *caller, gva_t at)
{
    struct xen_machphys_mapping_32 narrow = {MACH2PHYS_VIRT_START_32, MACH2PHYS_VIRT_END_32,
                                             (uint32_t)last_frame_with_entry()};
    struct xen_machphys_mapping_64 wide = {MACH2PHYS_VIRT_START_64, MACH2PHYS_VIRT_END_64,
                                           last_frame_with_entry()};
    int error = caller->width == GUEST_32 ? copy_to_guest(at, &narrow, sizeof(narrow))
                                          : copy_to_guest(at, &wide, sizeof(wide));

    return error ? refuse_write(at) : 0;
}

/* There is no IOMMU, so nothing is reserved for devices. */
long reserved_device_memory_map(struct domain *caller, gva_t at)
{
    const gva_t count_at = gva_add(at, offsetof(struct xen_reserved_device_memory_map_32, nr_entries));
    uint32_t flags;

    _Static_assert(offsetof(struct xen_reserved_device_memory_map_32, nr_entries) ==
                       offsetof(struct xen_reserved_device_memory_map_64, nr_entries),
                   "the count is at one place in both widths");
    if (guest_get32(&flags, at))
        return refuse_read(at);
    if (flags & ~XENMEM_RDM_ALL)
        return refuse(-EINVAL, REASON_bad_flags, XENMEM_RDM_ALL, flags, 0);
    return guest_put32(count_at, 0) ? refuse_write(count_at) : 0;
}
