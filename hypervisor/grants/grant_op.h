// SPDX-License-Identifier: MIT
#ifndef RINGLET_GRANTS_GRANT_OP_H
#define RINGLET_GRANTS_GRANT_OP_H

#include <stdint.h>

/* __HYPERVISOR_grant_table_op: abi/grant_table.h has the commands and what each promises. */
long hypercall_grant_table_op(uint64_t command, uint64_t array, uint64_t count);

#endif
