/* SPDX-License-Identifier: MIT */
/* What a test asks Ringlet's extension hypercall. Any other hypervisor answers that there is no such call. */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static const char *reason_name(uint32_t reason)
{
#define NAME(number, name, text)                                                                             \
    case number: return #name;
    switch (reason) {
        RINGLET_REASONS(NAME)
    default: return "none";
    }
#undef NAME
}

bool on_ringlet(void)
{
    return ringlet_version() > 0;
}

bool audit_clean(void)
{
    static ringlet_audit_t audit;

    if (!on_ringlet()) {
        return true;
    }
    int error = ringlet_audit(&audit);
    if (error == -XEN_EPERM) { /* only the initial domain may ask */
        return true;
    }
    if (error) {
        console_printf("audit: the call fails with %d\n", error);
        return false;
    }
    for (uint32_t i = 0; i < audit.described && i < RINGLET_AUDIT_DIFFERENCES; i++) {
        const ringlet_audit_difference_t *difference = &audit.first[i];
        console_printf("audit: frame %llx field %u: computed %llx, recorded %llx\n", difference->frame,
                       difference->field, difference->expected, difference->found);
    }
    return audit.differences == 0;
}

bool test_expect_reason(uint32_t reason, const char *file, int line)
{
    ringlet_why_entry_t last = {.reason = 0};
    ringlet_why_t why = {.entries = hypercall_address(&last), .count = 1, .domid = DOMID_SELF};

    if (!on_ringlet()) {
        return true;
    }
    int error = ringlet_why(&why);
    return test_expect(!error && why.count == 1 && last.reason == reason, file, line, "the reason to fit",
                       ": %s (%u) expected, found %s (%u), error %d, expected %llx, found %llx, frame %llx",
                       reason_name(reason), reason, reason_name(last.reason), last.reason, last.error,
                       last.expected, last.found, last.frame);
}
