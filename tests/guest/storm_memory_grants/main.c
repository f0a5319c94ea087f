/* SPDX-License-Identifier: MIT */
/* run-limit: 60 */
/*
 * memory_op and grant_table_op with arguments put together at random from values that mean something: frames of every
 * kind, limits, addresses that lead nowhere. Whatever the answers, the hypervisor stays up and the auditor finds nothing.
 */
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define ROUNDS 30000
#define AUDIT_EVERY 3000

extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

static uint32_t arguments[1024] __attribute__((aligned(4096)));
static uint32_t lists[1024] __attribute__((aligned(4096)));
static uint32_t target[1024] __attribute__((aligned(4096)));
static uint32_t place[1024] __attribute__((aligned(4096)));
static uint32_t spare[8];
static uint32_t seed = 20261122;

static uint32_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

/* No value here names memory this guest runs from other than as a table or read-only. */
static uint32_t value(void)
{
    switch (next() % 16) {
    case 0: return 0;
    case 1: return 1;
    case 2: return next() % 8;
    case 3: return ~0u;
    case 4: return DOMID_SELF;
    case 5: return address_to_mfn(target);
    case 6: return page_table(place, 1);
    case 7: return page_root_mfn;
    case 8: return spare[next() % 8];
    case 9: return (uint32_t)lists;
    case 10: return (uint32_t)place;
    case 11: return GTF_permit_access | next() % 8;
    case 12: return 0xf5800000u - next() % 8;
    case 13: return 0x200000u + next() % 0x1000; /* frames past the end of RAM */
    case 14: return next() % GRANT_ENTRIES;
    default: return next() | 0x80000000u;
    }
}

static void fill(uint32_t *words, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++) {
        words[i] = value();
    }
}

static void *argument(void)
{
    return next() % 16 ? arguments : (void *)value();
}

static void memory(void)
{
    uint32_t command = next() % 30;

    fill(arguments, 16);
    fill(lists, 16);
    /* Lists the hypervisor writes to must be ours; and few, so that the storm does not give all memory away. */
    arguments[0] = (uint32_t)lists;
    arguments[1] %= 12;
    arguments[5] = (uint32_t)lists + 64;
    arguments[6] %= 12;
    if (command == XENMEM_memory_map || command == XENMEM_machine_memory_map ||
        command == XENMEM_set_memory_map || command == XENMEM_machphys_mfn_list ||
        command == XENMEM_machphys_compat_mfn_list) {
        arguments[0] %= 12;
        arguments[1] = (uint32_t)lists;
        arguments[2] = (uint32_t)lists;
    }
    hypercall_memory_op(command | (next() % 4 ? 0 : value() << 6), arguments);
}

static void grants(void)
{
    uint32_t command = next() % 14, count = next() % 5;
    volatile grant_entry_v1_t *entry = &grant_table[next() % 64];

    fill(arguments, 32);
    if (next() % 4 == 0) {
        entry->domid = (domid_t)(next() % 4 ? 0 : value());
        entry->frame = value();
        entry->flags = (uint16_t)(next() % 4 ? GTF_permit_access : value());
    }
    if (command == GNTTABOP_setup_table || command == GNTTABOP_get_status_frames) {
        arguments[1] %= 70;
        arguments[3] = (uint32_t)lists;
        arguments[2] = (uint32_t)lists;
    }
    /* Frames are given for good only when nobody needs them. */
    if (command == GNTTABOP_transfer) {
        arguments[0] = spare[next() % 8];
    }
    /* Mappings go where they do no harm: machine addresses of entries only by way of `place`. */
    if (command == GNTTABOP_map_grant_ref || command == GNTTABOP_unmap_grant_ref ||
        command == GNTTABOP_unmap_and_replace) {
        unsigned int stride = command == GNTTABOP_map_grant_ref ? 8 : 6;
        for (unsigned int i = 0; i < 4; i++) {
            uint64_t host = next() % 2 ? (uint32_t)place : page_entry_machine(place);
            arguments[i * stride] = (uint32_t)host;
            arguments[i * stride + 1] = (uint32_t)(host >> 32);
            if (command == GNTTABOP_unmap_and_replace) {
                arguments[i * stride + 2] = next() % 2 ? (uint32_t)target : 0;
                arguments[i * stride + 3] = 0;
            }
        }
    }
    hypercall_grant_table_op(command, command == GNTTABOP_copy || next() % 16 ? arguments : argument(),
                             count);
}

GUEST_TEST("a storm of memory and grant calls")
{
    expect_ok(frames_init(boot_info));
    expect_ok(grants_init());
    for (unsigned int i = 0; i < 8; i++) {
        spare[i] = pfn_to_mfn(frame_alloc());
    }
    for (unsigned int round = 0; round < ROUNDS; round++) {
        if (next() % 3) {
            grants();
        } else {
            memory();
        }
        if (round % AUDIT_EVERY == 0) {
            expect(audit_clean(), "after %u rounds", round);
        }
    }
}
