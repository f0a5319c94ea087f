// SPDX-License-Identifier: MIT
#include "report.h"

#include <stdarg.h>
#include <stdio.h>

static void print(const char *line)
{
    puts(line);
    fflush(stdout);
}

static void (*listen)(const char *line) = print;

void report_to(void (*listener)(const char *line))
{
    listen = listener;
}

void report(const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    listen(line);
}
