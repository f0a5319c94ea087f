/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "transactions.h"
#include "watches.h"

static void count_own(void *context, domid_t owner, int change)
{
    struct xs_transaction *transaction = context;

    if (owner == transaction->domain) {
        transaction->nodes += change;
    }
}

static void count_nothing(void *context, domid_t owner, int change)
{
}

int xs_transaction_start(struct xs_connection *connection, uint32_t *id)
{
    struct xs_transaction *transaction;

    if (!connection->privileged && connection->transaction_count >= connection->store->quota.transactions) {
        return -XEN_ENOSPC;
    }
    transaction = calloc(1, sizeof(*transaction));
    if (!transaction) {
        return -XEN_ENOMEM;
    }
    do {
        transaction->id = ++connection->next_transaction;
    } while (!transaction->id || xs_transaction_find(connection, transaction->id));
    transaction->domain = connection->domain;
    transaction->last_touched = &transaction->touched;
    transaction->start = (struct xs_tree){.generation = &connection->store->generation,
                                          .account = count_nothing,
                                          .context = transaction};
    transaction->working = transaction->start;
    transaction->working.account = count_own;
    xs_tree_snapshot(&transaction->start, &connection->store->tree);
    xs_tree_snapshot(&transaction->working, &connection->store->tree);
    transaction->next = connection->transactions;
    connection->transactions = transaction;
    connection->transaction_count++;
    *id = transaction->id;
    return 0;
}

struct xs_transaction *xs_transaction_find(const struct xs_connection *connection, uint32_t id)
{
    struct xs_transaction *transaction = connection->transactions;

    while (transaction && transaction->id != id) {
        transaction = transaction->next;
    }
    return transaction;
}

int xs_transaction_touch(struct xs_connection *connection, struct xs_transaction *transaction,
                         const char *path, bool changes)
{
    struct xs_touched *touched;

    for (touched = transaction->touched; touched; touched = touched->next) {
        if (strcmp(touched->path, path) == 0) {
            touched->changed |= changes;
            return 0;
        }
    }
    if (!connection->privileged && transaction->touched_count >= connection->store->quota.transaction_nodes) {
        return -XEN_ENOSPC;
    }
    touched = malloc(sizeof(*touched) + strlen(path) + 1);
    if (!touched) {
        return -XEN_ENOMEM;
    }
    touched->next = NULL;
    touched->changed = changes;
    strcpy(touched->path, path);
    *transaction->last_touched = touched;
    transaction->last_touched = &touched->next;
    transaction->touched_count++;
    return 0;
}

static bool parent_exists(const struct xs_tree *tree, const char *path)
{
    char above[XS_PATH_BYTES];

    strcpy(above, path);
    xs_path_to_parent(above);
    return xs_tree_find(tree, above) != NULL;
}

/* Whether others left alone what the transaction builds on. */
static bool is_untouched(const struct xs_transaction *transaction, const struct xs_tree *now,
                         const struct xs_touched *touched)
{
    const struct xs_node *before = xs_tree_find(&transaction->start, touched->path);
    const struct xs_node *current = xs_tree_find(now, touched->path);

    if (before && current) {
        return before->generation == current->generation;
    }
    if (before || current) {
        return false;
    }
    /* A node it makes still has the parent it was made in, or one it makes as well. */
    return !xs_tree_find(&transaction->working, touched->path) || parent_exists(now, touched->path) ||
           !parent_exists(&transaction->start, touched->path);
}

/* Make a node that is in the transaction, and what is missing above it, from the top down. */
static int add_with_parents(const struct xs_transaction *transaction, struct xs_tree *next, const char *path)
{
    char part[XS_PATH_BYTES] = "/";
    int error = 0;

    for (size_t length = 1; path[length] && !error;) {
        length += strcspn(path + length + 1, "/") + 1;
        memcpy(part, path, length);
        part[length] = 0;
        if (!xs_tree_find(next, part)) {
            error = xs_tree_add(next, part, xs_tree_find(&transaction->working, part)->permissions);
        }
    }
    return error;
}

/* Bring one path of `next` to what it is in the transaction. */
static int carry_over(const struct xs_transaction *transaction, struct xs_tree *next, const char *path)
{
    const struct xs_node *wanted = xs_tree_find(&transaction->working, path);
    const struct xs_node *current = xs_tree_find(next, path);
    int error;

    if (!wanted) {
        return current ? xs_tree_remove(next, path) : 0;
    }
    error = current ? 0 : add_with_parents(transaction, next, path);
    if (!error && current && current->permissions != wanted->permissions) {
        error = xs_tree_set_permissions(next, path, wanted->permissions);
    }
    return error ? error : xs_tree_set_value(next, path, wanted->value, wanted->length);
}

static void fire(struct xs_store *store, const struct xs_tree *before, const char *path)
{
    const struct xs_node *old = xs_tree_find(before, path);
    const struct xs_node *now = xs_tree_find(&store->tree, path);

    /* What went with its parent is told by the parent. */
    if ((!old && !now) || (!now && !parent_exists(&store->tree, path))) {
        return;
    }
    xs_watch_fire(store, &store->tree, path, old ? old->permissions : NULL);
    if (!now) {
        xs_watch_fire_below(store, before, path);
    }
}

/* Counting stays off until the new tree is in force, so that a failure half way costs nothing but the copies. */
static void recount(struct xs_store *store, const struct xs_transaction *transaction,
                    const struct xs_tree *before)
{
    for (const struct xs_touched *touched = transaction->touched; touched; touched = touched->next) {
        const struct xs_node *old = xs_tree_find(before, touched->path);
        const struct xs_node *now = xs_tree_find(&store->tree, touched->path);

        if (old && touched->changed) {
            store->tree.account(store->tree.context, old->permissions->entry[0].domain, -1);
        }
        if (now && touched->changed) {
            store->tree.account(store->tree.context, now->permissions->entry[0].domain, 1);
        }
    }
}

static int commit(struct xs_connection *connection, const struct xs_transaction *transaction)
{
    struct xs_store *store = connection->store;
    struct xs_tree next = {.generation = &store->generation, .account = count_nothing};
    const struct xs_touched *touched;
    int64_t nodes = (int64_t)store->nodes[connection->domain] + transaction->nodes;
    int error = 0;

    for (touched = transaction->touched; touched; touched = touched->next) {
        if (!is_untouched(transaction, &store->tree, touched)) {
            return -XEN_EAGAIN;
        }
    }
    if (!connection->privileged && transaction->nodes > 0 && nodes > (int64_t)store->quota.nodes) {
        return -XEN_ENOSPC;
    }
    xs_tree_snapshot(&next, &store->tree);
    for (touched = transaction->touched; touched && !error; touched = touched->next) {
        error = touched->changed ? carry_over(transaction, &next, touched->path) : 0;
    }
    if (!error) {
        struct xs_node *old = store->tree.root;

        store->tree.root = next.root;
        next.root = old;
        recount(store, transaction, &next);
        for (touched = transaction->touched; touched; touched = touched->next) {
            if (touched->changed) {
                fire(store, &next, touched->path);
            }
        }
    }
    xs_tree_drop(&next);
    return error;
}

static void drop(struct xs_connection *connection, struct xs_transaction *transaction)
{
    struct xs_transaction **place = &connection->transactions;

    while (*place != transaction) {
        place = &(*place)->next;
    }
    *place = transaction->next;
    connection->transaction_count--;
    while (transaction->touched) {
        struct xs_touched *touched = transaction->touched;

        transaction->touched = touched->next;
        free(touched);
    }
    xs_tree_drop(&transaction->start);
    xs_tree_drop(&transaction->working);
    free(transaction);
}

int xs_transaction_end(struct xs_connection *connection, struct xs_transaction *transaction, bool commits)
{
    int error = commits ? commit(connection, transaction) : 0;

    drop(connection, transaction);
    return error;
}

void xs_transaction_end_all(struct xs_connection *connection)
{
    while (connection->transactions) {
        drop(connection, connection->transactions);
    }
}
