// SPDX-License-Identifier: MIT
/* /files/...: the files of the archive on the disk, and lists of its folders. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "file_body.h"
#include "parts.h"
#include "text.h"

static const struct catalog *catalog;

void files_use(const struct catalog *new_catalog)
{
    catalog = new_catalog;
}

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".htm", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".txt", "text/plain; charset=utf-8"},
        {".md", "text/markdown; charset=utf-8"},
        {".c", "text/plain; charset=utf-8"},
        {".h", "text/plain; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".webp", "image/webp"},
        {".ico", "image/vnd.microsoft.icon"},
        {".pdf", "application/pdf"},
        {".wasm", "application/wasm"},
        {".gz", "application/gzip"},
        {".tar", "application/x-tar"},
        {".mp4", "video/mp4"},
    };
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        size_t ending = strlen(types[i].ending);

        if (length > ending && strcmp(name + length - ending, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

static void add_row(struct text *page, const char *name, size_t length, const struct catalog_entry *file)
{
    char entry[HTTP_TARGET_MAX];

    snprintf(entry, sizeof(entry), "%.*s%s", (int)length, name, file ? "" : "/");
    text_add(page, "<tr><td><a href='");
    text_add_path(page, entry);
    text_add(page, "'>");
    text_add_html(page, entry);
    text_add(page, "</a><td>");
    if (file)
        text_printf(page, "%llu", (unsigned long long)file->size);
}

/* The rows of what is right below `folder`, which ends with a slash or is "". Returns how many. */
static unsigned add_rows(struct text *page, const char *folder)
{
    size_t below = strlen(folder), last_length = 0;
    const char *last = NULL; /* the folder shown last: entries below it come in a row */
    unsigned shown = 0;

    for (size_t i = catalog_from(catalog, folder); i < catalog->count; i++) {
        const struct catalog_entry *entry = &catalog->entries[i];
        const char *name;
        size_t length;
        bool file;

        if (strncmp(entry->name, folder, below) != 0)
            break;
        name = entry->name + below;
        length = strcspn(name, "/");
        file = !name[length] && !entry->folder;
        if (!length || (!file && last && last_length == length && memcmp(last, name, length) == 0))
            continue;
        if (!file) {
            last = name;
            last_length = length;
        }
        add_row(page, name, length, file ? entry : NULL);
        shown++;
    }
    return shown;
}

static void list_folder(struct http_connection *connection, const char *folder)
{
    struct text page = {0};

    text_add(
        &page,
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>/files/");
    text_add_html(&page, folder);
    text_add(
        &page,
        "</title><style>body{font:1rem/1.6 system-ui,sans-serif;margin:2rem}td{padding-right:2rem}</style>"
        "<h1>/files/");
    text_add_html(&page, folder);
    text_add(&page, "</h1><table>");
    if (*folder)
        text_add(&page, "<tr><td><a href='../'>../</a><td>");
    if (!add_rows(&page, folder))
        text_add(&page, "<tr><td>Nothing is in here.");
    text_add(&page, "</table>\n");
    text_answer(connection, &page, "text/html; charset=utf-8");
}

static void redirect(struct http_connection *connection, const char *folder)
{
    struct text headers = {0};

    text_add(&headers, "Location: /files/");
    text_add_path(&headers, folder);
    text_add(&headers, "/\r\n");
    if (headers.failed || headers.size > 700)
        http_answer_text(connection, 404, NULL);
    else
        http_answer(connection, &(struct http_answer){.status = 301, .headers = headers.bytes});
    free(headers.bytes);
}

/* An archive need not name its folders: one is there when something is below it. `path` has no slash at its end. */
static bool is_folder(const char *path)
{
    const struct catalog_entry *entry = catalog_find(catalog, path);
    char below[HTTP_TARGET_MAX + 2];
    size_t at;

    snprintf(below, sizeof(below), "%s/", path);
    at = catalog_from(catalog, below);
    return !*path || (entry && entry->folder) ||
           (at < catalog->count && strncmp(catalog->entries[at].name, below, strlen(below)) == 0);
}

static void serve(struct http_connection *connection, const struct catalog_entry *entry)
{
    struct http_answer answer = {.status = 200, .type = type_of(entry->name), .ranges = true};

    if (file_body(&answer.body, connection, catalog->disk, entry->offset, entry->size))
        http_answer(connection, &answer);
    else
        http_answer_text(connection, 503, NULL);
}

void files_handle(struct http_connection *connection, const struct http_request *request, const char *path)
{
    const struct catalog_entry *entry;
    char folder[HTTP_TARGET_MAX + 1];
    size_t length = strlen(path);

    if (!part_only_reads(connection, request))
        return;
    if (!catalog || catalog->state != CATALOG_READY) {
        http_answer_text(connection, 503, "The disk is not read yet.");
        return;
    }
    entry = catalog_find(catalog, path);
    snprintf(folder, sizeof(folder), "%s", path);
    if (length && folder[length - 1] == '/')
        folder[length - 1] = '\0';
    if (entry && !entry->folder)
        serve(connection, entry);
    else if (!is_folder(folder))
        http_answer_text(connection, 404, NULL);
    else if (length && path[length - 1] != '/')
        redirect(connection, path);
    else
        list_folder(connection, path);
}
