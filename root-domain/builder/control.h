/* SPDX-License-Identifier: MIT */
/*
 * The privileged calls about other domains, one function each. Results are 0 or a negative errno unless a function says
 * otherwise. Nothing is remembered here.
 */
#ifndef ROOT_BUILDER_CONTROL_H
#define ROOT_BUILDER_CONTROL_H

#include <abi/guest.h>
#include <stdbool.h>
#include <stdint.h>

#define DOMAIN_UUID_BYTES 16u

/* A new, empty, paused 32-bit PV domain. Returns its id or a negative errno. */
int control_create(const uint8_t uuid[DOMAIN_UUID_BYTES], uint32_t vcpus);
/* Ends with the domain gone, or dying as long as somebody still holds its memory. */
int control_destroy(domid_t domid);
int control_pause(domid_t domid);
int control_unpause(domid_t domid);
int control_max_memory(domid_t domid, uint64_t kib);
int control_shared_info(domid_t domid, uint32_t *mfn);
int control_hypercall_page(domid_t domid, uint32_t mfn);
int control_set_vcpu(domid_t domid, uint32_t vcpu, const vcpu_guest_context_t *context);
/* SHUTDOWN_*: as if the domain itself had asked for it. */
int control_shutdown(domid_t domid, uint32_t reason);

int control_ioports(domid_t domid, uint32_t first, uint32_t count, bool allow);
int control_iomem(domid_t domid, uint64_t first_mfn, uint64_t count, bool allow);
int control_irq(domid_t domid, uint32_t pirq, bool allow);

/* 0, or -ESRCH when no domain has this id. */
int control_info(domid_t domid, xen_domctl_getdomaininfo_t *info);
/* Domains from `first` up, in order of id; returns how many, at most `size`. */
int control_list(domid_t first, xen_domctl_getdomaininfo_t *list, uint32_t size);
/* CPU time of one vCPU in ns, and the state. */
int control_vcpu_info(domid_t domid, uint32_t vcpu, struct xen_domctl_getvcpuinfo *info);

/* Fills the domain's memory: element i of `frames` is a guest frame number, and becomes its machine frame. */
int control_populate(domid_t domid, uint32_t *frames, uint32_t count);
/* A port of the domain's that this domain may connect to. Returns it or a negative errno. */
int control_offer_channel(domid_t domid);
int control_pin_root(domid_t domid, uint32_t mfn);
/* First frame of the domain's grant table. */
int control_grant_frame(domid_t domid, uint32_t *mfn);

int control_machine(struct xen_sysctl_physinfo *info);
/* What the hypervisor printed, from *index on, which moves; returns how many bytes. */
int control_log(char *buffer, uint32_t size, uint32_t *index);

#endif
