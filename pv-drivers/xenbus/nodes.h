/* SPDX-License-Identifier: MIT */
/* Texts of paths and numbers. */
#ifndef XENBUS_NODES_H
#define XENBUS_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "directory/name"; false when it does not fit. */
bool nodes_join(char *path, size_t size, const char *directory, const char *name);
/* Room for any number. */
#define NODES_NUMBER 21
void nodes_format(uint64_t number, char text[NODES_NUMBER]);
/* A decimal number alone, up to `limit`. */
bool nodes_parse(const char *text, uint64_t limit, uint64_t *number);

#endif
