/* SPDX-License-Identifier: MIT */
/* What a test asks Ringlet's extension hypercall. Any other hypervisor answers that there is no such call. */
#include <guestkit/test.h>

bool on_ringlet(void)
{
    return false;
}

bool audit_clean(void)
{
    return true;
}

bool test_expect_reason(uint32_t reason, const char *file, int line)
{
    return true;
}
