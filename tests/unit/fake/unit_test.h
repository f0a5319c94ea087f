// SPDX-License-Identifier: MIT
/* cmocka, with the headers it wants before it. */
#ifndef RINGLET_FAKE_UNIT_TEST_H
#define RINGLET_FAKE_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An array and its size, as two arguments. */
#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

#endif
