/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/status.h"

/* doctor_alone: what can be told from the cards in the readers without agent, server and log-in.
 *
 *     json_t *cards = NULL;
 *     status = doctor_alone_look(&cards, &fault);       [{"reader", "identity", "diagnosis", ...}]
 *
 * Only reads: no passcode is asked for, no try is used. A card that cannot be read has "fault"
 * instead of a diagnosis. Errors: READER_SERVICE, READER_NONE, CARD_ABSENT (none in any reader).
 * Tests: test/e2e/test_doctor_card.py */
MUST_USE enum status doctor_alone_look(json_t **ret_cards, struct fault *reterr_fault);
