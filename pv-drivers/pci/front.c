/* SPDX-License-Identifier: MIT */
#include <abi/io_pciif.h>
#include <abi/io_xenbus.h>
#include <pv/pci_front.h>
#include <pv/string.h>

#include "../xenbus/nodes.h"

#define BAR_FIRST 0x10u
#define BARS 6u
#define BAR_PORTS 1u
#define BAR_KIND 6u
#define BAR_64 4u

static bool in_time(struct pv_pci_front *front, uint64_t start)
{
    if (front->glue->time(front->glue->context) - start < PV_PCI_PATIENCE) {
        front->wait(front->context);
        return true;
    }
    return false;
}

/* ---- nodes ---- */

static int read_text(struct pv_pci_front *front, const char *directory, const char *name, char *text,
                     size_t size)
{
    char path[PV_PCI_PATH + 32];

    return nodes_join(path, sizeof(path), directory, name)
               ? front->glue->store_read(front->glue->context, path, text, size)
               : -XEN_EINVAL;
}

static int write_text(struct pv_pci_front *front, const char *name, const char *text)
{
    char path[PV_PCI_PATH + 32];

    return nodes_join(path, sizeof(path), front->path, name)
               ? front->glue->store_write(front->glue->context, path, text)
               : -XEN_EINVAL;
}

static int write_number(struct pv_pci_front *front, const char *name, uint32_t number)
{
    char text[NODES_NUMBER];

    nodes_format(number, text);
    return write_text(front, name, text);
}

static int read_number(struct pv_pci_front *front, const char *directory, const char *name, uint64_t limit,
                       uint64_t *number)
{
    char text[NODES_NUMBER];
    int result = read_text(front, directory, name, text, sizeof(text));

    if (result < 0) {
        return result;
    }
    return nodes_parse(text, limit, number) ? 0 : -XEN_EINVAL;
}

/* A hexadecimal number up to the character `end`. Returns what is behind that, or NULL. */
static const char *parse_part(const char *text, char end, uint32_t limit, uint32_t *number)
{
    const char *at = text;

    for (*number = 0; *at != end; at++) {
        uint32_t digit = *at >= '0' && *at <= '9'   ? (uint32_t)(*at - '0')
                         : *at >= 'a' && *at <= 'f' ? (uint32_t)(*at - 'a' + 10)
                                                    : 16;

        if (digit == 16 || (*number = *number * 16 + digit) > limit) {
            return NULL;
        }
    }
    return at == text ? NULL : at + 1;
}

/* "0000:00:04.0" */
static bool parse_device(struct pv_pci_front *front, const char *text)
{
    uint32_t slot = 0;
    uint32_t function = 0;

    text = parse_part(text, ':', 0xffff, &front->segment);
    text = text ? parse_part(text, ':', 0xff, &front->bus) : NULL;
    text = text ? parse_part(text, '.', 0x1f, &slot) : NULL;
    text = text ? parse_part(text, 0, 7, &function) : NULL;
    front->devfn = slot << 3 | function;
    return text != NULL;
}

/* ---- connecting ---- */

static int find_backend(struct pv_pci_front *front)
{
    char name[16];
    uint64_t domain;

    if (read_text(front, front->path, "backend", front->other_path, sizeof(front->other_path)) <= 0 ||
        read_number(front, front->path, "backend-id", DOMID_FIRST_RESERVED - 1, &domain) ||
        read_text(front, front->other_path, "dev-0", name, sizeof(name)) <= 0 || !parse_device(front, name)) {
        return -XEN_ENODEV;
    }
    front->other = (domid_t)domain;
    return 0;
}

/* The channel only wakes us: the answer is in the page. */
static void nothing(void *argument)
{
}

static int offer(struct pv_pci_front *front)
{
    const struct pv_glue *glue = front->glue;
    int error = 0;

    front->page = glue->pages_alloc(glue->context, 1);
    if (!front->page) {
        return -XEN_ENOMEM;
    }
    front->reference = glue->grant(glue->context, front->other, front->page, false);
    if (front->reference < 0) {
        return front->reference;
    }
    front->port = glue->channel_offer(glue->context, front->other, nothing, NULL);
    if (front->port < 0) {
        return front->port;
    }
    error = write_number(front, "pci-op-ref", (uint32_t)front->reference);
    error = error ? error : write_number(front, "event-channel", (uint32_t)front->port);
    error = error ? error : write_text(front, "magic", XEN_PCI_MAGIC);
    return error ? error : write_number(front, "state", XenbusStateInitialised);
}

/* Until the backend is in `wanted`. It may still be closed from an earlier kernel of ours. */
static int wait_for(struct pv_pci_front *front, enum xenbus_state wanted)
{
    uint64_t start = front->glue->time(front->glue->context);
    uint64_t state;

    do {
        if (read_number(front, front->other_path, "state", XenbusStateReconfigured, &state)) {
            return -XEN_ENODEV;
        }
        if (state == (uint64_t)wanted) {
            return 0;
        }
    } while (in_time(front, start));
    return -XEN_ETIMEDOUT;
}

/* A page that the other end has still mapped is never used again: that is what false is for. */
static bool let_go(struct pv_pci_front *front)
{
    const struct pv_glue *glue = front->glue;

    if (front->port >= 0) {
        glue->channel_close(glue->context, (uint32_t)front->port);
        front->port = -1;
    }
    if (front->reference >= 0 && !glue->revoke(glue->context, (grant_ref_t)front->reference)) {
        return false;
    }
    front->reference = -1;
    if (front->page) {
        glue->pages_free(glue->context, front->page, 1);
        front->page = NULL;
    }
    return true;
}

int pv_pci_front_start(struct pv_pci_front *front, const struct pv_glue *glue, const char *path,
                       void (*wait)(void *context), void *context)
{
    int error;

    *front = (struct pv_pci_front){
        .glue = glue, .wait = wait, .context = context, .reference = -1, .port = -1, .silent = true};
    if (strlen(path) >= sizeof(front->path)) {
        return -XEN_EINVAL;
    }
    memcpy(front->path, path, strlen(path) + 1);
    error = find_backend(front);
    if (error) {
        return error;
    }
    error = offer(front);
    error = error ? error : wait_for(front, XenbusStateConnected);
    error = error ? error : write_number(front, "state", XenbusStateConnected);
    if (error) {
        (void)pv_pci_front_stop(front);
        return error;
    }
    front->silent = false;
    return 0;
}

bool pv_pci_front_stop(struct pv_pci_front *front)
{
    front->silent = true;
    if (front->port >= 0) {
        (void)write_number(front, "state", XenbusStateClosed);
        (void)wait_for(front, XenbusStateClosed);
    }
    return let_go(front);
}

/* ---- requests ---- */

static int error_of(int32_t answer)
{
    switch (answer) {
    case XEN_PCI_ERR_success: return 0;
    case XEN_PCI_ERR_dev_not_found: return -XEN_ENODEV;
    case XEN_PCI_ERR_invalid_offset: return -XEN_EINVAL;
    case XEN_PCI_ERR_access_denied: return -XEN_EACCES;
    default: return -XEN_EIO;
    }
}

/* The request is in the page but for the device it is for. */
static int ask(struct pv_pci_front *front, uint32_t command)
{
    struct xen_pci_sharedinfo *page = front->page;
    uint64_t start = front->glue->time(front->glue->context);

    page->op.cmd = command;
    page->op.domain = front->segment;
    page->op.bus = front->bus;
    page->op.devfn = front->devfn;
    __atomic_fetch_or(&page->flags, XEN_PCIF_active, __ATOMIC_SEQ_CST);
    front->glue->notify(front->glue->context, (uint32_t)front->port);
    while (__atomic_load_n(&page->flags, __ATOMIC_ACQUIRE) & XEN_PCIF_active) {
        if (!in_time(front, start)) {
            front->silent = true;
            return -XEN_ETIMEDOUT;
        }
    }
    return error_of(page->op.err);
}

static int access_space(struct pv_pci_front *front, uint32_t command, uint32_t offset, uint32_t size,
                        uint32_t value)
{
    if (front->silent) {
        return -XEN_ETIMEDOUT;
    }
    front->page->op.offset = (int32_t)offset;
    front->page->op.size = (int32_t)size;
    front->page->op.value = value;
    return ask(front, command);
}

int pv_pci_front_read(struct pv_pci_front *front, uint32_t offset, uint32_t size, uint32_t *value)
{
    int error = access_space(front, XEN_PCI_OP_conf_read, offset, size, 0);

    *value = error ? 0xffffffff : front->page->op.value;
    return error;
}

int pv_pci_front_write(struct pv_pci_front *front, uint32_t offset, uint32_t size, uint32_t value)
{
    return access_space(front, XEN_PCI_OP_conf_write, offset, size, value);
}

int pv_pci_front_bar(struct pv_pci_front *front, unsigned int bar, uint64_t *machine)
{
    uint32_t low = BAR_PORTS;
    uint32_t high = 0;
    int error = bar < BARS ? pv_pci_front_read(front, BAR_FIRST + 4 * bar, 4, &low) : 0;

    if (!error && (low & (BAR_KIND | BAR_PORTS)) == BAR_64) {
        error = bar + 1 < BARS ? pv_pci_front_read(front, BAR_FIRST + 4 * (bar + 1), 4, &high) : -XEN_ENODEV;
    }
    if (error) {
        return error;
    }
    *machine = (uint64_t)high << 32 | (low & ~0xfu);
    return low & BAR_PORTS || !*machine ? -XEN_ENODEV : 0;
}

int pv_pci_front_messages(struct pv_pci_front *front, uint32_t count, uint32_t *pirqs)
{
    int error;

    if (count > PV_PCI_MESSAGES) {
        return -XEN_EINVAL;
    }
    if (front->silent) {
        return -XEN_ETIMEDOUT;
    }
    for (uint32_t i = 0; i < count; i++) {
        front->page->op.msix_entries[i] = (struct xen_msix_entry){.entry = (uint16_t)i};
    }
    front->page->op.value = count;
    error = ask(front, XEN_PCI_OP_enable_msix);
    for (uint32_t i = 0; !error && i < count; i++) {
        pirqs[i] = front->page->op.msix_entries[i].vector;
    }
    return error;
}

int pv_pci_front_no_messages(struct pv_pci_front *front)
{
    return access_space(front, XEN_PCI_OP_disable_msix, 0, 0, 0);
}
