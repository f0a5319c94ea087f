// SPDX-License-Identifier: MIT
/*
 * One line of input is a buffer and a place in it. Every key changes those two and then the line is drawn again
 * from the left edge: simple, and a serial line is quick enough for it. Only a plain character at the end, by far
 * the most frequent key, is echoed alone.
 */
#include "line.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_LINES 16u
#define CTRL(letter) ((letter)-64)

/* Keys that arrive as escape sequences get numbers beyond those of characters. */
enum key {
    KEY_END_OF_INPUT = -1,
    KEY_NONE = 256,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_UP,
    KEY_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_DELETE
};

static struct {
    char text[LINE_MAX_LENGTH];
    size_t length, cursor;
} line;

static char history[HISTORY_LINES][LINE_MAX_LENGTH];
static unsigned
    history_count; /* lines remembered since the start; the newest is at (count - 1) % HISTORY_LINES */

static int read_byte(void)
{
    unsigned char byte;

    return read(STDIN_FILENO, &byte, 1) == 1 ? byte : KEY_END_OF_INPUT;
}

/* ESC [ letter, ESC O letter, or ESC [ number ~, as a VT100 and its children send them. */
static int read_escape(void)
{
    int byte = read_byte(), number = 0;

    if (byte != '[' && byte != 'O')
        return byte == KEY_END_OF_INPUT ? byte : KEY_NONE;
    for (byte = read_byte(); byte >= '0' && byte <= '9'; byte = read_byte())
        number = number * 10 + (byte - '0');
    switch (byte) {
    case 'A': return KEY_UP;
    case 'B': return KEY_DOWN;
    case 'C': return KEY_RIGHT;
    case 'D': return KEY_LEFT;
    case 'H': return KEY_HOME;
    case 'F': return KEY_END;
    case '~': return number == 3 ? KEY_DELETE : number == 1 || number == 7 ? KEY_HOME : KEY_END;
    case KEY_END_OF_INPUT: return byte;
    default: return KEY_NONE;
    }
}

static int read_key(void)
{
    int byte = read_byte();

    return byte == 27 ? read_escape() : byte;
}

static void draw(const char *prompt)
{
    printf("\r%s%.*s\033[K", prompt, (int)line.length, line.text);
    if (line.cursor < line.length)
        printf("\033[%uD", (unsigned)(line.length - line.cursor));
    fflush(stdout);
}

static void remove_range(size_t from, size_t to)
{
    memmove(line.text + from, line.text + to, line.length - to);
    line.length -= to - from;
    line.cursor = from;
}

static void insert(char c)
{
    if (line.length >= LINE_MAX_LENGTH - 1)
        return;
    memmove(line.text + line.cursor + 1, line.text + line.cursor, line.length - line.cursor);
    line.text[line.cursor++] = c;
    line.length++;
}

static size_t word_start(void)
{
    size_t at = line.cursor;

    while (at && line.text[at - 1] == ' ')
        at--;
    while (at && line.text[at - 1] != ' ')
        at--;
    return at;
}

/* Shows the line `back` steps before the one being typed; 0 is an empty one. */
static void recall(unsigned back)
{
    const char *text = back ? history[(history_count - back) % HISTORY_LINES] : "";

    line.length = line.cursor = strlen(text);
    memcpy(line.text, text, line.length);
}

static void remember(void)
{
    const char *newest = history_count ? history[(history_count - 1) % HISTORY_LINES] : "";

    if (line.length && strcmp(newest, line.text) != 0)
        strcpy(history[history_count++ % HISTORY_LINES], line.text);
}

/* Moves and deletions; the rest is line_read()'s. */
static void edit(int key)
{
    switch (key) {
    case KEY_LEFT:
    case CTRL('B'): line.cursor -= line.cursor > 0; break;
    case KEY_RIGHT:
    case CTRL('F'): line.cursor += line.cursor < line.length; break;
    case KEY_HOME:
    case CTRL('A'): line.cursor = 0; break;
    case KEY_END:
    case CTRL('E'): line.cursor = line.length; break;
    case 127:
    case CTRL('H'):
        if (line.cursor)
            remove_range(line.cursor - 1, line.cursor);
        break;
    case KEY_DELETE:
    case CTRL('D'):
        if (line.cursor < line.length)
            remove_range(line.cursor, line.cursor + 1);
        break;
    case CTRL('K'): line.length = line.cursor; break;
    case CTRL('U'): remove_range(0, line.cursor); break;
    case CTRL('W'): remove_range(word_start(), line.cursor); break;
    case CTRL('L'): printf("\033[H\033[2J"); break;
    }
}

const char *line_read(const char *prompt)
{
    unsigned back = 0;
    unsigned most = history_count < HISTORY_LINES ? history_count : HISTORY_LINES;

    line.length = line.cursor = 0;
    fputs(prompt, stdout);
    fflush(stdout);
    for (;;) {
        int key = read_key();

        if (key == KEY_END_OF_INPUT)
            return NULL;
        if (key == '\r' || key == '\n') {
            line.text[line.length] = '\0';
            putchar('\n');
            remember();
            return line.text;
        }
        if (key == CTRL('C')) {
            printf("^C\n");
            line.length = line.cursor = 0;
        } else if ((key == KEY_UP || key == CTRL('P')) && back < most) {
            recall(++back);
        } else if ((key == KEY_DOWN || key == CTRL('N')) && back > 0) {
            recall(--back);
        } else if (key >= ' ' && key < 256 && key != 127) {
            insert((char)key);
            if (line.cursor == line.length) {
                putchar(key);
                fflush(stdout);
                continue;
            }
        } else {
            edit(key);
        }
        draw(prompt);
    }
}
