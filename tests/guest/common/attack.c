/* SPDX-License-Identifier: MIT */
#include "attack.h"

static void same_entry(pte_t before, pte_t after, const char *file, int line)
{
    test_expect_equal(after & ~ENTRY_FLAGS_UNCOUNTED, before & ~ENTRY_FLAGS_UNCOUNTED, file, line,
                      "the entry that was there");
}

void attack_map_refused(const volatile void *address, pte_t entry, int error, uint32_t reason,
                        const char *file, int line)
{
    uint64_t slot = page_entry_machine(address);
    pte_t before = page_entry(address);

    test_expect_errno(page_set(address, entry), error, file, line, "update_va_mapping");
    test_expect_reason(reason, file, line);
    test_expect_errno(table_write(slot, entry), error, file, line, "mmu_update");
    test_expect_reason(reason, file, line);
    test_expect_errno(table_update(slot, MMU_PT_UPDATE_PRESERVE_AD, entry), error, file, line,
                      "mmu_update, preserving A and D");
    test_expect_reason(reason, file, line);
    same_entry(before, page_entry(address), file, line);
}

void attack_entry_refused(uint32_t table_mfn, unsigned int index, pte_t entry, int error, uint32_t reason,
                          const char *file, int line)
{
    uint64_t slot = table_entry_machine(table_mfn, index);
    pte_t before = table_entry(table_mfn, index);

    test_expect_errno(table_write(slot, entry), error, file, line, "mmu_update");
    test_expect_reason(reason, file, line);
    test_expect_errno(table_update(slot, MMU_PT_UPDATE_PRESERVE_AD, entry), error, file, line,
                      "mmu_update, preserving A and D");
    test_expect_reason(reason, file, line);
    same_entry(before, table_entry(table_mfn, index), file, line);
}

void attack_pin_refused(uint32_t mfn, unsigned int level, int error, uint32_t reason, const char *file,
                        int line)
{
    test_expect_errno(table_pin(mfn, level), error, file, line, "the pin");
    test_expect_reason(reason, file, line);
}

bool frame_is_own(uint32_t mfn)
{
    uint32_t pfn = mfn_to_pfn(mfn);

    return pfn != P2M_NONE && pfn_to_mfn(pfn) == mfn;
}
