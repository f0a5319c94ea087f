// SPDX-License-Identifier: MIT
/*
 * The page is one file, page.html, with a mark where a table of the figures goes: what a reader without scripts sees.
 * With scripts it asks for /stats.json every second and draws.
 */
#include <string.h>

#include "figures.h"
#include "parts.h"
#include "text.h"

extern const char page_html[], page_html_end[];

static const char mark[] = "<!--figures-->";
static void (*collect)(struct figures *figures);

void figures_use(void (*new_collect)(struct figures *figures))
{
    collect = new_collect;
}

static struct figures figures_now(void)
{
    struct figures figures = {0};

    if (collect)
        collect(&figures);
    return figures;
}

static void add_table(struct text *page, const struct figures *figures)
{
    text_printf(page, "<p>This page comes from domain %u, whose kernel runs in ring %u.</p><table>",
                figures->domain, figures->ring);
    for (size_t i = 0; i < figures->count; i++) {
        text_add(page, "<tr><th>");
        text_add_html(page, figures->figures[i].label);
        text_printf(page, "<td>%llu ", (unsigned long long)figures->figures[i].total);
        text_add_html(page, figures->figures[i].unit);
    }
    text_add(page, "</table><p>Domains:");
    for (size_t i = 0; i < figures->domains; i++) {
        text_printf(page, "%s %u ", i ? "," : "", figures->list[i].id);
        text_add_html(page, figures->list[i].name);
    }
    text_add(page, ".</p>");
}

void page_handle(struct http_connection *connection, const struct http_request *request, const char *path)
{
    struct figures figures = figures_now();
    const char *at = strstr(page_html, mark);
    struct text page = {0};

    if (!part_only_reads(connection, request))
        return;
    if (!at)
        at = page_html_end;
    text_add_bytes(&page, page_html, (size_t)(at - page_html));
    add_table(&page, &figures);
    text_add_bytes(&page, at, (size_t)(page_html_end - at));
    text_answer(connection, &page, "text/html; charset=utf-8");
}

void stats_handle(struct http_connection *connection, const struct http_request *request, const char *path)
{
    struct figures figures = figures_now();
    struct text json = {0};

    if (!part_only_reads(connection, request))
        return;
    text_printf(&json, "{\"time_ns\": %llu, \"domain\": %u, \"ring\": %u, \"figures\": [",
                (unsigned long long)figures.time, figures.domain, figures.ring);
    for (size_t i = 0; i < figures.count; i++) {
        const struct figure *figure = &figures.figures[i];

        text_printf(&json, "%s{\"name\": \"", i ? ", " : "");
        text_add_json(&json, figure->name);
        text_add(&json, "\", \"label\": \"");
        text_add_json(&json, figure->label);
        text_add(&json, "\", \"unit\": \"");
        text_add_json(&json, figure->unit);
        text_printf(&json, "\", \"total\": %llu}", (unsigned long long)figure->total);
    }
    text_add(&json, "], \"domains\": [");
    for (size_t i = 0; i < figures.domains; i++) {
        text_printf(&json, "%s{\"id\": %u, \"name\": \"", i ? ", " : "", figures.list[i].id);
        text_add_json(&json, figures.list[i].name);
        text_add(&json, "\"}");
    }
    text_add(&json, "]}\n");
    text_answer(connection, &json, "application/json");
}
