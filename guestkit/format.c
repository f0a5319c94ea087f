/* SPDX-License-Identifier: MIT */
#include <guestkit/format.h>
#include <guestkit/string.h>
#include <stdbool.h>
#include <stdint.h>

struct output {
    format_sink *sink;
    void *context;
    int length;
};

struct directive {
    bool left;
    bool zero;
    int width;
    int precision; /* -1 when absent */
    int longs;     /* number of l's: 2 means 64 bits */
};

static void emit(struct output *out, const char *text, size_t length)
{
    if (length) {
        out->sink(out->context, text, length);
        out->length += (int)length;
    }
}

static void emit_fill(struct output *out, char fill, int count)
{
    for (; count > 0; count--) {
        emit(out, &fill, 1);
    }
}

static void emit_padded(struct output *out, const struct directive *d, const char *text, size_t length)
{
    int missing = d->width - (int)length;

    if (!d->left) {
        emit_fill(out, ' ', missing);
    }
    emit(out, text, length);
    if (d->left) {
        emit_fill(out, ' ', missing);
    }
}

/* One division of 64 by 32 bits in two steps: a plain 64-bit division would need the compiler's runtime library. */
static unsigned int divide(uint64_t *value, unsigned int base)
{
    uint32_t high = (uint32_t)(*value >> 32);
    uint32_t low = (uint32_t)*value;
    uint32_t remainder = high % base;

    high /= base;
    __asm__("divl %2" : "+a"(low), "+d"(remainder) : "rm"(base));
    *value = (uint64_t)high << 32 | low;
    return remainder;
}

static void emit_number(struct output *out, struct directive *d, uint64_t value, unsigned int base,
                        const char *digits, const char *sign)
{
    char text[24];
    size_t at = sizeof(text);
    size_t sign_length = strlen(sign);

    do {
        text[--at] = digits[divide(&value, base)];
    } while (value);
    if (d->zero && !d->left) {
        emit(out, sign, sign_length);
        emit_fill(out, '0', d->width - (int)(sign_length + sizeof(text) - at));
        emit(out, text + at, sizeof(text) - at);
        return;
    }
    while (sign_length) {
        text[--at] = sign[--sign_length];
    }
    emit_padded(out, d, text + at, sizeof(text) - at);
}

static const char *parse_directive(const char *at, struct directive *d, va_list *args)
{
    for (;; at++) {
        if (*at == '-') {
            d->left = true;
        } else if (*at == '0') {
            d->zero = true;
        } else {
            break;
        }
    }
    if (*at == '*') {
        d->width = va_arg(*args, int);
        at++;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        d->width = d->width * 10 + (*at - '0');
    }
    if (*at == '.') {
        d->precision = 0;
        for (at++; *at >= '0' && *at <= '9'; at++) {
            d->precision = d->precision * 10 + (*at - '0');
        }
        if (*at == '*') {
            d->precision = va_arg(*args, int);
            at++;
        }
    }
    for (; *at == 'l' || *at == 'z' || *at == 'h'; at++) {
        d->longs += *at == 'l';
    }
    return at;
}

static void emit_string(struct output *out, const struct directive *d, const char *s)
{
    size_t length = 0;

    if (!s) {
        s = "(null)";
    }
    while (s[length] && (d->precision < 0 || length < (size_t)d->precision)) {
        length++;
    }
    emit_padded(out, d, s, length);
}

/* Emits one conversion; false when the letter is not one of ours. */
static bool emit_conversion(struct output *out, struct directive *d, char letter, va_list *args)
{
    bool wide = d->longs >= 2;

    switch (letter) {
    case 'd':
    case 'i': {
        int64_t value = wide ? va_arg(*args, int64_t) : va_arg(*args, int32_t);
        uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        emit_number(out, d, magnitude, 10, "0123456789", value < 0 ? "-" : "");
        return true;
    }
    case 'u':
        emit_number(out, d, wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t), 10, "0123456789", "");
        return true;
    case 'x':
        emit_number(out, d, wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t), 16, "0123456789abcdef",
                    "");
        return true;
    case 'X':
        emit_number(out, d, wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t), 16, "0123456789ABCDEF",
                    "");
        return true;
    case 'p':
        emit_number(out, d, (uintptr_t)va_arg(*args, void *), 16, "0123456789abcdef", "0x");
        return true;
    case 'c': {
        char c = (char)va_arg(*args, int);
        emit_padded(out, d, &c, 1);
        return true;
    }
    case 's': emit_string(out, d, va_arg(*args, const char *)); return true;
    case '%': emit(out, "%", 1); return true;
    default: return false;
    }
}

int format_to(format_sink *sink, void *context, const char *format, va_list args)
{
    struct output out = {.sink = sink, .context = context};
    va_list rest;

    va_copy(rest, args);
    while (*format) {
        const char *start = format;
        while (*format && *format != '%') {
            format++;
        }
        emit(&out, start, (size_t)(format - start));
        if (!*format) {
            break;
        }
        start = format;
        struct directive d = {.precision = -1};
        format = parse_directive(format + 1, &d, &rest);
        if (*format && emit_conversion(&out, &d, *format, &rest)) {
            format++;
        } else {
            emit(&out, start, (size_t)(format - start));
        }
    }
    va_end(rest);
    return out.length;
}

struct string_output {
    char *buffer;
    size_t size;
    size_t used;
};

static void string_sink(void *context, const char *text, size_t length)
{
    struct string_output *out = context;

    for (; length && out->used + 1 < out->size; length--) {
        out->buffer[out->used++] = *text++;
    }
}

int format_string_va(char *buffer, size_t size, const char *format, va_list args)
{
    struct string_output out = {.buffer = buffer, .size = size};
    int length = format_to(string_sink, &out, format, args);

    if (size) {
        buffer[out.used] = '\0';
    }
    return length;
}

int format_string(char *buffer, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int length = format_string_va(buffer, size, format, args);
    va_end(args);
    return length;
}
