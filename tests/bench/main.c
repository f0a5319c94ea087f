/* SPDX-License-Identifier: MIT */
/*
 * Counts the instructions of each hot operation, the guest's own included. To be run with QEMU's
 * `-icount shift=0,sleep=off`, where the time-stamp counter counts them. One line a row: "bench KEY COUNT"; run.py
 * knows what the keys mean and what the goals are.
 */
#include <guestkit/console.h>
#include <guestkit/cpu.h>
#include <guestkit/events.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/p2m.h>
#include <guestkit/page_tables.h>
#include <guestkit/probe.h>
#include <guestkit/shared.h>
#include <guestkit/shutdown.h>
#include <guestkit/spaces.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>
#include <guestkit/traps.h>
#include <guestkit/user.h>

#include "round_trip.h"

#define TRIES 200
#define MULTICALLS 64
#define BATCH 128
#define DESCRIPTOR_DATA 0x00cfb2000000ffffull /* flat data, DPL 1 */
#define MSR_EFER 0xc0000080u
#define BENCH_VECTOR 0x21

/* user.S */
int32_t bench_user_round_trip(void);
extern char bench_user_return[], bench_user_code[], bench_user_stack_top[];

static uint32_t page[PAGE_BYTES / 4] __attribute__((aligned(4096)));
static uint8_t grant_buffer[PAGE_BYTES] __attribute__((aligned(4096)));
static uint8_t grant_window[PAGE_BYTES] __attribute__((aligned(4096)));
static uint64_t descriptors[512] __attribute__((aligned(4096)));

static pte_t writable, readable;
static uint64_t page_entry_at;     /* machine address of the entry that maps `page` */
static volatile pte_t *seen_table; /* a page table, mapped read-only */
static uint32_t empty_table, gdt_mfn, event_port;
static multicall_entry_t calls[MULTICALLS];
static mmu_update_t updates[BATCH];
static gnttab_copy_t copy;
static gnttab_map_grant_ref_t map;
static gnttab_unmap_grant_ref_t unmap;
static grant_ref_t lent;

static int32_t null_hypercall(void)
{
    return xen_version_version() < 0;
}

static int32_t null_multicall(void)
{
    return hypercall_multicall(calls, MULTICALLS);
}

static int32_t set_page(pte_t entry)
{
    return hypercall_update_va_mapping((uint32_t)page, entry, UVMF_INVLPG);
}

static int32_t va_same(void)
{
    return set_page(writable);
}

/* Two operations each. */
static int32_t va_protect_and_back(void)
{
    return set_page(readable) | set_page(writable);
}

static int32_t va_unmap_and_map(void)
{
    return set_page(0) | set_page(writable);
}

static int32_t mmu_one(void)
{
    return hypercall_mmu_update(&updates[1], 1, NULL, DOMID_SELF);
}

static int32_t mmu_batch(void)
{
    return hypercall_mmu_update(updates, BATCH, NULL, DOMID_SELF);
}

/* The low half of an entry that is not present, and stays so. */
static int32_t trapped_write(void)
{
    *(volatile uint32_t *)&seen_table[page_index(page, 1)] = 0;
    return 0;
}

static int32_t extended(uint32_t command, uint32_t mfn, uint32_t address)
{
    mmuext_op_t op = {.cmd = command, .arg1.mfn = mfn};

    if (command == MMUEXT_INVLPG_LOCAL)
        op.arg1.linear_addr = address;
    return hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static int32_t pin_and_unpin(void)
{
    return extended(MMUEXT_PIN_L1_TABLE, empty_table, 0) | extended(MMUEXT_UNPIN_TABLE, empty_table, 0);
}

static int32_t invlpg(void)
{
    return extended(MMUEXT_INVLPG_LOCAL, 0, (uint32_t)page);
}

static int32_t flush(void)
{
    return extended(MMUEXT_TLB_FLUSH_LOCAL, 0, 0);
}

static int32_t new_root(void)
{
    return extended(MMUEXT_NEW_BASEPTR, page_root_mfn, 0);
}

static int32_t stack_switch(void)
{
    return hypercall_stack_switch(FLAT_KERNEL_SS, (uint32_t)bench_user_stack_top);
}

static int32_t task_switch(void)
{
    return hypercall_fpu_taskswitch(0);
}

static int32_t set_timer(void)
{
    return hypercall_set_timer_op(0);
}

static int32_t update_descriptor(void)
{
    return hypercall_update_descriptor(((uint64_t)gdt_mfn << 12) + 8, DESCRIPTOR_DATA);
}

static int32_t read_cr0(void)
{
    uint32_t value;

    __asm__ volatile("mov %%cr0, %0" : "=r"(value));
    return 0;
}

static int32_t clts(void)
{
    __asm__ volatile("clts");
    return 0;
}

static int32_t forced_cpuid(void)
{
    uint32_t a = 0, c = 0;

    __asm__ volatile("ud2; .ascii \"xen\"; cpuid" : "+a"(a), "+c"(c) : : "ebx", "edx");
    return 0;
}

static int32_t read_efer(void)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_EFER));
    return 0;
}

static int32_t undefined(void)
{
    __asm__ volatile("ud2");
    return 0;
}

static int32_t send_event(void)
{
    return event_send(event_port);
}

static int32_t yield(void)
{
    return sched_op_yield();
}

static int32_t grant_copy(void)
{
    return grant_table_op_copy(&copy, 1) | copy.status;
}

static int32_t grant_map_and_unmap(void)
{
    grant_table_op_map_grant_ref(&map, 1);
    unmap.handle = map.handle;
    grant_table_op_unmap_grant_ref(&unmap, 1);
    return map.status | unmap.status;
}

static bool skip_undefined(struct trap_frame *frame)
{
    frame->eip += 2;
    return true;
}

/* Instructions of the cheapest of TRIES runs. */
static uint32_t least(int32_t (*run)(void))
{
    uint64_t best = ~0ull;

    for (unsigned int i = 0; i < TRIES; i++) {
        uint64_t before = cpu_tsc();

        run();
        uint64_t spent = cpu_tsc() - before;
        best = spent < best ? spent : best;
    }
    return (uint32_t)best;
}

static int32_t nothing(void)
{
    return 0;
}

struct tried {
    int32_t (*run)(void);
    int32_t result;
};

static void try(void *argument)
{
    struct tried *tried = argument;

    tried->result = tried->run();
}

/* The figure is divided by `parts`: a run may hold several operations. */
static void row(const char *key, int32_t (*run)(void), uint32_t parts)
{
    struct tried tried = {.run = run};
    struct fault fault = probe_call(try, &tried);
    uint32_t total;

    if (fault.vector != NO_FAULT || tried.result != 0) {
        console_printf("bench: %s is refused: %s, result %d\n", key,
                       fault.vector == NO_FAULT ? "no fault" : trap_name(fault.vector), tried.result);
        return;
    }
    total = least(run) - least(nothing);
    console_printf("bench %s %u\n", key, (total + parts / 2) / parts);
}

/* Without it some rows will be refused, and say so. */
#define REQUIRE(call)                                                                                        \
    do {                                                                                                     \
        if ((call) != 0)                                                                                     \
            console_printf("bench: %s failed\n", #call);                                                     \
    } while (0)

static void prepare_tables(void)
{
    writable = page_entry(page);
    readable = writable & ~PTE_WRITE;
    page_entry_at = page_entry_machine(page);
    for (unsigned int i = 0; i < BATCH; i++)
        updates[i] = (mmu_update_t){.ptr = page_entry_at, .val = i % 2 ? writable : readable};
    for (unsigned int i = 0; i < MULTICALLS; i++)
        calls[i] = (multicall_entry_t){.op = __HYPERVISOR_xen_version, .args = {XENVER_version}};
    empty_table = table_alloc();
    /* The table that maps `page`, as the linear map shows it. */
    seen_table = pfn_to_address(mfn_to_pfn(page_table(page, 1)));
}

static void prepare_descriptors(void)
{
    uint32_t frame;

    descriptors[1] = DESCRIPTOR_DATA;
    REQUIRE(page_protect(descriptors, PTE_READ));
    frame = gdt_mfn = address_to_mfn(descriptors);
    REQUIRE(hypercall_set_gdt(&frame, 512));
}

static void nobody(uint32_t port, void *context)
{
}

static void prepare_grants(void)
{
    REQUIRE(grants_init());
    lent = (grant_ref_t)grant_access(0, address_to_mfn(grant_buffer), false);
    copy = (gnttab_copy_t){.source.u.ref = lent,
                           .source.domid = 0,
                           .dest.u.gmfn = address_to_mfn(page),
                           .dest.domid = DOMID_SELF,
                           .len = 64,
                           .flags = GNTCOPY_source_gref};
    map = (gnttab_map_grant_ref_t){.host_addr = (uint32_t)grant_window,
                                   .flags = GNTMAP_host_map,
                                   .ref = lent,
                                   .dom = 0};
    unmap = (gnttab_unmap_grant_ref_t){.host_addr = (uint32_t)grant_window};
}

static void measure_memory(void)
{
    row("va_same", va_same, 1);
    row("va_protect", va_protect_and_back, 2);
    row("va_map", va_unmap_and_map, 2);
    row("mmu_one", mmu_one, 1);
    row("mmu_batch", mmu_batch, BATCH);
    if (hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables) == 0) {
        set_page(0);
        row("pte_write", trapped_write, 1);
        set_page(writable);
    }
    row("pin", pin_and_unpin, 1);
    row("invlpg", invlpg, 1);
    row("flush", flush, 1);
    row("new_root", new_root, 1);
}

static void measure_processor(void)
{
    row("stack_switch", stack_switch, 1);
    row("task_switch", task_switch, 1);
    row("set_timer", set_timer, 1);
    row("descriptor", update_descriptor, 1);
    row("read_cr0", read_cr0, 1);
    row("clts", clts, 1);
    row("cpuid", forced_cpuid, 1);
    row("rdmsr", read_efer, 1);
    trap_set_handler(TRAP_INVALID_OPCODE, skip_undefined);
    row("undefined", undefined, 1);
    stack_switch();
    row("user", bench_user_round_trip, 1);
}

static void measure_grants(void)
{
    row("grant_copy_64", grant_copy, 1);
    copy.len = PAGE_BYTES;
    row("grant_copy_4096", grant_copy, 1);
    row("grant_map", grant_map_and_unmap, 1);
}

static trap_info_t user_exit_entry(uint8_t vector)
{
    return (trap_info_t){.vector = vector,
                         .flags = 3 | 4,
                         .cs = FLAT_KERNEL_CS,
                         .address = (uint32_t)bench_user_return};
}

void guest_main(start_info_t *info)
{
    /* QEMU 7.2 reports INT n as if it were INT 2n; a hypervisor that believes it enters by the second. */
    trap_info_t traps[3] = {user_exit_entry(BENCH_VECTOR), user_exit_entry(2 * BENCH_VECTOR)};

    p2m_init(info);
    console_init(info);
    REQUIRE(shared_map(info));
    REQUIRE(traps_init());
    REQUIRE(frames_init(info));
    spaces_init();
    events_init();
    REQUIRE(user_init());
    REQUIRE(hypercall_set_trap_table(traps));
    prepare_tables();
    prepare_descriptors();
    prepare_grants();
    event_port = (uint32_t)event_bind_ipi(0, nobody, NULL);

    row("null", null_hypercall, 1);
    row("multicall", null_multicall, MULTICALLS);
    measure_memory();
    measure_processor();
    row("send", send_event, 1);
    row("yield", yield, 1);
    REQUIRE(round_trip_prepare());
    row("round_trip", round_trip, 1);
    measure_grants();
    console_printf("bench: done\n");
}
