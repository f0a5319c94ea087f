// SPDX-License-Identifier: MIT
/*
 * Where things are in the hypervisor's share of the address space, L4 slots 256 to 271. Everything else in the
 * upper half is left to 64-bit guests, everything below 4 GiB in slot 0 to the 32-bit guest; the rest of the
 * lower half is never mapped.
 *
 *     slot 256  0xFFFF800000000000  machine-to-physical table of 64-bit guests (later)
 *     slot 257  0xFFFF808000000000  direct map: all of RAM, 2 MiB pages, write-back
 *     slot 258  0xFFFF810000000000  device registers ring 0 drives itself: local APIC, IO-APIC, HPET
 *     slot 259  0xFFFF818000000000  this vCPU's GDT (16 pages) and LDT (16 pages); differs with the vCPU's L4
 *     slot 271  0xFFFF878000000000  the image, at its physical address plus IMAGE_OFFSET
 */
#ifndef RINGLET_MACHINE_LAYOUT_H
#define RINGLET_MACHINE_LAYOUT_H

#define HYPERVISOR_FIRST_SLOT 256
#define HYPERVISOR_LAST_SLOT 271

#define DIRECT_MAP_BASE 0xFFFF808000000000
#define DIRECT_MAP_SLOT 257
#define DEVICE_MAP_BASE 0xFFFF810000000000
#define DEVICE_MAP_SLOT 258
#define VCPU_MAP_BASE 0xFFFF818000000000
#define VCPU_MAP_SLOT 259
#define GDT_BASE VCPU_MAP_BASE
#define LDT_BASE (VCPU_MAP_BASE + 0x10000)
#define IMAGE_OFFSET 0xFFFF878000000000
#define IMAGE_SLOT 271

/* The 32-bit guest's view: everything at and above this is the hypervisor's (the M2P table, read-only). */
#define GUEST32_LIMIT 0xF5800000
#define GUEST32_M2P_BASE 0xF5800000
#define GUEST32_M2P_END 0xF6800000

/* Selectors in the reserved GDT page, the ABI's (xen-x86_32.h) and our own. */
#define SEL_HYPERVISOR_CS 0xe008
#define SEL_HYPERVISOR_DS 0xe010
#define SEL_RING1_CS 0xe019
#define SEL_RING1_DS 0xe021
#define SEL_RING3_CS 0xe02b
#define SEL_RING3_DS 0xe033
#define SEL_TSS 0xe040
#define SEL_LDT 0xe050
#define FIRST_RESERVED_SELECTOR 0xe000

#define HYPERCALL_VECTOR 0x82

#endif
