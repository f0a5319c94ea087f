// SPDX-License-Identifier: MIT
/*
 * SHA-256 as FIPS 180-4 writes it. The message schedule is a ring of sixteen words, extended as it is used, so
 * that the working set stays small.
 */
#include "sha256.h"

#include <string.h>

/* Section 4.2.2: fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate_right(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static inline uint32_t load_big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void store_big_endian(uint8_t *p, uint32_t x)
{
    p[0] = (uint8_t)(x >> 24);
    p[1] = (uint8_t)(x >> 16);
    p[2] = (uint8_t)(x >> 8);
    p[3] = (uint8_t)x;
}

/* Word t of the message schedule, for t of 16 and more; w holds words t-16 to t-1. */
static inline uint32_t schedule_next(uint32_t w[16], unsigned t)
{
    uint32_t w15 = w[(t - 15) & 15], w2 = w[(t - 2) & 15];
    uint32_t s0 = rotate_right(w15, 7) ^ rotate_right(w15, 18) ^ w15 >> 3;
    uint32_t s1 = rotate_right(w2, 17) ^ rotate_right(w2, 19) ^ w2 >> 10;

    return w[t & 15] += s0 + w[(t - 7) & 15] + s1;
}

/* Section 6.2.2. */
static void transform(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[16], a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    for (unsigned t = 0; t < 64; t++) {
        uint32_t word = t < 16 ? (w[t] = load_big_endian(block + 4 * t)) : schedule_next(w, t);
        uint32_t big1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t big0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        uint32_t t1 = h + big1 + (g ^ (e & (f ^ g))) + round_constants[t] + word;
        uint32_t t2 = big0 + ((a & b) | (c & (a | b)));

        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void sha256_start(struct sha256 *hash)
{
    /* Section 5.3.3: fractional parts of the square roots of the first eight primes. */
    static const uint32_t initial[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };

    memcpy(hash->state, initial, sizeof(initial));
    hash->length = 0;
}

void sha256_add(struct sha256 *hash, const void *data, size_t size)
{
    const uint8_t *from = data;
    size_t held = (size_t)(hash->length % SHA256_BLOCK);

    hash->length += size;
    if (held) {
        size_t wanted = SHA256_BLOCK - held;
        size_t taken = size < wanted ? size : wanted;

        memcpy(hash->block + held, from, taken);
        from += taken, size -= taken;
        if (taken < wanted)
            return;
        transform(hash->state, hash->block);
    }
    for (; size >= SHA256_BLOCK; from += SHA256_BLOCK, size -= SHA256_BLOCK)
        transform(hash->state, from);
    if (size)
        memcpy(hash->block, from, size);
}

void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_SIZE])
{
    static const uint8_t padding[SHA256_BLOCK] = {0x80};
    uint64_t bits = hash->length * 8;
    size_t held = (size_t)(hash->length % SHA256_BLOCK);
    uint8_t length[8];

    store_big_endian(length, (uint32_t)(bits >> 32));
    store_big_endian(length + 4, (uint32_t)bits);
    /* One 1 bit, zeroes to 8 bytes before the end of a block, and the length (section 5.1.1). */
    sha256_add(hash, padding, (held < 56 ? 56 : 120) - held);
    sha256_add(hash, length, sizeof(length));
    for (unsigned i = 0; i < 8; i++)
        store_big_endian(digest + 4 * i, hash->state[i]);
}
