/* SPDX-License-Identifier: MIT */
#include <guestkit/console.h>
#include <guestkit/console_backends.h>
#include <guestkit/format.h>
#include <guestkit/string.h>

#define LINE_BYTES 256

static void (*write_text)(const char *text, size_t length) = console_io_write;
static size_t (*read_text)(char *buffer, size_t size) = console_io_read;

int console_init(const start_info_t *info)
{
    if (info->flags & SIF_INITDOMAIN) {
        return 0;
    }
    int error = console_ring_init(info);
    if (!error) {
        write_text = console_ring_write;
        read_text = console_ring_read;
    }
    return error;
}

void console_write(const char *text, size_t length)
{
    write_text(text, length);
}

size_t console_read(char *buffer, size_t size)
{
    return read_text(buffer, size);
}

/* Collects a line so that each costs one hypercall. */
struct line {
    size_t used;
    char text[LINE_BYTES];
};

static void line_flush(struct line *line)
{
    console_write(line->text, line->used);
    line->used = 0;
}

static void line_sink(void *context, const char *text, size_t length)
{
    struct line *line = context;

    while (length) {
        size_t part = sizeof(line->text) - line->used;
        if (part > length) {
            part = length;
        }
        memcpy(line->text + line->used, text, part);
        line->used += part;
        text += part;
        length -= part;
        if (line->used == sizeof(line->text)) {
            line_flush(line);
        }
    }
}

int console_printf_va(const char *format, va_list args)
{
    struct line line = {.used = 0};
    int length = format_to(line_sink, &line, format, args);

    if (line.used) {
        line_flush(&line);
    }
    return length;
}

int console_printf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int length = console_printf_va(format, args);
    va_end(args);
    return length;
}
