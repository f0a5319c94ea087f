// SPDX-License-Identifier: MIT
/*
 * Three hostile domains and a toolstack use one store. After each run the nodes are counted anew: the store's own
 * counts must agree with the tree, and nobody may hold more than its quota.
 */
#include <string.h>

#include "input.h"
#include "root-domain/xenstore/local.h"
#include "root-domain/xenstore/state.h"

#define DOMAINS 3

static struct xenstore_domain_interface page[DOMAINS];
static const struct xs_quota quota = {
    .nodes = 20,
    .node_bytes = 200,
    .permissions = 3,
    .watches = 4,
    .transactions = 3,
    .transaction_nodes = 16,
    .replies = 4,
    .events = 10,
};

static void nobody(void *context)
{
}

/* Few names, so that requests meet. */
static uint32_t put_path(struct fuzz_input *in, char *to)
{
    static const char *const starts[] = {"",       "/", "/local/domain/1", "/local/domain/2",
                                         "/local", "a", "@releaseDomain",  "/s"};
    uint8_t choice = fuzz_byte(in);
    uint32_t length = (uint32_t)sprintf(to, "%s", starts[choice & 7]);

    for (unsigned parts = choice >> 3 & 3; parts; parts--)
        length += (uint32_t)sprintf(to + length, "/%c", "abcd"[fuzz_byte(in) & 3]);
    return length + 1;
}

static void put(struct xenstore_domain_interface *to, const void *data, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        to->req[MASK_XENSTORE_IDX(to->req_prod++)] = ((const char *)data)[i];
}

static void request(struct fuzz_input *in, struct xenstore_domain_interface *to)
{
    static const char *const seconds[] = {"", "n1", "T", "F", "0", "n2", "r1", "w3"};
    char data[256];
    uint8_t choice = fuzz_byte(in);
    struct xsd_sockmsg header = {.type = choice % (XS_TYPE_COUNT + 1), .tx_id = fuzz_byte(in) & 3};
    uint32_t length = 0;

    if (choice & 0x80) {
        length = fuzz_byte(in) & 31;
        for (uint32_t i = 0; i < length; i++)
            data[i] = (char)fuzz_byte(in);
    } else if (header.type == XS_TRANSACTION_END) {
        length = (uint32_t)sprintf(data, "%s", fuzz_byte(in) & 3 ? "T" : "F") + 1;
    } else {
        length = put_path(in, data);
        for (unsigned more = fuzz_byte(in) & 3; more; more--)
            length += (uint32_t)sprintf(data + length, "%s", seconds[fuzz_byte(in) & 7]) + 1;
    }
    header.len = length;
    put(to, &header, sizeof(header));
    put(to, data, length);
}

static void act(struct fuzz_input *in, struct xs_store *store, struct xs_connection *local)
{
    uint8_t choice = fuzz_byte(in);
    domid_t domain = 1 + choice % DOMAINS;
    struct xenstore_domain_interface *its = &page[domain - 1];
    char path[64];

    switch (choice >> 4) {
    case 0: its->req_prod = fuzz_word(in, 4); break;
    case 1: its->rsp_cons = fuzz_word(in, 4); break;
    case 2: its->req_cons = its->rsp_prod = fuzz_word(in, 2); break;
    case 3: put(its, &choice, 1); break;
    case 4: its->connection = fuzz_byte(in) & 1; break;
    case 5: xs_release(store, domain); break;
    case 6:
        if (!xs_is_introduced(store, domain))
            memset(its, 0, sizeof(*its));
        xs_introduce(store, domain, its, nobody, NULL);
        break;
    case 7:
        put_path(in, path);
        xs_local_set_perms(local, 0, path, fuzz_byte(in) & 1 ? "n1 b2" : "b2 r3");
        break;
    case 8:
        put_path(in, path);
        xs_local_rm(local, 0, path);
        break;
    case 9: its->rsp_cons = its->rsp_prod; break;
    default: request(in, its); break;
    }
    if (!(choice & 8))
        xs_domain_run(store, domain);
}

static void check(const struct xs_store *store)
{
    uint32_t nodes[DOMAINS + 1] = {0};
    char path[XS_PATH_BYTES] = "/";

    do {
        domid_t owner = xs_tree_find(&store->tree, path)->permissions->entry[0].domain;

        if (owner <= DOMAINS)
            nodes[owner]++;
    } while (xs_tree_next(&store->tree, "/", path));
    for (domid_t i = 0; i <= DOMAINS; i++) {
        struct xs_usage usage = xs_domain_usage(store, i);

        fuzz_check(usage.nodes == nodes[i], "domain %u: counted %u, has %u", i, usage.nodes, nodes[i]);
        fuzz_check(usage.watches <= quota.watches && usage.transactions <= quota.transactions &&
                       usage.replies <= quota.replies && usage.events <= quota.events,
                   "domain %u is over its quota", i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = {data, data + size};
    struct xs_store *store = xs_store_create(&quota);
    struct xs_connection *local = xs_local_open(store);

    memset(page, 0, sizeof(page));
    for (domid_t i = 1; i <= DOMAINS; i++) {
        char path[32], owner[8];

        sprintf(path, "/local/domain/%u", i);
        sprintf(owner, "n%u", i);
        xs_local_mkdir(local, 0, path);
        xs_local_set_perms(local, 0, path, owner);
        xs_introduce(store, i, &page[i - 1], nobody, NULL);
    }
    xs_local_mkdir(local, 0, "/s");
    xs_local_set_perms(local, 0, "/s", "b0");
    while (fuzz_more(&in)) {
        act(&in, store, local);
        check(store);
    }
    xs_store_destroy(store);
    return 0;
}
