// SPDX-License-Identifier: MIT
/*
 * Two domains that lend each other frames, and do anything else with them: grants written at any moment, mapped by
 * address and by entry, unmapped, replaced, copied, transferred, swapped, their frames pinned or given up meanwhile. No
 * stale translation is worth anything, each grant's pins are what the mappings in force add up to, and the auditor
 * finds nothing.
 */
#include <string.h>

#include <abi/grant_table.h>
#include <abi/memory.h>
#include <abi/xen.h>

#include "grants/grant_map.h"
#include "grants/grant_op.h"
#include "grants/grant_table.h"
#include "machine/tlb.h"
#include "memory/hypercalls.h"
#include "memory_model.h"

#define ARG FAKE_GUEST_BASE
#define REFS 6u
#define STEPS_MAX 64u
#define COUNT_MAX 3u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct domain *domains[2], *d;

static uint16_t some_domain(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);

    return choice < 250 ? domains[choice & 1]->id : choice == 255 ? DOMID_SELF : choice;
}

static grant_ref_t some_ref(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);

    return choice < 250 ? choice % REFS : choice == 255 ? 0xffffffff : 512u + choice % REFS;
}

/* By address, or as an entry of some frame. */
static uint64_t some_place(struct fuzz_input *in, uint32_t flags)
{
    if (!(flags & GNTMAP_contains_pte))
        return fuzz_address(in);
    return fuzz_frame(in).raw << PAGE_SHIFT | fuzz_slot(in) * 8;
}

static void put(unsigned index, const void *op, size_t size)
{
    memcpy(fake_guest + index * size, op, size);
}

static void call(unsigned command, unsigned count)
{
    hypercall_grant_table_op(command, ARG, count);
}

static void lend(struct fuzz_input *in)
{
    static const uint16_t kinds[] = {GTF_permit_access, GTF_permit_access | GTF_readonly, GTF_accept_transfer,
                                     GTF_invalid};
    struct grant_entry_v1 *e = grant_shared(d->grants, fuzz_byte(in) % REFS);
    uint8_t choice = fuzz_byte(in);

    e->domid = some_domain(in);
    e->frame = (uint32_t)fuzz_frame(in).raw;
    if (choice < 224) /* a granter that keeps to the rules leaves the marks alone */
        e->flags = kinds[choice % 4] | (e->flags & (GTF_reading | GTF_writing));
    else
        e->flags = (uint16_t)fuzz_word(in, 2);
}

static void map(struct fuzz_input *in)
{
    static const uint32_t flags[] = {
        GNTMAP_host_map,
        GNTMAP_host_map | GNTMAP_readonly,
        GNTMAP_host_map | GNTMAP_device_map,
        GNTMAP_device_map,
        GNTMAP_device_map | GNTMAP_readonly,
        GNTMAP_host_map | GNTMAP_contains_pte,
        GNTMAP_host_map | GNTMAP_contains_pte | GNTMAP_readonly,
        GNTMAP_host_map | GNTMAP_application_map,
    };
    unsigned count = 1 + fuzz_byte(in) % COUNT_MAX;

    for (unsigned i = 0; i < count; i++) {
        uint8_t choice = fuzz_byte(in);
        struct gnttab_map_grant_ref op = {.flags = choice < 240 ? flags[choice % 8] : fuzz_word(in, 4)};

        op.host_addr = some_place(in, op.flags);
        op.ref = some_ref(in);
        op.dom = some_domain(in);
        put(i, &op, sizeof(op));
    }
    call(GNTTABOP_map_grant_ref, count);
}

static void unmap(struct fuzz_input *in)
{
    unsigned count = 1 + fuzz_byte(in) % COUNT_MAX;
    bool replace = fuzz_byte(in) % 4 == 0;

    for (unsigned i = 0; i < count; i++) {
        uint8_t kinds = fuzz_byte(in);
        grant_handle_t handle = fuzz_byte(in) % 12;
        struct grant_mapping *m = maptrack_find(&d->grants->maptrack, handle);
        struct gnttab_unmap_grant_ref op = {.handle = handle};

        if (kinds & 1)
            op.host_addr = some_place(in, m ? m->kinds : 0);
        if (replace) /* the second word then is another address */
            op.dev_bus_addr = kinds & 2 ? fuzz_address(in) : 0;
        else if (kinds & 2)
            op.dev_bus_addr = fuzz_frame(in).raw << PAGE_SHIFT;
        put(i, &op, sizeof(op));
    }
    call(replace ? GNTTABOP_unmap_and_replace : GNTTABOP_unmap_grant_ref, count);
}

static void copy(struct fuzz_input *in)
{
    struct gnttab_copy_32 op = {.flags = fuzz_byte(in) % 4, .len = (uint16_t)fuzz_word(in, 2)};
    struct gnttab_copy_ptr_32 *ends[] = {&op.source, &op.dest};

    for (unsigned i = 0; i < 2; i++) {
        bool granted = op.flags & (i ? GNTCOPY_dest_gref : GNTCOPY_source_gref);

        ends[i]->u.gmfn = granted ? some_ref(in) : (uint32_t)fuzz_frame(in).raw;
        ends[i]->domid = granted ? some_domain(in) : DOMID_SELF;
        ends[i]->offset = (uint16_t)(fuzz_byte(in) * 32);
    }
    put(0, &op, sizeof(op));
    call(GNTTABOP_copy, 1);
}

static void transfer(struct fuzz_input *in)
{
    struct gnttab_transfer_32 op = {.mfn = (uint32_t)fuzz_frame(in).raw,
                                    .domid = some_domain(in),
                                    .ref = some_ref(in)};

    put(0, &op, sizeof(op));
    call(GNTTABOP_transfer, 1);
}

static void swap(struct fuzz_input *in)
{
    struct gnttab_swap_grant_ref op = {.ref_a = some_ref(in), .ref_b = some_ref(in)};

    put(0, &op, sizeof(op));
    call(GNTTABOP_swap_grant_ref, 1);
}

static void own_tables(struct fuzz_input *in)
{
    uint32_t address = fuzz_address(in);
    uint64_t entry = fuzz_entry(in);

    if (fuzz_byte(in) & 1) {
        hypercall32_update_va_mapping(address, (uint32_t)entry, entry >> 32, 0);
    } else {
        struct mmu_update request = {.ptr = fuzz_frame(in).raw << PAGE_SHIFT | fuzz_slot(in) * 8,
                                     .val = entry};

        put(0, &request, sizeof(request));
        fuzz_call_until_done(in, hypercall_mmu_update, ARG, 1, 0, DOMID_SELF);
    }
}

static void pins(struct fuzz_input *in)
{
    static const uint32_t commands[] = {MMUEXT_PIN_L1_TABLE, MMUEXT_PIN_L2_TABLE, MMUEXT_UNPIN_TABLE,
                                        MMUEXT_CLEAR_PAGE};
    struct mmuext_op_32 op = {.cmd = commands[fuzz_byte(in) % 4], .arg1.mfn = (uint32_t)fuzz_frame(in).raw};

    put(0, &op, sizeof(op));
    fuzz_call_until_done(in, hypercall32_mmuext_op, ARG, 1, 0, DOMID_SELF);
}

static void give_up(struct fuzz_input *in)
{
    uint32_t number = (uint32_t)fuzz_frame(in).raw;
    struct xen_memory_reservation_32 r = {.extent_start = ARG + 64, .nr_extents = 1, .domid = DOMID_SELF};

    memcpy(fake_guest + 64, &number, sizeof(number));
    put(0, &r, sizeof(r));
    hypercall_memory_op(fuzz_byte(in) & 1 ? XENMEM_decrease_reservation : XENMEM_populate_physmap, ARG);
}

static void run(struct domain *next)
{
    while (frame_release_pending(next->vcpus[0]))
        ;
    d = next;
    fake_run(d->vcpus[0]);
    address_space_load(d->vcpus[0]);
}

static void other_domain(struct fuzz_input *in)
{
    run(d == domains[0] ? domains[1] : domains[0]);
}

/* ---- the judges ---- */

static uint32_t expected_pins[2][512 + 256];

static void count_pins(const struct grant_mapping *m)
{
    uint32_t *pins = &expected_pins[m->domid == domains[1]->id][m->ref];
    bool writable = !(m->kinds & GNTMAP_readonly);

    if (m->kinds & GNTMAP_host_map)
        *pins += writable ? PIN_HOST_WRITE : PIN_HOST_READ;
    if (m->kinds & GNTMAP_device_map)
        *pins += writable ? PIN_DEVICE_WRITE : PIN_DEVICE_READ;
}

static void check_pins(void)
{
    memset(expected_pins, 0, sizeof(expected_pins));
    for (unsigned i = 0; i < 2; i++) {
        const struct maptrack *track = &domains[i]->grants->maptrack;

        for (grant_handle_t h = 0; h < track->page_count * MAPTRACK_PER_PAGE; h++) {
            const struct grant_mapping *m = maptrack_find(track, h);

            if (m)
                count_pins(m);
        }
    }
    for (unsigned i = 0; i < 2; i++)
        for (grant_ref_t ref = 0; ref < grant_count(domains[i]->grants); ref++) {
            uint32_t found = grant_active(domains[i]->grants, ref)->pins;

            fuzz_check(expected_pins[i][ref] == found, "grant %u of %u: pins %x, mappings say %x", ref,
                       domains[i]->id, found, expected_pins[i][ref]);
        }
}

static void start(void)
{
    fake_machine_start(FUZZ_FRAMES);
    for (unsigned i = 0; i < 2; i++) {
        domains[i] = fake_domain((uint16_t)(i + 1), false);
        domains[i]->max_pages = 24;
        fuzz_check(grant_table_init(domains[i]) == 0, "no memory for a grant table");
        fake_tables_running(domains[i]);
        for (unsigned k = 0; k < 6; k++)
            fake_frame(domains[i]);
    }
    run(domains[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct fuzz_input *) = {
        lend, map, unmap, lend, map, unmap, copy, transfer, swap, own_tables, pins, give_up, other_domain,
    };
    struct fuzz_input in = {data, data + size};

    start();
    for (unsigned i = 0; i < STEPS_MAX && fuzz_more(&in); i++) {
        steps[fuzz_byte(&in) % ARRAY_SIZE(steps)](&in);
        fuzz_tlb_check();
        if (i % 8 == 7)
            check_pins();
    }
    check_pins();
    fuzz_audit(grant_visit_references);
    fake_machine_end();
    return 0;
}
