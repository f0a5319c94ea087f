// SPDX-License-Identifier: MIT
#include "machine/descriptor_tables.h"

#include "machine/layout.h"
#include "asm_offsets.h"

/* Intel SDM volume 3, figure 6-8: a 64-bit interrupt gate. */
struct idt_gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type; /* present, DPL, 0xE: interrupt gate */
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};
_Static_assert(sizeof(struct idt_gate) == 16, "gate of the manual");

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

#define GATE_INTERRUPT(dpl) (uint8_t)(0x8e | (dpl) << 5)
#define RESERVED_INDEX(selector) (((selector)-FIRST_RESERVED_SELECTOR) >> 3)
#define GDT_LIMIT (FIRST_RESERVED_SELECTOR + PAGE_SIZE - 1)

static struct idt_gate idt[256] __attribute__((aligned(4096)));
/* One a CPU (one processor now), for 32-bit guests. A 64-bit guest's page differs at 0xe033. */
static uint64_t reserved_gdt_32[ENTRIES_PER_TABLE] __attribute__((aligned(4096)));

extern const char entry_stubs[], entry_hypercall[];

static void set_gate(unsigned vector, const char *handler, unsigned dpl, unsigned ist)
{
    uint64_t address = (uint64_t)handler;

    idt[vector] = (struct idt_gate){
        .offset_low = (uint16_t)address,
        .selector = SEL_HYPERVISOR_CS,
        .ist = (uint8_t)ist,
        .type = GATE_INTERRUPT(dpl),
        .offset_middle = (uint16_t)(address >> 16),
        .offset_high = (uint32_t)(address >> 32),
    };
}

/* Only INT3, INTO and the hypercall may be raised by software; every other `int n` becomes #GP and is bounced. */
static void fill_idt(void)
{
    for (unsigned v = 0; v < 256; v++)
        set_gate(v, entry_stubs + v * ENTRY_STUB_SIZE, 0, 0);
    set_gate(EXC_BP, entry_stubs + EXC_BP * ENTRY_STUB_SIZE, 3, 0);
    set_gate(EXC_OF, entry_stubs + EXC_OF * ENTRY_STUB_SIZE, 3, 0);
    set_gate(EXC_DB, entry_stubs + EXC_DB * ENTRY_STUB_SIZE, 0, 1);
    set_gate(EXC_NMI, entry_stubs + EXC_NMI * ENTRY_STUB_SIZE, 0, 2);
    set_gate(EXC_DF, entry_stubs + EXC_DF * ENTRY_STUB_SIZE, 0, 3);
    set_gate(EXC_MC, entry_stubs + EXC_MC * ENTRY_STUB_SIZE, 0, 4);
    set_gate(HYPERCALL_VECTOR, entry_hypercall, 1, 0);
}

/* A system descriptor takes two slots (Intel SDM volume 3, figure 7-4). type 9: available TSS, 2: LDT. */
static void set_system_descriptor(uint64_t *page, unsigned selector, uint64_t base, uint32_t limit,
                                  unsigned type)
{
    unsigned i = RESERVED_INDEX(selector);

    page[i] = (limit & 0xffff) | (base & 0xffffff) << 16 | (uint64_t)(0x80 | type) << 40 |
              (uint64_t)(limit & 0xf0000) << 32 | (base >> 24 & 0xff) << 56;
    page[i + 1] = base >> 32;
}

static void fill_reserved_page(uint64_t *page, struct cpu *cpu)
{
    page[RESERVED_INDEX(SEL_HYPERVISOR_CS)] = 0x00af9b000000ffff; /* ring 0, 64-bit code */
    page[RESERVED_INDEX(SEL_HYPERVISOR_DS)] = 0x00cf93000000ffff;
    page[RESERVED_INDEX(SEL_RING1_CS)] = 0x00cfbb000000ffff; /* flat 4 GiB, 32-bit */
    page[RESERVED_INDEX(SEL_RING1_DS)] = 0x00cfb3000000ffff;
    page[RESERVED_INDEX(SEL_RING3_CS)] = 0x00cffb000000ffff;
    page[RESERVED_INDEX(SEL_RING3_DS)] = 0x00cff3000000ffff;
    set_system_descriptor(page, SEL_TSS, (uint64_t)&cpu->tss, sizeof(cpu->tss) - 1, 9);
}

static void fill_tss(struct cpu *cpu)
{
    uint64_t block = (uint64_t)cpu;
    uint64_t area = block - CPU_BLOCK_OFFSET;

    cpu->tss = (struct tss){.rsp = {block}, .io_map_base = sizeof(struct tss)};
    for (unsigned i = 0; i < 4; i++)
        cpu->tss.ist[i] = area + (i + 1) * IST_STACK_SIZE;
}

static void load_gdt(uint64_t base)
{
    struct table_register gdtr = {GDT_LIMIT, base};

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
}

void descriptor_tables_init(struct cpu *cpu)
{
    struct table_register idtr = {sizeof(idt) - 1, (uint64_t)idt};

    fill_idt();
    fill_tss(cpu);
    fill_reserved_page(reserved_gdt_32, cpu);
    /* No guest page is mapped below the reserved one yet: nothing refers to those selectors. */
    load_gdt((uint64_t)reserved_gdt_32 - FIRST_RESERVED_SELECTOR);
    __asm__ volatile("push %0\n"
                     "lea 1f(%%rip), %%rax\n"
                     "push %%rax\n"
                     "lretq\n"
                     "1:\n"
                     :
                     : "i"(SEL_HYPERVISOR_CS)
                     : "rax", "memory");
    __asm__ volatile("lidt %0; ltr %w1; lldt %w2" : : "m"(idtr), "r"(SEL_TSS), "r"(0));
}

mfn_t reserved_gdt_frame(const struct cpu *cpu, enum guest_width width)
{
    (void)cpu;
    (void)width;
    return mfn(((uint64_t)reserved_gdt_32 - IMAGE_OFFSET) >> PAGE_SHIFT);
}

void descriptor_tables_use_vcpu(void)
{
    load_gdt(GDT_BASE);
}

void ldt_load(unsigned entries)
{
    if (entries == 0) {
        __asm__ volatile("lldt %w0" : : "r"(0));
        return;
    }
    set_system_descriptor(reserved_gdt_32, SEL_LDT, LDT_BASE, entries * 8 - 1, 2);
    __asm__ volatile("lldt %w0" : : "r"(SEL_LDT));
}
