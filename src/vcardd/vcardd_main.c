/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/text.h"
#include "vcardd/card_dump.h"
#include "vcardd/card_make.h"
#include "vcardd/control_client.h"
#include "vcardd/serve.h"

/* cardwright-vcard: virtual PIV cards for demos and tests. docs/virtual-card.md is the manual. */
static const char usage[] =
    "usage: cardwright-vcard make FILE --model standard|metadata|move [OPTION ...]\n"
    "       cardwright-vcard dump FILE\n"
    "       cardwright-vcard serve --control SOCKET [--port PORT ...] [--timing none|card]\n"
    "       cardwright-vcard ctl --control SOCKET REQUEST ...\n";

static int serve_words(int count, char **words)
{
    struct serve_options options;
    const char *word = NULL;
    if (!serve_parse(count, words, &options, &word)) {
        fprintf(stderr, "cardwright-vcard: not understood: '%s'\n%s", word, usage);
        return 2;
    }
    return serve_run(&options);
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    if (text_equal(command, "make")) {
        return card_make_run(argc - 2, argv + 2);
    }
    if (text_equal(command, "dump") && argc == 3) {
        return card_dump_run(argv[2]);
    }
    if (text_equal(command, "serve")) {
        return serve_words(argc - 2, argv + 2);
    }
    if (text_equal(command, "ctl")) {
        return control_client_run(argc - 2, argv + 2);
    }
    bool help = text_equal(command, "--help") || text_equal(command, "help");
    fputs(usage, help ? stdout : stderr);
    return help ? 0 : 2;
}
