// SPDX-License-Identifier: MIT
#include "machine.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <abi/guest.h>
#include <abi/ringlet.h>
#include <guestkit/cpu.h>
#include <guestkit/frames.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>
#include <guestkit/time.h>

#define KIB_PER_PAGE 4u
#define MIB(pages) ((pages) / 256u)

static uint32_t pages_now(void)
{
    domid_t self = DOMID_SELF;

    return (uint32_t)memory_op_current_reservation(&self);
}

int machine_is_ringlet(void)
{
    return ringlet_version() > 0;
}

void machine_greet(void)
{
    uint64_t now = time_now();

    printf("\nRinglet demo: a unikernel on %s\n", machine_is_ringlet() ? "Ringlet" : "Xen");
    printf("  domain    %s, on %.32s\n",
           boot_info->flags & SIF_INITDOMAIN ? "0, the initial domain" : "an ordinary one",
           (const char *)boot_info->magic);
    printf("  ring      %u, read from CS\n", cpu_ring());
    printf("  memory    %" PRIu32 " MiB (%" PRIu32 " frames), %" PRIu32 " KiB of files\n",
           MIB(boot_info->nr_pages), (uint32_t)boot_info->nr_pages, (uint32_t)boot_info->mod_len / 1024);
    printf("  boot      %" PRIu32 ".%03" PRIu32 " s from the hypervisor's start to here\n",
           (uint32_t)(now / 1000000000u), (uint32_t)(now / 1000000u % 1000u));
    printf("Type help for the commands.\n\n");
    fflush(stdout);
}

static int mem(int argc, char **argv)
{
    struct mallinfo heap = mallinfo();

    printf("frames at start    %10" PRIu32 "  (%" PRIu32 " MiB)\n", (uint32_t)boot_info->nr_pages,
           MIB(boot_info->nr_pages));
    printf("frames owned now   %10" PRIu32 "  (%" PRIu32 " MiB)\n", pages_now(), MIB(pages_now()));
    printf("frames free        %10" PRIu32 "  (%" PRIu32 " MiB)\n", frames_free_count(),
           MIB(frames_free_count()));
    printf("kernel image       %10" PRIu32 "  KiB\n", (uint32_t)(image_end - image_start) / 1024);
    printf("files (initrd)     %10" PRIu32 "  KiB\n", (uint32_t)boot_info->mod_len / 1024);
    printf("page tables, first %10" PRIu32 "  frames\n", (uint32_t)boot_info->nr_pt_frames);
    printf("heap taken         %10u  KiB, %u in use\n", (unsigned)heap.arena / 1024,
           (unsigned)heap.uordblks / 1024);
    return 0;
}

static int traps(int argc, char **argv)
{
    ringlet_counters_t counters = {.size = sizeof(counters), .domid = DOMID_SELF};
    int error = ringlet_counters(&counters);

    if (error) {
        printf("traps: the hypervisor does not count (error %d): only Ringlet does\n", error);
        return 1;
    }
#define SHOW(name, text) printf("%14" PRIu64 "  %-22s %s\n", (uint64_t)counters.name, #name, text);
    RINGLET_COUNTERS(SHOW)
#undef SHOW
    return 0;
}

static int uptime(int argc, char **argv)
{
    uint64_t up = time_now();
    time_t now = time(NULL);

    printf("up %" PRIu32 ".%03" PRIu32 " s; %s", (uint32_t)(up / 1000000000u),
           (uint32_t)(up / 1000000u % 1000u), asctime(gmtime(&now)));
    return 0;
}

static int poweroff(int argc, char **argv)
{
    exit(0);
}

const struct command machine_commands[] = {
    {"mem", "", "what the memory is used for", mem},
    {"traps", "", "what the hypervisor counted for this domain", traps},
    {"uptime", "", "time since the hypervisor started, and the date", uptime},
    {"poweroff", "", "end the domain; the machine goes with it", poweroff},
    {0},
};
