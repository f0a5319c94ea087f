// SPDX-License-Identifier: MIT
#include "nodes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "domains/store_link.h"

#define PATH_MAX_BYTES 128u

/* Nodes of one domain, written one after the other; the first error stays. */
struct writer {
    domid_t domid;
    char base[PATH_MAX_BYTES];
    int error;
};

static void put(struct writer *w, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put(struct writer *w, const char *name, const char *format, ...)
{
    char path[2 * PATH_MAX_BYTES], value[PATH_MAX_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(value, sizeof(value), format, args);
    va_end(args);
    snprintf(path, sizeof(path), "%s/%s", w->base, name);
    if (!w->error)
        w->error = store_write(path, "%s", value);
}

/* A node that the domain itself may write. */
static void own(struct writer *w, const char *name)
{
    char path[2 * PATH_MAX_BYTES], permissions[32];

    put(w, name, "%s", "");
    snprintf(path, sizeof(path), "%s/%s", w->base, name);
    snprintf(permissions, sizeof(permissions), "n%u", w->domid);
    if (!w->error)
        w->error = xs_local_set_perms(store_local(), 0, path, permissions);
}

static void open_base(struct writer *w, domid_t domid)
{
    char permissions[32];

    *w = (struct writer){.domid = domid};
    snprintf(w->base, sizeof(w->base), "/local/domain/%u", domid);
    snprintf(permissions, sizeof(permissions), "n0 r%u", domid);
    w->error = xs_local_mkdir(store_local(), 0, w->base);
    if (!w->error)
        w->error = xs_local_set_perms(store_local(), 0, w->base, permissions);
}

static void uuid_text(const uint8_t uuid[DOMAIN_UUID_BYTES], char text[37])
{
    char *at = text;

    for (unsigned i = 0; i < DOMAIN_UUID_BYTES; i++)
        at += sprintf(at, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}

static int write_vm(const struct domain *domain, const char *uuid)
{
    struct writer w = {.domid = domain->domid};

    snprintf(w.base, sizeof(w.base), "/vm/%s", uuid);
    put(&w, "name", "%s", domain->name);
    put(&w, "uuid", "%s", uuid);
    return w.error;
}

static void write_rings(struct writer *w, const struct built_domain *built)
{
    put(w, "store/ring-ref", "%u", (unsigned)built->store_mfn);
    put(w, "store/port", "%u", (unsigned)built->store_port);
    put(w, "console/ring-ref", "%u", (unsigned)built->console_mfn);
    put(w, "console/port", "%u", (unsigned)built->console_port);
    put(w, "console/type", "xenconsoled");
    put(w, "console/limit", "%u", HISTORY_BYTES);
}

int nodes_write(const struct domain *domain)
{
    static const char *const owned[] = {"control/shutdown",
                                        "control/feature-poweroff",
                                        "control/feature-reboot",
                                        "control/feature-suspend",
                                        "data",
                                        "drivers",
                                        "attr",
                                        "error",
                                        "feature"};
    struct writer w;
    char uuid[37], name[32];

    uuid_text(domain->uuid, uuid);
    open_base(&w, domain->domid);
    put(&w, "vm", "/vm/%s", uuid);
    put(&w, "name", "%s", domain->name);
    put(&w, "domid", "%u", domain->domid);
    put(&w, "memory/static-max", "%u", (unsigned)domain->config.maxmem_mib * 1024);
    put(&w, "memory/target", "%u", (unsigned)domain->config.memory_mib * 1024);
    for (unsigned i = 0; i < domain->config.vcpus; i++) {
        snprintf(name, sizeof(name), "cpu/%u/availability", i);
        put(&w, name, "online");
    }
    put(&w, "device", "%s", "");
    put(&w, "control/platform-feature-multiprocessor-suspend", "1");
    for (unsigned i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        own(&w, owned[i]);
    if (domain->config.driver[0])
        own(&w, "backend");
    write_rings(&w, &domain->built);
    return w.error ? w.error : write_vm(domain, uuid);
}

void nodes_remove(const struct domain *domain)
{
    char path[PATH_MAX_BYTES], uuid[37];

    uuid_text(domain->uuid, uuid);
    snprintf(path, sizeof(path), "/local/domain/%u", domain->domid);
    xs_local_rm(store_local(), 0, path);
    snprintf(path, sizeof(path), "/vm/%s", uuid);
    xs_local_rm(store_local(), 0, path);
    store_changed();
}

void nodes_rename(const struct domain *domain)
{
    char path[PATH_MAX_BYTES], uuid[37];

    uuid_text(domain->uuid, uuid);
    snprintf(path, sizeof(path), "/local/domain/%u/name", domain->domid);
    store_write(path, "%s", domain->name);
    snprintf(path, sizeof(path), "/vm/%s/name", uuid);
    store_write(path, "%s", domain->name);
}

int nodes_write_root(void)
{
    struct writer w;

    open_base(&w, 0);
    put(&w, "name", ROOT_NAME);
    put(&w, "domid", "0");
    return w.error;
}
