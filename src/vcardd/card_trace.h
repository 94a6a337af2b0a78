/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "base/bytes.h"

/* card_trace: every physical APDU of one reader as text, appended to a file.
 *
 *     @ reset                        the card was inserted, or reset by its reader
 *     # at 1204 us, took 412 us
 *     * 8f40...                      entropy, where the command used it
 *     > 00870b9b047c028000
 *     < 7c0a8008...9000
 *
 * The form of test/transcript/: with the entropy a card repeats it bit for bit. PINs and keys stand
 * in it in the clear. NULL traces nothing.
 *
 *     FILE *replay = card_trace_open_to_read(path);
 *     if (card_trace_next_entropy(replay, &entropy)) ...    the next `*` line's bytes
 *
 * Tests: test/unit/vcardd/test_card_trace.c */
struct card_trace_entry {
    struct span entropy; /* empty when the command used none */
    struct span command;
    struct span answer; /* empty: the card gave none */
    uint64_t at_us;     /* since the insertion */
    uint64_t took_us;   /* from the whole command to the answer's first byte */
};

MUST_USE FILE *card_trace_open(const char *path);
MUST_USE FILE *card_trace_open_to_read(const char *path);
/* False at the end, and for a line that is no entropy of exactly the buffer's size. */
MUST_USE bool card_trace_next_entropy(FILE *trace, struct buf *ret_entropy);
void card_trace_write(FILE *trace, const struct card_trace_entry *entry);
void card_trace_reset(FILE *trace);
void card_trace_remark(FILE *trace, const char *format, ...) PRINTF_LIKE(2, 3);
