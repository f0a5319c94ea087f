/* SPDX-License-Identifier: MIT */
#include <guestkit/hypercall.h>
#include <guestkit/page_updates.h>
#include <guestkit/protect.h>
#include <guestkit/start.h>

#define BATCH 64u /* entries of 32 bytes, on the stack */

extern char virt_base[];

static int send_batch(multicall_entry_t *calls, uint32_t count)
{
    int error = hypercall(__HYPERVISOR_multicall, hypercall_address(calls), count, 0, 0, 0);

    for (uint32_t i = 0; i < count && !error; i++) {
        error = (int32_t)calls[i].result;
    }
    return error;
}

/* The processor may remember the writable mapping: every entry takes its own out of the TLB. */
int image_protect(const start_info_t *info)
{
    const uint32_t *mfn_of = (const uint32_t *)info->mfn_list;
    const char *page = text_start;

    while (page < rodata_end) {
        multicall_entry_t calls[BATCH];
        uint32_t count = 0;

        for (; page < rodata_end && count < BATCH; page += PAGE_BYTES, count++) {
            pte_t entry = pte_make(mfn_of[(uint32_t)(page - virt_base) / PAGE_BYTES], PTE_READ);

            calls[count] = (multicall_entry_t){
                .op = __HYPERVISOR_update_va_mapping,
                .args = {(uint32_t)page, (uint32_t)entry, (uint32_t)(entry >> 32), UVMF_INVLPG},
            };
        }
        int error = send_batch(calls, count);
        if (error) {
            return error;
        }
    }
    return 0;
}
