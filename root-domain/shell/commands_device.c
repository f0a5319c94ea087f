// SPDX-License-Identifier: MIT
/* The devices that domains were given. */
#include <stdio.h>
#include <string.h>

#include "domains/devices.h"
#include "domains/domains.h"
#include "shell/command_domain.h"
#include "shell/listing.h"
#include "shell/shell.h"

static const char *backend_name(const char *named, enum device_kind kind)
{
    struct domain *backend = device_backend(named, kind);

    return backend ? backend->name : named;
}

static void disk_rows(struct listing *listing, const struct domain *domain)
{
    for (unsigned i = 0; i < domain->config.disk_count; i++) {
        const struct config_disk *disk = &domain->config.disks[i];

        listing_text(listing, domain->name);
        listing_number(listing, disk->number);
        listing_text(listing, disk->vdev);
        listing_either(listing, disk->writable ? "w" : "r", disk->writable ? "rw" : "ro");
        listing_number(listing, device_state(domain, DEVICE_VBD, disk->number));
        listing_text(listing, backend_name(disk->backend, DEVICE_VBD));
        listing_text(listing, disk->target);
    }
}

static void vif_rows(struct listing *listing, const struct domain *domain)
{
    for (unsigned i = 0; i < domain->config.vif_count; i++) {
        const struct config_vif *vif = &domain->config.vifs[i];
        char mac[18] = "";

        if (vif->has_mac)
            snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", vif->mac[0], vif->mac[1], vif->mac[2],
                     vif->mac[3], vif->mac[4], vif->mac[5]);
        listing_text(listing, domain->name);
        listing_number(listing, i);
        listing_text(listing, mac);
        listing_number(listing, device_state(domain, DEVICE_VIF, i));
        listing_text(listing, backend_name(vif->backend, DEVICE_VIF));
        listing_text(listing, vif->bridge);
    }
}

static void list_devices(int argc, char **argv, const struct listing_column *columns,
                         void (*rows)(struct listing *listing, const struct domain *domain))
{
    bool json = listing_wants_json(&argc, argv);
    struct domain *only = NULL;
    struct listing listing;

    if (!shell_words(argc, argv, 0, 1) || (argc > 1 && !(only = named_domain(argv[0], argv[1]))))
        return;
    listing_begin(&listing, columns, json);
    for (struct domain *at = domain_first(); at; at = at->next)
        if (!only || only == at)
            rows(&listing, at);
    listing_end(&listing);
}

static void block_list(int argc, char **argv)
{
    static const struct listing_column columns[] = {{"Domain", "domain", -24}, {"Vdev", "number", 10},
                                                    {"Name", "vdev", -6},      {"RW", "access", -2},
                                                    {"State", "state", 5},     {"BE", "backend", -12},
                                                    {"Target", "target", -1},  {0}};

    list_devices(argc, argv, columns, disk_rows);
}

static void network_list(int argc, char **argv)
{
    static const struct listing_column columns[] = {{"Domain", "domain", -24},
                                                    {"Idx", "index", 4},
                                                    {"Mac", "mac", -17},
                                                    {"State", "state", 5},
                                                    {"BE", "backend", -12},
                                                    {"Bridge", "bridge", -1},
                                                    {0}};

    list_devices(argc, argv, columns, vif_rows);
}

const struct command device_commands[] = {
    {"block-list", "[--json] [DOM]", "the domains' disks", COMPLETE_DOMAIN, block_list},
    {"network-list", "[--json] [DOM]", "the domains' network interfaces", COMPLETE_DOMAIN, network_list},
    {0},
};
