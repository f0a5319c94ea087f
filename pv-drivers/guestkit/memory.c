/* SPDX-License-Identifier: MIT */
#include <guestkit/areas.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/page_tables.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>

#include "parts.h"

/* One hypercall for so many. */
#define BATCH 64u

/* Of what is mapped at each page of the areas. */
static grant_handle_t handles[AREAS_PAGES];

void *guest_pages_alloc(void *context, uint32_t count)
{
    void *pages = pages_alloc(count);

    if (pages) {
        memset(pages, 0, count * PAGE_BYTES);
    }
    return pages;
}

void guest_pages_free(void *context, void *pages, uint32_t count)
{
    pages_free(pages, count);
}

int guest_grant(void *context, domid_t domain, void *page, bool read_only)
{
    int reference = grant_access(domain, address_to_mfn(page), read_only);

    return reference < 0 ? -XEN_ENOSPC : reference;
}

bool guest_revoke(void *context, grant_ref_t reference)
{
    return grant_end(reference);
}

static grant_handle_t *handle_of(const void *page)
{
    return &handles[((uint32_t)page - AREAS_START) / PAGE_BYTES];
}

static void unmap_some(uint8_t *pages, uint32_t count)
{
    gnttab_unmap_grant_ref_t unmaps[BATCH];

    for (uint32_t i = 0; i < count; i++) {
        uint8_t *page = pages + i * PAGE_BYTES;

        unmaps[i] = (gnttab_unmap_grant_ref_t){.host_addr = (uint32_t)page, .handle = *handle_of(page)};
    }
    grant_table_op_unmap_grant_ref(unmaps, count);
}

static void unmap_all(uint8_t *pages, uint32_t count)
{
    for (uint32_t done = 0; done < count; done += BATCH) {
        unmap_some(pages + done * PAGE_BYTES, count - done < BATCH ? count - done : BATCH);
    }
}

/* How many of them could be mapped, from the first on; what is behind the first that could not is unmapped again. */
static uint32_t map_some(domid_t domain, const grant_ref_t *references, uint8_t *pages, uint32_t count,
                         bool read_only)
{
    gnttab_map_grant_ref_t maps[BATCH];
    uint32_t good = count;

    for (uint32_t i = 0; i < count; i++) {
        maps[i] = (gnttab_map_grant_ref_t){.host_addr = (uint32_t)(pages + i * PAGE_BYTES),
                                           .flags = GNTMAP_host_map | (read_only ? GNTMAP_readonly : 0),
                                           .ref = references[i],
                                           .dom = domain};
    }
    if (grant_table_op_map_grant_ref(maps, count)) {
        return 0;
    }
    for (uint32_t i = count; i-- > 0;) {
        *handle_of(pages + i * PAGE_BYTES) = maps[i].handle;
        if (maps[i].status != GNTST_okay) {
            good = i;
        }
    }
    for (uint32_t i = good + 1; i < count; i++) {
        if (maps[i].status == GNTST_okay) {
            unmap_some(pages + i * PAGE_BYTES, 1);
        }
    }
    return good;
}

void *guest_map(void *context, domid_t domain, const grant_ref_t *references, uint32_t count, bool read_only)
{
    uint8_t *pages = area_alloc(count);

    for (uint32_t done = 0; pages && done < count; done += BATCH) {
        uint32_t some = count - done < BATCH ? count - done : BATCH;
        uint32_t good = map_some(domain, references + done, pages + done * PAGE_BYTES, some, read_only);

        if (good < some) {
            unmap_all(pages, done + good);
            area_free(pages, count);
            return NULL;
        }
    }
    return pages;
}

void guest_unmap(void *context, void *pages, uint32_t count)
{
    unmap_all(pages, count);
    area_free(pages, count);
}

static void copy_some(domid_t domain, struct pv_copy *copies, uint32_t count)
{
    gnttab_copy_t ops[BATCH];

    for (uint32_t i = 0; i < count; i++) {
        const struct pv_copy *c = &copies[i];
        struct gnttab_copy_ptr_32 ours = {.u.gmfn = pte_mfn(page_entry(c->ours)),
                                          .domid = DOMID_SELF,
                                          .offset = (uint16_t)((uint32_t)c->ours % PAGE_BYTES)};
        struct gnttab_copy_ptr_32 theirs = {.u.ref = c->theirs, .domid = domain, .offset = c->offset};

        ops[i] = (gnttab_copy_t){.source = c->to_theirs ? ours : theirs,
                                 .dest = c->to_theirs ? theirs : ours,
                                 .len = c->length,
                                 .flags = c->to_theirs ? GNTCOPY_dest_gref : GNTCOPY_source_gref,
                                 .status = GNTST_general_error};
    }
    grant_table_op_copy(ops, count);
    for (uint32_t i = 0; i < count; i++) {
        copies[i].status = ops[i].status;
    }
}

void guest_copy(void *context, domid_t domain, struct pv_copy *copies, uint32_t count)
{
    for (uint32_t done = 0; done < count; done += BATCH) {
        copy_some(domain, copies + done, count - done < BATCH ? count - done : BATCH);
    }
}

uint64_t guest_machine(void *context, const void *address)
{
    return (uint64_t)pte_mfn(page_entry(address)) * PAGE_BYTES + (uint32_t)address % PAGE_BYTES;
}
