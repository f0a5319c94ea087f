/* SPDX-License-Identifier: MIT */
/* Single instructions that C has no name for. Header only. */
#ifndef GUESTKIT_CPU_H
#define GUESTKIT_CPU_H

#include <stdint.h>

/* Keeps the compiler from moving memory accesses across; x86 keeps loads and stores in order by itself. */
static inline void compiler_barrier(void)
{
    __asm__ volatile("" : : : "memory");
}

/* Also orders a store before a later load. */
static inline void memory_barrier(void)
{
    __asm__ volatile("lock; addl $0, (%%esp)" : : : "memory", "cc");
}

static inline void cpu_pause(void)
{
    __asm__ volatile("pause" : : : "memory");
}

static inline uint64_t cpu_tsc(void)
{
    uint64_t ticks;

    __asm__ volatile("rdtsc" : "=A"(ticks));
    return ticks;
}

/* The ring this code runs in. */
static inline unsigned int cpu_ring(void)
{
    unsigned int cs;

    __asm__("movl %%cs, %0" : "=r"(cs));
    return cs & 3;
}

static inline uint32_t atomic_exchange(volatile uint32_t *word, uint32_t value)
{
    __asm__ volatile("xchgl %0, %1" : "+r"(value), "+m"(*word) : : "memory");
    return value;
}

static inline void atomic_set_bit(volatile uint32_t *words, unsigned int bit)
{
    __asm__ volatile("lock; orl %1, %0" : "+m"(words[bit / 32]) : "r"(1u << bit % 32) : "memory", "cc");
}

static inline void atomic_clear_bit(volatile uint32_t *words, unsigned int bit)
{
    __asm__ volatile("lock; andl %1, %0" : "+m"(words[bit / 32]) : "r"(~(1u << bit % 32)) : "memory", "cc");
}

/* Stores `value` if the word still is `expected`; returns what it was. */
static inline uint16_t atomic_compare_exchange16(volatile uint16_t *word, uint16_t expected, uint16_t value)
{
    __asm__ volatile("lock; cmpxchgw %2, %1" : "+a"(expected), "+m"(*word) : "r"(value) : "memory", "cc");
    return expected;
}

#endif
