// SPDX-License-Identifier: MIT
/*
 * Words first, then the rest: a page takes 512 steps of one instruction. DF is clear in ring 0: every entry clears
 * it. The volatile loops keep the compiler from turning a function here into a call of itself.
 */
#include "core/string.h"
#include "core/types.h"

void *(memcpy)(void *to, const void *from, size_t n)
{
    void *out = to;
    size_t words = n / 8;

    __asm__ volatile("rep movsq\n\t"
                     "mov %3, %2\n\t"
                     "rep movsb"
                     : "+D"(out), "+S"(from), "+c"(words)
                     : "r"(n & 7)
                     : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    if ((uintptr_t)to - (uintptr_t)from >= n)
        return memcpy(to, from, n);
    for (uint8_t *out = (uint8_t *)to + n, *in = (uint8_t *)(uintptr_t)from + n; n; n--)
        *(volatile uint8_t *)--out = *--in;
    return to;
}

void *(memset)(void *to, int value, size_t n)
{
    void *out = to;
    size_t words = n / 8;

    __asm__ volatile("rep stosq\n\t"
                     "mov %3, %1\n\t"
                     "rep stosb"
                     : "+D"(out), "+c"(words)
                     : "a"((uint8_t)value * 0x0101010101010101ull), "r"(n & 7)
                     : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a, *y = b;

    for (; n; n--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

size_t strlen(const char *s)
{
    const volatile char *end = s;

    while (*end)
        end++;
    return (size_t)(end - s);
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    for (; n && *a && *a == *b; n--)
        a++, b++;
    return n ? (uint8_t)*a - (uint8_t)*b : 0;
}
