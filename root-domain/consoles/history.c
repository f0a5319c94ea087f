// SPDX-License-Identifier: MIT
#include "history.h"

void history_add(struct history *history, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        history->bytes[history->end++ % HISTORY_BYTES] = text[i];
}

uint64_t history_start(const struct history *history)
{
    return history->end > HISTORY_BYTES ? history->end - HISTORY_BYTES : 0;
}

size_t history_piece(const struct history *history, uint64_t *position, const char **text)
{
    size_t offset, length;

    if (*position < history_start(history))
        *position = history_start(history);
    if (*position >= history->end)
        return 0;
    offset = (size_t)(*position % HISTORY_BYTES);
    length = (size_t)(history->end - *position);
    if (length > HISTORY_BYTES - offset)
        length = HISTORY_BYTES - offset;
    *text = history->bytes + offset;
    *position += length;
    return length;
}
