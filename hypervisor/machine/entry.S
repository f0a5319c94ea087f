// SPDX-License-Identifier: MIT
/*
 * The ways into ring 0 and out of it.
 *
 *   int $0x82      a hypercall from ring 1: the short path, arguments straight to a handler
 *   0 to 255       every exception, interrupt and (through #GP) software interrupt
 *   exit_to_guest  what all of them leave by: pending work and upcalls first, then IRETQ
 *
 * The guest's registers are the first frame of the main stack (struct cpu_regs, core/regs.h). Interrupts are off
 * throughout. C is entered with the stack aligned to 8 bytes, and compiled for that. A 32-bit guest cannot see r8
 * to r15, so its entries reserve their slots without storing and its exits do not load them; 64-bit guests get
 * entries of their own.
 */
#include "asm_offsets.h"
#include "machine/layout.h"

/* The per-CPU block lies right above the guest's registers. */
#define RFLAGS_VM_BYTE2 2 /* RFLAGS_VM, bit 17, in the third byte */
#define CPU(field) (REGS_SIZE + CPU_##field)

    .macro SAVE_GUEST32
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %rax
    sub $32, %rsp
    push %rbx
    push %rbp
    sub $32, %rsp
    cld
    .endm

    .macro SAVE_RING0
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %rax
    push %r8
    push %r9
    push %r10
    push %r11
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    cld
    .endm

    .text
    .balign 16
    .globl entry_hypercall
entry_hypercall:
    push $0
    movl $HYPERCALL_VECTOR, 4(%rsp)
    SAVE_GUEST32
    incq CPU(hypercalls)(%rsp)
    mov %edi, %r8d
    mov %esi, %r10d
    mov %ebp, %r9d
    mov %ebx, %edi
    mov %ecx, %esi
    mov %r10d, %ecx
    mov %edx, %edx
    mov %eax, %eax
    cmp $HYPERCALL_TABLE_SIZE, %eax
    jae 2f
    mov CPU(hypercall_table)(%rsp), %r11
    call *(%r11, %rax, 8)
1:  mov %eax, %eax
    mov %rax, REGS_rax(%rsp)

    .globl exit_to_guest
exit_to_guest:
    mov CPU(upcall)(%rsp), %rdi
    cmpl $0, CPU(pending)(%rsp)
    jne exit_work
    cmpb $0, (%rdi)
    jne exit_upcall
exit_now:
    add $32, %rsp
    pop %rbp
    pop %rbx
    add $32, %rsp
    pop %rax
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    add $8, %rsp
    .globl exit_iretq
exit_iretq:
    iretq

    .section .ex_table, "a"
    .long exit_iretq - ., iretq_failed - .
    .text

2:  call hypercall_unknown
    jmp 1b

exit_upcall:
    cmpb $0, 1(%rdi)
    jne exit_now
    mov %rsp, %rdi
    call deliver_upcall
    jmp exit_now

exit_work:
    mov %rsp, %rdi
    call exit_slow_path
    jmp exit_to_guest

/* IRETQ refused the guest's frame. The frame and the general registers are as they were: save again, and let the
   guest have the fault. exception_from_ring0 has put its vector and error code into their slot. */
iretq_failed:
    sub $8, %rsp
    SAVE_GUEST32
    mov %rsp, %rdi
    call guest_return_failed
    jmp exit_to_guest

/* From the guest, error code and vector pushed. */
    .balign 16
entry_exception:
    testb $3, 16(%rsp)
    jz 1f
entry_guest:
    SAVE_GUEST32
    mov %rsp, %rdi
    call exception_from_guest
    jmp exit_to_guest

/*
 * CS says ring 0, and two faults of emulators can make it lie. Long mode has no virtual-8086 mode, yet QEMU 7.2's IRET
 * enters it for ring 1: VM tells. MOV to CS is no instruction, yet QEMU 10 loads null or a selector of RPL 0 with it:
 * SS tells, whose RPL is the privilege level at all times.
 */
1:  testb $RFLAGS_VM_BYTE2, 26(%rsp)
    jnz entry_guest
    testb $3, 40(%rsp)
    jnz entry_guest

entry_ring0:
    SAVE_RING0
    mov %rsp, %rdi
    call exception_from_ring0
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rax
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    add $8, %rsp
    iretq

/* #DB, NMI, #DF and #MC come in on stacks of their own. From the guest, move to the main stack first. */
    .balign 16
entry_ist:
    testb $3, 16(%rsp)
    jnz 1f
    testb $RFLAGS_VM_BYTE2, 26(%rsp)
    jnz 1f
    testb $3, 40(%rsp)
    jz entry_ring0
1:  push %rax
    push %rcx
    mov %rsp, %rax
    and $-CPU_AREA_SIZE_ASM, %rax
    add $CPU_BLOCK_OFFSET_ASM, %rax
    .irp slot, 56, 48, 40, 32, 24, 16, 8
    mov \slot(%rsp), %rcx
    mov %rcx, (\slot - 64)(%rax)
    .endr
    mov (%rsp), %rcx
    lea -56(%rax), %rsp
    pop %rax
    jmp entry_guest

/* One stub a vector. Vectors 8, 10 to 14, 17, 21, 29 and 30 push an error code (Intel SDM volume 3, table 6-1). */
    .balign ENTRY_STUB_SIZE
    .globl entry_stubs
entry_stubs:
    .set vector, 0
    .rept 256
    .balign ENTRY_STUB_SIZE
    .if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30
    .else
    push $0
    .endif
    movl $vector, 4(%rsp)
    .if vector == 1 || vector == 2 || vector == 8 || vector == 18
    jmp entry_ist
    .else
    jmp entry_exception
    .endif
    .set vector, vector + 1
    .endr

/* void enter_guest(void): leaves by the guest's registers at the top of the main stack; nothing returns here. */
    .globl enter_guest
enter_guest:
    mov %rsp, %rax
    and $-CPU_AREA_SIZE_ASM, %rax
    lea (CPU_BLOCK_OFFSET_ASM - REGS_SIZE)(%rax), %rsp
    jmp exit_to_guest
