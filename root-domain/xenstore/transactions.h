/* SPDX-License-Identifier: MIT */
/*
 * Transactions. A transaction works on a snapshot of the tree and notes each path it looks at or changes. Committing
 * compares those paths in the snapshot and in the tree of now: if any was changed, made or removed by others, the
 * transaction fails with -XEN_EAGAIN and nothing has happened. Otherwise its changes are carried over at once, and only then
 * do watches fire. Others never see half of it.
 *
 *      start ------ working          changes of the transaction
 *        |
 *      store's tree of now           changes of others
 */
#ifndef XS_TRANSACTIONS_H
#define XS_TRANSACTIONS_H

#include "state.h"

/* Sets *id. -XEN_ENOSPC (quota), -XEN_ENOMEM. */
int xs_transaction_start(struct xs_connection *connection, uint32_t *id);
struct xs_transaction *xs_transaction_find(const struct xs_connection *connection, uint32_t id);
/* Note that the transaction looks at or changes a path, before it does. -XEN_ENOSPC (quota), -XEN_ENOMEM. */
int xs_transaction_touch(struct xs_connection *connection, struct xs_transaction *transaction,
                         const char *path, bool changes);
/* End it, carrying its changes over or not. -XEN_EAGAIN, -XEN_ENOSPC (quota), -XEN_ENOMEM: gone without effect. */
int xs_transaction_end(struct xs_connection *connection, struct xs_transaction *transaction, bool commit);
void xs_transaction_end_all(struct xs_connection *connection);

#endif
