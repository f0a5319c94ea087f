/* SPDX-License-Identifier: MIT */
#include <guestkit/cpu.h>
#include <guestkit/grants.h>
#include <guestkit/page_tables.h>
#include <guestkit/stubs.h>

#define NONE 0xffffu
#define LENT 0xfffeu

/* Pages of the image that the table's frames are mapped over: x86_32/grant_pages.S. */
extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

/* Free references, linked through their numbers. */
static uint16_t next_free[GRANT_ENTRIES];
static uint16_t first_free;
static uint32_t frames_in_use;

_Static_assert(GRANT_ENTRIES <= LENT, "a reference fits the list");

/* Highest first, so that the lowest is used first. */
static void add_free(uint32_t first, uint32_t end)
{
    while (end-- > first) {
        next_free[end] = first_free;
        first_free = (uint16_t)end;
    }
}

/* One frame more. 0, a negative errno, or a status. */
static int grow(void)
{
    uint32_t frames[GRANT_FRAMES];
    uint32_t last = frames_in_use;
    gnttab_setup_table_t setup = {
        .dom = DOMID_SELF,
        .nr_frames = last + 1,
        .frame_list = hypercall_address(frames),
    };

    if (last == GRANT_FRAMES) {
        return GNTST_no_space;
    }
    int error = grant_table_op_setup_table(&setup, 1);
    if (error || setup.status) {
        return error ? error : setup.status;
    }
    error = page_set(&grant_table[last * GRANTS_IN_FRAME], pte_make(frames[last], PTE_DATA));
    if (!error) {
        frames_in_use++;
        add_free(last ? last * GRANTS_IN_FRAME : GNTTAB_NR_RESERVED_ENTRIES, (last + 1) * GRANTS_IN_FRAME);
    }
    return error;
}

int grants_init(void)
{
    first_free = NONE;
    frames_in_use = 0;
    return grow();
}

int grant_access(domid_t domain, uint32_t mfn, bool read_only)
{
    if (first_free == NONE && grow()) {
        return GNTST_no_space;
    }
    uint16_t ref = first_free;

    first_free = next_free[ref];
    next_free[ref] = LENT;
    grant_table[ref].frame = mfn;
    grant_table[ref].domid = domain;
    /* The flags make the entry valid: everything else must be there before. */
    compiler_barrier();
    *(volatile uint16_t *)&grant_table[ref].flags =
        (uint16_t)(GTF_permit_access | (read_only ? GTF_readonly : 0));
    return ref;
}

bool grant_end(grant_ref_t ref)
{
    if (ref >= GRANT_ENTRIES || next_free[ref] != LENT) {
        return true;
    }
    volatile uint16_t *flags = &grant_table[ref].flags;
    uint16_t seen = *flags;

    for (;;) {
        if (seen & (GTF_reading | GTF_writing)) {
            return false;
        }
        uint16_t before = atomic_compare_exchange16(flags, seen, 0);
        if (before == seen) {
            break;
        }
        seen = before;
    }
    next_free[ref] = first_free;
    first_free = (uint16_t)ref;
    return true;
}

int grant_map(domid_t domain, grant_ref_t ref, void *address, bool read_only, grant_handle_t *handle)
{
    gnttab_map_grant_ref_t map = {
        .host_addr = (uint32_t)address,
        .flags = GNTMAP_host_map | (read_only ? GNTMAP_readonly : 0),
        .ref = ref,
        .dom = domain,
    };
    int error = grant_table_op_map_grant_ref(&map, 1);

    *handle = map.handle;
    return error ? GNTST_general_error : map.status;
}

int grant_unmap(void *address, grant_handle_t handle)
{
    gnttab_unmap_grant_ref_t unmap = {.host_addr = (uint32_t)address, .handle = handle};
    int error = grant_table_op_unmap_grant_ref(&unmap, 1);

    return error ? GNTST_general_error : unmap.status;
}

static int copy(gnttab_copy_t *op)
{
    int error = grant_table_op_copy(op, 1);

    return error ? GNTST_general_error : op->status;
}

int grant_copy_from(domid_t domain, grant_ref_t ref, uint16_t offset, void *to, uint16_t length)
{
    gnttab_copy_t op = {
        .source = {.u.ref = ref, .domid = domain, .offset = offset},
        .dest = {.u.gmfn = pte_mfn(page_entry(to)), .domid = DOMID_SELF, .offset = (uint32_t)to % PAGE_BYTES},
        .len = length,
        .flags = GNTCOPY_source_gref,
    };
    return copy(&op);
}

int grant_copy_to(domid_t domain, grant_ref_t ref, uint16_t offset, const void *from, uint16_t length)
{
    gnttab_copy_t op = {
        .source = {.u.gmfn = pte_mfn(page_entry(from)),
                   .domid = DOMID_SELF,
                   .offset = (uint32_t)from % PAGE_BYTES},
        .dest = {.u.ref = ref, .domid = domain, .offset = offset},
        .len = length,
        .flags = GNTCOPY_dest_gref,
    };
    return copy(&op);
}
