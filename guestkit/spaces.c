/* SPDX-License-Identifier: MIT */
#include <guestkit/frames.h>
#include <guestkit/spaces.h>
#include <guestkit/string.h>

#define TABLE_ENTRIES 512u
#define LAST_SLOT 3u
/* Entries of slot 3's L2 that belong to the guest; the hypervisor fills the rest. */
#define SLOT3_GUEST_ENTRIES ((HYPERVISOR_VIRT_START >> 21) & 511)

struct space space_kernel;

static int link_in_slot3(const void *address, pte_t entry);

void spaces_init(void)
{
    frames_linear_grown = link_in_slot3;
    space_kernel.root_mfn = page_root_mfn;
    space_kernel.l2_slot3 = pte_mfn(table_entry(page_root_mfn, LAST_SLOT));
    space_kernel.shared_slots = 7;
    space_kernel.next = NULL;
}

static bool slot_is_private(const struct space *space, unsigned int slot)
{
    return slot != LAST_SLOT && !(space->shared_slots >> slot & 1);
}

/* ---- making and freeing */

/* The L2 of slot 3: the kernel's entries below the hypervisor's. */
static uint32_t copy_slot3(void)
{
    pte_t *table = pages_alloc(1);

    if (!table) {
        return P2M_NONE;
    }
    memset(table, 0, PAGE_BYTES);
    for (unsigned int i = 0; i < SLOT3_GUEST_ENTRIES; i++) {
        table[i] = table_entry(space_kernel.l2_slot3, i);
    }
    if (table_seal(table)) {
        pages_free(table, 1);
        return P2M_NONE;
    }
    return address_to_mfn(table);
}

static uint32_t make_root(unsigned int shared_slots, uint32_t l2_slot3)
{
    pte_t *root = pages_alloc(1);

    if (!root) {
        return P2M_NONE;
    }
    memset(root, 0, PAGE_BYTES);
    for (unsigned int slot = 0; slot < LAST_SLOT; slot++) {
        pte_t kernel = table_entry(space_kernel.root_mfn, slot);
        if ((shared_slots >> slot & 1) && (kernel & PTE_PRESENT)) {
            root[slot] = pte_make(pte_mfn(kernel), PTE_L3);
        }
    }
    root[LAST_SLOT] = pte_make(l2_slot3, PTE_L3);
    if (table_seal(root)) {
        pages_free(root, 1);
        return P2M_NONE;
    }
    return address_to_mfn(root);
}

int space_create(struct space *space, unsigned int shared_slots)
{
    int error = -XEN_ENOMEM;

    space->shared_slots = shared_slots & 7;
    space->l2_slot3 = copy_slot3();
    if (space->l2_slot3 == P2M_NONE) {
        return error;
    }
    space->root_mfn = make_root(space->shared_slots, space->l2_slot3);
    if (space->root_mfn == P2M_NONE) {
        goto err_free_slot3;
    }
    error = table_pin(space->root_mfn, 3);
    if (error) {
        goto err_free_root;
    }
    space->next = space_kernel.next;
    space_kernel.next = space;
    return 0;

err_free_root:
    table_free(space->root_mfn);
err_free_slot3:
    table_free(space->l2_slot3);
    return error;
}

/* Free an L2 of the space's own and the L1 tables in it. Nothing refers to it any more. */
static int free_slot(uint32_t l2)
{
    int error = 0;

    for (unsigned int i = 0; i < TABLE_ENTRIES; i++) {
        pte_t entry = table_entry(l2, i);
        if (entry & PTE_PRESENT) {
            int failed = table_free(pte_mfn(entry));
            error = error ? error : failed;
        }
    }
    int failed = table_free(l2);
    return error ? error : failed;
}

int space_destroy(struct space *space)
{
    if (space->root_mfn == page_root_mfn) {
        return -XEN_EBUSY;
    }
    int error = table_unpin(space->root_mfn);
    if (error) {
        return error;
    }
    for (struct space *at = &space_kernel; at; at = at->next) {
        if (at->next == space) {
            at->next = space->next;
        }
    }
    for (unsigned int slot = 0; slot < LAST_SLOT && !error; slot++) {
        pte_t entry = table_entry(space->root_mfn, slot);
        if (slot_is_private(space, slot) && (entry & PTE_PRESENT)) {
            error = free_slot(pte_mfn(entry));
        }
    }
    error = error ? error : table_free(space->l2_slot3);
    return error ? error : table_free(space->root_mfn);
}

int space_switch(const struct space *space)
{
    int error = mmu_extended(MMUEXT_NEW_BASEPTR, space->root_mfn, 0);

    if (!error) {
        page_root_mfn = space->root_mfn;
    }
    return error;
}

/* ---- mapping */

/* Make an empty table and link it at an entry. Returns its mfn or P2M_NONE. */
static uint32_t link_new_table(uint64_t entry_machine, uint64_t flags, int *error)
{
    uint32_t table = table_alloc();

    *error = table == P2M_NONE ? -XEN_ENOMEM : table_write(entry_machine, pte_make(table, flags));
    if (*error && table != P2M_NONE) {
        table_free(table);
        table = P2M_NONE;
    }
    return table;
}

/* A shared slot that has just got its L2 gets it in every space that shares it. */
static int share_slot(unsigned int slot)
{
    pte_t kernel = table_entry(space_kernel.root_mfn, slot);

    for (struct space *at = space_kernel.next; at; at = at->next) {
        if (at->shared_slots >> slot & 1) {
            int error =
                table_write(table_entry_machine(at->root_mfn, slot), pte_make(pte_mfn(kernel), PTE_L3));
            if (error) {
                return error;
            }
        }
    }
    return 0;
}

/* Slot 3's L2 exists once a space: the kernel's entries in it have to be put into each. */
static int link_in_slot3(const void *address, pte_t entry)
{
    if (page_index(address, 3) != LAST_SLOT) {
        return 0;
    }
    for (struct space *at = &space_kernel; at; at = at->next) {
        int error = table_write(table_entry_machine(at->l2_slot3, page_index(address, 2)), entry);
        if (error) {
            return error;
        }
    }
    return 0;
}

/* mfn of the L1 table for an address, made if need be. */
static uint32_t need_l1(struct space *space, const void *address, int *error)
{
    unsigned int slot = page_index(address, 3);
    struct space *owner = slot_is_private(space, slot) ? space : &space_kernel;
    uint32_t l2 = page_table_in(owner->root_mfn, address, 2);

    *error = 0;
    if (l2 == P2M_NONE) {
        l2 = link_new_table(table_entry_machine(owner->root_mfn, slot), PTE_L3, error);
        if (!*error && owner == &space_kernel) {
            *error = share_slot(slot);
        }
        if (*error) {
            return P2M_NONE;
        }
    }
    unsigned int index = page_index(address, 2);
    pte_t entry = table_entry(l2, index);
    if (entry & PTE_PRESENT) {
        return pte_mfn(entry);
    }
    uint32_t l1 = link_new_table(table_entry_machine(l2, index), PTE_TABLE, error);
    if (!*error && slot == LAST_SLOT) {
        *error = link_in_slot3(address, pte_make(l1, PTE_TABLE));
    }
    return l1;
}

int space_map(struct space *space, const volatile void *address, pte_t entry)
{
    int error;
    uint32_t l1 = need_l1(space, (const void *)address, &error);

    return error ? error : table_write(table_entry_machine(l1, page_index(address, 1)), entry);
}

pte_t space_entry(const struct space *space, const volatile void *address)
{
    uint32_t l1 = page_table_in(space->root_mfn, address, 1);

    return l1 == P2M_NONE ? 0 : table_entry(l1, page_index(address, 1));
}
