// SPDX-License-Identifier: MIT
/*
 * The line is a buffer and a place in it. Every key changes those two and then the line is drawn again from the left
 * edge: simple, and a serial line is quick enough for it. Only a plain character at the end, by far the most frequent key, is shown
 * alone.
 */
#include "line.h"

#include <stdio.h>
#include <string.h>

#define CTRL(letter) ((letter)-64)
#define ESCAPE 27
#define BACKSPACE 127

/* Keys that come as escape sequences get numbers beyond those of characters. */
enum key { KEY_NONE = 256, KEY_LEFT, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_HOME, KEY_END, KEY_DELETE };

/* Where in a sequence: ESC [ letter, ESC O letter, or ESC [ number ~, as a VT100 and its children send them. */
enum { ESCAPE_NO, ESCAPE_BEGUN, ESCAPE_BRACKET };

void line_init(struct line *line, const char *prompt, void (*show)(const char *text, size_t length),
               line_candidates *candidates)
{
    memset(line, 0, sizeof(*line));
    line->prompt = prompt;
    line->show = show;
    line->candidates = candidates;
}

static void show_text(struct line *line, const char *text)
{
    line->show(text, strlen(text));
}

void line_draw(struct line *line)
{
    char move[16];

    show_text(line, "\r");
    show_text(line, line->prompt);
    line->show(line->text, line->length);
    show_text(line, "\033[K");
    if (line->cursor < line->length) {
        snprintf(move, sizeof(move), "\033[%uD", (unsigned)(line->length - line->cursor));
        show_text(line, move);
    }
}

void line_hide(struct line *line)
{
    show_text(line, "\r\033[K");
}

/* ---- the buffer */

static void remove_range(struct line *line, size_t from, size_t to)
{
    memmove(line->text + from, line->text + to, line->length - to);
    line->length -= to - from;
    line->cursor = from;
}

static void insert(struct line *line, const char *text, size_t length)
{
    if (length >= LINE_MAX_LENGTH - line->length)
        return;
    memmove(line->text + line->cursor + length, line->text + line->cursor, line->length - line->cursor);
    memcpy(line->text + line->cursor, text, length);
    line->cursor += length;
    line->length += length;
}

/* Where the word before the cursor begins; blanks just before the cursor are skipped with `skip`. */
static size_t word_start(const struct line *line, bool skip)
{
    size_t at = line->cursor;

    while (skip && at && line->text[at - 1] == ' ')
        at--;
    while (at && line->text[at - 1] != ' ' && line->text[at - 1] != ';')
        at--;
    return at;
}

/* ---- history */

/* The line `back` steps before the one being typed; 0 is an empty one. */
static void recall(struct line *line, unsigned back)
{
    const char *text = back ? line->history[(line->history_count - back) % LINE_HISTORY] : "";

    line->back = back;
    line->length = line->cursor = strlen(text);
    memcpy(line->text, text, line->length);
}

static void remember(struct line *line)
{
    const char *newest = line->history_count ? line->history[(line->history_count - 1) % LINE_HISTORY] : "";

    if (line->length && strcmp(newest, line->text) != 0)
        strcpy(line->history[line->history_count++ % LINE_HISTORY], line->text);
}

static void go_back(struct line *line)
{
    unsigned most = line->history_count < LINE_HISTORY ? line->history_count : LINE_HISTORY;

    if (line->back < most)
        recall(line, line->back + 1);
}

static void go_forward(struct line *line)
{
    if (line->back)
        recall(line, line->back - 1);
}

/* ---- completion */

static bool begins_with(const char *text, const char *start, size_t length)
{
    return strncmp(text, start, length) == 0;
}

/* How much all candidates that fit have in common; *fitting says how many there are, *one is any of them. */
static size_t common_part(const struct line *line, size_t start, unsigned *fitting, const char **one)
{
    size_t typed = line->cursor - start, common = 0;
    const char *candidate;

    *fitting = 0;
    for (unsigned i = 0; (candidate = line->candidates(line->text, start, i)); i++) {
        if (!begins_with(candidate, line->text + start, typed))
            continue;
        if (!(*fitting)++) {
            *one = candidate;
            common = strlen(candidate);
        }
        while (!begins_with(candidate, *one, common))
            common--;
    }
    return common;
}

static void list_candidates(struct line *line, size_t start)
{
    const char *candidate;

    show_text(line, "\n");
    for (unsigned i = 0; (candidate = line->candidates(line->text, start, i)); i++)
        if (begins_with(candidate, line->text + start, line->cursor - start)) {
            show_text(line, candidate);
            show_text(line, "  ");
        }
    show_text(line, "\n");
}

static void complete(struct line *line)
{
    size_t start = word_start(line, false), typed = line->cursor - start, common;
    const char *one = "";
    unsigned fitting;

    if (!line->candidates)
        return;
    line->text[line->length] = '\0';
    common = common_part(line, start, &fitting, &one);
    if (fitting > 1 && common == typed) {
        list_candidates(line, start);
    } else if (fitting) {
        insert(line, one + typed, common - typed);
        if (fitting == 1)
            insert(line, " ", 1);
    }
}

/* ---- keys */

/* The key that `byte` ends, or KEY_NONE while a sequence goes on. */
static int decode(struct line *line, unsigned char byte)
{
    unsigned was = line->escape;

    if (was == ESCAPE_BRACKET && byte >= '0' && byte <= '9') {
        line->number = line->number * 10 % 1000 + (byte - '0');
        return KEY_NONE;
    }
    line->escape = was == ESCAPE_BEGUN && (byte == '[' || byte == 'O') ? ESCAPE_BRACKET
                   : was == ESCAPE_NO && byte == ESCAPE                ? ESCAPE_BEGUN
                                                                       : ESCAPE_NO;
    if (line->escape != ESCAPE_NO)
        line->number = 0;
    if (was == ESCAPE_NO)
        return byte == ESCAPE ? KEY_NONE : byte;
    if (was == ESCAPE_BEGUN)
        return KEY_NONE;
    switch (byte) {
    case 'A': return KEY_UP;
    case 'B': return KEY_DOWN;
    case 'C': return KEY_RIGHT;
    case 'D': return KEY_LEFT;
    case 'H': return KEY_HOME;
    case 'F': return KEY_END;
    case '~':
        return line->number == 3 ? KEY_DELETE : line->number == 1 || line->number == 7 ? KEY_HOME : KEY_END;
    default: return KEY_NONE;
    }
}

static void delete_at_cursor(struct line *line)
{
    if (line->cursor < line->length)
        remove_range(line, line->cursor, line->cursor + 1);
}

static void edit(struct line *line, int key)
{
    switch (key) {
    case KEY_LEFT:
    case CTRL('B'): line->cursor -= line->cursor > 0; break;
    case KEY_RIGHT:
    case CTRL('F'): line->cursor += line->cursor < line->length; break;
    case KEY_HOME:
    case CTRL('A'): line->cursor = 0; break;
    case KEY_END:
    case CTRL('E'): line->cursor = line->length; break;
    case KEY_UP:
    case CTRL('P'): go_back(line); break;
    case KEY_DOWN:
    case CTRL('N'): go_forward(line); break;
    case BACKSPACE:
    case CTRL('H'):
        if (line->cursor)
            remove_range(line, line->cursor - 1, line->cursor);
        break;
    case KEY_DELETE:
    case CTRL('D'): delete_at_cursor(line); break;
    case CTRL('K'): line->length = line->cursor; break;
    case CTRL('U'): remove_range(line, 0, line->cursor); break;
    case CTRL('W'): remove_range(line, word_start(line, true), line->cursor); break;
    case CTRL('L'): show_text(line, "\033[H\033[2J"); break;
    case CTRL('I'): complete(line); break;
    }
}

static enum line_event finish(struct line *line)
{
    line->text[line->length] = '\0';
    show_text(line, "\n");
    remember(line);
    line->length = line->cursor = 0;
    line->back = 0;
    return LINE_DONE;
}

enum line_event line_key(struct line *line, char byte)
{
    bool after_return = line->after_return;
    int key = decode(line, (unsigned char)byte);

    line->after_return = key == '\r';
    if (key == '\n' && after_return)
        return LINE_EDITED;
    if (key == '\r' || key == '\n')
        return finish(line);
    if (key == CTRL('D') && !line->length)
        return LINE_END;
    if (key == CTRL('C')) {
        show_text(line, "^C\n");
        line->length = line->cursor = 0;
        line->back = 0;
    } else if (key >= ' ' && key < 256 && key != BACKSPACE) {
        insert(line, &byte, 1);
        if (line->cursor == line->length) {
            line->show(&byte, 1);
            return LINE_EDITED;
        }
    } else if (key != KEY_NONE) {
        edit(line, key);
    } else {
        return LINE_EDITED;
    }
    line_draw(line);
    return LINE_EDITED;
}
