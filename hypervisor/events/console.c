// SPDX-License-Identifier: MIT
/*
 * Serial input waits in a ring until the initial domain reads it; what does not fit is dropped, as on the reference. Output
 * of the initial domain goes to the log whole, in chunks with a preemption point between them.
 */
#include "events/console.h"

#include "core/hypercall.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/why.h"
#include "domain/domain.h"
#include "events/events.h"
#include "events/hypercalls.h"
#include "machine/percpu.h"
#include "machine/serial.h"
#include "machine/user_copy.h"

#define INPUT_SIZE 4096u /* a power of two */
#define CHUNK 128u
#define READ_AT_ONCE (16 * INPUT_SIZE) /* a port that has gone always seems to have another byte */

static struct lock input_lock; /* protects the next three */
static char input[INPUT_SIZE];
static uint32_t input_first, input_next; /* counted up for ever; the ring holds the bytes between */

void console_input_arrived(void)
{
    struct domain *owner = domain_find(0);
    bool arrived = false;
    char byte;

    lock_take(&input_lock);
    for (unsigned n = 0; n < READ_AT_ONCE && serial_read(&byte); n++) {
        arrived = true;
        if (input_next - input_first < INPUT_SIZE)
            input[input_next++ % INPUT_SIZE] = byte;
    }
    lock_release(&input_lock);
    if (arrived && owner)
        virq_send_global(owner, VIRQ_CONSOLE);
}

bool console_input_waits(void)
{
    return READ_ONCE(input_next) != READ_ONCE(input_first);
}

static long console_write(uint64_t count, gva_t buffer)
{
    while (count) {
        char chunk[CHUNK];
        uint64_t n = MIN(count, CHUNK);

        if (copy_from_guest(chunk, buffer, n))
            return refuse(-EFAULT, REASON_bad_guest_pointer, 0, buffer.raw, 0);
        log_write(chunk, n);
        buffer = gva_add(buffer, n);
        count -= n;
        if (count && preempt_wanted())
            return hypercall_continue(__HYPERVISOR_console_io, 3,
                                      (uint64_t[]){CONSOLEIO_write, count, buffer.raw});
    }
    return 0;
}

/* A stretch of the ring without a wrap, at most `room` bytes. */
static uint32_t input_stretch(uint32_t room)
{
    uint32_t at = input_first % INPUT_SIZE;

    return MIN(MIN(input_next - input_first, INPUT_SIZE - at), room);
}

static long console_read(uint32_t count, gva_t buffer)
{
    uint32_t done = 0, n;
    long result;

    if (count > INT32_MAX) /* the result could not be told from an error */
        return refuse(-E2BIG, REASON_count_too_large, INT32_MAX, count, 0);
    lock_take(&input_lock);
    while ((n = input_stretch(count - done)) != 0) {
        if (copy_to_guest(gva_add(buffer, done), &input[input_first % INPUT_SIZE], n)) {
            result = refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, buffer.raw + done, 0);
            goto out;
        }
        input_first += n;
        done += n;
    }
    result = done;
out:
    lock_release(&input_lock);
    return result;
}

long hypercall_console_io(uint64_t cmd, uint64_t count, uint64_t buffer)
{
    if (!current_vcpu()->domain->privileged)
        return refuse(-EPERM, REASON_console_not_owner, 0, current_vcpu()->domain->id, 0);
    switch ((uint32_t)cmd) {
    case CONSOLEIO_write: return console_write((uint32_t)count, gva(buffer));
    case CONSOLEIO_read: return console_read((uint32_t)count, gva(buffer));
    }
    return refuse(-ENOSYS, REASON_no_such_subop, 0, cmd, 0);
}
