// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_glue.h"

#define PAGES 4096u
#define GRANTS 8192u
#define CHANNELS 64u
#define WATCHES 64u
#define FIRST_GRANT 8u

struct mapping {
    struct mapping *next;
    domid_t owner, lender;
    void *address;
    uint32_t count;
    grant_ref_t references[];
};

static struct grant {
    bool made;
    bool read_only;
    domid_t to;
    uint32_t page;
    unsigned mapped;
} grants[FAKE_DOMAINS][GRANTS];

static struct channel {
    bool open, pending;
    domid_t owner, peer;
    uint32_t connected; /* the peer's port */
    pv_handler *handler;
    void *argument;
} channels[CHANNELS];

static struct watch {
    bool used;
    domid_t owner;
    char path[128];
    pv_handler *handler;
    void *argument;
} watches[WATCHES];

static struct fake_domain {
    domid_t id;
    struct pv_glue glue;
    struct xs_connection *store;
} domains[FAKE_DOMAINS];

static struct xs_store *store;
static struct mapping *mappings;
static int memory = -1;
static uint8_t *base;
static uint8_t owner_of[PAGES]; /* domain + 1 */
static unsigned fail_grants, fail_maps, maps_made;
static uint64_t now;
static char logged[256];

static void *pages_alloc(void *context, uint32_t count)
{
    const struct fake_domain *d = context;

    for (uint32_t first = 0, run = 0; first + run < PAGES;) {
        if (owner_of[first + run]) {
            first += run + 1;
            run = 0;
        } else if (++run == count) {
            memset(owner_of + first, d->id + 1, count);
            memset(base + first * PV_PAGE, 0, count * PV_PAGE);
            return base + first * PV_PAGE;
        }
    }
    return NULL;
}

static uint32_t page_number(const void *address)
{
    size_t offset = (size_t)((const uint8_t *)address - base);

    assert(offset < PAGES * PV_PAGE && offset % PV_PAGE == 0);
    return (uint32_t)(offset / PV_PAGE);
}

static void pages_free(void *context, void *pages, uint32_t count)
{
    const struct fake_domain *d = context;
    uint32_t first = page_number(pages);

    for (uint32_t i = first; i < first + count; i++) {
        assert(owner_of[i] == d->id + 1);
        owner_of[i] = 0;
    }
}

static int grant(void *context, domid_t to, void *page, bool read_only)
{
    const struct fake_domain *d = context;

    if (fail_grants) {
        fail_grants--;
        return -XEN_ENOSPC;
    }
    for (uint32_t i = FIRST_GRANT; i < GRANTS; i++) {
        if (!grants[d->id][i].made && !grants[d->id][i].mapped) {
            grants[d->id][i] =
                (struct grant){.made = true, .read_only = read_only, .to = to, .page = page_number(page)};
            return (int)i;
        }
    }
    return -XEN_ENOSPC;
}

static bool take_back(void *context, grant_ref_t reference)
{
    const struct fake_domain *d = context;
    struct grant *g = &grants[d->id][reference];

    assert(g->made);
    if (g->mapped) {
        return false;
    }
    g->made = false;
    return true;
}

static struct grant *usable(const struct fake_domain *d, domid_t from, grant_ref_t reference, bool read_only)
{
    struct grant *g = reference < GRANTS && from < FAKE_DOMAINS ? &grants[from][reference] : NULL;

    return g && g->made && g->to == d->id && (read_only || !g->read_only) ? g : NULL;
}

static void *map(void *context, domid_t from, const grant_ref_t *references, uint32_t count, bool read_only)
{
    const struct fake_domain *d = context;
    int access = read_only ? PROT_READ : PROT_READ | PROT_WRITE;
    struct mapping *m;

    maps_made += count;
    if (fail_maps) {
        fail_maps--;
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!usable(d, from, references[i], read_only))
            return NULL;
    }
    m = malloc(sizeof(*m) + count * sizeof(references[0]));
    *m = (struct mapping){.next = mappings, .owner = d->id, .lender = from, .count = count};
    m->address = mmap(NULL, count * PV_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (uint32_t i = 0; i < count; i++) {
        struct grant *g = &grants[from][references[i]];

        g->mapped++;
        m->references[i] = references[i];
        mmap((uint8_t *)m->address + i * PV_PAGE, PV_PAGE, access, MAP_SHARED | MAP_FIXED, memory,
             (off_t)g->page * PV_PAGE);
    }
    mappings = m;
    return m->address;
}

static void drop_mapping(struct mapping **place)
{
    struct mapping *m = *place;

    for (uint32_t i = 0; i < m->count; i++)
        grants[m->lender][m->references[i]].mapped--;
    munmap(m->address, m->count * PV_PAGE);
    *place = m->next;
    free(m);
}

static void unmap(void *context, void *pages, uint32_t count)
{
    const struct fake_domain *d = context;
    struct mapping **place = &mappings;

    while (*place && (*place)->address != pages)
        place = &(*place)->next;
    assert(*place && (*place)->count == count && (*place)->owner == d->id);
    drop_mapping(place);
}

static void copy(void *context, domid_t from, struct pv_copy *copies, uint32_t count)
{
    const struct fake_domain *d = context;

    for (uint32_t i = 0; i < count; i++) {
        struct pv_copy *c = &copies[i];
        struct grant *g = usable(d, from, c->theirs, !c->to_theirs);

        assert(((uintptr_t)c->ours % PV_PAGE) + c->length <= PV_PAGE);
        c->status = g && c->offset + c->length <= (int)PV_PAGE ? GNTST_okay : GNTST_bad_gntref;
        if (c->status == GNTST_okay) {
            uint8_t *theirs = base + g->page * PV_PAGE + c->offset;

            memcpy(c->to_theirs ? theirs : c->ours, c->to_theirs ? c->ours : theirs, c->length);
        }
    }
}

static int channel_open(const struct fake_domain *d, domid_t peer, pv_handler *handler, void *argument)
{
    for (uint32_t i = 1; i < CHANNELS; i++) {
        if (!channels[i].open) {
            channels[i] = (struct channel){
                .open = true, .owner = d->id, .peer = peer, .handler = handler, .argument = argument};
            return (int)i;
        }
    }
    return -XEN_ENOSPC;
}

static int channel_offer(void *context, domid_t domain, pv_handler *handler, void *argument)
{
    return channel_open(context, domain, handler, argument);
}

static int channel_bind(void *context, domid_t domain, uint32_t port, pv_handler *handler, void *argument)
{
    const struct fake_domain *d = context;
    int ours;

    if (port >= CHANNELS || !channels[port].open || channels[port].owner != domain ||
        channels[port].peer != d->id || channels[port].connected) {
        return -XEN_EINVAL;
    }
    ours = channel_open(d, domain, handler, argument);
    if (ours > 0) {
        channels[ours].connected = port;
        channels[ours].pending = true;
        channels[port].connected = (uint32_t)ours;
    }
    return ours;
}

static void channel_close(void *context, uint32_t port)
{
    struct channel *c = &channels[port];

    assert(c->open);
    if (c->connected)
        channels[c->connected].connected = 0;
    c->open = false;
}

static void notify(void *context, uint32_t port)
{
    assert(port < CHANNELS && channels[port].open);
    if (channels[port].connected)
        channels[channels[port].connected].pending = true;
}

static int store_read(void *context, const char *path, char *value, size_t size)
{
    return xs_local_read(((struct fake_domain *)context)->store, 0, path, value, size);
}

static int store_write(void *context, const char *path, const char *value)
{
    return xs_local_write(((struct fake_domain *)context)->store, 0, path, value);
}

static int store_remove(void *context, const char *path)
{
    return xs_local_rm(((struct fake_domain *)context)->store, 0, path);
}

static int store_list(void *context, const char *path, char *names, size_t size)
{
    return xs_local_request(((struct fake_domain *)context)->store, XS_DIRECTORY, 0, path, strlen(path) + 1,
                            names, size);
}

static int store_watch(void *context, const char *path, pv_handler *handler, void *argument)
{
    struct fake_domain *d = context;
    char token[8];

    for (unsigned i = 0; i < WATCHES; i++) {
        if (!watches[i].used) {
            watches[i] =
                (struct watch){.used = true, .owner = d->id, .handler = handler, .argument = argument};
            snprintf(watches[i].path, sizeof(watches[i].path), "%s", path);
            snprintf(token, sizeof(token), "%u", i);
            return xs_local_watch(d->store, path, token);
        }
    }
    return -XEN_ENOSPC;
}

static void store_unwatch(void *context, const char *path, pv_handler *handler, void *argument)
{
    struct fake_domain *d = context;
    char token[8];

    for (unsigned i = 0; i < WATCHES; i++) {
        struct watch *w = &watches[i];

        if (w->used && w->owner == d->id && w->handler == handler && w->argument == argument &&
            strcmp(w->path, path) == 0) {
            w->used = false;
            snprintf(token, sizeof(token), "%u", i);
            xs_local_unwatch(d->store, path, token);
            return;
        }
    }
    assert(!"a watch that is not there");
}

static uint64_t time_now(void *context)
{
    return now += 1000;
}

static void log_line(void *context, const char *line)
{
    snprintf(logged, sizeof(logged), "%s", line);
}

static void begin_domain(domid_t id)
{
    struct fake_domain *d = &domains[id];

    d->id = id;
    d->store = xs_local_open_as(store, id);
    d->glue = (struct pv_glue){
        .context = d,
        .pages_alloc = pages_alloc,
        .pages_free = pages_free,
        .grant = grant,
        .revoke = take_back,
        .map = map,
        .unmap = unmap,
        .copy = copy,
        .channel_offer = channel_offer,
        .channel_bind = channel_bind,
        .channel_close = channel_close,
        .notify = notify,
        .store_read = store_read,
        .store_write = store_write,
        .store_remove = store_remove,
        .store_list = store_list,
        .store_watch = store_watch,
        .store_unwatch = store_unwatch,
        .time = time_now,
        .log = log_line,
    };
}

void fake_glue_begin(void)
{
    memory = memfd_create("guests", 0);
    assert(memory >= 0 && ftruncate(memory, PAGES * PV_PAGE) == 0);
    base = mmap(NULL, PAGES * PV_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    memset(owner_of, 0, sizeof(owner_of));
    memset(grants, 0, sizeof(grants));
    memset(channels, 0, sizeof(channels));
    memset(watches, 0, sizeof(watches));
    fail_grants = fail_maps = maps_made = 0;
    logged[0] = 0;
    store = xs_store_create(NULL);
    for (domid_t i = 0; i < FAKE_DOMAINS; i++)
        begin_domain(i);
}

static int left;

static void must_be_gone(bool gone, const char *what, unsigned number)
{
    if (!gone && left++ < 5)
        fprintf(stderr, "left over: %s %u\n", what, number);
}

int fake_glue_end(void)
{
    left = 0;
    for (uint32_t i = 0; i < PAGES; i++)
        must_be_gone(!owner_of[i], "page of domain", owner_of[i] - 1u);
    for (domid_t d = 0; d < FAKE_DOMAINS; d++) {
        for (uint32_t i = 0; i < GRANTS; i++)
            must_be_gone(!grants[d][i].made, "grant of domain", d);
    }
    for (uint32_t i = 0; i < CHANNELS; i++)
        must_be_gone(!channels[i].open, "channel of domain", channels[i].owner);
    for (uint32_t i = 0; i < WATCHES; i++)
        must_be_gone(!watches[i].used, "watch of domain", watches[i].owner);
    must_be_gone(!mappings, "mapping of domain", mappings ? mappings->owner : 0);
    xs_store_destroy(store);
    while (mappings)
        drop_mapping(&mappings);
    munmap(base, PAGES * PV_PAGE);
    close(memory);
    return left;
}

const struct pv_glue *fake_glue(domid_t domain)
{
    return &domains[domain].glue;
}

static void deliver_watch(void *context, const char *path, const char *token)
{
    struct watch *w = &watches[strtoul(token, NULL, 10)];

    if (w->used && &domains[w->owner] == context)
        w->handler(w->argument);
}

bool fake_glue_run(void)
{
    for (unsigned limit = 0; limit < 20000; limit++) {
        bool any = false;

        for (domid_t i = 0; i < FAKE_DOMAINS; i++)
            any |= xs_local_next_event(domains[i].store, deliver_watch, &domains[i]);
        for (uint32_t i = 1; i < CHANNELS; i++) {
            if (channels[i].open && channels[i].pending) {
                channels[i].pending = false;
                channels[i].handler(channels[i].argument);
                any = true;
            }
        }
        if (!any)
            return true;
    }
    return false;
}

void fake_glue_kill(domid_t id)
{
    struct mapping **place = &mappings;

    while (*place) {
        if ((*place)->owner == id)
            drop_mapping(place);
        else
            place = &(*place)->next;
    }
    for (uint32_t i = 0; i < CHANNELS; i++) {
        if (channels[i].open && channels[i].owner == id)
            channel_close(NULL, i);
    }
    for (uint32_t i = 0; i < WATCHES; i++)
        watches[i].used = watches[i].used && watches[i].owner != id;
    for (uint32_t i = 0; i < GRANTS; i++)
        grants[id][i].made = false;
    for (uint32_t i = 0; i < PAGES; i++)
        owner_of[i] = owner_of[i] == id + 1 ? 0 : owner_of[i];
    xs_local_close(domains[id].store);
    begin_domain(id);
}

unsigned fake_glue_mapped(domid_t domain)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < GRANTS; i++)
        count += grants[domain][i].mapped;
    return count;
}

unsigned fake_glue_granted(domid_t domain)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < GRANTS; i++)
        count += grants[domain][i].made;
    return count;
}

unsigned fake_glue_pages(domid_t domain)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < PAGES; i++)
        count += owner_of[i] == domain + 1;
    return count;
}

unsigned fake_glue_maps_made(void)
{
    return maps_made;
}

void fake_glue_fail_grants(unsigned count)
{
    fail_grants = count;
}

void fake_glue_fail_maps(unsigned count)
{
    fail_maps = count;
}

void fake_store_write(const char *path, const char *value, const char *permissions)
{
    assert(xs_local_write(domains[0].store, 0, path, value) == 0);
    if (permissions)
        assert(xs_local_set_perms(domains[0].store, 0, path, permissions) == 0);
}

const char *fake_store_read(const char *path)
{
    static char value[256];

    if (xs_local_read(domains[0].store, 0, path, value, sizeof(value)) < 0)
        value[0] = 0;
    return value;
}

const char *fake_glue_logged(void)
{
    return logged;
}
