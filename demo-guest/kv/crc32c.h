// SPDX-License-Identifier: MIT
/* CRC-32C (Castagnoli), the polynomial of RFC 3720, appendix B.4. */
#ifndef DEMO_KV_CRC32C_H
#define DEMO_KV_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The sum of what `sum` (0 at first) stands for with `size` more bytes after it. */
uint32_t crc32c(uint32_t sum, const void *bytes, size_t size);

#endif
