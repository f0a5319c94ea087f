// SPDX-License-Identifier: MIT
/* newlib's errno, set from below: its reentrancy layer copies this one into the caller's. */
#ifndef GUESTKIT_LIBC_FAIL_H
#define GUESTKIT_LIBC_FAIL_H

#include <errno.h>

#undef errno
extern int errno;

/* Sets errno and returns -1, as a failing call does. */
static inline int libc_fail(int error)
{
    errno = error;
    return -1;
}

#endif
