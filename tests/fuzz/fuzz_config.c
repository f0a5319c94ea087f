// SPDX-License-Identifier: MIT
/* Any bytes as a domain's configuration:
   clang -fsanitize=fuzzer,address,undefined -I. tests/fuzz/fuzz_config.c root-domain/config/[a-z]*.c */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "root-domain/config/domain_config.h"

static void must_be_a_sentence(void *context, bool is_warning, const char *sentence)
{
    size_t length = strlen(sentence);

    if (length < 8 || sentence[length - 1] != '.')
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct domain_config config;
    char line[CONFIG_LINE_MAX];

    if (domain_config_read(&config, "fuzz", (const char *)data, size, must_be_a_sentence, NULL) &&
        !domain_config_command_line(&config, line, sizeof(line)))
        abort();
    return 0;
}
