// SPDX-License-Identifier: MIT
/* Places in its own memory that a guest gives ring 0 to write: vcpu_info, runstate, a copy of the time. */
#ifndef RINGLET_DOMAIN_VCPU_AREAS_H
#define RINGLET_DOMAIN_VCPU_AREAS_H

#include "core/domain.h"

/* arg: the structure of VCPUOP_register_x. 0, or a negative errno with nothing changed. */
long vcpu_register_info(struct vcpu *v, gva_t arg);
long vcpu_register_runstate(struct vcpu *v, gva_t arg);
long vcpu_register_time(struct vcpu *v, gva_t arg);

/* v's vcpu_info is in the shared page, at first and again at its end; what held it elsewhere is dropped. */
void vcpu_info_give_up(struct vcpu *v);

#endif
