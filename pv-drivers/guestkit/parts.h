/* SPDX-License-Identifier: MIT */
/* The parts of the table. */
#ifndef PV_GUESTKIT_PARTS_H
#define PV_GUESTKIT_PARTS_H

#include <pv/guest.h>

/* memory.c */
void *guest_pages_alloc(void *context, uint32_t count);
void guest_pages_free(void *context, void *pages, uint32_t count);
int guest_grant(void *context, domid_t domain, void *page, bool read_only);
bool guest_revoke(void *context, grant_ref_t reference);
void *guest_map(void *context, domid_t domain, const grant_ref_t *references, uint32_t count, bool read_only);
void guest_unmap(void *context, void *pages, uint32_t count);
void guest_copy(void *context, domid_t domain, struct pv_copy *copies, uint32_t count);
uint64_t guest_machine(void *context, const void *address);

/* channels.c */
int guest_channel_offer(void *context, domid_t domain, pv_handler *handler, void *argument);
int guest_channel_bind(void *context, domid_t domain, uint32_t port, pv_handler *handler, void *argument);
void guest_channel_close(void *context, uint32_t port);
void guest_notify(void *context, uint32_t port);
bool guest_channels_run(void);
bool guest_channels_pending(void);

/* store.c */
int guest_store_connect(const start_info_t *info);
struct xenstore *guest_store(void);
int guest_store_read(void *context, const char *path, char *value, size_t size);
int guest_store_write(void *context, const char *path, const char *value);
int guest_store_remove(void *context, const char *path);
int guest_store_list(void *context, const char *path, char *names, size_t size);
int guest_store_watch(void *context, const char *path, pv_handler *handler, void *argument);
void guest_store_unwatch(void *context, const char *path, pv_handler *handler, void *argument);
bool guest_store_run(void);
bool guest_store_pending(void);

#endif
