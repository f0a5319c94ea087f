// SPDX-License-Identifier: MIT
/*
 * From the Multiboot loader (32-bit protected mode, paging off, eax = magic, ebx = information) to C in long mode.
 * The first page tables map 4 GiB twice, at 0 for this code and at the direct map, and the image at its
 * own address. memory_map.c makes the direct map exact and drops the low mapping.
 */
#include "asm_offsets.h"
#include "machine/layout.h"

#define MULTIBOOT_MAGIC 0x1BADB002
#define MULTIBOOT_FLAGS 3 /* modules page-aligned, memory map wanted */

    .section .multiboot, "a"
    .balign 4
    .long MULTIBOOT_MAGIC, MULTIBOOT_FLAGS, -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

    .section .boot, "awx"
    .code32
    .globl boot_start
boot_start:
    cli
    cld
    cmp $0x2BADB002, %eax
    jne boot_refuse
    mov %ebx, %ebp
    mov $(boot_stack_top), %esp

    /* Long mode, or a sentence on the serial line. Intel SDM volume 2, CPUID leaf 0x80000001. */
    mov $0x80000000, %eax
    cpuid
    cmp $0x80000001, %eax
    jb boot_no_long_mode
    mov $0x80000001, %eax
    cpuid
    bt $29, %edx
    jnc boot_no_long_mode
    bt $20, %edx            /* NX: page-table flags depend on it */
    jnc boot_no_long_mode

    /* Four L2 tables of 2 MiB pages: physical 0 to 4 GiB. */
    mov $boot_l2, %edi
    mov $0x83, %eax         /* present, writable, large */
    mov $2048, %ecx
1:  mov %eax, (%edi)
    movl $0, 4(%edi)
    add $0x200000, %eax
    add $8, %edi
    loop 1b
    movl $boot_l2 + 0x0003, boot_l3
    movl $boot_l2 + 0x1003, boot_l3 + 8
    movl $boot_l2 + 0x2003, boot_l3 + 16
    movl $boot_l2 + 0x3003, boot_l3 + 24
    movl $boot_l2_image + 3, boot_l3_image
    movl $0x000083, boot_l2_image /* the image lies below 4 MiB */
    movl $0x200083, boot_l2_image + 8
    movl $boot_l3 + 3, start_l4
    movl $boot_l3 + 3, start_l4 + 8 * DIRECT_MAP_SLOT
    movl $boot_l3_image + 3, start_l4 + 8 * IMAGE_SLOT

    mov $0x20, %eax         /* CR4.PAE */
    mov %eax, %cr4
    mov $start_l4, %eax
    mov %eax, %cr3
    mov $0xC0000080, %ecx   /* EFER: long mode and no-execute */
    rdmsr
    or $0x900, %eax
    wrmsr
    mov $0x80010033, %eax   /* CR0: PG, WP, NE, ET, MP, PE */
    mov %eax, %cr0
    lgdt boot_gdtr
    ljmp $8, $boot_long

boot_no_long_mode:
    mov $boot_text_long_mode, %esi
    jmp boot_say
boot_refuse:
    mov $boot_text_loader, %esi
boot_say:
    mov $0x3f8, %dx
1:  lodsb
    test %al, %al
    jz 2f
    out %al, %dx
    jmp 1b
2:  hlt
    jmp 2b

    .code64
boot_long:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %eax, %fs
    mov %eax, %gs
    mov $IMAGE_OFFSET, %rax
    mov $boot_cpu_block_physical, %esp
    lea -REGS_SIZE(%rsp, %rax), %rsp /* below the frame the first guest's registers will take */
    mov %ebp, %edi
    movabs $hypervisor_main, %rax
    call *%rax
    ud2

boot_text_long_mode:
    .asciz "Ringlet needs an x86-64 processor with long mode and NX.\r\n"
boot_text_loader:
    .asciz "Ringlet must be started by a Multiboot 1 loader.\r\n"

    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff /* ring-0 64-bit code */
boot_gdtr:
    .word boot_gdtr - boot_gdt - 1
    .long boot_gdt

    .balign 4096
    .globl start_l4
start_l4:
    .fill 4096, 1, 0
boot_l3:
    .fill 4096, 1, 0
boot_l3_image:
    .fill 4096, 1, 0
boot_l2_image:
    .fill 4096, 1, 0
boot_l2:
    .fill 4 * 4096, 1, 0
    .fill 256, 1, 0
boot_stack_top:
