// SPDX-License-Identifier: MIT
#include "files.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <guestkit/archive.h>

#include "sha256.h"

static struct archive archive;
static struct archive_member member; /* 4 KiB of name: too much for a stack */

void files_init(const void *start, size_t size)
{
    archive.start = start;
    archive.size = size;
}

/* Finds a file and leaves it in `member`, or says why not. */
static int find(const char *command, const char *name)
{
    switch (archive_find(&archive, name, &member)) {
    case ARCHIVE_MEMBER: return 1;
    case ARCHIVE_END: printf("%s: %s: no such file\n", command, name); return 0;
    default:
        printf("%s: %s: not found before the place where the archive is damaged\n", command, name);
        return 0;
    }
}

static int needs_names(int argc, char **argv)
{
    if (argc > 1)
        return 0;
    printf("usage: %s file...\n", argv[0]);
    return 1;
}

static int ls(int argc, char **argv)
{
    enum archive_result result;
    unsigned shown = 0;

    member.next = 0;
    while ((result = archive_next(&archive, &member)) == ARCHIVE_MEMBER) {
        if (argc > 1 && strncmp(member.name, argv[1], strlen(argv[1])) != 0)
            continue;
        shown++;
        if (member.folder)
            printf("%10s  %s/\n", "", member.name);
        else
            printf("%10zu  %s\n", (size_t)member.size, member.name);
    }
    if (result == ARCHIVE_DAMAGED)
        printf("ls: the archive is damaged after this\n");
    else if (!shown)
        printf("ls: no files; make run FILES=folder puts some here\n");
    return result == ARCHIVE_DAMAGED;
}

static int cat(int argc, char **argv)
{
    int failed = needs_names(argc, argv);

    for (int i = 1; i < argc; i++) {
        if (!find(argv[0], argv[i])) {
            failed = 1;
            continue;
        }
        fwrite(member.data, 1, member.size, stdout);
        if (member.size && member.data[member.size - 1] != '\n')
            putchar('\n');
    }
    return failed;
}

static int wc(int argc, char **argv)
{
    int failed = needs_names(argc, argv);

    for (int i = 1; i < argc; i++) {
        size_t lines = 0, words = 0;
        int in_word = 0;

        if (!find(argv[0], argv[i])) {
            failed = 1;
            continue;
        }
        for (size_t at = 0; at < member.size; at++) {
            int space = isspace(member.data[at]);

            lines += member.data[at] == '\n';
            words += !space && !in_word;
            in_word = !space;
        }
        printf("%7zu %7zu %9zu %s\n", lines, words, (size_t)member.size, argv[i]);
    }
    return failed;
}

static int sha256sum(int argc, char **argv)
{
    int failed = needs_names(argc, argv);

    for (int i = 1; i < argc; i++) {
        struct sha256 hash;
        uint8_t digest[SHA256_SIZE];

        if (!find(argv[0], argv[i])) {
            failed = 1;
            continue;
        }
        sha256_start(&hash);
        sha256_add(&hash, member.data, member.size);
        sha256_end(&hash, digest);
        for (unsigned at = 0; at < SHA256_SIZE; at++)
            printf("%02x", digest[at]);
        printf("  %s\n", argv[i]);
    }
    return failed;
}

const struct command file_commands[] = {
    {"ls", "[start]", "the files that came with the guest", ls},
    {"cat", "file...", "show files", cat},
    {"wc", "file...", "count lines, words and bytes", wc},
    {"sha256sum", "file...", "SHA-256 of files, as the host's command prints it", sha256sum},
    {0},
};
