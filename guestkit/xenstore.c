/* SPDX-License-Identifier: MIT */
#include <guestkit/page_updates.h>
#include <guestkit/xenstore.h>

extern char xenstore_page[]; /* x86_32/xenstore_page.S */

void *xenstore_map(const start_info_t *info)
{
    if (!info->store_mfn || (info->flags & SIF_INITDOMAIN)) {
        return NULL;
    }
    return page_set(xenstore_page, pte_make(info->store_mfn, PTE_DATA)) ? NULL : xenstore_page;
}

uint32_t xenstore_port(const start_info_t *info)
{
    return info->store_evtchn;
}
