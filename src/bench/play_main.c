/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "bench/apdu_player.h"
#include "port/file_read.h"

/* cardwright-play: plays the APDUs of a script (apdu_script.h) straight through PC/SC and prints
 * what it took, as JSON. Exit status 0 when all were played, whatever the answers. */

enum { TEXT_MAX = 1048576 };

static int fail(const char *what, enum status status)
{
    fprintf(stderr, "cardwright-play: %s: %s\n", what, status_entry(status)->cause);
    return 1;
}

static enum status load(const char *path, struct apdu_script *ret_script)
{
    static uint8_t memory[TEXT_MAX];
    struct buf text = BUF(memory);
    unsigned line = 0;
    enum status status = file_read(path, &text);
    if (status == STATUS_OK) {
        status = apdu_script_parse(buf_span(&text), ret_script, &line);
    }
    if (status != STATUS_OK && line > 0) {
        fprintf(stderr, "cardwright-play: %s, line %u\n", path, line);
    }
    return status;
}

int main(int argc, char **argv)
{
    static struct apdu_script script;
    struct apdu_player player = { 0 };
    if (argc < 3 || argc > 2 + SCRIPT_READERS_MAX) {
        fputs("usage: cardwright-play FILE READER [READER]\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        player.readers[i - 2] = argv[i];
    }
    enum status status = load(argv[1], &script);
    if (status != STATUS_OK) {
        return fail(argv[1], status);
    }
    status = apdu_player_run(&player, &script);
    printf("{\"wall_us\":%lld,\"card_us\":%lld,\"apdus\":%zu,\"sent_bytes\":%zu,"
           "\"received_bytes\":%zu,\"different\":%zu}\n",
           (long long)player.wall_us, (long long)player.card_us, player.apdus, player.sent_bytes,
           player.received_bytes, player.different);
    return status == STATUS_OK ? 0 : fail("not played to the end", status);
}
