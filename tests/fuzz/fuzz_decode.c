// SPDX-License-Identifier: MIT
/*
 * The decoder on any bytes. Whatever they are: it ends, reads no byte beyond those given, says the same of an instruction
 * with more bytes behind it, and wants more of every shorter beginning.
 */
#include <stdlib.h>
#include <string.h>

#include "traps/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void decode_exactly(const uint8_t *bytes, unsigned n, bool code32)
{
    uint8_t *copy = malloc(n ? n : 1); /* its own block, so that a read past the end shows */
    struct instruction in, shorter;
    enum decode_result result;

    memcpy(copy, bytes, n);
    result = decode_instruction(&in, copy, n, code32);
    if (result == DECODED) {
        check(in.length >= 1 && in.length <= n && in.length <= INSTRUCTION_MAX);
        check(in.operand_size == 2 || in.operand_size == 4);
        check(in.address_size == 2 || in.address_size == 4);
        check(in.base >= -1 && in.base < 8 && in.index >= -1 && in.index < 8 && in.scale < 4);
        check(decode_instruction(&shorter, copy, in.length, code32) == DECODED);
        check(memcmp(&in, &shorter, sizeof(in)) == 0);
        for (unsigned less = 0; less < in.length; less++)
            check(decode_instruction(&shorter, copy, less, code32) == DECODE_MORE);
    } else if (n >= INSTRUCTION_MAX) {
        check(result == DECODE_INVALID);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned n = size < 20 ? (unsigned)size : 20;

    decode_exactly(data, n, true);
    decode_exactly(data, n, false);
    return 0;
}
