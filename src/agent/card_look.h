/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk_state.h"
#include "wire_agent/card_report.h"

/* card_look: reads who a card is. Changes nothing on it and needs no passcode.
 *
 *     struct card_look look;
 *     status = card_look_read(&slot, &look);
 *
 * Memory: a plain value of about 30 KiB. Errors: those of port/pcsc_reader.h, CARD_NOT_PIV,
 * CARD_CONTACTLESS (not even asked).
 * Tests: with cards in the end-to-end tests. */
struct card_look {
    struct card_report report;
    struct card_identity identity;
    size_t apdus;
    int64_t read_us;
};

MUST_USE enum status card_look_read(const struct desk_slot *slot, struct card_look *ret_look);
