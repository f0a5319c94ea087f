/* SPDX-License-Identifier: MIT */
/*
 * Non-maskable interrupts. Reference: nmi.h.
 */
#ifndef ABI_NMI_H
#define ABI_NMI_H

#include "types.h"

/* Bits of shared_info.arch.nmi_reason. */
#define _XEN_NMIREASON_io_error 0
#define XEN_NMIREASON_io_error (1 << _XEN_NMIREASON_io_error)
#define _XEN_NMIREASON_pci_serr 1
#define XEN_NMIREASON_pci_serr (1 << _XEN_NMIREASON_pci_serr)
#define _XEN_NMIREASON_unknown 2
#define XEN_NMIREASON_unknown (1 << _XEN_NMIREASON_unknown)

#define XENNMI_register_callback 0
#define XENNMI_unregister_callback 1

/*
 * @nmi_op
 *   ENOSYS  there is no such command
 */
/*
 * @nmi_op.register_callback
 *   who     vCPU 0 of any domain
 *   effect  sets the handler; it is entered with events masked, with the kernel's code segment. An NMI that
 *           waits is delivered
 *   result  0
 *   EFAULT  arg cannot be read
 *   EINVAL  the caller is another vCPU, or the address is not usable
 */
/*
 * @nmi_op.unregister_callback
 *   effect  removes the handler
 *   result  0
 */

#ifndef __ASSEMBLER__

struct xennmi_callback_32 {
    uint32_t handler_address;
    uint32_t pad;
};
ABI_SIZE(struct xennmi_callback_32, 8);

struct xennmi_callback_64 {
    abi_u64_64 handler_address;
    abi_u64_64 pad;
};
ABI_SIZE(struct xennmi_callback_64, 16);

#endif /* __ASSEMBLER__ */

#endif
