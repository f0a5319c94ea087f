// SPDX-License-Identifier: MIT
#include "core/log.h"

#include "core/types.h"
#include "machine/cpu.h"
#include "machine/log_control.h"
#include "machine/percpu.h"
#include "machine/serial.h"

#define LINE_MAX 512
#define RING_SIZE 16384u /* a power of two */

static char ring[RING_SIZE];
static uint32_t ring_next; /* bytes ever written; the last RING_SIZE of them are in the ring */
static enum log_level threshold = LOG_INFO;
static bool stop_on_panic;

void log_write(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ring[ring_next++ % RING_SIZE] = bytes[i];
    serial_write(bytes, n);
}

size_t log_read(uint32_t *position, char *out, size_t n)
{
    size_t done = 0;

    if (ring_next - *position > RING_SIZE)
        *position = ring_next - RING_SIZE;
    while (done < n && *position != ring_next)
        out[done++] = ring[(*position)++ % RING_SIZE];
    return done;
}

void log_set_level(enum log_level level)
{
    threshold = level;
}

void log_set_stop_on_panic(bool stop)
{
    stop_on_panic = stop;
}

static void print_formatted(const char *prefix, const char *format, va_list args)
{
    char line[LINE_MAX];
    size_t prefix_length = 0;

    while (prefix[prefix_length])
        prefix_length++;
    this_cpu()->pending |= WORK_LOG;
    log_write(prefix, prefix_length);
    log_write(line, (size_t)format_text(line, sizeof(line), format, args));
}

void log_print(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_formatted("", format, args);
    va_end(args);
}

void log_line(enum log_level level, const char *format, ...)
{
    va_list args;

    if (level > threshold)
        return;
    va_start(args, format);
    print_formatted("(ringlet) ", format, args);
    va_end(args);
    log_write("\n", 1);
}

void log_registers(const struct cpu_regs *r)
{
    log_print("  rip %04x:%016lx  rsp %04x:%016lx  rflags %08x\n", (unsigned)r->cs & 0xffff, r->rip,
              (unsigned)r->ss & 0xffff, r->rsp, (unsigned)r->rflags);
    log_print("  rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", r->rax, r->rbx, r->rcx, r->rdx);
    log_print("  rsi %016lx  rdi %016lx  rbp %016lx\n", r->rsi, r->rdi, r->rbp);
    log_print("  vector %u  error code %04x  cr2 %016lx  cr3 %016lx\n", r->vector, r->error_code, cr2_read(),
              cr3_read());
}

_Noreturn void machine_stop(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

_Noreturn void machine_reset(void)
{
    /* The keyboard controller's reset line; then a triple fault for machines without one. */
    port_write8(0x64, 0xfe);
    for (unsigned i = 0; i < 100000; i++)
        cpu_relax();
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) none = {0, 0};
    __asm__ volatile("lidt %0; int3" : : "m"(none));
    machine_stop();
}

_Noreturn void panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_formatted("\n(ringlet) PANIC: ", format, args);
    va_end(args);
    log_write("\n", 1);
    if (stop_on_panic)
        machine_stop();
    machine_reset();
}

_Noreturn void boot_refuse(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_formatted("(ringlet) cannot start: ", format, args);
    va_end(args);
    log_write("\n", 1);
    if (stop_on_panic)
        machine_stop();
    machine_reset();
}
