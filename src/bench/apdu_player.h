/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bench/apdu_script.h"

/* apdu_player: plays a script straight through PC/SC, with nothing of the product between.
 *
 *     struct apdu_player player = { .readers = { "Virtual PCD 00 00", "Virtual PCD 00 01" } };
 *     status = apdu_player_run(&player, &script);
 *
 * This is what the product is compared with, so it calls the PC/SC library itself: connect,
 * transaction, transmit, reset, disconnect, and nothing else inside the measured time. Answers are
 * compared with the script's and counted, not judged.
 * Errors: READER_SERVICE (no daemon), READER_NONE (a connection failed), CARD_UNKNOWN_OUTCOME (a
 * command failed; `apdus` says how far it came). */
struct apdu_player {
    const char *readers[SCRIPT_READERS_MAX];
    int64_t wall_us; /* from the first connection to the last disconnection */
    int64_t card_us; /* inside SCardTransmit */
    size_t apdus, sent_bytes, received_bytes;
    size_t different; /* answers that were not the script's */
};

MUST_USE enum status apdu_player_run(struct apdu_player *player, const struct apdu_script *script);
