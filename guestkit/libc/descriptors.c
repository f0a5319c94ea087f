// SPDX-License-Identifier: MIT
/* Descriptors 0, 1 and 2 are the console; there are no others. Input comes as it was typed: no echo, no editing. */
#include <sys/stat.h>
#include <sys/types.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <guestkit/console.h>

#include "fail.h"
#include "terminal.h"

#define DESCRIPTORS 3

static int bad(int descriptor)
{
    return descriptor < 0 || descriptor >= DESCRIPTORS;
}

_READ_WRITE_RETURN_TYPE write(int descriptor, const void *bytes, size_t size)
{
    if (bad(descriptor))
        return libc_fail(EBADF);
    console_write(bytes, size);
    return (_READ_WRITE_RETURN_TYPE)size;
}

/* Waits until something was typed, then returns what there is. */
_READ_WRITE_RETURN_TYPE read(int descriptor, void *bytes, size_t size)
{
    if (bad(descriptor))
        return libc_fail(EBADF);
    return size ? (_READ_WRITE_RETURN_TYPE)terminal_read(bytes, size) : 0;
}

int close(int descriptor)
{
    return bad(descriptor) ? libc_fail(EBADF) : 0;
}

off_t lseek(int descriptor, off_t offset, int whence)
{
    return libc_fail(bad(descriptor) ? EBADF : ESPIPE);
}

int fstat(int descriptor, struct stat *status)
{
    if (bad(descriptor))
        return libc_fail(EBADF);
    *status = (struct stat){.st_mode = S_IFCHR | S_IRUSR | S_IWUSR, .st_blksize = 1024};
    return 0;
}

int isatty(int descriptor)
{
    if (!bad(descriptor))
        return 1;
    libc_fail(EBADF);
    return 0;
}

int fcntl(int descriptor, int command, ...)
{
    if (bad(descriptor))
        return libc_fail(EBADF);
    switch (command) {
    case F_GETFL: return O_RDWR;
    case F_GETFD:
    case F_SETFD: return 0;
    default: return libc_fail(EINVAL);
    }
}

int open(const char *path, int flags, ...)
{
    return libc_fail(flags & O_CREAT ? EROFS : ENOENT);
}

int stat(const char *restrict path, struct stat *restrict status)
{
    return libc_fail(ENOENT);
}

int unlink(const char *path)
{
    return libc_fail(ENOENT);
}

int link(const char *from, const char *to)
{
    return libc_fail(ENOENT);
}

int mkdir(const char *path, mode_t mode)
{
    return libc_fail(EROFS);
}
