/* SPDX-License-Identifier: MIT */
/*
 * Physical devices: I/O privilege, interrupts and PCI. Reference: physdev.h.
 */
#ifndef ABI_PHYSDEV_H
#define ABI_PHYSDEV_H

#include "types.h"
#include "xen.h"

#define PHYSDEVOP_IRQ_UNMASK_NOTIFY 4
#define PHYSDEVOP_irq_status_query 5
#define PHYSDEVOP_set_iopl 6
#define PHYSDEVOP_set_iobitmap 7
#define PHYSDEVOP_apic_read 8
#define PHYSDEVOP_apic_write 9
#define PHYSDEVOP_alloc_irq_vector 10
#define PHYSDEVOP_free_irq_vector 11
#define PHYSDEVOP_eoi 12
#define PHYSDEVOP_map_pirq 13
#define PHYSDEVOP_unmap_pirq 14
#define PHYSDEVOP_manage_pci_add 15
#define PHYSDEVOP_manage_pci_remove 16
#define PHYSDEVOP_pirq_eoi_gmfn_v1 17
#define PHYSDEVOP_restore_msi 19
#define PHYSDEVOP_manage_pci_add_ext 20
#define PHYSDEVOP_setup_gsi 21
#define PHYSDEVOP_get_free_pirq 23
#define PHYSDEVOP_pci_mmcfg_reserved 24
#define PHYSDEVOP_pci_device_add 25
#define PHYSDEVOP_pci_device_remove 26
#define PHYSDEVOP_restore_msi_ext 27
#define PHYSDEVOP_pirq_eoi_gmfn_v2 28
#define PHYSDEVOP_pirq_eoi_gmfn PHYSDEVOP_pirq_eoi_gmfn_v2
#define PHYSDEVOP_dbgp_op 29
#define PHYSDEVOP_prepare_msix 30
#define PHYSDEVOP_release_msix 31

#define _XENIRQSTAT_needs_eoi 0
#define XENIRQSTAT_needs_eoi (1 << _XENIRQSTAT_needs_eoi)
#define _XENIRQSTAT_shared 1
#define XENIRQSTAT_shared (1 << _XENIRQSTAT_shared)

#define MAP_PIRQ_TYPE_MSI 0x0
#define MAP_PIRQ_TYPE_GSI 0x1
#define MAP_PIRQ_TYPE_UNKNOWN 0x2
#define MAP_PIRQ_TYPE_MSI_SEG 0x3
#define MAP_PIRQ_TYPE_MULTI_MSI 0x4

#define XEN_PCI_MMCFG_RESERVED 0x1
#define XEN_PCI_DEV_EXTFN 0x1
#define XEN_PCI_DEV_VIRTFN 0x2
#define XEN_PCI_DEV_PXM 0x4

#define PHYSDEVOP_DBGP_RESET_PREPARE 1
#define PHYSDEVOP_DBGP_RESET_DONE 2
#define PHYSDEVOP_DBGP_BUS_UNKNOWN 0
#define PHYSDEVOP_DBGP_BUS_PCI 1

#ifndef __ASSEMBLER__

typedef struct physdev_eoi {
    uint32_t irq;
} physdev_eoi_t;
ABI_SIZE(struct physdev_eoi, 4);

struct physdev_pirq_eoi_gmfn_32 {
    uint32_t gmfn;
};
ABI_SIZE(struct physdev_pirq_eoi_gmfn_32, 4);

struct physdev_pirq_eoi_gmfn_64 {
    abi_u64_64 gmfn;
};
ABI_SIZE(struct physdev_pirq_eoi_gmfn_64, 8);

typedef struct physdev_irq_status_query {
    uint32_t irq;
    uint32_t flags; /* out: XENIRQSTAT_ */
} physdev_irq_status_query_t;
ABI_SIZE(struct physdev_irq_status_query, 8);

typedef struct physdev_set_iopl {
    uint32_t iopl; /* 0 to 3; kernel mode counts as ring 1 unless the architectural_iopl assist is on */
} physdev_set_iopl_t;
ABI_SIZE(struct physdev_set_iopl, 4);

/* A port whose bit is clear may be used. */
struct physdev_set_iobitmap_32 {
    uint32_t bitmap; /* pointer to uint8_t; 0: no port */
    uint32_t nr_ports;
};
ABI_SIZE(struct physdev_set_iobitmap_32, 8);

struct physdev_set_iobitmap_64 {
    abi_u64_64 bitmap;
    uint32_t nr_ports;
};
ABI_SIZE(struct physdev_set_iobitmap_64, 16);

struct physdev_apic_32 {
    uint32_t apic_physbase;
    uint32_t reg;
    uint32_t value; /* in or out */
};
ABI_SIZE(struct physdev_apic_32, 12);

struct physdev_apic_64 {
    abi_u64_64 apic_physbase;
    uint32_t reg;
    uint32_t value;
};
ABI_SIZE(struct physdev_apic_64, 16);

typedef struct physdev_irq {
    uint32_t irq;
    uint32_t vector; /* out */
} physdev_irq_t;
ABI_SIZE(struct physdev_irq, 8);

struct physdev_map_pirq_32 {
    domid_t domid;
    int32_t type; /* MAP_PIRQ_TYPE_ */
    int32_t index;
    int32_t pirq; /* in, out; -1: any */
    int32_t bus;
    int32_t devfn;
    int32_t entry_nr;
    abi_u64_32 table_base;
};
ABI_SIZE(struct physdev_map_pirq_32, 36);

struct physdev_map_pirq_64 {
    domid_t domid;
    int32_t type;
    int32_t index;
    int32_t pirq;
    int32_t bus;
    int32_t devfn;
    int32_t entry_nr;
    abi_u64_64 table_base;
};
ABI_SIZE(struct physdev_map_pirq_64, 40);

typedef struct physdev_unmap_pirq {
    domid_t domid;
    int32_t pirq;
} physdev_unmap_pirq_t;
ABI_SIZE(struct physdev_unmap_pirq, 8);

typedef struct physdev_manage_pci {
    uint8_t bus;
    uint8_t devfn;
} physdev_manage_pci_t;
ABI_SIZE(struct physdev_manage_pci, 2);

typedef struct physdev_restore_msi {
    uint8_t bus;
    uint8_t devfn;
} physdev_restore_msi_t;
ABI_SIZE(struct physdev_restore_msi, 2);

typedef struct physdev_manage_pci_ext {
    uint8_t bus;
    uint8_t devfn;
    uint32_t is_extfn;
    uint32_t is_virtfn;
    struct {
        uint8_t bus;
        uint8_t devfn;
    } physfn;
} physdev_manage_pci_ext_t;
ABI_SIZE(struct physdev_manage_pci_ext, 16);

/* Argument of the older call physdev_op_compat. */
struct physdev_op_32 {
    uint32_t cmd; /* PHYSDEVOP_ */
    union {
        physdev_irq_status_query_t irq_status_query;
        physdev_set_iopl_t set_iopl;
        struct physdev_set_iobitmap_32 set_iobitmap;
        struct physdev_apic_32 apic_op;
        physdev_irq_t irq_op;
    } u;
};
ABI_SIZE(struct physdev_op_32, 16);

struct physdev_op_64 {
    uint32_t cmd;
    union {
        physdev_irq_status_query_t irq_status_query;
        physdev_set_iopl_t set_iopl;
        struct physdev_set_iobitmap_64 set_iobitmap;
        struct physdev_apic_64 apic_op;
        physdev_irq_t irq_op;
    } u;
};
ABI_SIZE(struct physdev_op_64, 24);

typedef struct physdev_setup_gsi {
    int32_t gsi;
    uint8_t triggering; /* 0 edge, 1 level */
    uint8_t polarity;   /* 0 high, 1 low */
} physdev_setup_gsi_t;
ABI_SIZE(struct physdev_setup_gsi, 8);

typedef struct physdev_get_free_pirq {
    int32_t type;  /* MAP_PIRQ_TYPE_ */
    uint32_t pirq; /* out */
} physdev_get_free_pirq_t;
ABI_SIZE(struct physdev_get_free_pirq, 8);

typedef struct physdev_pci_mmcfg_reserved {
    uint64_t address;
    uint16_t segment;
    uint8_t start_bus;
    uint8_t end_bus;
    uint32_t flags; /* XEN_PCI_MMCFG_ */
} physdev_pci_mmcfg_reserved_t;
ABI_SIZE(struct physdev_pci_mmcfg_reserved, 16);

typedef struct physdev_pci_device_add {
    uint16_t seg;
    uint8_t bus;
    uint8_t devfn;
    uint32_t flags; /* XEN_PCI_DEV_ */
    struct {
        uint8_t bus;
        uint8_t devfn;
    } physfn;
    uint32_t optarr[]; /* [0]: proximity domain, with XEN_PCI_DEV_PXM */
} physdev_pci_device_add_t;
ABI_SIZE(struct physdev_pci_device_add, 12);

typedef struct physdev_pci_device {
    uint16_t seg;
    uint8_t bus;
    uint8_t devfn;
} physdev_pci_device_t;
ABI_SIZE(struct physdev_pci_device, 4);

typedef struct physdev_dbgp_op {
    uint8_t op;  /* PHYSDEVOP_DBGP_RESET_ */
    uint8_t bus; /* PHYSDEVOP_DBGP_BUS_ */
    union {
        physdev_pci_device_t pci;
    } u;
} physdev_dbgp_op_t;
ABI_SIZE(struct physdev_dbgp_op, 6);

#endif /* __ASSEMBLER__ */

#endif
