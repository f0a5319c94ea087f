// SPDX-License-Identifier: MIT
/* What the tests of the rules at the top of memory/page_types.c share. A test is named by the number of its rule. */
#ifndef RINGLET_FAKE_PAGE_TYPE_TEST_H
#define RINGLET_FAKE_PAGE_TYPE_TEST_H

#include "unit_test.h"

#include "core/errno.h"
#include "core/why.h"
#include "fake_tables.h"

#define FRAMES 4096u

static struct domain *d, *other;

static inline int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    fake_run(d->vcpus[0]);
    return 0;
}

/* After every test the auditor must find nothing. */
static inline int end(void **state)
{
    unsigned differences = fake_differences();

    if (differences)
        print_error("audit: %u differences, first: frame %lx field %u expected %lx found %lx\n", differences,
                    fake_audit.first[0].frame, fake_audit.first[0].field, fake_audit.first[0].expected,
                    fake_audit.first[0].found);
    fake_machine_end();
    return differences != 0;
}

static inline void finish_releases(void)
{
    while (frame_release_pending(d->vcpus[0]))
        ;
}

/* Pins, expects a refusal, and that no frame of the domain is left with a type in use or an extra reference. */
static inline void expect_refused(mfn_t m, enum frame_type level, int error, uint32_t reason)
{
    unsigned before = fake_refusal.count;

    assert_int_equal(page_table_pin(d, m, level), error);
    assert_int_equal(fake_refusal.count, before + 1);
    assert_int_equal(fake_refusal.reason, reason);
    assert_int_equal(fake_refusal.error, error);
    finish_releases();
    for (uint64_t i = 0; i < FRAMES; i++)
        if (frame_table[i].owner == d->id) {
            assert_int_equal(type_uses(frame_table[i].type), 0);
            assert_int_equal(frame_table[i].refs, 1);
            assert_int_equal(frame_table[i].type & (TYPE_STATES & ~TYPE_VALIDATED), 0);
        }
}

#endif
