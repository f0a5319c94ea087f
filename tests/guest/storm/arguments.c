/* SPDX-License-Identifier: MIT */
/*
 * Arguments that are wrong in interesting ways, and often enough right. The storm is given pages, frames and page
 * tables of its own to ruin; a word that would name anything else of this kernel is replaced, so that a refusal is
 * the hypervisor's merit and a crash its fault.
 */
#include "storm.h"

#include <guestkit/frames.h>
#include <guestkit/page_tables.h>
#include <guestkit/probe.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>

#define VICTIMS 32
#define TABLES 6
#define LINEAR_END 0x40000000u
#define ARENA_WORDS (PAGE_BYTES / 4)
#define FILLED_WORDS 128

/* The structures; then a page that cannot be written and one that is not there. */
static uint32_t arena[3 * ARENA_WORDS] __attribute__((aligned(4096)));
#define READ_ONLY_PAGE (arena + ARENA_WORDS)
#define MISSING_PAGE (arena + 2 * ARENA_WORDS)

static uint8_t *victims;
static uint32_t victim_mfn[VICTIMS];
static uint32_t table_mfn[TABLES];

void arguments_init(void)
{
    victims = pages_alloc(VICTIMS);
    for (unsigned int i = 0; i < VICTIMS; i++)
        victim_mfn[i] = address_to_mfn(victims + i * PAGE_BYTES);
    for (unsigned int i = 0; i < TABLES; i++)
        table_mfn[i] = table_alloc();
    page_protect(READ_ONLY_PAGE, PTE_READ);
    page_set(MISSING_PAGE, 0);
}

static uint32_t victim_address(void)
{
    return (uint32_t)victims + chance(VICTIMS * PAGE_BYTES);
}

static bool is_ours_to_ruin(uint32_t mfn)
{
    for (unsigned int i = 0; i < VICTIMS; i++)
        if (victim_mfn[i] == mfn)
            return true;
    for (unsigned int i = 0; i < TABLES; i++)
        if (table_mfn[i] == mfn)
            return true;
    return false;
}

/* A word that, read as an address or as a machine frame, names this kernel's own memory becomes a victim. */
static uint32_t kept_away(uint32_t word)
{
    if (word >= (uint32_t)image_start && word < LINEAR_END)
        return word - (uint32_t)victims < VICTIMS * PAGE_BYTES ? word : victim_address();
    if (mfn_to_pfn(word) != P2M_NONE && !is_ours_to_ruin(word))
        return victim_mfn[chance(VICTIMS)];
    return word;
}

static uint32_t any_frame(void)
{
    switch (chance(8)) {
    case 0: return chance(0x200);               /* low memory, the hypervisor's image */
    case 1: return 0xfee00 + chance(2);         /* the local APIC */
    case 2: return kept_away(chance(0x100000)); /* anywhere below 4 GiB */
    case 3: return 0xffffffff - chance(3);      /* no frame at all */
    case 4: return table_mfn[chance(TABLES)];
    default: return victim_mfn[chance(VICTIMS)];
    }
}

static uint32_t odd_word(void)
{
    static const uint32_t edges[] = {0x7fffffff, 0x80000000, 0xffffffff, 0xf5800000, 0xf57fffff, 0xfffff000,
                                     0x7ff0,     0x7ff1,     0x10000,    0xfffe,     0xe019,     0xe033};

    switch (chance(10)) {
    case 0:
    case 1:
    case 2: return chance(8);
    case 3: return chance(256);
    case 4: return victim_address() & ~(chance(2) ? 0xfffu : 0);
    case 5:
    case 6: return any_frame();
    case 7: return edges[chance(sizeof(edges) / sizeof(edges[0]))];
    case 8: return 1u << chance(32);
    default: return chance_word();
    }
}

uint32_t arguments_word(void)
{
    return kept_away(odd_word());
}

uint32_t arguments_pointer(void)
{
    switch (chance(24)) {
    case 0: return 0;
    case 1: return (uint32_t)READ_ONLY_PAGE;
    case 2: return (uint32_t)MISSING_PAGE;
    case 3: return (uint32_t)MISSING_PAGE - chance(64); /* past a page that can only be read, into nothing */
    case 4: return 0xf5800000u - chance(64);
    case 5: return 0xfffffff0u + chance(16);
    case 6: return (uint32_t)READ_ONLY_PAGE - chance(64);
    default: return (uint32_t)arena + 4 * chance(8);
    }
}

/* An entry of any level that points at something of interest. */
static uint64_t random_entry(void)
{
    static const uint16_t flags[] = {0x001, 0x007, 0x027, 0x061, 0x063, 0x067, 0x000, 0x0e7, 0x163, 0x003};
    uint64_t entry = (uint64_t)any_frame() << 12 | flags[chance(sizeof(flags) / sizeof(flags[0]))];

    if (chance(8) == 0)
        entry |= 1ull << (32 + chance(32));
    return chance(16) ? entry : (uint64_t)chance_word() << 32 | chance_word();
}

static void fill_mmu_update(void)
{
    mmu_update_t *updates = (mmu_update_t *)arena;

    for (unsigned int i = 0; i < FILLED_WORDS * 4 / sizeof(updates[0]); i++) {
        uint32_t table = chance(8) ? table_mfn[chance(TABLES)] : any_frame();
        uint32_t index = chance(4) ? chance(4) : chance(512);

        updates[i].ptr = ((uint64_t)table << 12) + index * 8 + (chance(4) ? 0 : chance(8));
        updates[i].val = random_entry();
    }
}

static void fill_mmuext(void)
{
    mmuext_op_t *ops = (mmuext_op_t *)arena;

    for (unsigned int i = 0; i < FILLED_WORDS * 4 / sizeof(ops[0]); i++) {
        ops[i].cmd = chance(16) ? chance(22) : arguments_word();
        /* Its root is all this kernel has to lose, so it is named only where nothing can come of it. */
        ops[i].arg1.mfn = ops[i].cmd == MMUEXT_NEW_BASEPTR && chance(2) ? page_root_mfn : any_frame();
        ops[i].arg2.nr_ents = arguments_word();
        if (ops[i].cmd == MMUEXT_SET_LDT)
            ops[i].arg1.linear_addr = victim_address();
    }
}

void arguments_fill(uint32_t call)
{
    for (unsigned int i = 0; i < FILLED_WORDS; i++)
        arena[i] = arguments_word();
    if (call == __HYPERVISOR_mmu_update)
        fill_mmu_update();
    else if (call == __HYPERVISOR_mmuext_op)
        fill_mmuext();
}

unsigned int arguments_make(const struct shape *shape, uint32_t words[8])
{
    unsigned int count = 0;

    if (shape->has_command)
        words[count++] = shape->command;
    for (unsigned int i = 0; i < STORM_ARGUMENTS && shape->kinds[i] != KIND_NO && count < 6; i++) {
        words[count++] = shape->kinds[i] == KIND_POINTER ? arguments_pointer() : arguments_word();
        if (shape->kinds[i] == KIND_WIDE)
            words[count++] = chance(2) ? 0 : arguments_word();
    }
    return count;
}

void arguments_trapped_write(void)
{
    uint32_t pfn = mfn_to_pfn(table_mfn[chance(TABLES)]);

    if (pfn != P2M_NONE && p2m_is_linear(pfn))
        probe_write((uint8_t *)pfn_to_address(pfn) + chance(PAGE_BYTES - 4), (uint32_t)random_entry());
}
