// SPDX-License-Identifier: MIT
/* printf's core, for the formats core/log.h lists. Pure: also compiled for the host's tests. */
#include "core/log.h"
#include "core/types.h"

struct output {
    char *out;
    size_t size, length; /* length counts what was asked for, size bounds what is stored */
};

struct field {
    unsigned width, longs;
    bool zero, left;
};

static void put(struct output *o, char c)
{
    if (o->length + 1 < o->size)
        o->out[o->length++] = c;
}

static void put_padded(struct output *o, const char *text, unsigned n, struct field f)
{
    for (unsigned i = n; !f.left && i < f.width; i++)
        put(o, f.zero ? '0' : ' ');
    for (unsigned i = 0; i < n; i++)
        put(o, text[i]);
    for (unsigned i = n; f.left && i < f.width; i++)
        put(o, ' ');
}

static void put_number(struct output *o, uint64_t value, unsigned base, bool negative, struct field f)
{
    char digits[24];
    unsigned n = sizeof(digits);

    do {
        digits[--n] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (negative)
        digits[--n] = '-';
    put_padded(o, digits + n, sizeof(digits) - n, f);
}

static void put_string(struct output *o, const char *s, struct field f)
{
    unsigned n = 0;

    if (!s)
        s = "(null)";
    while (s[n])
        n++;
    f.zero = false;
    put_padded(o, s, n, f);
}

static const char *parse_field(const char *format, struct field *f)
{
    *f = (struct field){0};
    for (; *format == '0' || *format == '-'; format++) {
        f->zero |= *format == '0';
        f->left |= *format == '-';
    }
    for (; *format >= '0' && *format <= '9'; format++)
        f->width = f->width * 10 + (unsigned)(*format - '0');
    for (; *format == 'l' || *format == 'z'; format++)
        f->longs++;
    return format;
}

static void put_signed(struct output *o, int64_t value, struct field f)
{
    put_number(o, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0, f);
}

int format_text(char *out, size_t size, const char *format, va_list args)
{
    struct output o = {out, size, 0};
    struct field f;

    while (*format) {
        if (*format != '%') {
            put(&o, *format++);
            continue;
        }
        format = parse_field(format + 1, &f);
        switch (*format++) {
        case 'd':
        case 'i': put_signed(&o, f.longs ? va_arg(args, long) : va_arg(args, int), f); break;
        case 'u':
            put_number(&o, f.longs ? va_arg(args, unsigned long) : va_arg(args, unsigned), 10, false, f);
            break;
        case 'x':
            put_number(&o, f.longs ? va_arg(args, unsigned long) : va_arg(args, unsigned), 16, false, f);
            break;
        case 'p': put_number(&o, (uint64_t)va_arg(args, void *), 16, false, f); break;
        case 'c': put(&o, (char)va_arg(args, int)); break;
        case 's': put_string(&o, va_arg(args, const char *), f); break;
        case '%': put(&o, '%'); break;
        default:
            put(&o, '?');
            format--;
            break;
        }
    }
    if (size)
        out[o.length] = 0;
    return (int)o.length;
}
