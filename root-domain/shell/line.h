/* SPDX-License-Identifier: MIT */
/*
 * Editing one line, a key at a time, so that whoever feeds it never waits. The terminal neither echoes nor edits. Keys:
 * arrows, Home, End, Backspace, Delete, Tab, Ctrl-A B C D E F H K L N P U W, and up and down through the last lines.
 * Pure C: what is to be shown goes to a function.
 */
#ifndef ROOT_SHELL_LINE_H
#define ROOT_SHELL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_LENGTH 1024u
#define LINE_HISTORY 32u

enum line_event {
    LINE_EDITED,
    LINE_DONE, /* Enter: `text` holds the line, NUL-terminated, until the next key */
    LINE_END,  /* Ctrl-D on an empty line */
};

/*
 * Candidate number `index` for the word of `line` that begins at `start`, whatever has been typed of it; NULL after the last.
 */
typedef const char *line_candidates(const char *line, size_t start, unsigned index);

struct line {
    const char *prompt;
    void (*show)(const char *text, size_t length);
    line_candidates *candidates; /* or NULL */
    char text[LINE_MAX_LENGTH];
    size_t length, cursor;
    unsigned escape, number; /* where in an escape sequence the keys are, and the number in it */
    bool after_return;       /* a line feed that follows Enter belongs to it */
    unsigned back;           /* how many lines up in the history */
    unsigned history_count;
    char history[LINE_HISTORY][LINE_MAX_LENGTH];
};

void line_init(struct line *line, const char *prompt, void (*show)(const char *text, size_t length),
               line_candidates *candidates);
/* Shows the prompt and what is typed so far. */
void line_draw(struct line *line);
/* Takes them off the screen again, so that something else can be printed. */
void line_hide(struct line *line);
enum line_event line_key(struct line *line, char key);

#endif
