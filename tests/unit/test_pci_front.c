// SPDX-License-Identifier: MIT
/* The PCI frontend over a fake system, with a backend that plays along, errs, or falls silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <abi/io_pciif.h>
#include <abi/io_xenbus.h>
#include <pv/pci_front.h>
#include "fake_glue.h"

#define FRONT "/local/domain/1/device/pci/0"
#define BACK "/local/domain/0/backend/pci/1/0"

static struct pv_pci_front front;

static struct {
    struct xen_pci_sharedinfo *page;
    int port;
    bool mute;  /* takes no notice any more */
    bool keeps; /* does not let go of the page */
    uint8_t space[256];
    uint32_t messages;
} backend;

static void nothing(void *argument)
{
}

static unsigned node(const char *path)
{
    return (unsigned)strtoul(fake_store_read(path), NULL, 10);
}

static void backend_connect(void)
{
    const struct pv_glue *glue = fake_glue(0);
    grant_ref_t reference = node(FRONT "/pci-op-ref");

    assert_string_equal(fake_store_read(FRONT "/magic"), "7");
    backend.page = glue->map(glue->context, 1, &reference, 1, false);
    assert_non_null(backend.page);
    backend.port = glue->channel_bind(glue->context, 1, node(FRONT "/event-channel"), nothing, NULL);
    assert_true(backend.port > 0);
    fake_store_write(BACK "/state", "4", NULL);
}

static void backend_close(void)
{
    const struct pv_glue *glue = fake_glue(0);

    glue->channel_close(glue->context, (uint32_t)backend.port);
    glue->unmap(glue->context, backend.page, 1);
    backend.page = NULL;
    fake_store_write(BACK "/state", "6", NULL);
}

static int32_t answer(struct xen_pci_op *op)
{
    assert_int_equal(op->domain, 0);
    assert_int_equal(op->bus, 0x1a);
    if (op->devfn != (4 << 3 | 1))
        return XEN_PCI_ERR_dev_not_found;
    switch (op->cmd) {
    case XEN_PCI_OP_conf_read:
        if (op->offset < 0 || op->offset + op->size > 256)
            return XEN_PCI_ERR_invalid_offset;
        op->value = 0;
        memcpy(&op->value, backend.space + op->offset, (size_t)op->size);
        return 0;
    case XEN_PCI_OP_conf_write:
        if (op->offset >= 0x10)
            return XEN_PCI_ERR_access_denied;
        memcpy(backend.space + op->offset, &op->value, (size_t)op->size);
        return 0;
    case XEN_PCI_OP_enable_msix:
        if (op->value > 3)
            return XEN_PCI_ERR_op_failed;
        backend.messages = op->value;
        for (uint32_t i = 0; i < op->value; i++)
            op->msix_entries[i].vector = (uint16_t)(100 + op->msix_entries[i].entry);
        return 0;
    case XEN_PCI_OP_disable_msix: backend.messages = 0; return 0;
    default: return XEN_PCI_ERR_not_implemented;
    }
}

/* What the other domain does while the frontend waits. */
static void others_run(void *context)
{
    assert_ptr_equal(context, &backend);
    if (backend.mute)
        return;
    if (!backend.page && node(FRONT "/state") == XenbusStateInitialised)
        backend_connect();
    else if (backend.page && !backend.keeps && node(FRONT "/state") == XenbusStateClosed)
        backend_close();
    else if (backend.page && backend.page->flags & XEN_PCIF_active) {
        backend.page->op.err = answer(&backend.page->op);
        backend.page->flags &= ~(uint32_t)XEN_PCIF_active;
    }
}

/* Time that passes quickly: patience is 5 s. */
static uint64_t hours(void *context)
{
    static uint64_t now;

    return now += 1000000000ull;
}

static struct pv_glue glue;

static int setup(void **state)
{
    fake_glue_begin();
    memset(&backend, 0, sizeof(backend));
    glue = *fake_glue(1);
    fake_store_write(FRONT, "", "n1 r0");
    fake_store_write(FRONT "/backend", BACK, NULL);
    fake_store_write(FRONT "/backend-id", "0", NULL);
    fake_store_write(FRONT "/state", "1", NULL);
    fake_store_write(BACK, "", "n0 r1");
    fake_store_write(BACK "/dev-0", "0000:1a:04.1", NULL);
    fake_store_write(BACK "/state", "3", NULL);
    return 0;
}

static int start(void)
{
    return pv_pci_front_start(&front, &glue, FRONT, others_run, &backend);
}

static void stop_clean(void)
{
    assert_true(pv_pci_front_stop(&front));
    assert_string_equal(fake_store_read(FRONT "/state"), "6");
    assert_int_equal(fake_glue_end(), 0);
}

static void test_space(void **state)
{
    uint32_t value;

    assert_int_equal(start(), 0);
    assert_string_equal(fake_store_read(FRONT "/state"), "4");
    memcpy(backend.space, "\xf4\x1a\x42\x10", 4);
    assert_int_equal(pv_pci_front_read(&front, 0, 4, &value), 0);
    assert_int_equal(value, 0x10421af4);
    assert_int_equal(pv_pci_front_read(&front, 2, 2, &value), 0);
    assert_int_equal(value, 0x1042);
    assert_int_equal(pv_pci_front_write(&front, 4, 2, 0x406), 0);
    assert_memory_equal(backend.space + 4, "\x06\x04", 2);
    assert_int_equal(pv_pci_front_write(&front, 0x10, 4, 0), -XEN_EACCES);
    assert_int_equal(pv_pci_front_read(&front, 254, 4, &value), -XEN_EINVAL);
    assert_int_equal(value, 0xffffffff);
    stop_clean();
}

static void test_bars(void **state)
{
    uint64_t machine;

    assert_int_equal(start(), 0);
    memcpy(backend.space + 0x10, "\x01\xc0\x00\x00", 4);                 /* ports */
    memcpy(backend.space + 0x14, "\x00\x10\xbf\xfe", 4);                 /* 32 bits */
    memcpy(backend.space + 0x20, "\x0c\x40\x00\xfe\x03\x00\x00\x00", 8); /* 64 bits, prefetchable */
    assert_int_equal(pv_pci_front_bar(&front, 0, &machine), -XEN_ENODEV);
    assert_int_equal(pv_pci_front_bar(&front, 1, &machine), 0);
    assert_int_equal(machine, 0xfebf1000);
    assert_int_equal(pv_pci_front_bar(&front, 2, &machine), -XEN_ENODEV);
    assert_int_equal(pv_pci_front_bar(&front, 4, &machine), 0);
    assert_int_equal(machine, 0x3fe004000);
    backend.space[0x24] = 4; /* half of a BAR, the last */
    assert_int_equal(pv_pci_front_bar(&front, 5, &machine), -XEN_ENODEV);
    assert_int_equal(pv_pci_front_bar(&front, 6, &machine), -XEN_ENODEV);
    stop_clean();
}

static void test_messages(void **state)
{
    uint32_t pirqs[PV_PCI_MESSAGES];

    assert_int_equal(start(), 0);
    assert_int_equal(pv_pci_front_messages(&front, 2, pirqs), 0);
    assert_int_equal(pirqs[0], 100);
    assert_int_equal(pirqs[1], 101);
    assert_int_equal(backend.messages, 2);
    assert_int_equal(pv_pci_front_messages(&front, 4, pirqs), -XEN_EIO);
    assert_int_equal(pv_pci_front_messages(&front, PV_PCI_MESSAGES + 1, pirqs), -XEN_EINVAL);
    assert_int_equal(pv_pci_front_no_messages(&front), 0);
    assert_int_equal(backend.messages, 0);
    stop_clean();
}

/* A late answer must not count as the next request's. */
static void test_silence(void **state)
{
    uint32_t value;

    glue.time = hours;
    assert_int_equal(start(), 0);
    backend.mute = true;
    assert_int_equal(pv_pci_front_read(&front, 0, 4, &value), -XEN_ETIMEDOUT);
    backend.mute = false;
    others_run(&backend);
    assert_int_equal(pv_pci_front_read(&front, 0, 4, &value), -XEN_ETIMEDOUT);
    assert_int_equal(pv_pci_front_write(&front, 0, 4, 0), -XEN_ETIMEDOUT);
    assert_int_equal(pv_pci_front_messages(&front, 1, &value), -XEN_ETIMEDOUT);
    stop_clean();
}

static void test_page_is_kept(void **state)
{
    glue.time = hours;
    assert_int_equal(start(), 0);
    backend.keeps = true;
    assert_false(pv_pci_front_stop(&front));
    assert_int_equal(fake_glue_pages(1), 1);
    backend_close();
    assert_true(pv_pci_front_stop(&front));
    assert_int_equal(fake_glue_end(), 0);
}

static void test_no_backend(void **state)
{
    static const char *const wrong[] = {
        "",    "0000:00:04", "0000:00:20.0", "0000:00:04.8", "0000:00:04.0 ", "0000:0g:04.0", "10000:00:04.0",
        "::.", "0000:00:04."};

    glue.time = hours;
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        fake_store_write(BACK "/dev-0", wrong[i], NULL);
        assert_int_equal(start(), -XEN_ENODEV);
    }
    fake_store_write(BACK "/dev-0", "0000:1a:04.1", NULL);
    fake_store_write(FRONT "/backend-id", "x", NULL);
    assert_int_equal(start(), -XEN_ENODEV);
    fake_store_write(FRONT "/backend-id", "0", NULL);
    backend.mute = true;
    assert_int_equal(start(), -XEN_ETIMEDOUT);
    fake_glue_fail_grants(1);
    assert_int_equal(start(), -XEN_ENOSPC);
    assert_int_equal(fake_glue_end(), 0);
}

/* A new kernel finds the backend as the one before left it. */
static void test_again(void **state)
{
    uint32_t value;

    assert_int_equal(start(), 0);
    assert_true(pv_pci_front_stop(&front));
    assert_string_equal(fake_store_read(BACK "/state"), "6");
    assert_int_equal(start(), 0);
    assert_int_equal(pv_pci_front_read(&front, 0, 4, &value), 0);
    stop_clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_space, setup),        cmocka_unit_test_setup(test_bars, setup),
        cmocka_unit_test_setup(test_messages, setup),     cmocka_unit_test_setup(test_silence, setup),
        cmocka_unit_test_setup(test_page_is_kept, setup), cmocka_unit_test_setup(test_no_backend, setup),
        cmocka_unit_test_setup(test_again, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
