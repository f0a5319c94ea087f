/* SPDX-License-Identifier: MIT */
/*
 * The PCI protocol: a driver domain reads and writes its device's configuration space through one shared
 * page. The frontend fills op, sets XEN_PCIF_active and notifies; the backend clears it. Reference:
 * io/pciif.h.
 */
#ifndef ABI_IO_PCIIF_H
#define ABI_IO_PCIIF_H

#include "types.h"

/* Value of the "magic" node. */
#define XEN_PCI_MAGIC "7"

/* xen_pci_sharedinfo.flags. */
#define _XEN_PCIF_active 0
#define XEN_PCIF_active (1 << _XEN_PCIF_active)
#define _XEN_PCIB_AERHANDLER 1
#define XEN_PCIB_AERHANDLER (1 << _XEN_PCIB_AERHANDLER)
#define _XEN_PCIB_active 2
#define XEN_PCIB_active (1 << _XEN_PCIB_active)

#define XEN_PCI_OP_conf_read 0
#define XEN_PCI_OP_conf_write 1
#define XEN_PCI_OP_enable_msi 2
#define XEN_PCI_OP_disable_msi 3
#define XEN_PCI_OP_enable_msix 4
#define XEN_PCI_OP_disable_msix 5
#define XEN_PCI_OP_aer_detected 6
#define XEN_PCI_OP_aer_resume 7
#define XEN_PCI_OP_aer_mmio 8
#define XEN_PCI_OP_aer_slotreset 9
#define XEN_PCI_OP_enable_multi_msi 10

#define XEN_PCI_ERR_success 0
#define XEN_PCI_ERR_dev_not_found (-1)
#define XEN_PCI_ERR_invalid_offset (-2)
#define XEN_PCI_ERR_access_denied (-3)
#define XEN_PCI_ERR_not_implemented (-4)
#define XEN_PCI_ERR_op_failed (-5)

#define SH_INFO_MAX_VEC 128

#ifndef __ASSEMBLER__

struct xen_msix_entry {
    uint16_t vector;
    uint16_t entry;
};
ABI_SIZE(struct xen_msix_entry, 4);

struct xen_pci_op {
    uint32_t cmd;    /* XEN_PCI_OP_ */
    int32_t err;     /* out: XEN_PCI_ERR_ */
    uint32_t domain; /* PCI segment */
    uint32_t bus;
    uint32_t devfn;
    int32_t offset; /* in configuration space */
    int32_t size;   /* 1, 2 or 4 */
    uint32_t value; /* in or out */
    uint32_t info;
    struct xen_msix_entry msix_entries[SH_INFO_MAX_VEC];
};
ABI_SIZE(struct xen_pci_op, 548);
ABI_OFFSET(struct xen_pci_op, value, 28);

struct xen_pcie_aer_op {
    uint32_t cmd;
    int32_t err;
    uint32_t domain;
    uint32_t bus;
    uint32_t devfn;
};
ABI_SIZE(struct xen_pcie_aer_op, 20);

struct xen_pci_sharedinfo {
    uint32_t flags;
    struct xen_pci_op op;
    struct xen_pcie_aer_op aer_op;
};
ABI_SIZE(struct xen_pci_sharedinfo, 572);

#endif /* __ASSEMBLER__ */

#endif
