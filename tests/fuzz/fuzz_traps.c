// SPDX-License-Identifier: MIT
/*
 * A guest that goes into ring 0 and back in any state: exceptions, software interrupts, callbacks, iret, privileged
 * instructions and port I/O, with any registers, selectors, stacks and bytes at the instruction pointer. Whatever it
 * does, what ring 0 would return to is the guest's own ring with its interrupts on, and no port that ring 0 keeps for
 * itself is touched.
 */
#include <string.h>

#include <abi/xen.h>

#include "fake_guest.h"
#include "fake_tables.h"
#include "input.h"
#include "machine/segment_registers.h"
#include "traps/descriptor_tables.h"
#include "traps/general_protection.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"
#include "traps/invalid_opcode.h"

#define STEPS_MAX 32u
#define DESCRIPTORS 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct vcpu *v;

/* Ports of rule 13 that are never passed through; the others of it are emulated by way of the machine's own. */
static void port_used(uint16_t port, unsigned bytes)
{
    static const uint16_t never[] = {0x20, 0x21, 0xa0, 0xa1, 0x40, 0x41, 0x42, 0x43, 0x61, 0x92, 0xcf9};

    fuzz_check(v->domain->privileged, "port %x by a domain without devices", port);
    for (unsigned i = 0; i < ARRAY_SIZE(never); i++)
        fuzz_check(never[i] < port || never[i] >= port + bytes || port == 0xcf8, "%u bytes at port %x", bytes,
                   port);
}

static uint32_t port_read(uint16_t port, unsigned bytes)
{
    port_used(port, bytes);
    return port * 0x01010101u;
}

static void port_write(uint16_t port, unsigned bytes, uint32_t value)
{
    port_used(port, bytes);
}

static uint16_t some_selector(struct fuzz_input *in)
{
    static const uint16_t usual[] = {SEL_RING1_CS, SEL_RING1_DS,      SEL_RING3_CS,     SEL_RING3_DS, 0,
                                     SEL_TSS,      SEL_HYPERVISOR_CS, SEL_HYPERVISOR_DS};
    uint8_t choice = fuzz_byte(in);

    if (choice < 128)
        return usual[choice % ARRAY_SIZE(usual)];
    return choice < 240 ? (uint16_t)(choice % DESCRIPTORS * 8 | choice % 4) : (uint16_t)fuzz_word(in, 2);
}

static uint32_t some_address(struct fuzz_input *in)
{
    uint8_t choice = fuzz_byte(in);

    if (choice < 224)
        return FAKE_GUEST_BASE + (fuzz_word(in, 2) & ~(choice & 3u));
    return choice < 240 ? 0xf5800000u - choice % 32 : fuzz_word(in, 4);
}

/* The registers as the processor would leave them on an entry from the guest: its ring is 1 to 3. */
static void registers(struct fuzz_input *in)
{
    unsigned ring = 1 + fuzz_byte(in) % 3;
    uint64_t *general[] = {&fake_regs.rax, &fake_regs.rbx, &fake_regs.rcx, &fake_regs.rdx,
                           &fake_regs.rsi, &fake_regs.rdi, &fake_regs.rbp};

    fake_guest_at(ring, NULL, 0);
    for (unsigned i = 0; i < ARRAY_SIZE(general); i++)
        *general[i] = i == 2 || i == 3 ? fuzz_word(in, 2) : some_address(in);
    fake_regs.rsp = some_address(in);
    fake_regs.rflags = (fuzz_word(in, 4) & 0x00277dd7u) | RFLAGS_FIXED | RFLAGS_IF;
    fake_regs.rflags &= ~(uint64_t)(RFLAGS_IOPL | RFLAGS_VM);
    fake_selectors.ds = some_selector(in);
    fake_selectors.es = some_selector(in);
}

static void memory(struct fuzz_input *in)
{
    uint32_t at = fuzz_word(in, 2) % (FAKE_GUEST_SIZE - 16);

    for (unsigned i = 0; i < 12; i++)
        fake_guest[at + i] = fuzz_byte(in);
}

static void code(struct fuzz_input *in)
{
    static const uint8_t frequent[][3] = {{0xec},       {0xed},       {0xee},       {0xef},
                                          {0xf3, 0x6d}, {0xf3, 0x6f}, {0x0f, 0x20}, {0x0f, 0x22},
                                          {0x0f, 0x23}, {0x0f, 0x01}, {0xcd},       {0x9a},
                                          {0xff},       {0x0f, 0x30}};
    uint8_t bytes[15], choice = fuzz_byte(in);
    unsigned given = 0;

    if (choice < 128) {
        memcpy(bytes, frequent[choice % ARRAY_SIZE(frequent)], 3);
        given = bytes[1] ? 2 : 1;
    }
    for (unsigned i = given; i < sizeof(bytes); i++)
        bytes[i] = fuzz_byte(in);
    guest_poke(GUEST_CODE, bytes, sizeof(bytes));
    fake_regs.rip = GUEST_CODE;
}

static void settings(struct fuzz_input *in)
{
    unsigned which = fuzz_byte(in) % 8;

    switch (which) {
    case 0: hypercall_stack_switch(some_selector(in), some_address(in)); break;
    case 1:
        hypercall32_set_callbacks(some_selector(in), some_address(in), some_selector(in), some_address(in));
        break;
    case 2:
        memory(in);
        hypercall32_set_trap_table(some_address(in));
        break;
    case 3: v->iopl = fuzz_byte(in) % 4; break;
    case 4: hypercall_vm_assist(fuzz_byte(in) % 2, fuzz_byte(in) % 6); break;
    case 5: v->info->mask = fuzz_byte(in) & 1; break;
    case 6: hypercall_set_debugreg(fuzz_byte(in) % 8, fuzz_word(in, 4)); break;
    default: v->io_bitmap = gva(some_address(in)), v->io_bitmap_ports = fuzz_word(in, 2); break;
    }
}

static void enter(struct fuzz_input *in)
{
    unsigned how = fuzz_byte(in) % 8;

    registers(in);
    code(in);
    switch (how) {
    case 0: inject_exception(fuzz_byte(in) % 20, fuzz_word(in, 2)); break;
    case 1: inject_page_fault(some_address(in), fuzz_byte(in) & 31); break;
    case 2: inject_software_interrupt(fuzz_byte(in)); break;
    case 3: hypercall32_iret(); break;
    case 4: deliver_upcall(&fake_regs); break;
    case 5: invalid_opcode(v, &fake_regs); break;
    default:
        fake_regs.error_code = how == 6 ? 0 : fuzz_byte(in) % DESCRIPTORS * 8 | (fuzz_byte(in) & 6);
        fake_preempt_after =
            fuzz_byte(in) % 64; /* a long string access ends, and is not taken up again here */
        general_protection(v, &fake_regs);
    }
}

/* What IRETQ would load: design, rules 3, 6 and 7. */
static void check_return(void)
{
    unsigned ring = fake_regs.cs & 3;

    fuzz_check(ring >= 1, "cs %lx", (unsigned long)fake_regs.cs);
    fuzz_check((fake_regs.ss & 3) >= 1 || !(fake_regs.ss & ~3ull), "ss %lx", (unsigned long)fake_regs.ss);
    fuzz_check((fake_regs.rflags & (RFLAGS_IF | RFLAGS_VM | RFLAGS_IOPL)) == RFLAGS_IF, "flags %lx",
               (unsigned long)fake_regs.rflags);
    fuzz_check(fake_regs.rip >> 32 == 0 && fake_regs.rsp >> 32 == 0, "ip %lx, sp %lx",
               (unsigned long)fake_regs.rip, (unsigned long)fake_regs.rsp);
    fuzz_check((fake_processor.debug[7] & 1u << 13) == 0, "general detect");
    fuzz_check((v->cr0 & ~(uint64_t)CR0_TS) == 0x80050033, "cr0 %lx", (unsigned long)v->cr0);
}

static void start(struct fuzz_input *in)
{
    uint64_t table[DESCRIPTORS];
    mfn_t page;

    v = fake_guest_start();
    fuzz_check(v, "no memory for the guest");
    fake_processor.port_read = port_read;
    fake_processor.port_write = port_write;
    v->domain->privileged = fuzz_byte(in) & 1;
    for (unsigned i = 0; i < DESCRIPTORS; i++)
        table[i] =
            i % 2 ? fake_segment(some_address(in), fuzz_word(in, 3), fuzz_byte(in) % 16, fuzz_byte(in) % 4)
                  : (uint64_t)fuzz_word(in, 4) << 32 | fuzz_word(in, 4);
    page = fake_descriptor_frame(table, DESCRIPTORS);
    if (gdt_set(v, &page, 512))
        memset(frame_map(page), 0, PAGE_SIZE); /* it was refused: the guest goes on without one */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, data + size};

    start(&in);
    for (unsigned i = 0; i < STEPS_MAX && fuzz_more(&in) && !fake_crashes; i++) {
        switch (fuzz_byte(&in) % 4) {
        case 0: settings(&in); break;
        case 1: memory(&in); break;
        default:
            enter(&in);
            if (!fake_crashes)
                check_return();
        }
    }
    gdt_drop(v);
    fake_machine_end();
    return 0;
}
