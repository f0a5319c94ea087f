// SPDX-License-Identifier: MIT
#include "fake_guest.h"

#include <string.h>

#include "memory/frame_alloc.h"
#include "traps/inject.h"
#include "traps/vcpu_traps.h"

static struct vcpu_info_32 info;

struct vcpu *fake_guest_start(void)
{
    struct domain *d;
    struct vcpu *v;

    fake_machine_start(1024);
    traps_start();
    d = fake_domain(1, false);
    v = d->vcpus[0];
    memset(&info, 0, sizeof(info));
    memset(fake_guest, 0, sizeof(fake_guest));
    memset(&fake_regs, 0, sizeof(fake_regs));
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    v->info = (struct vcpu_upcall *)&info;
    if (!vcpu_traps_init(v))
        return NULL;
    for (unsigned i = 0; i < 256; i++)
        v->traps[i] = (struct trap_entry){.ip = GUEST_HANDLER + i * 16, .cs = SEL_RING1_CS};
    v->kernel_ss = SEL_RING1_DS;
    v->kernel_sp = GUEST_KERNEL_STACK;
    fake_run(v);
    fake_cpu.guest_limit = GUEST32_LIMIT;
    fake_crashes = 0;
    fake_guest_at(1, NULL, 0);
    return v;
}

void fake_guest_at(unsigned ring, const void *code, unsigned bytes)
{
    if (bytes)
        guest_poke(GUEST_CODE, code, bytes);
    fake_regs.rip = GUEST_CODE;
    fake_regs.rsp = GUEST_STACK;
    fake_regs.rflags = RFLAGS_FIXED | RFLAGS_IF;
    fake_regs.cs = ring == 1 ? SEL_RING1_CS : (SEL_RING3_CS & ~3u) | ring;
    fake_regs.ss = ring == 1 ? SEL_RING1_DS : (SEL_RING3_DS & ~3u) | ring;
}

uint32_t guest_word(uint32_t address)
{
    uint32_t word;

    memcpy(&word, fake_guest + (address - FAKE_GUEST_BASE), sizeof(word));
    return word;
}

void guest_poke(uint32_t address, const void *bytes, unsigned n)
{
    memcpy(fake_guest + (address - FAKE_GUEST_BASE), bytes, n);
}

mfn_t fake_descriptor_frame(const uint64_t *descriptors, unsigned n)
{
    mfn_t m = frame_alloc_for(current_vcpu()->domain, 0, 0);

    memset(frame_map(m), 0, PAGE_SIZE);
    if (n)
        memcpy(frame_map(m), descriptors, n * sizeof(*descriptors));
    return m;
}

uint64_t fake_segment(uint32_t base, uint32_t limit, unsigned type, unsigned dpl)
{
    uint64_t d = 1ull << 47 | 1ull << 44 | 1ull << 54 | (uint64_t)type << 40 | (uint64_t)dpl << 45;

    if (limit > 0xfffff) {
        d |= 1ull << 55;
        limit >>= PAGE_SHIFT;
    }
    return d | (limit & 0xffff) | (uint64_t)(limit & 0xf0000) << 32 | (uint64_t)(base & 0xffffff) << 16 |
           (uint64_t)(base >> 24) << 56;
}
