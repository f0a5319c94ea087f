/* SPDX-License-Identifier: MIT */
/*
 * lwIP's options (lwip/opt.h explains each). Sized for a few hundred TCP connections at a time: buffers come from the
 * heap as they are needed, connections from a pool, so that lwIP reuses those in TIME-WAIT when it runs out.
 */
#ifndef GUESTKIT_LWIPOPTS_H
#define GUESTKIT_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* never called from upcalls */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 1
#define MEMP_NUM_TCP_PCB 1024
#define MEMP_NUM_TCP_SEG 16384
#define MEMP_NUM_PBUF 4096
#define PBUF_POOL_SIZE 256

#define LWIP_IPV6 0
#define LWIP_DHCP 1
#define DHCP_DOES_ARP_CHECK                                                                                  \
    0 /* it would wait for seconds before the address may be used (RFC 2131, 4.4.1: SHOULD) */
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_HAVE_LOOPIF 1

/* The split driver's other end may have computed a packet's checksums, or want them left out: the netif says so. */
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1

#define TCP_MSS 1460
/* Without window scaling: what a connection holds unread is one chain of pbufs, whose length has 16 bits. */
#define TCP_WND (44 * TCP_MSS)
#define TCP_SND_BUF (44 * TCP_MSS)
#define TCP_SND_QUEUELEN 128
#define TCP_LISTEN_BACKLOG 1
#define TCP_DEFAULT_LISTEN_BACKLOG 255

#define LWIP_STATS 0
#define LWIP_TIMEVAL_PRIVATE 0

#endif
