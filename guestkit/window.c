/* SPDX-License-Identifier: MIT */
#include <guestkit/page_updates.h>
#include <guestkit/window.h>

/* Pages of the image: their L1 entries always exist. What backed them is lost to us, eight pages in all. */
extern char window_pages[WINDOW_SLOTS][PAGE_BYTES];

void *window_open(unsigned int slot, uint32_t mfn, bool writable)
{
    void *address = window_pages[slot];

    return page_set(address, pte_make(mfn, writable ? PTE_DATA : PTE_READ)) ? NULL : address;
}

void window_close(unsigned int slot)
{
    page_set(window_pages[slot], 0);
}
