// SPDX-License-Identifier: MIT
#include "crc32c.h"

#define POLYNOMIAL 0x82f63b78u /* bits reversed */

uint32_t crc32c(uint32_t sum, const void *bytes, size_t size)
{
    static uint32_t table[256];
    const uint8_t *at = bytes;

    if (!table[1]) {
        for (unsigned byte = 0; byte < 256; byte++) {
            uint32_t rest = byte;

            for (unsigned bit = 0; bit < 8; bit++)
                rest = rest >> 1 ^ (rest & 1 ? POLYNOMIAL : 0);
            table[byte] = rest;
        }
    }
    sum = ~sum;
    while (size--)
        sum = sum >> 8 ^ table[(sum ^ *at++) & 0xff];
    return ~sum;
}
