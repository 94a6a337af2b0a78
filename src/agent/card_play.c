/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/card_play.h"

#include "base/secret.h"
#include "port/clock_read.h"

enum { ANSWER_MAX = APDU_ANSWER_MAX + 2 };

enum status card_play_open(struct card_play *play, const char *reader)
{
    return pcsc_reader_connect(reader, &play->card);
}

void card_play_close(struct card_play *play)
{
    pcsc_reader_disconnect(&play->card, PCSC_END_RESET);
}

static enum status transmit(struct card_play *play, struct span apdu, struct buf *answer)
{
    int64_t start_us = clock_read_monotonic_us();
    enum status status = pcsc_reader_transmit(play->card, apdu, answer);
    play->card_us += clock_read_monotonic_us() - start_us;
    play->apdus++;
    return status;
}

/* Only what our own limits refuse has surely not left. */
static bool may_have_reached(enum status status)
{
    return status != STATUS_BAD_VALUE && status != STATUS_CARD_LIMIT;
}

static enum status why_stop(const struct card_play *play)
{
    return play->stop != NULL ? (enum status)atomic_load(play->stop) : STATUS_OK;
}

static void tell(const struct card_play *play, const struct batch *batch, size_t index,
                 bool is_done)
{
    if (play->progress != NULL) {
        play->progress(play->progress_context, &batch->ops[index], is_done);
    }
}

/* One physical command. */
static void exchange(struct card_play *play, struct batch_run *run, struct span apdu,
                     struct buf *answer)
{
    buf_clear(answer);
    enum status status = transmit(play, apdu, answer);
    if (status == STATUS_OK) {
        batch_run_feed(run, buf_span(answer));
    } else {
        batch_run_lost(run, status, may_have_reached(status));
    }
    wipe(answer->ptr, answer->max);
}

/* A stop takes effect between two commands of the batch, never between the parts of one. */
static bool stop_if_asked(const struct card_play *play, struct batch_run *run)
{
    enum status why = why_stop(play);
    if (run->op_open || run->finished || why == STATUS_OK) {
        return false;
    }
    batch_run_lost(run, why, false);
    return true;
}

static void play_ops(struct card_play *play, struct batch_run *run, const struct batch *batch)
{
    uint8_t memory[ANSWER_MAX];
    struct buf answer = BUF(memory);
    struct span apdu;
    while (!stop_if_asked(play, run)) {
        size_t index = run->op_index;
        bool begins = !run->op_open;
        if (batch_run_next(run, &apdu) != BATCH_RUN_SEND) {
            break;
        }
        if (begins) {
            tell(play, batch, index, false);
        }
        exchange(play, run, apdu, &answer);
        if (!run->op_open) {
            tell(play, batch, index, true);
        }
    }
}

void card_play_batch(struct card_play *play, const struct batch_run_options *options,
                     const struct batch *batch, struct batch_result *ret_result)
{
    struct batch_run run;
    batch_run_init(&run, options, batch, ret_result);
    play_ops(play, &run, batch);
    batch_run_wipe(&run);
}

void card_play_keep_awake(struct card_play *play)
{
    uint8_t command[] = { 0x00, INS_GET_DATA, 0x3F, 0xFF, 0x03, 0x5C, 0x01, 0x7E, 0x00 };
    uint8_t memory[ANSWER_MAX];
    struct buf answer = BUF(memory);
    if (play->card != NULL) {
        (void)(transmit(play, SPAN_OF(command), &answer) == STATUS_OK);
    }
}
