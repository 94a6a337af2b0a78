/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>

#include "card/batch_run.h"
#include "port/pcsc_reader.h"

/* card_play: plays batches on the card in one reader, in one transaction.
 *
 *     struct card_play play = { .stop = &stop };
 *     if (card_play_open(&play, reader) == STATUS_OK) {
 *         card_play_batch(&play, &options, &batch, &result);      as often as needed
 *     }
 *     card_play_close(&play);                                     resets the card, always
 *
 * The outcome of a batch is in the result, never lost: STOPPED with the status of `stop` when the
 * work was stopped between two commands, UNKNOWN when card or reader went in the middle of one.
 * Memory: zero before open; close may be called at any moment and twice.
 * Tests: with cards in the end-to-end tests; the pure part is card/batch_run. */
struct card_play {
    struct pcsc_reader_card *card; /* NULL: not open */
    const atomic_int *stop;        /* an enum status; not STATUS_OK: stop. NULL: never */
    void (*progress)(void *context, const struct batch_op *op, bool is_done);
    void *progress_context;
    size_t apdus;    /* physical commands, counted on */
    int64_t card_us; /* time inside them */
};

MUST_USE enum status card_play_open(struct card_play *play, const char *reader);
/* `progress` is told of each op before its first command and after its last answer. */
void card_play_batch(struct card_play *play, const struct batch_run_options *options,
                     const struct batch *batch, struct batch_result *ret_result);
/* A harmless command while the network is waited for: some systems reset a card that is idle for
 * 5 s. Nothing when the card is not open; its answer does not matter. */
void card_play_keep_awake(struct card_play *play);
void card_play_close(struct card_play *play);
