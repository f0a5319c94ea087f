// SPDX-License-Identifier: MIT
#include "devices.h"

#include <abi/io_xenbus.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domains/store_link.h"

#define PATH_BYTES 128u

static const char *const kind_names[] = {"vbd", "vif"};
static const char *const kind_drivers[] = {"block", "network"};

struct domain *device_backend(const char *named, enum device_kind kind)
{
    for (struct domain *at = domain_first(); at; at = at->next)
        if (*named ? !strcmp(at->name, named) : !strcmp(at->config.driver, kind_drivers[kind]))
            return at;
    return NULL;
}

/* ---- writing one device */

struct device {
    const struct domain *front, *back;
    enum device_kind kind;
    uint32_t number; /* a disk's device number, a vif's place */
    char front_path[PATH_BYTES], back_path[PATH_BYTES];
    int error;
};

static void put(struct device *d, const char *base, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void put(struct device *d, const char *base, const char *name, const char *format, ...)
{
    char path[2 * PATH_BYTES], value[512];
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof(value), format, args);
    va_end(args);
    snprintf(path, sizeof(path), "%s/%s", base, name);
    if (!d->error)
        d->error = store_write(path, "%s", value);
}

/* A directory that `owner` may write and `reader` read. */
static void open_directory(struct device *d, const char *path, domid_t owner, domid_t reader)
{
    char permissions[32];

    xs_local_rm(store_local(), 0, path);
    snprintf(permissions, sizeof(permissions), "n%u r%u", owner, reader);
    if (!d->error)
        d->error = xs_local_mkdir(store_local(), 0, path);
    if (!d->error)
        d->error = xs_local_set_perms(store_local(), 0, path, permissions);
}

static void open_device(struct device *d, const struct domain *front, const struct domain *back,
                        enum device_kind kind, uint32_t number)
{
    *d = (struct device){.front = front, .back = back, .kind = kind, .number = number};
    snprintf(d->front_path, PATH_BYTES, "/local/domain/%u/device/%s/%u", front->domid, kind_names[kind],
             (unsigned)number);
    snprintf(d->back_path, PATH_BYTES, "/local/domain/%u/backend/%s/%u/%u", back->domid, kind_names[kind],
             front->domid, (unsigned)number);
    open_directory(d, d->front_path, front->domid, back->domid);
    open_directory(d, d->back_path, back->domid, front->domid);
    put(d, d->front_path, "backend", "%s", d->back_path);
    put(d, d->front_path, "backend-id", "%u", back->domid);
    put(d, d->back_path, "frontend", "%s", d->front_path);
    put(d, d->back_path, "frontend-id", "%u", front->domid);
    put(d, d->back_path, "online", "1");
}

/* The states come last: they are what both ends watch. */
static int close_device(struct device *d)
{
    put(d, d->front_path, "state", "%u", XenbusStateInitialising);
    put(d, d->back_path, "state", "%u", XenbusStateInitialising);
    return d->error;
}

static int write_disk(const struct domain *front, const struct domain *back, const struct config_disk *disk)
{
    const char *type = disk->cdrom ? "cdrom" : "disk";
    struct device d;

    open_device(&d, front, back, DEVICE_VBD, disk->number);
    put(&d, d.front_path, "virtual-device", "%u", (unsigned)disk->number);
    put(&d, d.front_path, "device-type", "%s", type);
    put(&d, d.back_path, "dev", "%s", disk->vdev);
    put(&d, d.back_path, "mode", "%s", disk->writable ? "w" : "r");
    put(&d, d.back_path, "type", "phy");
    put(&d, d.back_path, "format", "%s", disk->format);
    put(&d, d.back_path, "params", "%s", disk->target);
    put(&d, d.back_path, "device-type", "%s", type);
    put(&d, d.back_path, "removable", "%u", disk->cdrom);
    put(&d, d.back_path, "bootable", "1");
    put(&d, d.back_path, "discard-enable", "%u", disk->discard);
    return close_device(&d);
}

/* An address made from the domain's uuid when none is given, so that it stays the same as long as the domain does. */
static void vif_address(const struct domain *domain, const struct config_vif *vif, unsigned place,
                        char text[18])
{
    const uint8_t *uuid = domain->uuid;
    uint8_t made[6] = {0x00, 0x16, 0x3e, uuid[13] & 0x7f, uuid[14], (uint8_t)(uuid[15] + place)};
    const uint8_t *mac = vif->has_mac ? vif->mac : made;

    snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static int write_vif(const struct domain *front, const struct domain *back, const struct config_vif *vif,
                     unsigned place)
{
    char mac[18];
    struct device d;

    vif_address(front, vif, place, mac);
    open_device(&d, front, back, DEVICE_VIF, place);
    put(&d, d.front_path, "handle", "%u", place);
    put(&d, d.front_path, "mac", "%s", mac);
    put(&d, d.back_path, "handle", "%u", place);
    put(&d, d.back_path, "mac", "%s", mac);
    put(&d, d.back_path, "bridge", "%s", vif->bridge);
    put(&d, d.back_path, "type", "vif");
    if (vif->ip[0])
        put(&d, d.back_path, "ip", "%s", vif->ip);
    if (vif->rate_bytes)
        put(&d, d.back_path, "rate", "%llu,%u", (unsigned long long)vif->rate_bytes,
            (unsigned)vif->rate_interval_us);
    return close_device(&d);
}

/* ---- all devices of a domain */

/* Calls `each` for every device until it returns false. */
static bool each_device(const struct domain *domain,
                        bool (*each)(void *context, const struct domain *domain, enum device_kind kind,
                                     unsigned place, const char *backend, uint32_t number),
                        void *context)
{
    const struct domain_config *config = &domain->config;

    for (unsigned i = 0; i < config->disk_count; i++)
        if (!each(context, domain, DEVICE_VBD, i, config->disks[i].backend, config->disks[i].number))
            return false;
    for (unsigned i = 0; i < config->vif_count; i++)
        if (!each(context, domain, DEVICE_VIF, i, config->vifs[i].backend, i))
            return false;
    return true;
}

static int write_device(const struct domain *domain, enum device_kind kind, unsigned place,
                        const struct domain *back)
{
    return kind == DEVICE_VBD ? write_disk(domain, back, &domain->config.disks[place])
                              : write_vif(domain, back, &domain->config.vifs[place], place);
}

static bool write_each(void *context, const struct domain *domain, enum device_kind kind, unsigned place,
                       const char *backend, uint32_t number)
{
    const struct domain *back = device_backend(backend, kind);
    char *sentence = context;
    int error;

    if (!back) {
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "there is no %sdomain%s%s to serve its %s",
                 *backend             ? ""
                 : kind == DEVICE_VBD ? "block "
                                      : "network ",
                 *backend ? " called " : "", backend,
                 kind == DEVICE_VBD ? domain->config.disks[place].vdev : "network");
        return false;
    }
    error = write_device(domain, kind, place, back);
    if (error)
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "the store has no room for its devices (error %d)", error);
    return !error;
}

int devices_write(const struct domain *domain, char *sentence)
{
    return each_device(domain, write_each, sentence) ? 0 : -XEN_ENODEV;
}

static bool remove_each(void *context, const struct domain *domain, enum device_kind kind, unsigned place,
                        const char *backend, uint32_t number)
{
    const struct domain *back = device_backend(backend, kind);
    char path[PATH_BYTES];

    if (back) {
        snprintf(path, sizeof(path), "/local/domain/%u/backend/%s/%u", back->domid, kind_names[kind],
                 domain->domid);
        xs_local_rm(store_local(), 0, path);
        store_changed();
    }
    return true;
}

void devices_remove(const struct domain *domain)
{
    each_device(domain, remove_each, NULL);
}

/* ---- states */

static unsigned read_state(const char *path)
{
    char value[16];

    return xs_local_read(store_local(), 0, path, value, sizeof(value)) > 0
               ? (unsigned)strtoul(value, NULL, 10)
               : XenbusStateUnknown;
}

unsigned device_state(const struct domain *domain, enum device_kind kind, uint32_t number)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof(path), "/local/domain/%u/device/%s/%u/state", domain->domid, kind_names[kind],
             (unsigned)number);
    return read_state(path);
}

static bool ready_each(void *context, const struct domain *domain, enum device_kind kind, unsigned place,
                       const char *backend, uint32_t number)
{
    const struct domain *back = device_backend(backend, kind);
    char path[PATH_BYTES];

    if (!back)
        return false;
    snprintf(path, sizeof(path), "/local/domain/%u/backend/%s/%u/%u/state", back->domid, kind_names[kind],
             domain->domid, (unsigned)number);
    return read_state(path) >= XenbusStateInitWait;
}

bool devices_ready(const struct domain *domain)
{
    return each_device(domain, ready_each, NULL);
}

static bool adopt_each(void *context, const struct domain *domain, enum device_kind kind, unsigned place,
                       const char *backend, uint32_t number)
{
    const struct domain *driver = context;

    if (device_backend(backend, kind) == driver)
        write_device(domain, kind, place, driver);
    return true;
}

void devices_adopt(const struct domain *driver)
{
    for (struct domain *at = domain_first(); at; at = at->next)
        if (at != driver && !at->ended)
            each_device(at, adopt_each, (void *)(uintptr_t)driver);
}
