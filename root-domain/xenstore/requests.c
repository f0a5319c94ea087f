/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <string.h>

#include "request_domains.h"
#include "request_nodes.h"
#include "request_watches.h"
#include "requests.h"
#include "transactions.h"

#define IN_TRANSACTION 1u /* the others ignore tx_id */
#define PRIVILEGED 2u

static const struct {
    xs_handler *handler;
    unsigned int flags;
} requests[XS_TYPE_COUNT] = {
    [XS_CONTROL] = {xs_do_control, PRIVILEGED},
    [XS_DIRECTORY] = {xs_do_directory, IN_TRANSACTION},
    [XS_READ] = {xs_do_read, IN_TRANSACTION},
    [XS_GET_PERMS] = {xs_do_get_perms, IN_TRANSACTION},
    [XS_WATCH] = {xs_do_watch, 0},
    [XS_UNWATCH] = {xs_do_unwatch, 0},
    [XS_TRANSACTION_START] = {xs_do_transaction_start, IN_TRANSACTION},
    [XS_TRANSACTION_END] = {xs_do_transaction_end, IN_TRANSACTION},
    [XS_INTRODUCE] = {xs_do_introduce, PRIVILEGED},
    [XS_RELEASE] = {xs_do_release, PRIVILEGED},
    [XS_GET_DOMAIN_PATH] = {xs_do_get_domain_path, 0},
    [XS_WRITE] = {xs_do_write, IN_TRANSACTION},
    [XS_MKDIR] = {xs_do_mkdir, IN_TRANSACTION},
    [XS_RM] = {xs_do_rm, IN_TRANSACTION},
    [XS_SET_PERMS] = {xs_do_set_perms, IN_TRANSACTION},
    [XS_IS_DOMAIN_INTRODUCED] = {xs_do_is_domain_introduced, 0},
    [XS_RESUME] = {xs_do_resume, PRIVILEGED},
    [XS_SET_TARGET] = {xs_do_set_target, PRIVILEGED},
    [XS_RESET_WATCHES] = {xs_do_reset_watches, 0},
    [XS_DIRECTORY_PART] = {xs_do_directory_part, IN_TRANSACTION},
};

static const struct {
    int number;
    const char *name;
} errors[] = {
#define ERROR_NAME(name) {XEN_##name, #name},
    XSD_ERRORS(ERROR_NAME)
#undef ERROR_NAME
};

static void reply_error(struct xs_request *request, int error)
{
    struct xsd_sockmsg header = *request->header;
    struct xs_request failed = {.connection = request->connection, .header = &header};
    const char *name = "EINVAL"; /* for what the protocol has no name for */

    header.type = XS_ERROR;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].number == -error) {
            name = errors[i].name;
        }
    }
    xs_reply_text(&failed, name);
}

static int carry_out(struct xs_request *request)
{
    uint32_t type = request->header->type;

    if (type >= XS_TYPE_COUNT || !requests[type].handler) {
        return -XEN_ENOSYS;
    }
    if ((requests[type].flags & PRIVILEGED) && !request->connection->privileged) {
        return -XEN_EACCES;
    }
    if ((requests[type].flags & IN_TRANSACTION) && request->header->tx_id) {
        request->transaction = xs_transaction_find(request->connection, request->header->tx_id);
        if (!request->transaction) {
            return -XEN_ENOENT;
        }
    }
    return requests[type].handler(request);
}

void xs_request(struct xs_connection *connection, const struct xsd_sockmsg *header, const char *data)
{
    struct xs_request request = {.connection = connection, .header = header, .data = data};
    int error = carry_out(&request);

    if (error) {
        reply_error(&request, error);
    }
}
