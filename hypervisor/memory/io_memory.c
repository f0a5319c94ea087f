// SPDX-License-Identifier: MIT
#include "memory/io_memory.h"

#include "core/io_permissions.h"

#define IO_RANGES_MAX 64u

struct io_range {
    uint64_t first, end;
    enum io_access access;
};

struct domain device_domain = {.id = OWNER_DEVICE};

/*
 * Where a PC has these when no table says otherwise: the first IO-APIC, the HPET, and the local APIC with the
 * addresses that a device writes to send an interrupt. The ACPI tables add what they name.
 */
static struct io_range ranges[IO_RANGES_MAX] = {
    {0xfec00, 0xfec01, IO_GUARDED},
    {0xfed00, 0xfed01, IO_GUARDED},
    {0xfee00, 0xfef00, IO_GUARDED},
    {0xfd00000, 0x10000000, IO_NONE}, /* HyperTransport's own: AMD's BIOS and Kernel Developer's Guides */
};
static unsigned range_count = 4;
static uint64_t frames_end = 1ull << (36 - PAGE_SHIFT);

void io_memory_init(unsigned address_bits)
{
    frames_end = 1ull << (MIN(address_bits, 52u) - PAGE_SHIFT);
}

static bool range_add(mfn_t first, uint64_t frames, enum io_access access)
{
    if (range_count == IO_RANGES_MAX)
        return false;
    ranges[range_count++] = (struct io_range){first.raw, first.raw + frames, access};
    return true;
}

bool io_memory_guard(mfn_t first, uint64_t frames)
{
    return range_add(first, frames, IO_GUARDED);
}

bool io_memory_guard_writes(mfn_t first, uint64_t frames)
{
    return range_add(first, frames, IO_READ_ONLY);
}

enum io_access domain_may_map_io(const struct domain *d, mfn_t m)
{
    bool has_right = d->privileged || (d->io && ranges_hold(&d->io->memory, m.raw, m.raw));

    if (!has_right || m.raw >= frames_end || !frame_is_device(m))
        return IO_NONE;
    for (unsigned i = 0; i < range_count; i++)
        if (m.raw >= ranges[i].first && m.raw < ranges[i].end)
            return ranges[i].access;
    return IO_FULL;
}

bool io_memory_may_be_given(uint64_t first, uint64_t last)
{
    for (unsigned i = 0; i < range_count; i++)
        if (first < ranges[i].end && last >= ranges[i].first && ranges[i].access != IO_READ_ONLY)
            return false;
    return true;
}
