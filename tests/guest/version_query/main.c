/* SPDX-License-Identifier: MIT */
/* run-log: ^test: xen_version$ */
/*
 * Every command of xen_version: what it answers, and that a bad pointer or an unknown number is refused.
 */
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define UNMAPPED ((void *)0xf0000000)
#define HYPERVISOR ((void *)0xf5800000)

static char text[1024];

static void test_numbers(void)
{
    int version = hypercall_xen_version(XENVER_version, NULL);

    expect_equal(version >> 16, 4);
    expect_equal(version & 0xffff, 17);
    expect_equal(hypercall_xen_version(XENVER_pagesize, NULL), PAGE_BYTES);
    expect_errno(hypercall_xen_version(XENVER_pagesize, text), -XEN_EINVAL);
    expect_reason(REASON_reserved_field);
    expect_errno(hypercall_xen_version(11, text), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(hypercall_xen_version(0xffffffff, text), -XEN_ENOSYS);
}

static bool ends(const char *field, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!field[i]) {
            return true;
        }
    }
    return false;
}

static bool contains(const char *line, const char *word)
{
    for (; *line; line++) {
        if (memcmp(line, word, strlen(word)) == 0) {
            return true;
        }
    }
    return false;
}

static void test_texts(void)
{
    struct xen_compile_info *info = (struct xen_compile_info *)text;
    const char zero[16] = {0};

    expect_ok(hypercall_xen_version(XENVER_extraversion, text));
    expect(ends(text, XEN_EXTRAVERSION_LEN));
    expect_ok(hypercall_xen_version(XENVER_capabilities, text));
    expect(contains(text, "xen-3.0-x86_32p"), "%s", text);
    expect_ok(hypercall_xen_version(XENVER_changeset, text));
    expect(ends(text, XEN_CHANGESET_INFO_LEN));
    expect_ok(hypercall_xen_version(XENVER_compile_info, text));
    expect(ends(info->compiler, sizeof(info->compiler)) && info->compiler[0]);
    expect_ok(hypercall_xen_version(XENVER_commandline, text));
    expect(contains(text, "console=com1"), "%s", text);
    expect_ok(hypercall_xen_version(XENVER_guest_handle, text));
    expect_equal(memcmp(text, zero, 16), 0);
}

static void test_platform(void)
{
    struct xen_platform_parameters_32 parameters = {0};
    struct xen_feature_info features = {.submap_idx = 0};

    expect_ok(hypercall_xen_version(XENVER_platform_parameters, &parameters));
    /* The reference puts it higher where there is little memory and the kernel allows it. */
    expect(on_ringlet() ? parameters.virt_start == 0xf5800000 : parameters.virt_start >= 0xf5800000);
    expect_ok(hypercall_xen_version(XENVER_get_features, &features));
    expect_equal(features.submap & (1u << XENFEAT_dom0 | 1u << XENFEAT_mmu_pt_update_preserve_ad),
                 1u << XENFEAT_dom0 | 1u << XENFEAT_mmu_pt_update_preserve_ad);
    expect_equal(features.submap & ~(1u << XENFEAT_pae_pgdir_above_4gb), 0x228e0);
    expect_equal(features.submap &
                     (1u << XENFEAT_auto_translated_physmap | 1u << XENFEAT_writable_page_tables |
                      1u << XENFEAT_writable_descriptor_tables | 1u << XENFEAT_supervisor_mode_kernel),
                 0);
    features.submap_idx = 1;
    expect_errno(hypercall_xen_version(XENVER_get_features, &features), -XEN_EINVAL);
    expect_reason(REASON_no_such_feature_map);
}

static void test_build_id(void)
{
    if (!on_ringlet()) {
        return;
    }
    expect_errno(hypercall_xen_version(XENVER_build_id, NULL), -XEN_ENODATA);
}

static void test_pointers(void)
{
    static const unsigned int commands[] = {XENVER_extraversion,        XENVER_compile_info,
                                            XENVER_capabilities,        XENVER_changeset,
                                            XENVER_platform_parameters, XENVER_get_features,
                                            XENVER_guest_handle,        XENVER_commandline};

    for (unsigned int i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        expect_errno(hypercall_xen_version(commands[i], UNMAPPED), -XEN_EFAULT);
        expect_errno(hypercall_xen_version(commands[i], HYPERVISOR), -XEN_EFAULT);
        /* The first bytes fit below the hypervisor, the rest do not. */
        expect_errno(hypercall_xen_version(commands[i], (char *)HYPERVISOR - 2), -XEN_EFAULT);
    }
}

GUEST_TEST("xen_version")
{
    test_numbers();
    test_texts();
    test_platform();
    test_build_id();
    test_pointers();
}
