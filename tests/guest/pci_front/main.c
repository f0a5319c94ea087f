/* SPDX-License-Identifier: MIT */
/*
 * run-cpu: qemu64
 * run-expect: skip
 *
 * A driver domain's side of the pciif protocol, for the tests of the root domain, which boot it with a device and look
 * at what it prints. As the initial domain it has no store, and nothing to do.
 */
#include <abi/io_pciif.h>
#include <abi/io_xenbus.h>
#include <guestkit/events.h>
#include <guestkit/format.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/shutdown.h>
#include <guestkit/spaces.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/xenstore_connect.h>

#define DEVFN_MINE 0x10 /* 00:02.0 */

static struct xenstore store;
static struct xen_pci_sharedinfo *shared;
static uint32_t port;
static char registers[PAGE_BYTES] __attribute__((aligned(4096)));

static void nothing(uint32_t event, void *context)
{
}

static void write_number(const char *path, uint32_t number)
{
    char text[16];

    format_string(text, sizeof(text), "%u", number);
    xenstore_write(&store, 0, path, text);
}

static int ask(uint32_t command, uint32_t devfn, int32_t offset, int32_t size, uint32_t value)
{
    shared->op.cmd = command;
    shared->op.domain = 0;
    shared->op.bus = 0;
    shared->op.devfn = devfn;
    shared->op.offset = offset;
    shared->op.size = size;
    shared->op.value = value;
    __atomic_fetch_or(&shared->flags, XEN_PCIF_active, __ATOMIC_SEQ_CST);
    event_send(port);
    while (__atomic_load_n(&shared->flags, __ATOMIC_ACQUIRE) & XEN_PCIF_active) {
        sched_op_yield();
    }
    return shared->op.err;
}

static uint32_t config(int32_t offset, int32_t size)
{
    return ask(XEN_PCI_OP_conf_read, DEVFN_MINE, offset, size, 0) ? 0xffffffff : shared->op.value;
}

static void connect(void)
{
    char backend[64] = "", path[96], state[8] = "";

    xenstore_read(&store, 0, "device/pci/0/backend", backend, sizeof(backend));
    shared = pages_alloc(1);
    memset(shared, 0, PAGE_BYTES);
    port = (uint32_t)event_offer(0, nothing, NULL);
    write_number("device/pci/0/pci-op-ref", (uint32_t)grant_access(0, address_to_mfn(shared), false));
    write_number("device/pci/0/event-channel", port);
    xenstore_write(&store, 0, "device/pci/0/magic", XEN_PCI_MAGIC);
    write_number("device/pci/0/state", XenbusStateInitialised);
    format_string(path, sizeof(path), "%s/state", backend);
    while (strcmp(state, "4") != 0) {
        xenstore_read(&store, 0, path, state, sizeof(state));
        sched_op_yield();
    }
    console_printf("connected to %s\n", backend);
}

/* Frame of the registers that its first vendor capability names. */
static uint32_t registers_frame(void)
{
    for (uint32_t at = config(0x34, 1); at; at = config((int32_t)at + 1, 1)) {
        if (config((int32_t)at, 1) == 9 && config((int32_t)at + 3, 1) == 1) {
            return (config(0x10 + 4 * (int32_t)config((int32_t)at + 4, 1), 4) & ~0xfu) / PAGE_BYTES;
        }
    }
    return 0;
}

GUEST_TEST("a driver domain asks for its device's configuration")
{
    evtchn_bind_pirq_t bind = {0};

    if (boot_info->flags & SIF_INITDOMAIN) {
        test_skip("the initial domain has its devices by itself");
    }
    events_init();
    frames_init(boot_info);
    spaces_init();
    grants_init();
    xenstore_connect(&store, boot_info, NULL);
    upcalls_unmask();
    connect();
    console_printf("the device is %x\n", config(0, 4));
    console_printf("another device: %d\n", ask(XEN_PCI_OP_conf_read, DEVFN_MINE + 8, 0, 4, 0));
    console_printf("beyond the space: %d\n", ask(XEN_PCI_OP_conf_read, DEVFN_MINE, 256, 4, 0));
    console_printf("not aligned: %d\n", ask(XEN_PCI_OP_conf_read, DEVFN_MINE, 2, 4, 0));
    console_printf("no such command: %d\n", ask(99, DEVFN_MINE, 0, 4, 0));
    console_printf("move a BAR: %d\n", ask(XEN_PCI_OP_conf_write, DEVFN_MINE, 0x20, 4, 0));
    console_printf("command: %x\n", config(4, 2));
    console_printf("write it: %d\n", ask(XEN_PCI_OP_conf_write, DEVFN_MINE, 4, 2, 0xffff));
    console_printf("command: %x\n", config(4, 2));
    console_printf("its registers: %d\n",
                   page_set(registers, pte_make(registers_frame(), PTE_DATA | PTE_NO_CACHE)));
    console_printf("device's status: %x\n", ((volatile uint8_t *)registers)[20]);
    console_printf("before them: %d\n", page_set(registers, pte_make(registers_frame() - 1, PTE_DATA)));
    shared->op.msix_entries[0].entry = 0;
    console_printf("a message: %d\n", ask(XEN_PCI_OP_enable_msix, DEVFN_MINE, 0, 0, 1));
    bind.pirq = shared->op.msix_entries[0].vector;
    console_printf("bind it: %d\n", event_channel_op_bind_pirq(&bind));
    console_printf("too many: %d\n", ask(XEN_PCI_OP_enable_msix, DEVFN_MINE, 0, 0, 100));
    expect(bind.port != 0);
}
