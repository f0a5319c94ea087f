// SPDX-License-Identifier: MIT
/*
 * Any sequence of what a guest may do to its page tables and its memory: updates of entries in all ways, pins, roots,
 * descriptor tables, reservations; every call interrupted anywhere, some never taken up again. After each step no
 * translation that a processor may still hold reaches what it must not; after all the auditor finds nothing.
 */
#include <string.h>

#include <abi/memory.h>
#include <abi/xen.h>

#include "memory_model.h"
#include "memory/hypercalls.h"
#include "memory/writable_tables.h"
#include "traps/descriptor_tables.h"
#include "traps/hypercalls.h"
#include "traps/vcpu_traps.h"

#define ARG FAKE_GUEST_BASE
#define LIST_AT 0x1000u
#define REQUESTS_MAX 4u
#define STEPS_MAX 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct domain *d, *other;
static struct vcpu *v;

static uint16_t whose(uint8_t choice)
{
    return choice < 240 ? DOMID_SELF : choice < 248 ? other->id : (uint16_t)(DOMID_SELF + choice % 8);
}

static void mmu_update(struct fuzz_input *in)
{
    unsigned count = 1 + fuzz_byte(in) % REQUESTS_MAX;
    uint16_t foreign = whose(fuzz_byte(in));

    for (unsigned i = 0; i < count; i++) {
        uint64_t place = fuzz_frame(in).raw << PAGE_SHIFT;
        struct mmu_update request = {.ptr = place + fuzz_slot(in) * 8 + fuzz_byte(in) % 5};

        request.val = fuzz_entry(in);
        memcpy(fake_guest + i * sizeof(request), &request, sizeof(request));
    }
    fuzz_call_until_done(in, hypercall_mmu_update, ARG, count, 0, foreign);
}

static void mmuext_op(struct fuzz_input *in)
{
    static const uint32_t commands[] = {
        MMUEXT_PIN_L1_TABLE, MMUEXT_PIN_L2_TABLE,    MMUEXT_PIN_L3_TABLE, MMUEXT_UNPIN_TABLE,
        MMUEXT_UNPIN_TABLE,  MMUEXT_NEW_BASEPTR,     MMUEXT_CLEAR_PAGE,   MMUEXT_COPY_PAGE,
        MMUEXT_SET_LDT,      MMUEXT_TLB_FLUSH_LOCAL, MMUEXT_INVLPG_LOCAL, MMUEXT_PIN_L3_TABLE,
    };
    unsigned count = 1 + fuzz_byte(in) % REQUESTS_MAX;
    uint16_t foreign = whose(fuzz_byte(in));

    for (unsigned i = 0; i < count; i++) {
        struct mmuext_op_32 op = {.cmd = commands[fuzz_byte(in) % ARRAY_SIZE(commands)]};

        op.arg1.mfn = op.cmd == MMUEXT_SET_LDT ? fuzz_address(in) : (uint32_t)fuzz_frame(in).raw;
        op.arg2.nr_ents = op.cmd == MMUEXT_SET_LDT ? fuzz_byte(in) * 8u : (uint32_t)fuzz_frame(in).raw;
        memcpy(fake_guest + i * sizeof(op), &op, sizeof(op));
    }
    fuzz_call_until_done(in, hypercall32_mmuext_op, ARG, count, 0, foreign);
}

static void va_mapping(struct fuzz_input *in)
{
    uint32_t address = fuzz_address(in);
    uint64_t entry = fuzz_entry(in);

    hypercall32_update_va_mapping(address, (uint32_t)entry, entry >> 32, fuzz_byte(in) % 4);
}

/* A write to a table through its read-only mapping: of any size, compared first or not. */
static void emulated_write(struct fuzz_input *in)
{
    unsigned bytes = 1u << fuzz_byte(in) % 4;
    uint32_t address = fuzz_address(in) + fuzz_slot(in) * 8 + fuzz_byte(in) % 8 / bytes * bytes;
    uint64_t value = fuzz_entry(in), expected = fuzz_byte(in) & 1 ? 0 : fuzz_entry(in);
    mfn_t table = table_write_target(v, address);

    if (bytes < 8)
        value = value >> (address % 8 * 8) & ((1ull << bytes * 8) - 1);
    if (!mfn_equal(table, MFN_NONE))
        table_write(v, table, address, bytes, value, fuzz_byte(in) & 1 ? &expected : NULL);
}

static void reservation(struct fuzz_input *in)
{
    static const unsigned commands[] = {XENMEM_increase_reservation, XENMEM_decrease_reservation,
                                        XENMEM_populate_physmap};
    struct xen_memory_reservation_32 r = {.extent_start = ARG + LIST_AT, .domid = whose(fuzz_byte(in))};
    unsigned command = commands[fuzz_byte(in) % ARRAY_SIZE(commands)];

    r.nr_extents = 1 + fuzz_byte(in) % REQUESTS_MAX;
    r.extent_order = fuzz_byte(in) % 8 / 6;
    for (unsigned i = 0; i < r.nr_extents; i++) {
        uint32_t number = (uint32_t)fuzz_frame(in).raw;

        memcpy(fake_guest + LIST_AT + i * sizeof(number), &number, sizeof(number));
    }
    memcpy(fake_guest, &r, sizeof(r));
    hypercall_memory_op(command, ARG);
}

static void exchange(struct fuzz_input *in)
{
    struct xen_memory_exchange_32 x = {
        .in = {.extent_start = ARG + LIST_AT, .nr_extents = 2, .domid = DOMID_SELF},
        .out = {.extent_start = ARG + LIST_AT + 64, .nr_extents = 2, .domid = DOMID_SELF},
    };

    if (fuzz_byte(in) & 1)
        x.out.nr_extents = 1, x.out.extent_order = 1;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t number = (uint32_t)fuzz_frame(in).raw;

        memcpy(fake_guest + LIST_AT + i / 2 * 64 + i % 2 * sizeof(number), &number, sizeof(number));
    }
    memcpy(fake_guest, &x, sizeof(x));
    hypercall_memory_op(XENMEM_exchange, ARG);
}

static void descriptors(struct fuzz_input *in)
{
    uint32_t frames[2] = {(uint32_t)fuzz_frame(in).raw, (uint32_t)fuzz_frame(in).raw};
    uint8_t choice = fuzz_byte(in);

    memcpy(fake_guest, frames, sizeof(frames));
    if (choice & 1)
        hypercall32_set_gdt(ARG, choice >> 1 & 3 ? 512u * (choice >> 1 & 3) : 0);
    else if (choice & 2)
        ldt_map(v, fuzz_byte(in) % 2 * PAGE_SIZE);
    else
        hypercall32_update_descriptor(frames[0] << PAGE_SHIFT | fuzz_slot(in) * 8, 0, fuzz_word(in, 4),
                                      fuzz_word(in, 4));
}

static void start(uint8_t choice)
{
    fake_machine_start(FUZZ_FRAMES);
    traps_start();
    d = fake_domain(1, choice & 1);
    other = fake_domain(2, false);
    v = d->vcpus[0];
    d->max_pages = 48;
    gdt_drop(v);
    fake_tables_running(d);
    for (unsigned i = 0; i < 20; i++)
        fake_frame(d);
    fake_frame(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct fuzz_input *) = {
        mmu_update, mmuext_op,   va_mapping, emulated_write, reservation,
        exchange,   descriptors, mmu_update, mmuext_op,
    };
    struct fuzz_input in = {data, data + size};

    start(fuzz_byte(&in));
    for (unsigned i = 0; i < STEPS_MAX && fuzz_more(&in); i++) {
        steps[fuzz_byte(&in) % ARRAY_SIZE(steps)](&in);
        fuzz_tlb_check();
    }
    fuzz_audit(NULL);
    fake_machine_end();
    return 0;
}
