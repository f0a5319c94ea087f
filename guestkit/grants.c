/* SPDX-License-Identifier: MIT */
#include <guestkit/cpu.h>
#include <guestkit/grants.h>
#include <guestkit/page_tables.h>
#include <guestkit/stubs.h>

#define NONE 0xffffu

/* Pages of the image that the table's frames are mapped over: x86_32/grant_pages.S. */
extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

/* Free references, linked through their numbers. */
static uint16_t next_free[GRANT_ENTRIES];
static uint16_t first_free;

static void fill_free_list(void)
{
    for (unsigned int ref = GNTTAB_NR_RESERVED_ENTRIES; ref < GRANT_ENTRIES; ref++) {
        next_free[ref] = (uint16_t)(ref + 1 < GRANT_ENTRIES ? ref + 1 : NONE);
    }
    first_free = GNTTAB_NR_RESERVED_ENTRIES;
}

int grants_init(void)
{
    uint32_t frames[GRANT_FRAMES];
    gnttab_setup_table_t setup = {
        .dom = DOMID_SELF,
        .nr_frames = GRANT_FRAMES,
        .frame_list = hypercall_address(frames),
    };
    int error = grant_table_op_setup_table(&setup, 1);

    if (error || setup.status) {
        return error ? error : setup.status;
    }
    for (unsigned int i = 0; i < GRANT_FRAMES; i++) {
        error = page_set(&grant_table[i * 512], pte_make(frames[i], PTE_DATA));
        if (error) {
            return error;
        }
    }
    fill_free_list();
    return 0;
}

int grant_access(domid_t domain, uint32_t mfn, bool read_only)
{
    uint16_t ref = first_free;

    if (ref == NONE) {
        return GNTST_no_space;
    }
    first_free = next_free[ref];
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
