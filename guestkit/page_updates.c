/* SPDX-License-Identifier: MIT */
#include <guestkit/hypercall.h>
#include <guestkit/page_updates.h>

int page_set(const volatile void *address, pte_t entry)
{
    return hypercall(__HYPERVISOR_update_va_mapping, (uint32_t)address, (uint32_t)entry,
                     (uint32_t)(entry >> 32), UVMF_INVLPG, 0);
}

static int send_updates(const struct mmu_update *updates, unsigned int count)
{
    return hypercall(__HYPERVISOR_mmu_update, hypercall_address(updates), count, 0, DOMID_SELF, 0);
}

int table_update(uint64_t machine, unsigned int command, uint64_t value)
{
    struct mmu_update update = {.ptr = machine | command, .val = value};

    return send_updates(&update, 1);
}

int table_write(uint64_t entry_machine, pte_t entry)
{
    return table_update(entry_machine, MMU_NORMAL_PT_UPDATE, entry);
}

static void batch_flush(struct page_batch *batch)
{
    if (batch->count && !batch->error) {
        batch->error = send_updates(batch->updates, batch->count);
    }
    batch->count = 0;
}

void page_batch_add(struct page_batch *batch, uint64_t machine, pte_t entry)
{
    batch->updates[batch->count++] = (struct mmu_update){.ptr = machine | MMU_NORMAL_PT_UPDATE, .val = entry};
    if (batch->count == PAGE_BATCH) {
        batch_flush(batch);
    }
}

int page_batch_send(struct page_batch *batch)
{
    batch_flush(batch);
    int error = tlb_flush();
    return batch->error ? batch->error : error;
}

int mmu_extended(unsigned int command, uint32_t arg1, uint32_t arg2)
{
    mmuext_op_t op = {.cmd = command, .arg1.mfn = arg1, .arg2.src_mfn = arg2};

    return hypercall(__HYPERVISOR_mmuext_op, hypercall_address(&op), 1, 0, DOMID_SELF, 0);
}

int table_pin(uint32_t mfn, unsigned int level)
{
    return mmu_extended(MMUEXT_PIN_L1_TABLE + level - 1, mfn, 0);
}

int table_unpin(uint32_t mfn)
{
    return mmu_extended(MMUEXT_UNPIN_TABLE, mfn, 0);
}

int frame_clear(uint32_t mfn)
{
    return mmu_extended(MMUEXT_CLEAR_PAGE, mfn, 0);
}

int tlb_flush(void)
{
    return mmu_extended(MMUEXT_TLB_FLUSH_LOCAL, 0, 0);
}

int tlb_flush_page(const volatile void *address)
{
    return mmu_extended(MMUEXT_INVLPG_LOCAL, (uint32_t)address, 0);
}
