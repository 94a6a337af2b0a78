/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_reader.h"

#include <string.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/pcsc_reader.h"

enum { CARD_WAIT_MS = 2000 };

static enum status transmit(void *context, struct span command, struct buf *answer)
{
    return pcsc_reader_transmit(context, command, answer);
}

/* The reader of that name, or the only one with a card in it. */
static enum status choose(const struct pcsc_reader_list *list, const char *name,
                          const struct pcsc_reader_state **ret_state)
{
    const struct pcsc_reader_state *found = NULL;
    if (list->count == 0) {
        return STATUS_READER_NONE;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct pcsc_reader_state *state = &list->readers[i];
        if (!state->present || (name != NULL && !text_equal(name, state->name))) {
            continue;
        }
        if (found != NULL) {
            return STATUS_CARD_TWO;
        }
        found = state;
    }
    if (found == NULL) {
        return STATUS_CARD_ABSENT;
    }
    *ret_state = found;
    return found->contactless ? STATUS_CARD_CONTACTLESS : STATUS_OK;
}

/* A card that was put in a moment ago may not be reported yet: waits for the event. */
static enum status wait_card(struct pcsc_reader_watch *watch, const char *name,
                             struct pcsc_reader_list *list,
                             const struct pcsc_reader_state **ret_state)
{
    int64_t until_ms = clock_read_monotonic_ms() + CARD_WAIT_MS;
    enum status status = pcsc_reader_now(watch, list);
    while (status == STATUS_OK) {
        enum status chosen = choose(list, name, ret_state);
        int64_t left_ms = until_ms - clock_read_monotonic_ms();
        if (chosen != STATUS_CARD_ABSENT || left_ms <= 0) {
            return chosen;
        }
        status = pcsc_reader_wait(watch, (int)left_ms, list);
    }
    return status;
}

enum status founding_reader_open(const char *name, struct founding_reader *ret_reader,
                                 struct fault *reterr_fault)
{
    static struct pcsc_reader_list list;
    struct pcsc_reader_watch *watch = NULL;
    const struct pcsc_reader_state *state = NULL;
    memset(ret_reader, 0, sizeof(*ret_reader));
    enum status status = pcsc_reader_watch_open(&watch);
    if (status == STATUS_OK) {
        status = wait_card(watch, name, &list, &state);
    }
    if (status == STATUS_OK) {
        memcpy(ret_reader->atr, state->atr, state->atr_len);
        text_take(ret_reader->name, sizeof(ret_reader->name), state->name);
        status = pcsc_reader_connect(state->name, &ret_reader->pcsc);
    }
    pcsc_reader_watch_close(&watch);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, name != NULL ? name : "");
        return status;
    }
    ret_reader->card = (struct founding_card){ .transmit = transmit,
                                               .context = ret_reader->pcsc,
                                               .atr = span_of(ret_reader->atr, state->atr_len) };
    return STATUS_OK;
}

void founding_reader_close(struct founding_reader *reader)
{
    pcsc_reader_disconnect(&reader->pcsc, PCSC_END_RESET);
}
