// SPDX-License-Identifier: MIT
/*
 * Each row runs one operation many times between two reads of the time-stamp counter, takes the least and the
 * median, and takes off what the two reads cost alone. Under `make run ICOUNT=1` a tick is one instruction and every
 * run gives the same figures; otherwise ticks are QEMU's time and only good for comparing one row with the next.
 */
#include "lab.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <abi/guest.h>
#include <guestkit/cpu.h>
#include <guestkit/p2m.h>
#include <guestkit/page_tables.h>
#include <guestkit/stubs.h>
#include <guestkit/traps.h>

#define TRIES 200u
#define CALLS_IN_ONE 64u

static char page[4096] __attribute__((aligned(4096)));
static pte_t page_pte;
static multicall_entry_t entries[CALLS_IN_ONE];

static void nothing(void)
{
}

static __attribute__((noinline)) void call_function(void)
{
    __asm__ volatile("");
}

static void call_version(void)
{
    xen_version_version();
}

static void call_many(void)
{
    hypercall_multicall(entries, CALLS_IN_ONE);
}

static void map_again(void)
{
    hypercall_update_va_mapping(hypercall_address(page), page_pte, UVMF_INVLPG);
}

static void unmap_and_map(void)
{
    hypercall_update_va_mapping(hypercall_address(page), 0, UVMF_INVLPG);
    map_again();
}

static void flush_page(void)
{
    tlb_flush_page(page);
}

static void switch_stack(void)
{
    hypercall_stack_switch(FLAT_KERNEL_SS, hypercall_address(page + sizeof(page)));
}

static void yield(void)
{
    sched_op_yield();
}

static void clear_task_switched(void)
{
    __asm__ volatile("clts");
}

static void read_cr0(void)
{
    uint32_t value;

    __asm__ volatile("mov %%cr0, %0" : "=r"(value));
}

/* The handler steps over the two bytes of UD2. */
static bool skip_ud2(struct trap_frame *frame)
{
    frame->eip += 2;
    return true;
}

static void invalid_opcode(void)
{
    __asm__ volatile("ud2");
}

static const struct {
    const char *what;
    void (*run)(void);
    unsigned parts; /* the figure is divided by this */
} rows[] = {
    {"a function call", call_function, 1},
    {"hypercall that does nothing (xen_version)", call_version, 1},
    {"the same in a multicall of 64, each", call_many, CALLS_IN_ONE},
    {"update_va_mapping, same entry, INVLPG", map_again, 1},
    {"update_va_mapping, unmap and map", unmap_and_map, 1},
    {"INVLPG by mmuext_op", flush_page, 1},
    {"stack_switch", switch_stack, 1},
    {"sched_op yield, nobody else to run", yield, 1},
    {"emulated CLTS", clear_task_switched, 1},
    {"emulated read of CR0", read_cr0, 1},
    {"#UD: into the guest's handler and back", invalid_opcode, 1},
};

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Least and median of TRIES runs. */
static void measure(void (*run)(void), uint64_t *least, uint64_t *median)
{
    static uint64_t samples[TRIES];

    for (unsigned i = 0; i < TRIES; i++) {
        uint64_t before = cpu_tsc();

        run();
        samples[i] = cpu_tsc() - before;
    }
    qsort(samples, TRIES, sizeof(samples[0]), by_size);
    *least = samples[0];
    *median = samples[TRIES / 2];
}

static int cost(int argc, char **argv)
{
    trap_handler *before = trap_set_handler(TRAP_INVALID_OPCODE, skip_ud2);
    uint64_t base_least, base_median, least, median;

    page_pte = page_entry(page);
    for (unsigned i = 0; i < CALLS_IN_ONE; i++)
        entries[i] = (multicall_entry_t){.op = __HYPERVISOR_xen_version, .args = {XENVER_version}};
    measure(nothing, &base_least, &base_median);
    printf("%-46s %8s %8s   ticks of the TSC, %u tries\n", "", "least", "median", TRIES);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        measure(rows[i].run, &least, &median);
        least = least > base_least ? least - base_least : 0;
        median = median > base_median ? median - base_median : 0;
        printf("%-46s %8" PRIu64 " %8" PRIu64 "\n", rows[i].what, least / rows[i].parts,
               median / rows[i].parts);
        fflush(stdout);
    }
    trap_set_handler(TRAP_INVALID_OPCODE, before);
    return 0;
}

const struct command lab_commands[] = {
    {"cost", "", "what crossing into the hypervisor costs, counted", cost},
    {0},
};
