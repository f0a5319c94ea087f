/* SPDX-License-Identifier: MIT */
#include <guestkit/page_tables.h>
#include <guestkit/window.h>

uint32_t page_root_mfn;

pte_t table_entry(uint32_t table_mfn, unsigned int index)
{
    uint32_t pfn = mfn_to_pfn(table_mfn);

    if (pfn != P2M_NONE && p2m_is_linear(pfn)) {
        return ((const volatile pte_t *)pfn_to_address(pfn))[index];
    }
    const volatile pte_t *table = window_open(WINDOW_WALK, table_mfn, false);
    pte_t entry = table ? table[index] : 0;
    window_close(WINDOW_WALK);
    return entry;
}

uint32_t page_table_in(uint32_t root_mfn, const volatile void *address, unsigned int level)
{
    uint32_t table = root_mfn;

    for (unsigned int at = 3; at > level; at--) {
        pte_t entry = table_entry(table, page_index(address, at));
        if (!(entry & PTE_PRESENT) || (at == 2 && (entry & PTE_LARGE))) {
            return P2M_NONE;
        }
        table = pte_mfn(entry);
    }
    return table;
}

uint32_t page_table(const volatile void *address, unsigned int level)
{
    return page_table_in(page_root_mfn, address, level);
}

pte_t page_entry(const volatile void *address)
{
    uint32_t table = page_table(address, 1);

    return table == P2M_NONE ? 0 : table_entry(table, page_index(address, 1));
}

uint64_t page_entry_machine(const volatile void *address)
{
    uint32_t table = page_table(address, 1);

    return table == P2M_NONE ? 0 : table_entry_machine(table, page_index(address, 1));
}

int page_protect(const volatile void *address, uint64_t flags)
{
    pte_t entry = page_entry(address);

    if (!(entry & PTE_PRESENT)) {
        return -XEN_ENOENT;
    }
    return page_set(address, (entry & PTE_FRAME_MASK) | flags);
}

/* The builder maps all its parts linearly, then at least 512 KiB more, to a boundary of its own choice. */
void page_tables_init(const start_info_t *info)
{
    page_root_mfn = address_to_mfn((void *)info->pt_base);
    while (p2m_identity < p2m_size) {
        pte_t entry = page_entry(pfn_to_address(p2m_identity));
        if (!(entry & PTE_PRESENT) || pte_mfn(entry) != pfn_to_mfn(p2m_identity)) {
            break;
        }
        p2m_identity++;
    }
}
