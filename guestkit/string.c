/* SPDX-License-Identifier: MIT */
#include <guestkit/string.h>
#include <stdint.h>

#define REPLACEABLE __attribute__((weak))

REPLACEABLE void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *start = to;
    size_t words = size / 4;

    size %= 4;
    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
    return start;
}

REPLACEABLE void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to - (uintptr_t)from >= size) {
        return memcpy(to, from, size);
    }
    char *last_to = (char *)to + size - 1;
    const char *last_from = (const char *)from + size - 1;
    __asm__ volatile("std; rep movsb; cld" : "+D"(last_to), "+S"(last_from), "+c"(size) : : "memory");
    return to;
}

REPLACEABLE void *memset(void *to, int byte, size_t size)
{
    void *start = to;
    size_t words = size / 4;

    size %= 4;
    __asm__ volatile("rep stosl" : "+D"(to), "+c"(words) : "a"((uint8_t)byte * 0x01010101u) : "memory");
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
    return start;
}

REPLACEABLE int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a;
    const unsigned char *y = b;

    for (; size; size--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

REPLACEABLE void *memchr(const void *memory, int byte, size_t size)
{
    const unsigned char *at = memory;

    for (; size; size--, at++) {
        if (*at == (unsigned char)byte) {
            return (void *)at;
        }
    }
    return NULL;
}

REPLACEABLE size_t strlen(const char *s)
{
    size_t length = 0;

    while (s[length]) {
        length++;
    }
    return length;
}

REPLACEABLE int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

REPLACEABLE int strncmp(const char *a, const char *b, size_t size)
{
    for (; size; size--, a++, b++) {
        if (*a != *b || !*a) {
            return (unsigned char)*a - (unsigned char)*b;
        }
    }
    return 0;
}
