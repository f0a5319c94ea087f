// SPDX-License-Identifier: MIT
#include "value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void config_start(struct config_reader *reader, const char *text, size_t size)
{
    *reader = (struct config_reader){.at = text, .end = text + size, .line = 1};
}

static bool bad(struct config_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says what is wrong; always false. */
static bool bad(struct config_reader *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(r->sentence, sizeof(r->sentence), format, args);
    va_end(args);
    r->error_line = r->line;
    return false;
}

/* The character here; 0 at the end. A zero byte in the file is told apart by `at`. */
static char peek(const struct config_reader *r)
{
    return r->at < r->end ? *r->at : '\0';
}

static char take(struct config_reader *r)
{
    char c = peek(r);

    if (r->at < r->end)
        r->at++;
    if (c == '\n')
        r->line++;
    return c;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Blanks and comments; with `lines`, line ends as well. A backslash before a line end joins two lines. */
static void skip_space(struct config_reader *r, bool lines)
{
    for (;;) {
        char c = peek(r);

        if (c == '#') {
            while (r->at < r->end && peek(r) != '\n')
                take(r);
        } else if (c == '\\' && r->end - r->at > 1 && r->at[1] == '\n') {
            take(r);
            take(r);
        } else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
            take(r);
        } else {
            return;
        }
    }
}

static void skip_line(struct config_reader *r)
{
    while (r->at < r->end && take(r) != '\n')
        ;
}

static bool store(struct config_reader *r, struct config_statement *s, char c)
{
    if (s->used == sizeof(s->text))
        return bad(r, "the value of %s is longer than %u bytes", s->key, CONFIG_TEXT_MAX);
    s->text[s->used++] = c;
    return true;
}

static bool read_octal(struct config_reader *r, char first, int *value)
{
    *value = first - '0';
    for (unsigned i = 0; i < 2 && peek(r) >= '0' && peek(r) <= '7'; i++)
        *value = *value * 8 + (take(r) - '0');
    return *value < 256 || bad(r, "an octal escape is above \\377");
}

static bool read_hexadecimal(struct config_reader *r, int *value)
{
    if (hex_digit(peek(r)) < 0)
        return bad(r, "\\x is not followed by a hexadecimal digit");
    *value = hex_digit(take(r));
    if (hex_digit(peek(r)) >= 0)
        *value = *value * 16 + hex_digit(take(r));
    return true;
}

/* What stands for the characters after a backslash. */
static bool read_escape(struct config_reader *r, int *value)
{
    static const char letters[] = "abfnrtv\\'\"", meanings[] = "\a\b\f\n\r\t\v\\'\"";
    char c = take(r);
    const char *found = c ? strchr(letters, c) : NULL;

    if (found) {
        *value = (unsigned char)meanings[found - letters];
        return true;
    }
    if (c >= '0' && c <= '7')
        return read_octal(r, c, value);
    if (c == 'x')
        return read_hexadecimal(r, value);
    return bad(r, "a backslash in a string is followed by nothing that makes an escape");
}

static bool read_string(struct config_reader *r, struct config_statement *s)
{
    char quote = take(r);

    while (r->at < r->end && peek(r) != '\n') {
        char c = take(r);
        int value = (unsigned char)c;

        if (c == quote)
            return store(r, s, '\0');
        if (c == '\\' && !read_escape(r, &value))
            return false;
        if (value == 0)
            return bad(r, "a string holds a zero byte");
        if (!store(r, s, (char)value))
            return false;
    }
    return bad(r, "a string that begins with %c does not end on its line", quote);
}

static bool read_number(struct config_reader *r, struct config_statement *s, uint64_t *number)
{
    unsigned base = 10;

    *number = 0;
    if (peek(r) == '0' && r->end - r->at > 2 && (r->at[1] | 0x20) == 'x' && hex_digit(r->at[2]) >= 0) {
        base = 16;
        for (unsigned i = 0; i < 2; i++)
            if (!store(r, s, take(r)))
                return false;
    }
    for (int digit; (digit = hex_digit(peek(r))) >= 0 && (unsigned)digit < base;) {
        if (*number > (UINT64_MAX - (unsigned)digit) / base)
            return bad(r, "the number is too large");
        *number = *number * base + (unsigned)digit;
        if (!store(r, s, take(r)))
            return false;
    }
    if (is_letter(peek(r)) || is_digit(peek(r)))
        return bad(r, "a number goes on with \"%c\"; text needs quotes", peek(r));
    return store(r, s, '\0');
}

static bool read_atom(struct config_reader *r, struct config_statement *s)
{
    struct config_atom *atom = &s->items[s->count];
    char c = peek(r);

    if (s->count == CONFIG_ITEMS_MAX)
        return bad(r, "the list %s has more than %u items", s->key, CONFIG_ITEMS_MAX);
    *atom = (struct config_atom){.line = r->line, .text = s->text + s->used, .is_number = is_digit(c)};
    if (c == '\'' || c == '"') {
        if (!read_string(r, s))
            return false;
    } else if (is_digit(c)) {
        if (!read_number(r, s, &atom->number))
            return false;
    } else if (is_letter(c)) {
        return bad(r, "the value of %s is not a number and has no quotes", s->key);
    } else if (c == '[') {
        return bad(r, "the list %s holds another list", s->key);
    } else {
        return bad(r, "%s has no value", s->key);
    }
    s->count++;
    return true;
}

static bool read_list(struct config_reader *r, struct config_statement *s)
{
    unsigned start = r->line;

    take(r);
    for (;;) {
        skip_space(r, true);
        if (r->at == r->end)
            return bad(r, "the list %s that begins in line %u does not end", s->key, start);
        if (peek(r) == ']')
            break;
        if (!read_atom(r, s))
            return false;
        skip_space(r, true);
        if (peek(r) == ',')
            take(r);
        else if (peek(r) != ']')
            return bad(r, "an item of the list %s is followed by neither a comma nor a bracket", s->key);
    }
    take(r);
    return true;
}

static bool read_key(struct config_reader *r, struct config_statement *s)
{
    size_t n = 0;

    if (!is_letter(peek(r)))
        return bad(r, "a line begins with neither a key nor a comment");
    while (is_letter(peek(r)) || is_digit(peek(r))) {
        if (n + 1 == sizeof(s->key))
            return bad(r, "a key is longer than %u letters", CONFIG_KEY_MAX - 1);
        s->key[n++] = take(r);
    }
    s->key[n] = '\0';
    skip_space(r, false);
    if (peek(r) == '+') {
        s->append = true;
        take(r);
    }
    if (peek(r) != '=')
        return bad(r, "%s is not followed by an equals sign", s->key);
    take(r);
    skip_space(r, false);
    return true;
}

static bool read_statement(struct config_reader *r, struct config_statement *s)
{
    s->line = r->line;
    s->append = false;
    s->count = 0;
    s->used = 0;
    if (!read_key(r, s))
        return false;
    if (peek(r) == '[') {
        s->kind = CONFIG_LIST;
        if (!read_list(r, s))
            return false;
    } else {
        if (!read_atom(r, s))
            return false;
        s->kind = s->items[0].is_number ? CONFIG_NUMBER : CONFIG_STRING;
    }
    skip_space(r, false);
    if (r->at < r->end && peek(r) != '\n' && peek(r) != ';')
        return bad(r, "something follows the value of %s on its line", s->key);
    return true;
}

enum config_result config_next(struct config_reader *r, struct config_statement *s)
{
    do
        skip_space(r, true);
    while (peek(r) == ';' && take(r));
    if (r->at == r->end)
        return CONFIG_END;
    if (read_statement(r, s))
        return CONFIG_STATEMENT;
    skip_line(r);
    return CONFIG_BAD;
}
