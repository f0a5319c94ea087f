// SPDX-License-Identifier: MIT
/* traps/decode.c and operands.c: lengths, operand forms and addresses of 16- and 32-bit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "traps/decode.h"

#define BYTES(...) ((const uint8_t[INSTRUCTION_MAX + 1]){__VA_ARGS__})

static struct instruction decoded(const uint8_t *bytes, bool code32, unsigned length)
{
    struct instruction in;

    assert_int_equal(decode_instruction(&in, bytes, INSTRUCTION_MAX, code32), DECODED);
    assert_int_equal(in.length, length);
    return in;
}

static void test_control_register_moves(void **state)
{
    struct instruction in = decoded(BYTES(0x0f, 0x20, 0xc3), true, 3);

    assert_int_equal(in.opcode, OP2(0x20));
    assert_int_equal(in.reg, 0);
    assert_int_equal(in.rm, 3);
    /* mod means nothing: still a register, no displacement */
    in = decoded(BYTES(0x0f, 0x22, 0x1e), true, 3);
    assert_int_equal(in.mod, 3);
    assert_int_equal(in.reg, 3);
    assert_int_equal(in.rm, 6);
}

static void test_prefixes(void **state)
{
    struct instruction in = decoded(BYTES(0x66, 0x67, 0x2e, 0xf3, 0xf0, 0x6e), true, 6);

    assert_int_equal(in.operand_size, 2);
    assert_int_equal(in.address_size, 2);
    assert_int_equal(in.segment, SEG_CS);
    assert_int_equal(in.repeat, 0xf3);
    assert_true(in.lock);
    in = decoded(BYTES(0x66, 0xed), false, 2);
    assert_int_equal(in.operand_size, 4);
    assert_int_equal(in.address_size, 2);
}

/* Twelve prefixes, a three-byte opcode... one byte more than fifteen is no instruction, whatever it says. */
static void test_fifteen_bytes_at_most(void **state)
{
    uint8_t bytes[16];
    struct instruction in;

    memset(bytes, 0x66, sizeof(bytes));
    bytes[14] = 0xf4;
    decoded(bytes, true, 15);
    bytes[14] = 0x66;
    bytes[15] = 0xf4;
    assert_int_equal(decode_instruction(&in, bytes, 15, true), DECODE_INVALID);
    bytes[13] = 0x0f;
    bytes[14] = 0x20;
    assert_int_equal(decode_instruction(&in, bytes, 15, true), DECODE_INVALID);
}

static void test_more_bytes_wanted(void **state)
{
    static const uint8_t bytes[] = {0x66, 0xc7, 0x84, 0x88, 1, 2, 3, 4, 5, 6};
    struct instruction in;

    for (unsigned n = 0; n < sizeof(bytes); n++)
        assert_int_equal(decode_instruction(&in, bytes, n, true), DECODE_MORE);
    assert_int_equal(decode_instruction(&in, bytes, sizeof(bytes), true), DECODED);
    assert_int_equal(in.immediate, 0x0605);
    assert_int_equal(in.displacement, 0x04030201);
}

static void test_vex_is_not_decoded(void **state)
{
    struct instruction in;

    assert_int_equal(decode_instruction(&in, BYTES(0xc5, 0xf1, 0xf1, 0xb5), 15, true), DECODE_INVALID);
    assert_int_equal(decode_instruction(&in, BYTES(0xc4, 0xe2, 0x79, 0x18), 15, true), DECODE_INVALID);
    assert_int_equal(decode_instruction(&in, BYTES(0x62, 0xf1, 0x7c, 0x48), 15, true), DECODE_INVALID);
    assert_int_equal(decode_instruction(&in, BYTES(0x8f, 0xe9, 0x78, 0x01), 15, true), DECODE_INVALID);
    decoded(BYTES(0xc5, 0x06), true, 2); /* LDS */
}

static void test_far_pointers(void **state)
{
    struct instruction in = decoded(BYTES(0x9a, 0x78, 0x56, 0x34, 0x12, 0x33, 0x22), true, 7);

    assert_int_equal(in.immediate, 0x12345678);
    assert_int_equal(in.far_selector, 0x2233);
    in = decoded(BYTES(0xea, 0x34, 0x12, 0x33, 0x22), false, 5);
    assert_int_equal(in.immediate, 0x1234);
    assert_int_equal(in.far_selector, 0x2233);
}

static const struct cpu_regs regs = {
    .rax = 0x10,
    .rcx = 0x200,
    .rdx = 0x3000,
    .rbx = 0x40000,
    .rsp = 0x500000,
    .rbp = 0x6000000,
    .rsi = 0x70000000,
    .rdi = 0xffffffff00000008,
};

static uint32_t offset_of(const uint8_t *bytes, bool code32, enum segment_register segment)
{
    struct instruction in;

    assert_int_equal(decode_instruction(&in, bytes, INSTRUCTION_MAX, code32), DECODED);
    assert_int_equal(operand_segment(&in), segment);
    return operand_offset(&in, &regs);
}

static void test_addresses_32(void **state)
{
    assert_int_equal(offset_of(BYTES(0x89, 0x03), true, SEG_DS), 0x40000);         /* [ebx] */
    assert_int_equal(offset_of(BYTES(0x89, 0x45, 0xfc), true, SEG_SS), 0x5fffffc); /* [ebp-4] */
    assert_int_equal(offset_of(BYTES(0x89, 0x05, 4, 3, 2, 1), true, SEG_DS), 0x01020304);
    assert_int_equal(offset_of(BYTES(0x89, 0x04, 0x24), true, SEG_SS), 0x500000);   /* [esp] */
    assert_int_equal(offset_of(BYTES(0x89, 0x44, 0xcb, 1), true, SEG_DS), 0x41001); /* [ebx+ecx*8+1] */
    assert_int_equal(offset_of(BYTES(0x89, 0x04, 0x8d, 0, 0, 0, 0x80), true, SEG_DS), 0x80000800);
    assert_int_equal(offset_of(BYTES(0x64, 0x89, 0x07), true, SEG_FS), 8);
    assert_int_equal(offset_of(BYTES(0xa3, 4, 3, 2, 1), true, SEG_DS), 0x01020304);
    /* A sum wraps at 4 GiB. */
    assert_int_equal(offset_of(BYTES(0x89, 0x84, 0xb6, 0, 0, 0, 0x80), true, SEG_DS),
                     0x30000000 + 0x80000000u);
}

static void test_addresses_16(void **state)
{
    assert_int_equal(offset_of(BYTES(0x89, 0x07), false, SEG_DS), 0);            /* [bx]: 0x0000 */
    assert_int_equal(offset_of(BYTES(0x89, 0x46, 0xff), false, SEG_SS), 0xffff); /* [bp-1] */
    assert_int_equal(offset_of(BYTES(0x89, 0x06, 0x34, 0x12), false, SEG_DS), 0x1234);
    assert_int_equal(offset_of(BYTES(0x67, 0x89, 0x87, 0xff, 0xff), true, SEG_DS), 0xffff);
    assert_int_equal(offset_of(BYTES(0x89, 0x41, 0xff), false, SEG_DS), 7); /* [bx+di-1] */
}

static void test_registers(void **state)
{
    struct cpu_regs r = regs;

    assert_int_equal(register_read(&r, 7), 8);
    register_write(&r, 1, 2, 0xabcd1234);
    assert_int_equal(r.rcx, 0x1234);
    r.rax = 0x11223344;
    register_write(&r, 0, 2, 0xffff);
    assert_int_equal(r.rax, 0x1122ffff);
    register_write(&r, 7, 4, 5);
    assert_int_equal(r.rdi, 5); /* the upper half goes */
    r.rdx = 0x8765;
    assert_int_equal(register_read8(&r, 2), 0x65);
    assert_int_equal(register_read8(&r, 6), 0x87);
}

/* Where the short way answers, it answers as the long one. */
static void test_system_instructions(void **state)
{
    unsigned found = 0;
    struct instruction in;

    for (unsigned i = 0; i < 0x10000; i++) {
        uint8_t bytes[INSTRUCTION_MAX] = {0x0f, (uint8_t)i, (uint8_t)(i >> 8)};
        struct instruction by_short, by_long;

        memset(&by_short, 0, sizeof(by_short));
        memset(&by_long, 0, sizeof(by_long));
        if (!decode_system(&by_short, bytes))
            continue;
        found++;
        assert_int_equal(decode_instruction(&by_long, bytes, sizeof(bytes), true), DECODED);
        assert_memory_equal(&by_short, &by_long, sizeof(by_long));
    }
    assert_true(found > 4 * 256);
    assert_false(decode_system(&in, (const uint8_t[3]){0x90, 0x06, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_system_instructions),
        cmocka_unit_test(test_control_register_moves),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_fifteen_bytes_at_most),
        cmocka_unit_test(test_more_bytes_wanted),
        cmocka_unit_test(test_vex_is_not_decoded),
        cmocka_unit_test(test_far_pointers),
        cmocka_unit_test(test_addresses_32),
        cmocka_unit_test(test_addresses_16),
        cmocka_unit_test(test_registers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
