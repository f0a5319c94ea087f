/* SPDX-License-Identifier: MIT */
/*
 * Virtual devices: the pair of directories in the store, one for each end, that a frontend and its backend find each
 * other by (Xen's xenbus). The backend is the driver domain that the configuration names, or the first of the right kind.
 */
#ifndef ROOT_DOMAINS_DEVICES_H
#define ROOT_DOMAINS_DEVICES_H

#include "domains/domain_list.h"

/* Writes both ends of all its disks and vifs. 0, or a negative errno with `sentence` filled. */
int devices_write(const struct domain *domain, char *sentence);
/* Removes the backends' directories of the domain's devices. */
void devices_remove(const struct domain *domain);
/* Whether all its backends wait for it, or are further on. */
bool devices_ready(const struct domain *domain);
/* After a driver domain came (back): its clients' devices are given to it anew. */
void devices_adopt(const struct domain *driver);

enum device_kind { DEVICE_VBD, DEVICE_VIF };
/* The domain that serves a device, or NULL. */
struct domain *device_backend(const char *named, enum device_kind kind);
/* The state either end is in, as a number; 0 when it is not known. */
unsigned device_state(const struct domain *domain, enum device_kind kind, uint32_t number);

#endif
