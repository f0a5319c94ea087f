// SPDX-License-Identifier: MIT
/* The store, as xenstore's own small programs show it; and asking domains, by it, to end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/refusals.h>

#include "domains/domains.h"
#include "domains/store_link.h"
#include "shell/command_domain.h"
#include "shell/listing.h"
#include "shell/shell.h"

#define VALUE_MAX 4097u
#define PATH_BYTES 3072u
#define DEPTH_MAX 16u

/* What the store answered; false when it was no error. */
static bool refused(const char *path, int error)
{
    if (error >= 0)
        return false;
    if (error == -XEN_ENOENT)
        shell_error("store: there is no node %s", path);
    else if (error == -XEN_EINVAL)
        shell_error("store: %s is no path that the store allows", path);
    else
        shell_error("store: the store refused %s (%s)", path, refusals_errno_name(error));
    return true;
}

/* ---- ls */

struct ls {
    struct listing listing;
    unsigned depth;
    char path[PATH_BYTES];
};

static void print_value(const char *value, int length)
{
    putchar('"');
    for (int i = 0; i < length; i++)
        if (value[i] >= ' ' && value[i] < 127 && value[i] != '"' && value[i] != '\\')
            putchar(value[i]);
        else
            printf("\\%03o", (unsigned char)value[i]);
    printf("\"\n");
}

static int ls_below(struct ls *ls);

static void ls_show(struct ls *ls, const char *name, const char *value, int length)
{
    if (ls->listing.json) {
        listing_text(&ls->listing, ls->path);
        listing_text(&ls->listing, length >= 0 ? value : "");
        return;
    }
    printf("%*s%s = ", (int)ls->depth, "", name);
    print_value(value, length);
}

static bool ls_child(void *context, const char *name)
{
    static char value[VALUE_MAX];
    struct ls *ls = context;
    size_t length = strlen(ls->path);

    if (length + strlen(name) + 2 > sizeof(ls->path) || ls->depth == DEPTH_MAX)
        return true;
    sprintf(ls->path + length, "%s%s", ls->path[length - 1] == '/' ? "" : "/", name);
    ls_show(ls, name, value, xs_local_read(store_local(), 0, ls->path, value, sizeof(value)));
    ls->depth++;
    ls_below(ls);
    ls->depth--;
    ls->path[length] = '\0';
    return true;
}

static int ls_below(struct ls *ls)
{
    return xs_local_list(store_local(), 0, ls->path, ls_child, ls);
}

static void store_ls(int argc, char **argv)
{
    static const struct listing_column columns[] = {{"Path", "path", -1}, {"Value", "value", -1}, {0}};
    static struct ls ls;
    bool json = listing_wants_json(&argc, argv);
    const char *path = argc > 2 ? argv[2] : "/";

    if (strlen(path) >= sizeof(ls.path)) {
        shell_error("store: the path is too long");
        return;
    }
    strcpy(ls.path, path);
    ls.depth = 0;
    ls.listing.json = json;
    if (json)
        listing_begin(&ls.listing, columns, true);
    int error = ls_below(&ls);
    if (json)
        listing_end(&ls.listing);
    else
        refused(path, error);
}

/* ---- one node */

static void store_read(int argc, char **argv)
{
    static char value[VALUE_MAX];
    int length = xs_local_read(store_local(), 0, argv[2], value, sizeof(value));

    if (refused(argv[2], length))
        return;
    fwrite(value, 1, (size_t)length, stdout);
    putchar('\n');
}

static void store_write_node(int argc, char **argv)
{
    refused(argv[2], store_write(argv[2], "%s", argv[3]));
}

static void store_rm(int argc, char **argv)
{
    refused(argv[2], xs_local_rm(store_local(), 0, argv[2]));
    store_changed();
}

/* ---- watch: until a key */

static char watched_path[PATH_BYTES];

static void told(void *context, const char *path)
{
    static char value[VALUE_MAX];
    int length = xs_local_read(store_local(), 0, path, value, sizeof(value));

    printf("%s", path);
    if (length > 0) {
        printf(" = ");
        print_value(value, length);
    } else {
        printf(length == 0 ? "\n" : " is gone\n");
    }
    fflush(stdout);
}

static struct store_watch watch = {.path = watched_path, .token = "shell", .told = told};

static void stop_watching(char key)
{
    store_watch_close(&watch);
    shell_give_back();
}

static void store_watch(int argc, char **argv)
{
    snprintf(watched_path, sizeof(watched_path), "%s", argv[2]);
    if (refused(argv[2], store_watch_open(&watch)))
        return;
    printf("Any key ends this.\n");
    shell_take_foreground(stop_watching);
}

static void store(int argc, char **argv)
{
    static const struct {
        const char *word;
        int least, most;
        void (*run)(int argc, char **argv);
    } words[] = {{"ls", 1, 3, store_ls},
                 {"read", 2, 2, store_read},
                 {"write", 3, 3, store_write_node},
                 {"rm", 2, 2, store_rm},
                 {"watch", 2, 2, store_watch}};

    for (unsigned i = 0; argc > 1 && i < sizeof(words) / sizeof(words[0]); i++)
        if (!strcmp(argv[1], words[i].word) && argc > words[i].least && argc - 1 <= words[i].most) {
            words[i].run(argc, argv);
            return;
        }
    shell_words(1, argv, 1, 1);
}

/* ---- shutdown and reboot */

static void ask(int argc, char **argv, const char *what)
{
    char path[64];
    struct domain *domain;

    if (!shell_words(argc, argv, 1, 1) || !(domain = named_domain(argv[0], argv[1])))
        return;
    if (domain->ended) {
        shell_error("%s: %s has ended already; destroy removes it", argv[0], domain->name);
        return;
    }
    snprintf(path, sizeof(path), "/local/domain/%u/control/shutdown", domain->domid);
    refused(path, store_write(path, "%s", what));
}

static void shutdown_domain(int argc, char **argv)
{
    ask(argc, argv, "poweroff");
}

static void reboot_domain(int argc, char **argv)
{
    ask(argc, argv, "reboot");
}

const struct command store_commands[] = {
    {"shutdown", "DOM", "ask a domain to power off", COMPLETE_DOMAIN, shutdown_domain},
    {"reboot", "DOM", "ask a domain to reboot", COMPLETE_DOMAIN, reboot_domain},
    {"store", "ls [PATH] | read PATH | write PATH VALUE | rm PATH | watch PATH", "the store's nodes",
     COMPLETE_NOTHING, store},
    {0},
};
