/* SPDX-License-Identifier: MIT */
/*
 * What a domain's configuration file says. The syntax is value.h's, the keys are xl.cfg's:
 *
 *     name kernel ramdisk memory maxmem vcpus uuid disk vif on_poweroff on_reboot on_crash
 *     cmdline, or root and extra, which become "root=ROOT EXTRA"
 *
 * and two for driver domains:
 *
 *     driver = "block" | "network"     this domain serves others
 *     device = [ "00:04.0" ]           PCI devices that it alone may touch
 */
#ifndef ROOT_CONFIG_DOMAIN_CONFIG_H
#define ROOT_CONFIG_DOMAIN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "disk.h"
#include "vif.h"

#define CONFIG_NAME_MAX 32u
#define CONFIG_PATH_MAX 256u
#define CONFIG_LINE_MAX 1024u
#define CONFIG_DISKS_MAX 8u
#define CONFIG_VIFS_MAX 4u
#define CONFIG_DEVICES_MAX 4u
#define CONFIG_MEMORY_MAX_MIB (16u * 1024)

/* What to do with a domain that ended. */
enum config_action { ACTION_DESTROY, ACTION_RESTART, ACTION_RENAME_RESTART, ACTION_PRESERVE };

struct config_pci {
    uint16_t segment;
    uint8_t bus, slot, function;
};

struct domain_config {
    char name[CONFIG_NAME_MAX];
    char kernel[CONFIG_PATH_MAX],
        ramdisk[CONFIG_PATH_MAX]; /* files of the boot archive; ramdisk "" for none */
    char cmdline[CONFIG_LINE_MAX], root[CONFIG_LINE_MAX], extra[CONFIG_LINE_MAX];
    char driver[CONFIG_NAME_MAX]; /* "" for an ordinary domain */
    uint32_t memory_mib, maxmem_mib, vcpus;
    bool has_uuid;
    uint8_t uuid[16];
    enum config_action on_poweroff, on_reboot, on_crash;
    unsigned disk_count, vif_count, device_count;
    struct config_disk disks[CONFIG_DISKS_MAX];
    struct config_vif vifs[CONFIG_VIFS_MAX];
    struct config_pci devices[CONFIG_DEVICES_MAX];
};

/* Hears one sentence, "FILE:LINE: ...". A warning names what is not understood and has no effect. */
typedef void config_report(void *context, bool is_warning, const char *sentence);

/*
 * Reads a whole file. Every fault in it is reported; false when one was more than a warning. `file` is what sentences
 * call it.
 */
bool domain_config_read(struct domain_config *config, const char *file, const char *text, size_t size,
                        config_report *report, void *context);

/* The kernel's command line, root and extra put together; false when it does not fit. */
bool domain_config_command_line(const struct domain_config *config, char *out, size_t size);

const char *config_action_name(enum config_action action);
/* "0000:00:04.0" or "00:04.0" */
bool config_pci_read(struct config_pci *device, const char *text);
/* Letters, digits and - _ . : + alone, and not only digits: a number means a domain's id. */
bool config_name_valid(const char *name);

#endif
