/* SPDX-License-Identifier: MIT */
/* As much of a virtio random number device as makes it interrupt: PCI configuration space, registers, one queue. */
#ifndef TESTS_DEVICE_H
#define TESTS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/* Configuration space, by the ports. The caller has the privilege to use them. */
uint32_t config_read(uint32_t function, unsigned int reg);
void config_write(uint32_t function, unsigned int reg, uint32_t value);
uint32_t port_in(uint16_t port);

struct device {
    uint32_t function;       /* as in port 0xcf8 */
    uint32_t registers;      /* machine frame of the page with the common registers */
    uint32_t common, notify; /* offsets in the registers' BAR */
    uint32_t notify_frame;   /* machine frame of the queue's doorbell */
    uint32_t notify_multiplier;
    uint32_t table, table_entry; /* machine frame of the MSI-X table; its BAR's first byte */
};

/* The `n`th of them. False when there are fewer. */
bool device_find(struct device *d, unsigned int n);

/* A page of memory with the queue and the bytes it brings. */
struct queue_page {
    struct {
        uint64_t address;
        uint32_t length;
        uint16_t flags, next;
    } descriptors[2];
    struct {
        uint16_t flags, index, ring[2], event;
    } available;
    struct {
        uint16_t flags, index;
        struct {
            uint32_t id, length;
        } ring[2];
        uint16_t event;
    } __attribute__((aligned(4))) used;
    uint8_t bytes[64];
};

/* Starts the device: its registers are mapped at `common`, `q` lies at machine address `machine`. False: it refused. */
bool device_start(volatile void *common, volatile struct queue_page *q, uint64_t machine);
/* Asks for bytes: one interrupt by message 0 once they are there. */
void device_ask(volatile void *doorbell, volatile struct queue_page *q, uint64_t machine);

#endif
