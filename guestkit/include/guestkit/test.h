/* SPDX-License-Identifier: MIT */
/*
 * A guest that is a test. Needs `console`, `traps`, `probe`, `p2m`, `page_tables`, `shared`, `shutdown`.
 *
 *     #include <guestkit/test.h>
 *
 *     GUEST_TEST("an L1 table cannot be mapped writable")
 *     {
 *         expect_errno(page_protect(table, PTE_DATA), -XEN_EINVAL);
 *         expect_reason(REASON_page_table_writable);
 *         expect_fault(probe_write(table, 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
 *     }
 *
 * Before the body runs, the shared page is mapped, the phys-to-machine list taken over and the trap table
 * loaded; upcalls are masked. An expectation that is not met prints where, what was expected and what was
 * found, and the test goes on. At the end the hypervisor's auditor is asked (Ringlet only), one line
 * "TEST RESULT: success|skip|failure|error" is printed and the domain powers off. A body in which no
 * expectation ran is an error, and so is a trap that nobody expects.
 */
#ifndef GUESTKIT_TEST_H
#define GUESTKIT_TEST_H

#include <abi/guest.h>
#include <abi/ringlet.h>
#include <guestkit/console.h>
#include <guestkit/hypercall.h>
#include <guestkit/p2m.h>
#include <guestkit/page_tables.h>
#include <guestkit/probe.h>
#include <guestkit/shared.h>
#include <guestkit/start.h>
#include <guestkit/traps.h>

#define GUEST_TEST(title)                                                                                    \
    static void test_body(void);                                                                             \
    void guest_main(start_info_t *info)                                                                      \
    {                                                                                                        \
        test_run(info, title, test_body);                                                                    \
    }                                                                                                        \
    static void test_body(void)

_Noreturn void test_run(start_info_t *info, const char *title, void (*body)(void));

/* The condition must hold. The rest, if any, is a printf() format and its arguments, printed when it does not. */
#define expect(condition, ...)                                                                               \
    test_expect((condition) ? true : false, __FILE__, __LINE__, #condition, ": " __VA_ARGS__)

/* A call's result must be this number: 0, or -XEN_EINVAL and so on. */
#define expect_errno(call, expected) test_expect_errno((call), (expected), __FILE__, __LINE__, #call)
#define expect_ok(call) expect_errno(call, 0)

/* Two integers must be equal; both are printed when they are not. */
#define expect_equal(found, expected)                                                                        \
    test_expect_equal((uint64_t)(found), (uint64_t)(expected), __FILE__, __LINE__, #found)

/* A struct fault (probe.h, user.h) must be of this vector and, where it has one, error code. */
#define expect_fault(probed, vector, error_code)                                                             \
    test_expect_fault((probed), (vector), (error_code), __FILE__, __LINE__, #probed)
#define expect_no_fault(probed) test_expect_fault((probed), NO_FAULT, 0, __FILE__, __LINE__, #probed)

/* On Ringlet, the last refusal must have this reason (REASON_* of <abi/ringlet.h>). On others nothing is checked or counted. */
#define expect_reason(reason) test_expect_reason((reason), __FILE__, __LINE__)

/*
 * The hypervisor's auditor finds nothing. Runs at the end of every test anyway. Where nothing can be checked, elsewhere
 * or in a domain that may not ask: true.
 */
bool audit_clean(void);

/* Whether the hypervisor is Ringlet: for the few answers that the ABI leaves open. */
bool on_ringlet(void);

/* End the test at once. */
_Noreturn void test_skip(const char *why);
_Noreturn void test_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool test_expect(bool met, const char *file, int line, const char *text, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
bool test_expect_errno(int found, int expected, const char *file, int line, const char *text);
bool test_expect_equal(uint64_t found, uint64_t expected, const char *file, int line, const char *text);
bool test_expect_fault(struct fault found, uint32_t vector, uint32_t error_code, const char *file, int line,
                       const char *text);
bool test_expect_reason(uint32_t reason, const char *file, int line);

#endif
