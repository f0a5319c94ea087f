/* SPDX-License-Identifier: MIT */
/*
 * The network protocol: a ring each for sending (tx) and receiving (rx), and one for control. Reference:
 * io/netif.h.
 *
 * A packet to send is one request per fragment, all but the last with NETTXF_more_data; the first has the
 * size of the whole packet. Extra infos, announced by NETTXF_extra_info, take slots of their own after the
 * first request.
 */
#ifndef ABI_IO_NETIF_H
#define ABI_IO_NETIF_H

#include "grant_table.h"
#include "ring.h"
#include "types.h"

/* Slots a backend takes for one packet at least. */
#define XEN_NETIF_NR_SLOTS_MIN 18
#define XEN_NETIF_MAX_TX_SIZE 0xFFFF

#define _XEN_NETIF_CTRL_HASH_TYPE_IPV4 0
#define XEN_NETIF_CTRL_HASH_TYPE_IPV4 (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV4)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP 1
#define XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV6 2
#define XEN_NETIF_CTRL_HASH_TYPE_IPV6 (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV6)
#define _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP 3
#define XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP (1 << _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)
#define XEN_NETIF_CTRL_HASH_ALGORITHM_NONE 0
#define XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ 1

#define XEN_NETIF_CTRL_TYPE_INVALID 0
#define XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS 1
#define XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS 2
#define XEN_NETIF_CTRL_TYPE_SET_HASH_KEY 3
#define XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE 4
#define XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE 5
#define XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING 6
#define XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM 7
#define XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE 8
#define XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING 9
#define XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING 10

#define XEN_NETIF_CTRL_STATUS_SUCCESS 0
#define XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED 1
#define XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER 2
#define XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW 3

#define _XEN_NETIF_CTRLF_GREF_readonly 0
#define XEN_NETIF_CTRLF_GREF_readonly (1 << _XEN_NETIF_CTRLF_GREF_readonly)

/* netif_tx_request.flags. */
#define _NETTXF_csum_blank 0 /* checksum still to be made */
#define NETTXF_csum_blank (1 << _NETTXF_csum_blank)
#define _NETTXF_data_validated 1 /* no need to check it */
#define NETTXF_data_validated (1 << _NETTXF_data_validated)
#define _NETTXF_more_data 2
#define NETTXF_more_data (1 << _NETTXF_more_data)
#define _NETTXF_extra_info 3
#define NETTXF_extra_info (1 << _NETTXF_extra_info)

#define XEN_NETIF_EXTRA_TYPE_NONE 0
#define XEN_NETIF_EXTRA_TYPE_GSO 1
#define XEN_NETIF_EXTRA_TYPE_MCAST_ADD 2
#define XEN_NETIF_EXTRA_TYPE_MCAST_DEL 3
#define XEN_NETIF_EXTRA_TYPE_HASH 4
#define XEN_NETIF_EXTRA_TYPE_MAX 5

#define _XEN_NETIF_EXTRA_FLAG_MORE 0
#define XEN_NETIF_EXTRA_FLAG_MORE (1 << _XEN_NETIF_EXTRA_FLAG_MORE)

#define XEN_NETIF_GSO_TYPE_NONE 0
#define XEN_NETIF_GSO_TYPE_TCPV4 1
#define XEN_NETIF_GSO_TYPE_TCPV6 2

/* netif_rx_response.flags. */
#define _NETRXF_data_validated 0
#define NETRXF_data_validated (1 << _NETRXF_data_validated)
#define _NETRXF_csum_blank 1
#define NETRXF_csum_blank (1 << _NETRXF_csum_blank)
#define _NETRXF_more_data 2
#define NETRXF_more_data (1 << _NETRXF_more_data)
#define _NETRXF_extra_info 3
#define NETRXF_extra_info (1 << _NETRXF_extra_info)
#define _NETRXF_gso_prefix 4
#define NETRXF_gso_prefix (1 << _NETRXF_gso_prefix)

#define NETIF_RSP_DROPPED (-2)
#define NETIF_RSP_ERROR (-1)
#define NETIF_RSP_OKAY 0
#define NETIF_RSP_NULL 1 /* answer to the slot of an extra info */

#ifndef __ASSEMBLER__

struct xen_netif_ctrl_request {
    uint16_t id;
    uint16_t type; /* XEN_NETIF_CTRL_TYPE_ */
    uint32_t data[3];
};
ABI_SIZE(struct xen_netif_ctrl_request, 16);

struct xen_netif_ctrl_response {
    uint16_t id;
    uint16_t type;
    uint32_t status; /* XEN_NETIF_CTRL_STATUS_ */
    uint32_t data;
};
ABI_SIZE(struct xen_netif_ctrl_response, 12);

struct xen_netif_gref {
    grant_ref_t ref;
    uint16_t flags;  /* XEN_NETIF_CTRLF_ */
    uint16_t status; /* out */
};
ABI_SIZE(struct xen_netif_gref, 8);

typedef struct netif_tx_request {
    grant_ref_t gref;
    uint16_t offset;
    uint16_t flags;
    uint16_t id;
    uint16_t size; /* of the whole packet in its first request, else of this fragment */
} netif_tx_request_t;
ABI_SIZE(struct netif_tx_request, 12);

typedef struct netif_extra_info {
    uint8_t type;
    uint8_t flags;
    union {
        struct {
            uint16_t size; /* of a segment's payload */
            uint8_t type;  /* XEN_NETIF_GSO_TYPE_ */
            uint8_t pad;
            uint16_t features; /* 0 */
        } gso;
        struct {
            uint8_t addr[6];
        } mcast;
        struct {
            uint8_t type; /* a bit number: _XEN_NETIF_CTRL_HASH_TYPE_ */
            uint8_t algorithm;
            uint8_t value[4];
        } hash;
        uint16_t pad[3];
    } u;
} netif_extra_info_t;
ABI_SIZE(struct netif_extra_info, 8);

typedef struct netif_tx_response {
    uint16_t id;
    int16_t status; /* NETIF_RSP_ */
} netif_tx_response_t;
ABI_SIZE(struct netif_tx_response, 4);

typedef struct netif_rx_request {
    uint16_t id;
    uint16_t pad;
    grant_ref_t gref;
} netif_rx_request_t;
ABI_SIZE(struct netif_rx_request, 8);

typedef struct netif_rx_response {
    uint16_t id;
    uint16_t offset;
    uint16_t flags;
    int16_t status; /* bytes received, or NETIF_RSP_ */
} netif_rx_response_t;
ABI_SIZE(struct netif_rx_response, 8);

DEFINE_RING_TYPES(xen_netif_ctrl, struct xen_netif_ctrl_request, struct xen_netif_ctrl_response);
DEFINE_RING_TYPES(netif_tx, struct netif_tx_request, struct netif_tx_response);
DEFINE_RING_TYPES(netif_rx, struct netif_rx_request, struct netif_rx_response);

#endif /* __ASSEMBLER__ */

#endif
