// SPDX-License-Identifier: MIT
/*
 * What a guest learns of the processor: traps/msr_policy.c and cpuid_policy.c. The processor here has every feature there
 * is. Bit numbers: Intel SDM volume 2, CPUID, and AMD APM volume 3, appendix E.
 */
#include "unit_test.h"

#include "core/why.h"
#include "fake_guest.h"
#include "fake_tables.h"
#include "machine/clock.h"
#include "traps/cpuid_features.h"
#include "traps/cpuid_policy.h"
#include "traps/fpu.h"
#include "traps/msr_policy.h"

#define INTEL_EBX 0x756e6547u
#define AMD_EBX 0x68747541u

static struct vcpu *v;
static uint32_t vendor, basic_last, extended_last, leaf_1_ecx;

static struct cpuid_result everything(uint32_t leaf, uint32_t subleaf)
{
    switch (leaf) {
    case 0: return (struct cpuid_result){.a = basic_last, .b = vendor, .c = 0x6c65746e, .d = 0x49656e69};
    case 1: return (struct cpuid_result){.a = 0x000306c3, .b = 0x07100800, .c = leaf_1_ecx, .d = ~0u};
    case 0xd:
        if (subleaf == 0)
            return (struct cpuid_result){.a = 0xe7, .b = 2696, .c = 2696};
        if (subleaf == 2)
            return (struct cpuid_result){.a = 256, .b = 576, .c = 1, .d = 1};
        return (struct cpuid_result){~0u, ~0u, ~0u, ~0u};
    case 0x80000000: return (struct cpuid_result){.a = extended_last, .b = vendor};
    case 0x80000008: return (struct cpuid_result){.a = 0x3027, .b = ~0u, .c = ~0u, .d = ~0u};
    default: return (struct cpuid_result){~0u, ~0u, ~0u, ~0u};
    }
}

static int start(void **state)
{
    vendor = INTEL_EBX;
    basic_last = 0x20;
    extended_last = 0x8000001f;
    leaf_1_ecx = ~0u;
    v = fake_guest_start();
    fake_processor.cpuid = everything;
    processor_features_read();
    return v ? 0 : -1;
}

static int end(void **state)
{
    fake_processor.cpuid = NULL;
    processor_features_read();
    fake_machine_end();
    return 0;
}

static void assert_answer(uint32_t leaf, uint32_t subleaf, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    struct cpuid_result r = cpuid_policy(v, leaf, subleaf);

    assert_int_equal(r.a, a);
    assert_int_equal(r.b, b);
    assert_int_equal(r.c, c);
    assert_int_equal(r.d, d);
}

/* ---- CPUID ---- */

static void test_leaf_0_ends_where_guests_stop(void **state)
{
    assert_answer(0, 0, 0xd, INTEL_EBX, 0x6c65746e, 0x49656e69);
    basic_last = 7;
    assert_answer(0, 0, 7, INTEL_EBX, 0x6c65746e, 0x49656e69);
}

static void test_hidden_features_of_leaf_1(void **state)
{
    static const uint8_t hidden_edx[] = {1, 3, 13, 17, 21, 28, 29, 31}; /* VME PSE PGE PSE-36 DS HTT TM PBE */
    static const uint8_t shown_edx[] = {0,  4,  5,  6,  8,
                                        15, 23, 24, 25, 26}; /* FPU TSC MSR PAE CX8 CMOV MMX FXSR SSE SSE2 */
    static const uint8_t hidden_ecx[] = {2, 3, 4, 5, 6, 7, 8, 13, 15, 17, 18, 21, 24};
    static const uint8_t shown_ecx[] = {0, 1, 9, 12, 19, 20, 22, 23, 25, 26, 27, 28, 29, 30, 31};
    struct cpuid_result r = cpuid_policy(v, 1, 0);

    for (unsigned i = 0; i < ARRAY_SIZE(hidden_edx); i++)
        assert_false(r.d >> hidden_edx[i] & 1);
    for (unsigned i = 0; i < ARRAY_SIZE(shown_edx); i++)
        assert_true(r.d >> shown_edx[i] & 1);
    for (unsigned i = 0; i < ARRAY_SIZE(hidden_ecx); i++)
        assert_false(r.c >> hidden_ecx[i] & 1);
    for (unsigned i = 0; i < ARRAY_SIZE(shown_ecx); i++)
        assert_true(r.c >> shown_ecx[i] & 1);
    assert_int_equal(r.a, 0x000306c3);
    assert_int_equal(r.b, 0x0800); /* the cache line; no brand, no count of processors, APIC id 0 */
    v->id = 3;
    assert_int_equal(cpuid_policy(v, 1, 0).b, 0x06000800); /* the APIC id is twice the vCPU's number */
    v->id = 0;
}

/* A guest's SYSENTER works on Intel; SYSCALL, from 32-bit code, on AMD. */
static void test_fast_calls_by_vendor(void **state)
{
    assert_true(cpuid_policy(v, 1, 0).d >> 11 & 1);
    assert_false(cpuid_policy(v, 0x80000001, 0).d >> 11 & 1);
    vendor = AMD_EBX;
    processor_features_read();
    assert_false(cpuid_policy(v, 1, 0).d >> 11 & 1);
    assert_true(cpuid_policy(v, 0x80000001, 0).d >> 11 & 1);
}

static void test_without_xsave_nothing_that_needs_it(void **state)
{
    leaf_1_ecx = ~(1u << 26);
    processor_features_read();
    assert_int_equal(cpuid_policy(v, 1, 0).c & (1u << 26 | 1u << 27 | 1u << 12 | 1u << 28 | 1u << 29), 0);
    assert_false(cpuid_policy(v, 7, 0).b >> 5 & 1);                         /* AVX2 */
    assert_false(cpuid_policy(v, 0x80000001, 0).c & (1u << 11 | 1u << 16)); /* XOP, FMA4 */
    assert_answer(0xd, 0, 0, 0, 0, 0);
}

static void test_structured_features(void **state)
{
    struct cpuid_result r = cpuid_policy(v, 7, 0);

    assert_int_equal(r.a, 0);
    assert_false(r.b & (1u << 0 | 1u << 2 | 1u << 7 | 1u << 10 | 1u << 16 |
                        1u << 20)); /* FSGSBASE SGX SMEP INVPCID AVX-512 SMAP */
    assert_true((r.b & (1u << 3 | 1u << 5 | 1u << 8 | 1u << 9)) == (1u << 3 | 1u << 5 | 1u << 8 | 1u << 9));
    assert_false(r.c & (1u << 3 | 1u << 16 | 1u << 22)); /* PKU LA57 RDPID */
    assert_int_equal(r.d, 1u << 4);
    assert_answer(7, 1, 0, 0, 0, 0);
    basic_last = 6;
    processor_features_read();
    assert_answer(7, 0, 0, 0, 0, 0);
}

static void test_leaves_of_topology_and_power_are_empty(void **state)
{
    static const uint32_t empty[] = {3,          5,          6,          8,          9,         0xa,
                                     0xb,        0xc,        0xe,        0x14,       0x1f,      0x3fffffff,
                                     0x40000006, 0x400000ff, 0x80000007, 0x80000009, 0x8000001f};

    for (unsigned i = 0; i < ARRAY_SIZE(empty); i++)
        assert_answer(empty[i], 0, 0, 0, 0, 0);
    assert_answer(4, 1, 0x3fff, ~0u, ~0u, ~0u); /* caches, shared by nobody */
    assert_answer(2, 0, ~0u, ~0u, ~0u, ~0u);
    vendor = AMD_EBX;
    processor_features_read();
    assert_answer(4, 1, 0, 0, 0, 0);
    assert_answer(2, 0, 0, 0, 0, 0);
}

/* Intel SDM volume 1, section 13.2: the area ends behind the last component enabled. */
static void test_state_components(void **state)
{
    assert_answer(0xd, 0, 7, 576, 832, 0);
    assert_true(fpu_set_xcr0(v, 7));
    assert_answer(0xd, 0, 7, 832, 832, 0);
    assert_answer(0xd, 1, 7, 0, 0, 0); /* XSAVEOPT, XSAVEC, XGETBV; no XSAVES */
    assert_answer(0xd, 2, 256, 576, 0, 0);
    assert_answer(0xd, 3, 0, 0, 0, 0);
}

static void test_extended_leaves(void **state)
{
    struct cpuid_result r = cpuid_policy(v, 0x80000001, 0);

    assert_answer(0x80000000, 0, 0x80000008, INTEL_EBX, 0, 0);
    assert_false(r.d & (1u << 29 | 1u << 26 | 1u << 25));          /* long mode, 1 GiB pages, fast FXSAVE */
    assert_true(r.d >> 20 & 1);                                    /* NX */
    assert_false(r.c & (1u << 2 | 1u << 3 | 1u << 10 | 1u << 12)); /* SVM, APIC space, IBS, SKINIT */
    assert_int_equal(r.b, 0);
    assert_answer(0x80000008, 0, 0x2027, 0, 0, 0); /* 39 bits of machine addresses, 32 of linear ones */
    assert_answer(0x80000003, 0, ~0u, ~0u, ~0u, ~0u);
    extended_last = 0x80000001;
    processor_features_read();
    assert_answer(0x80000008, 0, 0, 0, 0, 0);
    extended_last = 0; /* a processor without them */
    processor_features_read();
    assert_answer(0x80000000, 0, 0, 0, 0, 0);
}

static void test_the_reference_s_leaves(void **state)
{
    assert_answer(0x40000000, 0, 0x40000005, 0x566e6558, 0x65584d4d, 0x4d4d566e);
    assert_answer(0x40000001, 0, 0x00040011, 0, 0, 0); /* 4.17 */
    assert_answer(0x40000002, 0, 1, 0x40000000, 1, 0);
    assert_answer(0x40000003, 0, 4, 0, 0, 0); /* RDTSCP is there */
    assert_answer(0x40000003, 1, 0, 0, 0, 0);
    assert_answer(0x40000003, 2, (uint32_t)(system_clock.tsc_hz / 1000), 0, 0, 0);
    assert_answer(0x40000004, 0, 0, 0, 0, 0);
    assert_answer(0x40000005, 0, 0, 22, 0, 0); /* 1,024 frames: 10 bits above a page's 12 */
    assert_answer(0x40000005, 1, 0, 0, 0, 0);
}

/* ---- MSRs ---- */

static void assert_msr(uint32_t msr, uint64_t expected)
{
    uint64_t value = 0x5555;

    assert_true(msr_policy_read(v, msr, &value));
    assert_int_equal(value, expected);
}

static void test_msrs_that_are_read(void **state)
{
    fake_processor.tsc = 0x123456789a;
    assert_msr(0x10, 0x123456789a);
    assert_msr(0x1b, 0xfee00900); /* APIC base: enabled, boot processor */
    v->id = 1;
    assert_msr(0x1b, 0xfee00800);
    v->id = 0;
    assert_msr(0x277, 0x0000050100070406);
    assert_msr(0xc0000080, 0x801);
    assert_msr(0x8b, 0);
    assert_msr(0x179, 2);
    assert_msr(0x400, ~0ull);
    assert_msr(0x404, ~0ull);
    assert_msr(0x402, 0);
}

static void test_msrs_that_are_not_there(void **state)
{
    static const uint32_t absent[] = {0x174,      0x175,      0x176,      0x1d9,      0x480,      0x800,
                                      0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000100, 0xc0000101,
                                      0xc0000102, 0xc0000103, 0xc0010114, 0x40000001};
    uint64_t value;

    for (unsigned i = 0; i < ARRAY_SIZE(absent); i++) {
        assert_false(msr_policy_read(v, absent[i], &value));
        assert_int_equal(fake_refusal.reason, REASON_msr_read);
        assert_int_equal(fake_refusal.found, absent[i]);
        assert_false(msr_policy_write(v, absent[i], 0));
        assert_int_equal(fake_refusal.reason, REASON_msr_write);
        assert_int_equal(fake_refusal.expected, absent[i]);
    }
}

static void test_msrs_that_are_written(void **state)
{
    assert_true(msr_policy_write(v, 0xc0000080, 0x801)); /* EFER as it is */
    assert_false(msr_policy_write(v, 0xc0000080, 0x800));
    assert_false(msr_policy_write(v, 0x277, 0x0000050100070406));
    assert_false(msr_policy_write(v, 0x10, 0));
    assert_false(msr_policy_write(v, 0x1b, 0xfee00900));
    assert_true(msr_policy_write(v, 0x1a0, 0));
    assert_msr(0x1a0, 0x801801); /* taken and forgotten */
    assert_true(msr_policy_write(v, 0x401, 0));
    assert_false(msr_policy_write(v, 0x401, 1));
    assert_false(msr_policy_write(v, 0x8b, 0));
    for (unsigned i = 0; i < FAKE_MSRS; i++)
        assert_int_equal(fake_processor.msrs[i].number, 0); /* nothing reached the processor */
}

static void test_hypercall_page(void **state)
{
    mfn_t m = fake_frame(v->domain);
    const uint8_t *page = frame_map(m);
    mfn_t table = fake_frame(v->domain);

    assert_true(msr_policy_write(v, 0x40000000, m.raw << PAGE_SHIFT));
    assert_int_equal(page[0], 0xb8); /* mov $0, %eax */
    assert_int_equal(page[5], 0xcd); /* int $0x82 */
    assert_int_equal(page[6], 0x82);
    assert_int_equal(page[7], 0xc3); /* ret */
    assert_int_equal(page[17 * 32 + 1], 17);
    assert_int_equal(page[23 * 32], 0x50); /* iret: push %eax, which it takes from the frame */
    assert_int_equal(fake_uses(m), 0);
    assert_false(msr_policy_write(v, 0x40000000, m.raw << PAGE_SHIFT | 1));
    assert_false(msr_policy_write(v, 0x40000000, 7ull << PAGE_SHIFT));
    assert_int_equal(page_table_pin(v->domain, table, TYPE_L1), 0);
    assert_false(msr_policy_write(v, 0x40000000, table.raw << PAGE_SHIFT));
    assert_int_equal(fake_entry(table, 0), 0);
    assert_int_equal(page_table_unpin(v->domain, table), 0);
}

/* ---- CPUID that faults ---- */

static void test_cpuid_faults_where_it_can(void **state)
{
    static const uint64_t platform = 1ull << 31, enabled = 1, configured = 1ull << 35;

    *fake_msr(0xce) = ~platform;
    *fake_msr(0x140) = 2;
    cpuid_make_fault();
    assert_int_equal(*fake_msr(0x140), 2);
    *fake_msr(0xce) = platform;
    cpuid_make_fault();
    assert_int_equal(*fake_msr(0x140), 2 | enabled);
    assert_int_equal(*fake_msr(0xc0010015), 0);

    vendor = AMD_EBX;
    *fake_msr(0x140) = 0;
    extended_last = 0x80000020;
    processor_features_read();
    cpuid_make_fault();
    assert_int_equal(*fake_msr(0xc0010015), 0); /* without the leaf that would say so */
    extended_last = 0x80000021;
    processor_features_read();
    *fake_msr(0xc0010015) = 0x10;
    cpuid_make_fault();
    assert_int_equal(*fake_msr(0xc0010015), 0x10 | configured);
    assert_int_equal(*fake_msr(0x140), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_leaf_0_ends_where_guests_stop, start, end),
        cmocka_unit_test_setup_teardown(test_hidden_features_of_leaf_1, start, end),
        cmocka_unit_test_setup_teardown(test_fast_calls_by_vendor, start, end),
        cmocka_unit_test_setup_teardown(test_without_xsave_nothing_that_needs_it, start, end),
        cmocka_unit_test_setup_teardown(test_structured_features, start, end),
        cmocka_unit_test_setup_teardown(test_leaves_of_topology_and_power_are_empty, start, end),
        cmocka_unit_test_setup_teardown(test_state_components, start, end),
        cmocka_unit_test_setup_teardown(test_extended_leaves, start, end),
        cmocka_unit_test_setup_teardown(test_the_reference_s_leaves, start, end),
        cmocka_unit_test_setup_teardown(test_msrs_that_are_read, start, end),
        cmocka_unit_test_setup_teardown(test_msrs_that_are_not_there, start, end),
        cmocka_unit_test_setup_teardown(test_msrs_that_are_written, start, end),
        cmocka_unit_test_setup_teardown(test_hypercall_page, start, end),
        cmocka_unit_test_setup_teardown(test_cpuid_faults_where_it_can, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
