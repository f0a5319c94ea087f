/* SPDX-License-Identifier: MIT */
#include "device.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define RNG_ID 0x10441af4
#define CAPABILITY_VENDOR 0x09
#define CAPABILITY_MSIX 0x11

/* Virtio 1.1, section 4.1.4. */
enum { CFG_COMMON = 1, CFG_NOTIFY = 2 };
enum {
    DRIVER_FEATURE_SELECT = 8,
    DRIVER_FEATURE = 12,
    CONFIG_VECTOR = 16,
    STATUS = 20,
    QUEUE_SELECT = 22,
    QUEUE_SIZE = 24,
    QUEUE_VECTOR = 26,
    QUEUE_ENABLE = 28,
    QUEUE_DESCRIPTORS = 32,
    QUEUE_DRIVER = 40,
    QUEUE_DEVICE = 48,
};
#define DESCRIPTOR_WRITE 2

static void port_out(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

uint32_t port_in(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

uint32_t config_read(uint32_t function, unsigned int reg)
{
    port_out(CONFIG_ADDRESS, 0x80000000 | function | (reg & 0xfc));
    return port_in(CONFIG_DATA);
}

void config_write(uint32_t function, unsigned int reg, uint32_t value)
{
    port_out(CONFIG_ADDRESS, 0x80000000 | function | (reg & 0xfc));
    port_out(CONFIG_DATA, value);
}

static uint32_t bar(uint32_t function, unsigned int n)
{
    return config_read(function, 0x10 + 4 * n) & ~0xfu;
}

static void read_capabilities(struct device *d)
{
    for (unsigned int at = config_read(d->function, 0x34) & 0xfc; at;
         at = config_read(d->function, at) >> 8 & 0xfc) {
        uint32_t head = config_read(d->function, at), second = config_read(d->function, at + 4);

        if ((head & 0xff) == CAPABILITY_MSIX) {
            d->table = (bar(d->function, second & 7) + (second & ~7u)) >> 12;
        }
        if ((head & 0xff) == CAPABILITY_VENDOR && head >> 24 == CFG_COMMON) {
            d->common = config_read(d->function, at + 8);
            d->registers = (bar(d->function, second & 0xff) + d->common) >> 12;
        }
        if ((head & 0xff) == CAPABILITY_VENDOR && head >> 24 == CFG_NOTIFY) {
            d->notify = config_read(d->function, at + 8);
            d->notify_frame = (bar(d->function, second & 0xff) + d->notify) >> 12;
        }
    }
}

bool device_find(struct device *d, unsigned int n)
{
    for (uint32_t function = 0; function < 32u << 11; function += 1u << 11) {
        if (config_read(function, 0) == RNG_ID && n-- == 0) {
            *d = (struct device){.function = function};
            read_capabilities(d);
            return true;
        }
    }
    return false;
}

static void set8(volatile void *common, unsigned int at, uint8_t value)
{
    *(volatile uint8_t *)((volatile char *)common + at) = value;
}

static void set16(volatile void *common, unsigned int at, uint16_t value)
{
    *(volatile uint16_t *)((volatile char *)common + at) = value;
}

static void set32(volatile void *common, unsigned int at, uint32_t value)
{
    *(volatile uint32_t *)((volatile char *)common + at) = value;
}

bool device_start(volatile void *common, volatile struct queue_page *q, uint64_t machine)
{
    uint32_t offset[] = {(uint32_t) __builtin_offsetof(struct queue_page, descriptors),
                         (uint32_t) __builtin_offsetof(struct queue_page, available),
                         (uint32_t) __builtin_offsetof(struct queue_page, used)};

    (void)q;
    set8(common, STATUS, 0);
    set8(common, STATUS, 1 | 2);
    set32(common, DRIVER_FEATURE_SELECT, 1);
    set32(common, DRIVER_FEATURE, 1); /* version 1 */
    set8(common, STATUS, 1 | 2 | 8);
    set16(common, CONFIG_VECTOR, 0xffff);
    set16(common, QUEUE_SELECT, 0);
    set16(common, QUEUE_SIZE, 2);
    set16(common, QUEUE_VECTOR, 0);
    for (unsigned int i = 0; i < 3; i++) {
        set32(common, QUEUE_DESCRIPTORS + 8 * i, (uint32_t)machine + offset[i]);
        set32(common, QUEUE_DESCRIPTORS + 8 * i + 4, (uint32_t)(machine >> 32));
    }
    set16(common, QUEUE_ENABLE, 1);
    set8(common, STATUS, 1 | 2 | 8 | 4);
    return *(volatile uint16_t *)((volatile char *)common + QUEUE_VECTOR) == 0;
}

void device_ask(volatile void *doorbell, volatile struct queue_page *q, uint64_t machine)
{
    q->descriptors[0].address = machine + __builtin_offsetof(struct queue_page, bytes);
    q->descriptors[0].length = sizeof(q->bytes);
    q->descriptors[0].flags = DESCRIPTOR_WRITE;
    q->available.ring[q->available.index % 2] = 0;
    __asm__ volatile("" : : : "memory");
    q->available.index++;
    __asm__ volatile("" : : : "memory");
    *(volatile uint16_t *)doorbell = 0;
}
