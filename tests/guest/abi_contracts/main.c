/* SPDX-License-Identifier: MIT */
/*
 * Each error that the headers of abi/ name and a lone initial domain can provoke. Every expectation here holds on
 * Xen 4.17 too, which is where the contracts were checked: boot this kernel there to see.
 */
#include "contracts.h"

uint8_t scratch[4096] __attribute__((aligned(4096)));

GUEST_TEST("hypercalls are refused with the errors of their contracts")
{
    contracts_of_calls();
    contracts_of_version();
    contracts_of_page_tables();
    contracts_of_memory();
    contracts_of_descriptors();
    contracts_of_callbacks();
    contracts_of_registers();
    contracts_of_events();
    contracts_of_grants();
    contracts_of_scheduling();
    contracts_of_vcpus();
    contracts_of_devices();
}
