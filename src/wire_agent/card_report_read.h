/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch.h"
#include "wire_agent/card_report.h"

/* card_report_read: what the card answered to the reading list becomes the report.
 *
 *     read_card_batch(&batch);  ... play ... -> result       (piv/read_card.h)
 *     status = card_report_read(&(struct card_report_reading){ .result = &result, .atr = atr,
 *                                 .insertion = random }, &report);
 *
 * An object whose outer tag is torn goes in as the card gave it, so that it shows as torn and not
 * as absent; one that is longer than the report has room for is cut, with the same effect.
 * Memory: borrows for the call only. About 13 KiB of stack.
 * Errors: the result's own status when the reading did not reach its end; STATUS_CARD_NOT_PIV when
 * SELECT answered for another application; STATUS_BAD_VALUE for an ATR that is too long.
 * Tests: test/unit/wire_agent/test_card_report_read.c */
struct card_report_reading {
    const struct batch_result *result;
    struct span atr;
    bool contactless;
    const uint8_t *insertion; /* 16 random bytes, new at each insertion */
};

MUST_USE enum status card_report_read(const struct card_report_reading *reading,
                                      struct card_report *ret_report);
