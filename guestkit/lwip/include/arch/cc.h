/* SPDX-License-Identifier: MIT */
/* What lwIP asks of the compiler and of its host. */
#ifndef GUESTKIT_LWIP_CC_H
#define GUESTKIT_LWIP_CC_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(x) printf x
#define LWIP_PLATFORM_ASSERT(text)                                                                           \
    do {                                                                                                     \
        printf("lwIP: %s at %s:%d\n", text, __FILE__, __LINE__);                                             \
        abort();                                                                                             \
    } while (0)

/* Port numbers, initial sequence numbers and DHCP transactions: should not be guessed. */
uint32_t lwip_port_random(void);
#define LWIP_RAND() lwip_port_random()

#endif
