/* SPDX-License-Identifier: MIT */
/* The contracts of abi/, area by area: each function provokes what the headers say is refused. */
#ifndef CONTRACTS_H
#define CONTRACTS_H

#include <guestkit/stubs.h>
#include <guestkit/test.h>

/* Not mapped; read-only and not ours to change; the hypervisor's. */
#define UNMAPPED ((void *)0x40000000)
#define HYPERVISORS ((void *)HYPERVISOR_VIRT_START)

/* A page of ours that is mapped writable and linearly. */
extern uint8_t scratch[4096];

void contracts_of_page_tables(void);
void contracts_of_memory(void);
void contracts_of_descriptors(void);
void contracts_of_callbacks(void);
void contracts_of_registers(void);
void contracts_of_events(void);
void contracts_of_grants(void);
void contracts_of_scheduling(void);
void contracts_of_vcpus(void);
void contracts_of_devices(void);
void contracts_of_version(void);
void contracts_of_calls(void);

#endif
