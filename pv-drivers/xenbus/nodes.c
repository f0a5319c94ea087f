/* SPDX-License-Identifier: MIT */
#include <pv/string.h>

#include <abi/io_protocols.h>
#include <pv/xenbus.h>

#include "nodes.h"

bool nodes_join(char *path, size_t size, const char *directory, const char *name)
{
    size_t length = strlen(directory);
    size_t more = strlen(name);

    if (length + 1 + more + 1 > size) {
        return false;
    }
    memcpy(path, directory, length);
    path[length] = '/';
    memcpy(path + length + 1, name, more + 1);
    return true;
}

void nodes_format(uint64_t number, char text[NODES_NUMBER])
{
    char digits[NODES_NUMBER];
    unsigned int count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) {
        *text++ = digits[--count];
    }
    *text = 0;
}

bool nodes_parse(const char *text, uint64_t limit, uint64_t *number)
{
    uint64_t value = 0;

    if (!*text) {
        return false;
    }
    for (; *text; text++) {
        uint64_t digit = (uint64_t)(*text - '0');

        if (*text < '0' || *text > '9' || value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return value <= limit;
}

int pv_xenbus_read(struct pv_xenbus *bus, bool theirs, const char *name, char *value, size_t size)
{
    char path[PV_PATH + 32];

    if (!nodes_join(path, sizeof(path), theirs ? bus->other_path : bus->path, name)) {
        return -XEN_EINVAL;
    }
    return bus->glue->store_read(bus->glue->context, path, value, size);
}

int pv_xenbus_read_number(struct pv_xenbus *bus, bool theirs, const char *name, uint64_t limit,
                          uint64_t *number)
{
    char text[NODES_NUMBER + 1];
    int result = pv_xenbus_read(bus, theirs, name, text, sizeof(text));

    if (result < 0) {
        return result;
    }
    return nodes_parse(text, limit, number) ? 0 : -XEN_EINVAL;
}

uint64_t pv_xenbus_number_or(struct pv_xenbus *bus, bool theirs, const char *name, uint64_t limit,
                             uint64_t otherwise)
{
    uint64_t number;

    return pv_xenbus_read_number(bus, theirs, name, limit, &number) ? otherwise : number;
}

int pv_xenbus_write(struct pv_xenbus *bus, const char *name, const char *value)
{
    char path[PV_PATH + 32];

    if (!nodes_join(path, sizeof(path), bus->path, name)) {
        return -XEN_EINVAL;
    }
    /* A node keeps its readers; made anew it has those that the toolstack has given the directory for the new backend. */
    if (bus->moved) {
        (void)bus->glue->store_remove(bus->glue->context, path);
    }
    return bus->glue->store_write(bus->glue->context, path, value);
}

int pv_xenbus_write_number(struct pv_xenbus *bus, const char *name, uint64_t number)
{
    char text[NODES_NUMBER];

    nodes_format(number, text);
    return pv_xenbus_write(bus, name, text);
}

int pv_xenbus_protocol(struct pv_xenbus *bus, enum pv_protocol *protocol)
{
    char text[16];
    int result = pv_xenbus_read(bus, true, "protocol", text, sizeof(text));

    if (result == -XEN_ENOENT || (result >= 0 && strcmp(text, XEN_IO_PROTO_ABI_X86_32) == 0)) {
        *protocol = PV_PROTOCOL_32;
    } else if (result >= 0 && strcmp(text, XEN_IO_PROTO_ABI_X86_64) == 0) {
        *protocol = PV_PROTOCOL_64;
    } else {
        return -XEN_EINVAL;
    }
    return 0;
}
