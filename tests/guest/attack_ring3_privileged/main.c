/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: a process in ring 3 executes privileged instructions. The guest kernel in ring 1 is not privileged to the
 * processor either: both get the same #GP, and the hypervisor emulates some of them for the kernel.
 *
 * WHAT WOULD GO WRONG: an emulator that does not look at the ring does for any process what it does for the kernel: it
 * loads page tables, writes debug registers, halts the domain.
 *
 * WHAT STOPS IT: the emulator's first question is whether the kernel ran; everything else goes to the kernel's own #GP
 * handler, as on hardware. Ring 2 counts as the user here (rule 4).
 *
 * HOW THE TEST KNOWS: each instruction ends in the exception it has on hardware, with error code 0, at its own address.
 */
#include "attack.h"
#include <guestkit/string.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

static USER_DATA uint8_t code[64] __attribute__((aligned(4096)));
static USER_DATA uint32_t stack[1024];

static const struct {
    const char *name;
    uint8_t bytes[8];
    uint32_t vector;
} instructions[] = {
    {"hlt", {0xf4}, TRAP_PROTECTION},
    {"cli", {0xfa}, TRAP_PROTECTION},
    {"sti", {0xfb}, TRAP_PROTECTION},
    {"clts", {0x0f, 0x06}, TRAP_PROTECTION},
    {"invd", {0x0f, 0x08}, TRAP_PROTECTION},
    {"wbinvd", {0x0f, 0x09}, TRAP_PROTECTION},
    {"mov %cr0, %eax", {0x0f, 0x20, 0xc0}, TRAP_PROTECTION},
    {"mov %cr3, %eax", {0x0f, 0x20, 0xd8}, TRAP_PROTECTION},
    {"mov %eax, %cr0", {0x0f, 0x22, 0xc0}, TRAP_PROTECTION},
    {"mov %eax, %cr3", {0x0f, 0x22, 0xd8}, TRAP_PROTECTION},
    {"mov %eax, %cr4", {0x0f, 0x22, 0xe0}, TRAP_PROTECTION},
    {"mov %db7, %eax", {0x0f, 0x21, 0xf8}, TRAP_PROTECTION},
    {"mov %eax, %db7", {0x0f, 0x23, 0xf8}, TRAP_PROTECTION},
    {"lmsw %ax", {0x0f, 0x01, 0xf0}, TRAP_PROTECTION},
    {"lgdt (%eax)", {0x0f, 0x01, 0x10}, TRAP_PROTECTION},
    {"lidt (%eax)", {0x0f, 0x01, 0x18}, TRAP_PROTECTION},
    {"invlpg (%eax)", {0x0f, 0x01, 0x38}, TRAP_PROTECTION},
    {"lldt %ax", {0x0f, 0x00, 0xd0}, TRAP_PROTECTION},
    {"ltr %ax", {0x0f, 0x00, 0xd8}, TRAP_PROTECTION},
    {"rdmsr", {0x0f, 0x32}, TRAP_PROTECTION},
    {"wrmsr", {0x0f, 0x30}, TRAP_PROTECTION},
    {"sysexit", {0x0f, 0x35}, TRAP_PROTECTION},
    {"in (%dx), %al", {0xec}, TRAP_PROTECTION},
    {"out %al, (%dx)", {0xee}, TRAP_PROTECTION},
    {"insb", {0x6c}, TRAP_PROTECTION},
    {"outsb", {0x6e}, TRAP_PROTECTION},
    {"in $0x80, %al", {0xe4, 0x80}, TRAP_PROTECTION},
    {"out %al, $0xf4", {0xe6, 0xf4}, TRAP_PROTECTION},
    {"ljmp to the hypervisor", {0xea, 0, 0, 0, 0, 0x08, 0xe0}, TRAP_PROTECTION},
    {"swapgs", {0x0f, 0x01, 0xf8}, TRAP_INVALID_OPCODE},
};

GUEST_TEST("privileged instructions from ring 3")
{
    expect_ok(user_init());
    for (unsigned int i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
        memset(code, 0x90, sizeof(code));
        memcpy(code, instructions[i].bytes, sizeof(instructions[i].bytes));
        struct fault got = user_enter((uint32_t)code, (uint32_t)(stack + 1000), 0x202);
        bool far_jump = instructions[i].bytes[0] == 0xea;
        expect(got.vector == instructions[i].vector && got.error_code == (far_jump ? 0xe008 : 0) &&
                   got.eip == (uint32_t)code,
               "%s: vector %u, error code %x at %x", instructions[i].name, got.vector, got.error_code,
               got.eip - (uint32_t)code);
    }
}
