/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/card_look.h"

#include "agent/card_play.h"
#include "piv/card_model.h"
#include "piv/read_card.h"
#include "port/clock_read.h"
#include "wire_agent/card_report_read.h"

static enum status why_not(const struct batch_result *result)
{
    return result->outcome == BATCH_DONE ? STATUS_OK : result->status;
}

static enum status play_list(struct card_play *play, const struct desk_slot *slot,
                             struct batch_result *ret_result)
{
    struct batch batch;
    const struct batch_run_options options = { .extended_length = card_model_extended_length(
                                                   span_of(slot->atr, slot->atr_len)) };
    read_card_batch(&batch);
    enum status status = card_play_open(play, slot->name);
    if (status == STATUS_OK) {
        card_play_batch(play, &options, &batch, ret_result);
        status = why_not(ret_result);
    }
    pcsc_reader_disconnect(&play->card, PCSC_END_LEAVE);
    return status;
}

enum status card_look_read(const struct desk_slot *slot, struct card_look *ret_look)
{
    struct card_play play = { 0 };
    struct batch_result result;
    int64_t start_us = clock_read_monotonic_us();
    if (slot->contactless) {
        return STATUS_CARD_CONTACTLESS;
    }
    if (slot->mute) {
        return STATUS_CARD_ANSWER;
    }
    enum status status = play_list(&play, slot, &result);
    if (status != STATUS_OK) {
        return status;
    }
    const struct card_report_reading reading = { .result = &result,
                                                 .atr = span_of(slot->atr, slot->atr_len),
                                                 .contactless = slot->contactless,
                                                 .insertion = slot->insertion };
    status = card_report_read(&reading, &ret_look->report);
    if (status == STATUS_OK) {
        status = card_identity_of_report(&ret_look->report, &ret_look->identity);
    }
    ret_look->apdus = play.apdus;
    ret_look->read_us = clock_read_monotonic_us() - start_us;
    return status;
}
