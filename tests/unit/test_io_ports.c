// SPDX-License-Identifier: MIT
/* Port I/O from the instruction to the port: traps/emulate_io.c and io_ports.c. The machine's ports are recorded here. */
#include "unit_test.h"

#include <abi/physdev.h>
#include <abi/xen.h>

#include "core/why.h"
#include "fake_guest.h"
#include "machine/pci.h"
#include "machine/segment_registers.h"
#include "traps/debug_registers.h"
#include "traps/descriptor_tables.h"
#include "traps/emulate.h"
#include "control/hypercalls.h"
#include "traps/hypercalls.h"
#include "traps/io_ports.h"

#define BUFFER GUEST_DATA
#define BITMAP (FAKE_GUEST_BASE + 0xa000u)

static struct vcpu *v;

/* The accesses that reached the machine, and what reads give. */
static struct access {
    uint16_t port;
    uint8_t bytes;
    bool write;
    uint32_t value;
} seen[16];
static unsigned seen_count;
static uint32_t answer;
static bool config_guarded;

static uint32_t machine_read(uint16_t port, unsigned bytes)
{
    seen[seen_count++ % ARRAY_SIZE(seen)] = (struct access){port, (uint8_t)bytes, false, 0};
    return answer;
}

static void machine_write(uint16_t port, unsigned bytes, uint32_t value)
{
    seen[seen_count++ % ARRAY_SIZE(seen)] = (struct access){port, (uint8_t)bytes, true, value};
}

bool pci_register_guarded(uint32_t address, unsigned offset, unsigned bytes)
{
    return config_guarded;
}

static int start(void **state)
{
    v = fake_guest_start();
    fake_processor.port_read = machine_read;
    fake_processor.port_write = machine_write;
    v->domain->privileged = true;
    v->iopl = 1;
    fake_selectors = (struct fake_selectors){.ds = SEL_RING1_DS, .es = SEL_RING1_DS};
    seen_count = 0;
    answer = 0x11223344;
    config_guarded = false;
    return v ? 0 : -1;
}

static int end(void **state)
{
    fake_machine_end();
    return 0;
}

static bool run(unsigned ring, const uint8_t *code, unsigned n)
{
    fake_guest_at(ring, code, n);
    return emulate_privileged(v, &fake_regs);
}

static void assert_seen(unsigned i, uint16_t port, unsigned bytes, bool write, uint32_t value)
{
    assert_true(i < seen_count);
    assert_int_equal(seen[i].port, port);
    assert_int_equal(seen[i].bytes, bytes);
    assert_int_equal(seen[i].write, write);
    assert_int_equal(seen[i].value, value);
}

/* ---- the instructions ---- */

static void test_in(void **state)
{
    fake_regs.rax = 0xaabbccdd;
    fake_regs.rdx = 0x12340300; /* DX alone is the port */
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(fake_regs.rax, 0xaabbcc44);
    assert_true(run(1, BYTES(0x66, 0xed)));
    assert_int_equal(fake_regs.rax, 0xaabb3344);
    assert_true(run(1, BYTES(0xed)));
    assert_int_equal(fake_regs.rax, 0x11223344);
    assert_seen(0, 0x300, 1, false, 0);
    assert_seen(1, 0x300, 2, false, 0);
    assert_seen(2, 0x300, 4, false, 0);
    assert_true(run(1, BYTES(0xe5, 0x80)));
    assert_seen(3, 0x80, 4, false, 0);
    assert_true(run(1, BYTES(0xe4, 0xff)));
    assert_seen(4, 0xff, 1, false, 0);
    assert_int_equal(fake_regs.rip, GUEST_CODE + 2);
}

static void test_out(void **state)
{
    fake_regs.rax = 0xaabbccdd;
    fake_regs.rdx = 0x301;
    assert_true(run(1, BYTES(0xee)));
    assert_true(run(1, BYTES(0x66, 0xef)));
    assert_true(run(1, BYTES(0xef)));
    assert_true(run(1, BYTES(0xe6, 0x81)));
    assert_true(run(1, BYTES(0xe7, 0x82)));
    assert_seen(0, 0x301, 1, true, 0xdd);
    assert_seen(1, 0x301, 2, true, 0xccdd);
    assert_seen(2, 0x301, 4, true, 0xaabbccdd);
    assert_seen(3, 0x81, 1, true, 0xdd);
    assert_seen(4, 0x82, 4, true, 0xaabbccdd);
}

static void test_rep_outs(void **state)
{
    static const uint32_t words[] = {1, 2, 3};

    guest_poke(BUFFER, words, sizeof(words));
    fake_regs.rsi = BUFFER;
    fake_regs.rcx = 3;
    fake_regs.rdx = 0x300;
    assert_true(run(1, BYTES(0xf3, 0x6f)));
    assert_int_equal(seen_count, 3);
    for (unsigned i = 0; i < 3; i++)
        assert_seen(i, 0x300, 4, true, i + 1);
    assert_int_equal(fake_regs.rsi, BUFFER + 12);
    assert_int_equal(fake_regs.rcx, 0);
    assert_int_equal(fake_regs.rip, GUEST_CODE + 2);
    assert_true(run(1, BYTES(0xf3, 0x6f))); /* ECX is 0: nothing to do */
    assert_int_equal(seen_count, 3);
}

static void test_rep_ins_backwards(void **state)
{
    fake_regs.rdi = BUFFER + 2;
    fake_regs.rcx = 2;
    fake_regs.rdx = 0x300;
    fake_guest_at(1, BYTES(0x66, 0xf3, 0x6d));
    fake_regs.rflags |= RFLAGS_DF;
    assert_true(emulate_privileged(v, &fake_regs));
    assert_int_equal(guest_word(BUFFER), 0x33443344);
    assert_int_equal(fake_regs.rdi, BUFFER - 2);
    assert_int_equal(seen_count, 2);
}

/* One without a prefix does one element and leaves ECX alone. */
static void test_single_string_access(void **state)
{
    fake_regs.rdi = BUFFER;
    fake_regs.rcx = 7;
    fake_regs.rdx = 0x300;
    assert_true(run(1, BYTES(0x6c)));
    assert_int_equal(guest_word(BUFFER), 0x44);
    assert_int_equal(fake_regs.rdi, BUFFER + 1);
    assert_int_equal(fake_regs.rcx, 7);
}

/* 16-bit addresses: SI, DI and CX alone count and change. */
static void test_string_access_with_short_addresses(void **state)
{
    uint64_t table[] = {0, fake_segment(BUFFER - 0xfff0, 0xffff, SEGMENT_DATA, 1)};
    mfn_t page = fake_descriptor_frame(table, 2);

    assert_int_equal(gdt_set(v, &page, 512), 0);
    fake_selectors.es = 0x09;
    fake_regs.rdi = 0xabcdfff0;
    fake_regs.rcx = 0x00010001;
    fake_regs.rdx = 0x300;
    assert_true(run(1, BYTES(0x67, 0xf3, 0x6d)));
    assert_int_equal(seen_count, 1);
    assert_int_equal(guest_word(BUFFER), 0x11223344);
    assert_int_equal(fake_regs.rdi, 0xabcdfff4);
    assert_int_equal(fake_regs.rcx, 0x00010000);
    gdt_drop(v);
}

static void test_string_access_beyond_its_segment(void **state)
{
    uint64_t table[] = {0, fake_segment(BUFFER, 6, SEGMENT_DATA, 1),
                        fake_segment(BUFFER, 0xfff, SEGMENT_DATA, 1) & ~(1ull << 47)};
    mfn_t page = fake_descriptor_frame(table, 3);

    assert_int_equal(gdt_set(v, &page, 512), 0);
    fake_selectors.ds = 0x09;
    fake_regs.rsi = 0;
    fake_regs.rcx = 2;
    fake_regs.rdx = 0x300;
    assert_false(run(1, BYTES(0xf3, 0x6f))); /* bytes 4 to 7 end beyond 6: the first is done */
    assert_int_equal(seen_count, 1);
    assert_int_equal(fake_regs.rcx, 1);
    assert_int_equal(fake_regs.rsi, 4);
    assert_int_equal(fake_regs.rip, GUEST_CODE);
    fake_selectors.ds = 0x11; /* not present */
    assert_false(run(1, BYTES(0x6f)));
    fake_selectors.ds = 0; /* null */
    assert_false(run(1, BYTES(0x6f)));
    fake_selectors.fs = SEL_RING1_DS;
    fake_regs.rsi = BUFFER;
    assert_true(run(1, BYTES(0x64, 0x6f))); /* with an override */
    gdt_drop(v);
}

/* A value read from a port is gone: the page is tried first. */
static void test_string_access_to_no_memory(void **state)
{
    fake_regs.rdi = fake_regs.rsi = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 2;
    fake_regs.rdx = 0x300;
    assert_true(run(1, BYTES(0x6d)));
    assert_int_equal(seen_count, 0);
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    assert_int_equal(fake_refusal.reason, REASON_emulation_operand);
    assert_true(run(1, BYTES(0x6f)));
    assert_int_equal(seen_count, 0);
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
}

static void test_long_string_access_stops_for_others(void **state)
{
    fake_regs.rsi = BUFFER;
    fake_regs.rcx = 5;
    fake_regs.rdx = 0x300;
    fake_preempt_after = 1;
    assert_true(run(1, BYTES(0xf3, 0x6e)));
    assert_int_equal(seen_count, 2);
    assert_int_equal(fake_regs.rcx, 3);
    assert_int_equal(fake_regs.rip, GUEST_CODE); /* to be executed again */
    assert_true(emulate_privileged(v, &fake_regs));
    assert_int_equal(seen_count, 5);
    assert_int_equal(fake_regs.rip, GUEST_CODE + 2);
}

/* Intel SDM volume 3, section 17.3.1.2: an I/O breakpoint traps after the access. */
static void test_io_breakpoint(void **state)
{
    v->cr4 |= CR4_DE;
    assert_int_equal(debug_set(v, 1, 0x300), 0);
    assert_int_equal(debug_set(v, 7, 1u << 2 | 2u << 20 | 1u << 22), 0); /* L1, I/O, two bytes */
    fake_regs.rdx = 0x301;
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_DB * 16);
    assert_int_equal(guest_word((uint32_t)fake_regs.rsp), GUEST_CODE + 1);
    assert_int_equal(v->debug[6], 0xffff0ff2);
    assert_int_equal(seen_count, 1);
    fake_regs.rdx = 0x302;
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(fake_regs.rip, GUEST_CODE + 1);
}

/* ---- who may ---- */

static void test_privilege(void **state)
{
    static const struct {
        unsigned ring, iopl;
        bool architectural, allowed;
    } cases[] = {
        {1, 0, false, false}, {1, 1, false, true}, {1, 0, true, true},  {3, 2, false, false},
        {3, 3, false, true},  {3, 2, true, false}, {2, 2, true, false}, {2, 3, true, true},
    };

    fake_regs.rdx = 0x300;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        v->iopl = (uint8_t)cases[i].iopl;
        v->domain->vm_assist = cases[i].architectural ? 1u << VMASST_TYPE_architectural_iopl : 0;
        assert_int_equal(run(cases[i].ring, BYTES(0xec)), cases[i].allowed);
        if (!cases[i].allowed)
            assert_int_equal(fake_refusal.reason, REASON_io_port);
    }
}

static void test_bitmap(void **state)
{
    struct physdev_set_iobitmap_32 s = {.bitmap = BITMAP, .nr_ports = 0x400};
    static const uint8_t all_denied[0x81] = {[0 ... 0x80] = 0xff};

    v->iopl = 0;
    guest_poke(BITMAP, all_denied, sizeof(all_denied));
    fake_guest[BITMAP - FAKE_GUEST_BASE + 0x300 / 8] = 0x7c; /* 0x300, 0x301 and 0x307 allowed */
    fake_guest[BITMAP - FAKE_GUEST_BASE + 0x308 / 8] = 0xfe; /* 0x308 */
    memcpy(fake_guest, &s, sizeof(s));
    assert_int_equal(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, FAKE_GUEST_BASE), 0);
    fake_regs.rdx = 0x300;
    assert_true(run(3, BYTES(0x66, 0xed)));
    fake_regs.rdx = 0x301;
    assert_true(run(3, BYTES(0xec)));
    assert_false(run(3, BYTES(0x66, 0xed)));
    fake_regs.rdx = 0x307; /* from one byte into the next */
    assert_true(run(3, BYTES(0x66, 0xed)));
    assert_false(run(3, BYTES(0xed)));
    fake_regs.rdx = 0x400; /* beyond the ports there are bits for */
    fake_guest[BITMAP - FAKE_GUEST_BASE + 0x80] = 0;
    assert_false(run(3, BYTES(0xec)));
    v->io_bitmap = gva(FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 0x60); /* ends where memory does */
    fake_regs.rdx = 0x300;
    assert_false(run(3, BYTES(0xec)));
}

static void test_a_domain_without_devices(void **state)
{
    v->domain->privileged = false;
    v->iopl = 3;
    fake_regs.rdx = 0x300;
    fake_regs.rax = 0;
    assert_true(run(3, BYTES(0xec)));
    assert_int_equal(fake_regs.rax, 0xff);
    assert_true(run(3, BYTES(0x66, 0xed)));
    assert_int_equal(fake_regs.rax, 0xffff);
    assert_true(run(3, BYTES(0xef)));
    fake_regs.rdx = 0xcf8;
    assert_true(run(1, BYTES(0xef)));
    assert_true(run(1, BYTES(0xed)));
    assert_int_equal(fake_regs.rax, 0xffffffff);
    assert_int_equal(seen_count, 0);
}

/* Design, rule 13: not even for the initial domain, nor by an access that only touches one of them. */
static void test_reserved_ports(void **state)
{
    static const uint16_t ports[] = {0x20, 0x21, 0xa0,  0xa1,  0x40,  0x43,  0x61,
                                     0x92, 0xf0, 0x4d0, 0x4d1, 0xcf9, 0xcfa, 0xcfb};
    static const uint16_t touching[] = {0x1e, 0x1f, 0x3d, 0x5e, 0x91, 0xcf5, 0xcf9, 0x6f};

    for (unsigned i = 0; i < ARRAY_SIZE(ports); i++) {
        fake_regs.rdx = ports[i];
        fake_regs.rax = 0;
        assert_true(run(1, BYTES(0xec)));
        assert_int_equal(fake_regs.rax, 0xff);
        assert_true(run(1, BYTES(0xee)));
    }
    for (unsigned i = 0; i < ARRAY_SIZE(touching); i++) {
        fake_regs.rdx = touching[i];
        assert_true(run(1, BYTES(0xed)));
        assert_int_equal(fake_regs.rax, 0xffffffff);
        assert_true(run(1, BYTES(0xef)));
    }
    assert_int_equal(seen_count, 0);
    fake_regs.rdx = 0x22;
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(seen_count, 1);
}

static void test_ports_kept_by_others_of_ring_0(void **state)
{
    io_ports_reserve(0x608, 4);
    fake_regs.rdx = 0x60b;
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(seen_count, 0);
    fake_regs.rdx = 0x60c;
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(seen_count, 1);
    fake_regs.rdx = 0xffff; /* the last port; an access of two bytes leads beyond */
    assert_true(run(1, BYTES(0xec)));
    assert_int_equal(seen_count, 2);
    assert_true(run(1, BYTES(0x66, 0xed)));
    assert_int_equal(seen_count, 2);
}

/* ---- pairs of ports that make one access ---- */

static void test_pci_configuration(void **state)
{
    io_write(v, 0xcfc, 4, 1); /* the address is not enabled yet */
    assert_int_equal(io_read(v, 0xcfc, 4), 0xffffffff);
    io_write(v, 0xcf8, 4, 0x80001204);
    assert_int_equal(seen_count, 0); /* kept until there is data to go with it */
    assert_int_equal(io_read(v, 0xcf8, 4), 0x80001204);
    assert_int_equal(io_read(v, 0xcfe, 2), 0x3344);
    assert_seen(0, 0xcf8, 4, true, 0x80001204);
    assert_seen(1, 0xcfe, 2, false, 0);
    io_write(v, 0xcfd, 1, 0x55);
    assert_seen(2, 0xcf8, 4, true, 0x80001204);
    assert_seen(3, 0xcfd, 1, true, 0x55);
    assert_int_equal(io_read(v, 0xcfd, 2), 0xffff); /* not aligned */
    assert_int_equal(io_read(v, 0xcfe, 4), 0xffffffff);
    assert_int_equal(seen_count, 4);
    config_guarded = true;
    io_write(v, 0xcfc, 4, 7);
    assert_int_equal(seen_count, 4);
    assert_int_equal(fake_refusal.reason, REASON_io_port);
    io_write(v, 0xcf8, 4, 0);
}

static void test_clock_and_cmos(void **state)
{
    io_write(v, 0x70, 1, 0x8a); /* bit 7 would mask NMIs */
    assert_int_equal(seen_count, 0);
    assert_int_equal(io_read(v, 0x70, 1), 0x8a);
    assert_int_equal(io_read(v, 0x71, 1), 0x44);
    assert_seen(0, 0x70, 1, true, 0x0a);
    assert_seen(1, 0x71, 1, false, 0);
    io_write(v, 0x71, 1, 0x26);
    assert_seen(2, 0x70, 1, true, 0x0a);
    assert_seen(3, 0x71, 1, true, 0x26);
    assert_int_equal(io_read(v, 0x70, 2), 0xffff);
    assert_int_equal(seen_count, 4);
}

/* ---- physdev_op ---- */

static long physdev(unsigned command, const void *argument, unsigned size)
{
    memcpy(fake_guest, argument, size);
    return hypercall_physdev_op(command, FAKE_GUEST_BASE);
}

static void test_physdev_op(void **state)
{
    physdev_set_iopl_t iopl = {.iopl = 3};
    struct physdev_set_iobitmap_32 map = {.bitmap = GUEST32_LIMIT - 8191, .nr_ports = 65536};
    struct physdev_op_32 old = {.cmd = PHYSDEVOP_set_iopl};

    assert_int_equal(physdev(PHYSDEVOP_set_iopl, &iopl, sizeof(iopl)), 0);
    assert_int_equal(v->iopl, 3);
    iopl.iopl = 4;
    assert_int_equal(physdev(PHYSDEVOP_set_iopl, &iopl, sizeof(iopl)), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_iopl_value);
    assert_int_equal(v->iopl, 3);
    assert_int_equal(physdev(PHYSDEVOP_set_iobitmap, &map, sizeof(map)), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_pointer_at_hypervisor);
    map.bitmap--;
    map.nr_ports++;
    assert_int_equal(physdev(PHYSDEVOP_set_iobitmap, &map, sizeof(map)), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_iobitmap_ports);
    assert_int_equal(v->io_bitmap_ports, 0);
    assert_int_equal(hypercall_physdev_op(PHYSDEVOP_set_iopl, 0x10), -EFAULT);
    assert_int_equal(hypercall_physdev_op(PHYSDEVOP_set_iobitmap, 0x10), -EFAULT);
    assert_int_equal(hypercall_physdev_op_compat(0x10), -EFAULT);
    assert_int_equal(physdev(200, &iopl, sizeof(iopl)), -ENOSYS);
    iopl.iopl = 1;
    memcpy((uint8_t *)&old + offsetof(struct physdev_op_32, u), &iopl, sizeof(iopl));
    memcpy(fake_guest, &old, sizeof(old));
    assert_int_equal(hypercall_physdev_op_compat(FAKE_GUEST_BASE), 0);
    assert_int_equal(v->iopl, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_in, start, end),
        cmocka_unit_test_setup_teardown(test_out, start, end),
        cmocka_unit_test_setup_teardown(test_rep_outs, start, end),
        cmocka_unit_test_setup_teardown(test_rep_ins_backwards, start, end),
        cmocka_unit_test_setup_teardown(test_single_string_access, start, end),
        cmocka_unit_test_setup_teardown(test_string_access_with_short_addresses, start, end),
        cmocka_unit_test_setup_teardown(test_string_access_beyond_its_segment, start, end),
        cmocka_unit_test_setup_teardown(test_string_access_to_no_memory, start, end),
        cmocka_unit_test_setup_teardown(test_long_string_access_stops_for_others, start, end),
        cmocka_unit_test_setup_teardown(test_io_breakpoint, start, end),
        cmocka_unit_test_setup_teardown(test_privilege, start, end),
        cmocka_unit_test_setup_teardown(test_bitmap, start, end),
        cmocka_unit_test_setup_teardown(test_a_domain_without_devices, start, end),
        cmocka_unit_test_setup_teardown(test_reserved_ports, start, end),
        cmocka_unit_test_setup_teardown(test_ports_kept_by_others_of_ring_0, start, end),
        cmocka_unit_test_setup_teardown(test_pci_configuration, start, end),
        cmocka_unit_test_setup_teardown(test_clock_and_cmos, start, end),
        cmocka_unit_test_setup_teardown(test_physdev_op, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
