// SPDX-License-Identifier: MIT
/* Boot decisions: options, the layout of a new domain, and the text formatter they all report through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "boot/initial_layout.h"
#include "boot/options.h"
#include "core/log.h"
#include "core/types.h"

static void options_are_read(void **state)
{
    options_parse("build/ringlet dom0_mem=64M loglvl=all guest_loglvl=error noreboot com1=57600 maxcpus=3");
    assert_int_equal(boot_options.dom0_mem, 64u << 20);
    assert_int_equal(boot_options.loglvl, LOG_DEBUG);
    assert_int_equal(boot_options.guest_loglvl, LOG_ERROR);
    assert_true(boot_options.noreboot);
    assert_int_equal(boot_options.baud, 57600);
    assert_int_equal(boot_options.maxcpus, 3);
}

static void sizes_have_units(void **state)
{
    static const struct {
        const char *line;
        uint64_t bytes;
    } cases[] = {
        {"x dom0_mem=512", 512u << 10},        {"x dom0_mem=1G", 1u << 30},
        {"x dom0_mem=2048k", 2u << 20},        {"x dom0_mem=max:8M", 8u << 20},
        {"x dom0_mem=16M,max:16M", 16u << 20},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        boot_options.dom0_mem = 0;
        options_parse(cases[i].line);
        assert_int_equal(boot_options.dom0_mem, cases[i].bytes);
    }
}

static void bad_values_change_nothing(void **state)
{
    boot_options.dom0_mem = 7;
    boot_options.baud = 115200;
    boot_options.maxcpus = 1;
    options_parse("x dom0_mem=lots com1=77 maxcpus=0 noreboot=perhaps");
    assert_int_equal(boot_options.dom0_mem, 7);
    assert_int_equal(boot_options.baud, 115200);
    assert_int_equal(boot_options.maxcpus, 1);
}

/* Every region follows the one before, the tables cover all that is mapped, and the slack is there. */
static void check_layout(const struct start_layout *l, uint64_t virt_base)
{
    uint64_t end = virt_base + (l->end << PAGE_SHIFT);

    assert_true(l->p2m >= l->kernel_frames);
    assert_int_equal(l->start_info, l->p2m + l->p2m_frames);
    assert_int_equal(l->tables, l->start_info + 1);
    assert_int_equal(l->table_frames, 1 + l->l2_count + l->l1_count);
    assert_int_equal(l->stack, l->tables + l->table_frames);
    assert_int_equal(end % 0x400000, 0);
    assert_true(l->end - (l->stack + 1) >= 0x80000 / PAGE_SIZE);
    assert_int_equal(l->l1_count, ((end + 0x1fffff) >> 21) - (virt_base >> 21));
}

static void layouts_hold_together(void **state)
{
    static const uint64_t bases[] = {0, 0xc0000000, 0x00100000, 0x00300000};
    struct start_layout l;

    for (size_t b = 0; b < 4; b++)
        for (uint64_t initrd = 0; initrd < 64u << 20; initrd += 4321987) {
            uint64_t base = bases[b];

            assert_true(start_layout_compute(&l, base, base + 0x123456, initrd, true, 65536, 0, 0xf5800000));
            check_layout(&l, base);
            assert_int_equal(l.initrd, l.kernel_frames);
            assert_int_equal(l.p2m, l.initrd + (initrd + PAGE_SIZE - 1) / PAGE_SIZE);
        }
}

static void rings_lie_behind_start_info(void **state)
{
    struct start_layout without, with;

    assert_true(start_layout_compute(&without, 0, 0x200000, 0, true, 65536, 0, 0xf5800000));
    assert_true(start_layout_compute(&with, 0, 0x200000, 0, true, 65536, 2, 0xf5800000));
    assert_int_equal(with.start_info, without.start_info);
    assert_int_equal(with.rings, with.start_info + 1);
    assert_int_equal(with.tables, with.rings + 2);
    assert_int_equal(without.tables, without.start_info + 1);
}

static void unmapped_initrd_lies_behind(void **state)
{
    struct start_layout l;

    assert_true(start_layout_compute(&l, 0xc0000000, 0xc0200000, 10u << 20, false, 65536, 0, 0xf5800000));
    check_layout(&l, 0xc0000000);
    assert_int_equal(l.initrd, l.end);
    assert_int_equal(l.p2m, l.kernel_frames);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct start_layout l;

    /* more than the domain's memory, then more than the addresses below the hypervisor's */
    assert_false(start_layout_compute(&l, 0, 0x200000, 200u << 20, true, 4096, 0, 0xf5800000));
    assert_false(start_layout_compute(&l, 0xf0000000, 0xf0200000, 100u << 20, true, 1u << 20, 0, 0xf5800000));
    assert_false(start_layout_compute(&l, 0, 0x200000, 16u << 20, false, 4096, 0, 0xf5800000));
}

static int format_into(char *out, size_t size, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = format_text(out, size, format, args);
    va_end(args);
    return n;
}

static void text_is_formatted(void **state)
{
    char out[64];

    format_into(out, sizeof(out), "%d|%5u|%-4x|%08lx|%s|%c|%%", -7, 42u, 0xabu, 0x1234ul, "text", 'c');
    assert_string_equal(out, "-7|   42|ab  |00001234|text|c|%");
    format_into(out, sizeof(out), "%d %lu", INT32_MIN, UINT64_MAX);
    assert_string_equal(out, "-2147483648 18446744073709551615");
}

static void long_text_is_cut(void **state)
{
    char out[8];

    memset(out, '#', sizeof(out));
    assert_int_equal(format_into(out, 6, "%s", "longer than that"), 5);
    assert_string_equal(out, "longe");
    assert_int_equal(out[6], '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_read),
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(bad_values_change_nothing),
        cmocka_unit_test(layouts_hold_together),
        cmocka_unit_test(rings_lie_behind_start_info),
        cmocka_unit_test(unmapped_initrd_lies_behind),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(text_is_formatted),
        cmocka_unit_test(long_text_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
