/* SPDX-License-Identifier: MIT */
/* One-sentence messages to whoever sits at the serial line, from parts that know nothing of the shell. */
#ifndef ROOT_REPORT_H
#define ROOT_REPORT_H

/* A line without its end. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Who gets them; until then they are printed. */
void report_to(void (*listener)(const char *line));

#endif
