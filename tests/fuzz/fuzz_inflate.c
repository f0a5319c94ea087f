// SPDX-License-Identifier: MIT
/* Any bytes as a gzip file: expanding ends, and stays within the input and within the room given. */
#include <stdlib.h>
#include <string.h>

#include "domain/inflate.h"

#define ROOM_MAX 65536u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t room = gzip_expanded_size(data, size);
    uint8_t *out;

    if (room > ROOM_MAX)
        room = ROOM_MAX;
    out = malloc(room ? room : 1);
    gzip_expand(out, room, data, size);
    free(out);
    return 0;
}
