// SPDX-License-Identifier: MIT
/* SHA-256, FIPS 180-4. Any number of bytes, in pieces of any size. */
#ifndef DEMO_SHA256_H
#define DEMO_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32u
#define SHA256_BLOCK 64u

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes taken so far */
    uint8_t block[SHA256_BLOCK];
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t size);
/* Writes the digest; the hash must be started again before it is used again. */
void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_SIZE]);

#endif
