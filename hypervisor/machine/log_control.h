// SPDX-License-Identifier: MIT
/* Settings of the log, register dumps, and the ends of the machine that need nothing else. */
#ifndef RINGLET_MACHINE_LOG_CONTROL_H
#define RINGLET_MACHINE_LOG_CONTROL_H

#include "core/log.h"
#include "core/regs.h"
#include "core/types.h"

/* Lines above this level are dropped: loglvl=. */
void log_set_level(enum log_level level);
/* After a panic: stay halted (`noreboot`) instead of resetting. */
void log_set_stop_on_panic(bool stop);
/* Copies what was logged since *position (0: all that is kept) and advances it. Returns the bytes copied. */
size_t log_read(uint32_t *position, char *out, size_t n);
void log_registers(const struct cpu_regs *r);

_Noreturn void machine_stop(void);
_Noreturn void machine_reset(void);

/* Bad input from the user: one sentence, then stop or reset as `noreboot` says. */
_Noreturn void boot_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
