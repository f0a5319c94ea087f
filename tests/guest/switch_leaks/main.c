/* SPDX-License-Identifier: MIT */
/*
 * What one domain leaves in the processor the next one does not find: floating-point and SSE registers, breakpoints, TS,
 * the I/O privilege. And each gets its own back.
 *
 * run-options: dom0_mem=64M
 */
#include <guestkit/shutdown.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#include "child.h"

#define OURS 0x5ec0de00u
#define THEIRS 0x0badf00du
#define VECTORS 8
#define CR0_TS 8u

struct vectors {
    uint32_t words[VECTORS][4];
    uint16_t x87_status, x87_tags;
};
static volatile struct {
    struct vectors at_start;
    uint32_t mxcsr, dr0, dr7, cr0, eflags;
} found;
static struct vectors seen;

static void fill(uint32_t with)
{
    __asm__ volatile(
        "movd %0, %%xmm0\n"
        "pshufd $0, %%xmm0, %%xmm0\n"
        "movaps %%xmm0, %%xmm1; movaps %%xmm0, %%xmm2; movaps %%xmm0, %%xmm3\n"
        "movaps %%xmm0, %%xmm4; movaps %%xmm0, %%xmm5; movaps %%xmm0, %%xmm6; movaps %%xmm0, %%xmm7\n"
        "fninit; fldpi; fldpi\n"
        :
        : "r"(with));
}

static void look(struct vectors *v)
{
    struct {
        uint32_t control, status, tags, rest[4];
    } environment;

    __asm__ volatile(
        "movups %%xmm0, (%0); movups %%xmm1, 16(%0); movups %%xmm2, 32(%0); movups %%xmm3, 48(%0)\n"
        "movups %%xmm4, 64(%0); movups %%xmm5, 80(%0); movups %%xmm6, 96(%0); movups %%xmm7, 112(%0)\n"
        "fnstenv %1\n"
        : "+r"(v), "=m"(environment)
        :
        : "memory");
    v->x87_status = (uint16_t)environment.status;
    v->x87_tags = (uint16_t)environment.tags;
}

static void expect_vectors(const struct vectors *v, uint32_t with)
{
    for (unsigned int i = 0; i < VECTORS; i++) {
        for (unsigned int j = 0; j < 4; j++) {
            expect(v->words[i][j] == with, "xmm%u, word %u: %08x", i, j, v->words[i][j]);
        }
    }
}

static void child_main(void)
{
    uint32_t mxcsr, eflags;

    look((struct vectors *)&found.at_start);
    __asm__ volatile("stmxcsr %0; pushf; pop %1" : "=m"(mxcsr), "=r"(eflags));
    found.mxcsr = mxcsr;
    found.eflags = eflags;
    found.dr0 = (uint32_t)hypercall_get_debugreg(0);
    found.dr7 = (uint32_t)hypercall_get_debugreg(7);
    hypercall_fpu_taskswitch(0);
    fill(THEIRS);
    hypercall_set_debugreg(0, THEIRS);
    hypercall_fpu_taskswitch(1);
    shutdown(SHUTDOWN_poweroff);
}

GUEST_TEST("a domain finds nothing of another's in the processor")
{
    uint32_t mxcsr = 0x1fa0, now = 0;
    struct child c;

    for (unsigned int round = 0; round < 2; round++) {
        expect_ok(child_create(&c, child_main));
        expect_ok(child_unpause(&c));
        expect_ok(hypercall_set_debugreg(0, OURS));
        expect_ok(hypercall_set_debugreg(7, 0x703)); /* a breakpoint where nothing runs */
        __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
        fill(OURS);
        expect_equal(child_wait(&c), SHUTDOWN_poweroff);
        look(&seen); /* #NM, were TS the child's */
        expect_vectors(&seen, OURS);
        expect_equal(seen.x87_tags, 0x0fff);
        __asm__ volatile("stmxcsr %0" : "=m"(now));
        expect_equal(now, 0x1fa0);
        expect_equal((uint32_t)hypercall_get_debugreg(0), OURS);
        const typeof(found) *theirs = child_view(&c, &found);
        expect_vectors((const struct vectors *)&theirs->at_start, 0);
        expect_equal(theirs->at_start.x87_tags, 0xffff);
        expect_equal(theirs->mxcsr, 0x1f80);
        expect_equal(theirs->dr0, 0);
        expect_equal(theirs->dr7, 0x400);
        expect_equal(theirs->eflags & 0x3000, 0);
        child_view_end();
        expect_ok(child_destroy(&c));
    }
    expect_ok(hypercall_set_debugreg(7, 0));
}
