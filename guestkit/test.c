/* SPDX-License-Identifier: MIT */
#include <guestkit/shutdown.h>
#include <guestkit/string.h>
#include <guestkit/test.h>

static unsigned int met_count;
static unsigned int missed_count;

static const char *base_name(const char *path)
{
    const char *name = path;

    for (; *path; path++) {
        if (*path == '/') {
            name = path + 1;
        }
    }
    return name;
}

/* Counts one expectation; true when the caller has a failure to describe. */
static bool count(bool met, const char *file, int line, const char *text)
{
    if (met) {
        met_count++;
        return false;
    }
    missed_count++;
    console_printf("%s:%d: expected %s", base_name(file), line, text);
    return true;
}

bool test_expect(bool met, const char *file, int line, const char *text, const char *format, ...)
{
    if (count(met, file, line, text)) {
        va_list args;
        va_start(args, format);
        /* It begins with ": ": no more than that is no explanation. */
        if (format[2]) {
            console_printf_va(format, args);
        }
        console_printf("\n");
        va_end(args);
    }
    return met;
}

static const char *errno_name(int number)
{
#define NAME(name)                                                                                           \
    case XEN_##name: return #name;
    switch (number < 0 ? -number : 0) {
        XEN_ERRNOS(NAME)
    default: return "";
    }
#undef NAME
}

bool test_expect_errno(int found, int expected, const char *file, int line, const char *text)
{
    if (count(found == expected, file, line, text)) {
        console_printf(" to give %d %s, found %d %s\n", expected, errno_name(expected), found,
                       errno_name(found));
    }
    return found == expected;
}

bool test_expect_equal(uint64_t found, uint64_t expected, const char *file, int line, const char *text)
{
    if (count(found == expected, file, line, text)) {
        console_printf(" to be 0x%llx, found 0x%llx\n", expected, found);
    }
    return found == expected;
}

static void print_fault(uint32_t vector, uint32_t error_code)
{
    if (vector == NO_FAULT) {
        console_printf("no fault");
    } else {
        console_printf("%s (vector %u, error code %04x)", trap_name(vector), vector, error_code);
    }
}

bool test_expect_fault(struct fault found, uint32_t vector, uint32_t error_code, const char *file, int line,
                       const char *text)
{
    bool met = found.vector == vector && (vector == NO_FAULT || found.error_code == error_code);

    if (count(met, file, line, text)) {
        console_printf(" to end in ");
        print_fault(vector, error_code);
        console_printf(", found ");
        print_fault(found.vector, found.error_code);
        console_printf(" at %04x:%08x, address %08x\n", found.cs, found.eip, found.address);
    }
    return met;
}

static _Noreturn void finish(const char *result)
{
    console_printf("%u expectations met, %u missed\nTEST RESULT: %s\n", met_count, missed_count, result);
    shutdown(SHUTDOWN_poweroff);
}

_Noreturn void test_skip(const char *why)
{
    console_printf("skipped: %s\n", why);
    finish(missed_count ? "failure" : "skip");
}

_Noreturn void test_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    console_printf_va(format, args);
    va_end(args);
    console_printf("\n");
    finish("error");
}

/* An unexpected trap ends the test in good order, so that the machine powers off and says so. */
static bool unexpected_trap(struct trap_frame *frame)
{
    trap_report(frame);
    finish("error");
}

_Noreturn void test_run(start_info_t *info, const char *title, void (*body)(void))
{
    console_init(info);
    console_printf("test: %s\n", title);
    int error = shared_map(info);
    if (!error) {
        error = traps_init();
    }
    if (error) {
        test_error("start failed: %d %s", error, errno_name(error));
    }
    trap_recover = unexpected_trap;
    p2m_init(info);
    page_tables_init(info);
    body();
    if (!met_count && !missed_count) {
        test_error("no expectation ran");
    }
    expect(audit_clean(), "the auditor finds differences");
    finish(missed_count ? "failure" : "success");
}
