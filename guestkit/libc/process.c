// SPDX-License-Identifier: MIT
/* The domain is the only process there is: number 1, without children. */
#include <sys/types.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include <guestkit/shutdown.h>

#include "fail.h"

#define ONLY_PROCESS 1

/* As a shell would see it: success powers the domain off, anything else counts as its crash. */
void _exit(int status)
{
    shutdown(status == 0 ? SHUTDOWN_poweroff : SHUTDOWN_crash);
}

pid_t getpid(void)
{
    return ONLY_PROCESS;
}

/* A signal nobody handles ends the process. newlib calls this from raise() and abort(). */
int kill(pid_t process, int signal)
{
    if (process != ONLY_PROCESS)
        return libc_fail(ESRCH);
    if (signal)
        _exit(128 + signal);
    return 0;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    if (old)
        *old = 0;
    return 0;
}

pid_t fork(void)
{
    return libc_fail(ENOSYS);
}

int execve(const char *path, char *const argv[], char *const environment[])
{
    return libc_fail(ENOSYS);
}

pid_t wait(int *status)
{
    return libc_fail(ECHILD);
}
