/* SPDX-License-Identifier: MIT */
/* One item of `vif = [...]`: key=value parts between commas, as xl has them. All of them may be left out. */
#ifndef ROOT_CONFIG_VIF_H
#define ROOT_CONFIG_VIF_H

#include <stdbool.h>
#include <stdint.h>

#define VIF_NAME_MAX 32u

struct config_vif {
    bool has_mac;
    uint8_t mac[6];
    char bridge[VIF_NAME_MAX];
    char backend[VIF_NAME_MAX]; /* the driver domain's name; "" if not said */
    char ip[VIF_NAME_MAX];
    uint64_t rate_bytes; /* at most so many bytes in each interval; 0: no limit */
    uint32_t rate_interval_us;
};

/* NULL, or what is wrong, without a full stop. */
const char *vif_read(struct config_vif *vif, const char *text);

/* Six pairs of hexadecimal digits with colons between, of one station (not a group). */
bool vif_read_mac(const char *text, uint8_t mac[6]);

#endif
