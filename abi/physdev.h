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

/*
 * @physdev_op
 *   EFAULT  arg cannot be reached
 *   ENOSYS  there is no such command
 */
/*
 * @physdev_op.set_iopl
 *   effect  sets the I/O privilege of the calling vCPU: code in a ring above it may use no port by privilege,
 *           only by the bitmap. The kernel counts as ring 1, so 1 lets it use ports and 3 lets user mode too;
 *           with the architectural_iopl assist it counts as ring 0. Ports the domain has no right to stay
 *           denied
 *   result  0
 *   EINVAL  iopl is above 3
 */
/*
 * @physdev_op.set_iobitmap
 *   before  the bitmap stays mapped; it is read when a port is used
 *   effect  lets user mode of the calling vCPU use the ports below nr_ports whose bits are clear
 *   result  0
 *   EINVAL  nr_ports is above 65536
 */
/*
 * @physdev_op.irq_status_query
 *   effect  says whether the interrupt must be ended with PHYSDEVOP_eoi, and whether it is shared
 *   EINVAL  there is no such interrupt
 */
/*
 * @physdev_op.eoi
 *   effect  ends the interrupt, and unmasks it at the interrupt controller
 *   EINVAL  there is no such interrupt
 */
/*
 * @physdev_op.map_pirq
 *   effect  gives the domain an interrupt number (pirq) for a GSI or a device's message
 *   EPERM   the caller has no power over the domain, or no right to the interrupt
 *   EINVAL  there is no such interrupt or type
 *   ESRCH   there is no such domain
 */
/*
 * @physdev_op.unmap_pirq
 *   effect  takes it back
 *   EPERM   the caller has no power over the domain
 *   EINVAL  the domain has no such interrupt
 *   ESRCH   there is no such domain
 */
/*
 * @physdev_op.apic_read
 *   effect  reads a register of an IO-APIC
 *   EPERM   the caller is not privileged
 */
/*
 * @physdev_op.apic_write
 *   effect  checks the write and carries out what is harmless of it
 *   EPERM   the caller is not privileged
 */
/*
 * @physdev_op.pci_device_add
 *   effect  tells the hypervisor of a device, so that it can guard its MSI-X table
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */

/*
 * @physdev_op.alloc_irq_vector
 *   effect  says by which number the initial domain is to bind the interrupt: the same
 *   EPERM   the caller is not privileged
 *   EINVAL  there is no such interrupt
 */
/*
 * @physdev_op.free_irq_vector
 *   result  0
 */
/*
 * @physdev_op.pirq_eoi_gmfn_v1
 *   effect  has the hypervisor keep, in a frame of the guest, a bit for each interrupt that must be ended;
 *           PHYSDEVOP_eoi then also unmasks the event
 *   EBUSY   there is such a frame already
 *   EINVAL  the frame is not the domain's or cannot be writable
 */
/*
 * @physdev_op.pirq_eoi_gmfn_v2
 *   effect  as pirq_eoi_gmfn_v1, but events stay masked until the guest unmasks them
 *   EBUSY   there is such a frame already
 *   EINVAL  the frame is not the domain's or cannot be writable
 */
/*
 * @physdev_op.get_free_pirq
 *   effect  gives an interrupt number that is not in use, to be named in map_pirq
 *   ENOSPC  there is none
 */
/*
 * @physdev_op.setup_gsi
 *   effect  sets trigger and polarity of an IO-APIC's input
 *   EPERM   the caller is not privileged
 *   EINVAL  there is no such input
 */
/*
 * @physdev_op.pci_mmcfg_reserved
 *   effect  says that the firmware reserves the range for memory-mapped configuration space, or that it does
 *           not
 *   EPERM   the caller is not privileged
 *   EINVAL  no such range is known
 */
/*
 * @physdev_op.manage_pci_add
 *   effect  pci_device_add for a device of segment 0
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.manage_pci_add_ext
 *   effect  pci_device_add for a function of segment 0
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.manage_pci_remove
 *   effect  pci_device_remove for a device of segment 0
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.pci_device_remove
 *   effect  undoes pci_device_add
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.restore_msi
 *   effect  restore_msi_ext for a device of segment 0
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.restore_msi_ext
 *   effect  writes a device's message-signalled interrupts again after its power was off
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.prepare_msix
 *   effect  guards the MSI-X table of a device that is to be given to another domain
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 */
/*
 * @physdev_op.release_msix
 *   effect  undoes prepare_msix
 *   EPERM   the caller is not privileged
 *   ENODEV  there is no such device
 *   EBUSY   another domain still has the device
 */
/*
 * @physdev_op.dbgp_op
 *   effect  lets go of a USB debug port while its controller is reset
 *   EPERM   the caller is not privileged
 *   EINVAL  there is no such step or bus
 */

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
