/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/apdu.h"

/* apdu_exchange: one logical command, however many physical APDUs it takes.
 *
 *     init -> next -> (caller transmits) -> feed -> next -> ... -> EXCHANGE_DONE
 *
 * Chains data that is too long for one short APDU (ISO/IEC 7816-4, 5.3.3), collects what the card
 * announces with 61xx, repeats once on 6Cxx. It never touches a reader. A card's refusal is a
 * result: DONE with that `sw`; FAILED means that the exchange itself went wrong.
 *
 * `le` 65536 asks for all at once where the card takes extended length, otherwise for 256 and the
 * rest by GET RESPONSE.
 *
 * Memory: allocates nothing; borrows `command`'s data and `reply` from init until wipe.
 * Limits: EXCHANGE_APDUS_MAX physical APDUs, then STATUS_CARD_LIMIT: a card that answers 61 00 for
 *         ever cannot hold the caller in a loop. Reply data beyond `reply`: STATUS_CARD_LIMIT.
 * Errors: an answer of fewer than 2 bytes: STATUS_CARD_UNKNOWN_OUTCOME; data or 61xx in the middle
 *         of a chain: STATUS_CARD_ANSWER; a command past the limits of apdu.h: STATUS_TOO_LARGE.
 * Tests:  test/unit/card/test_apdu_exchange.c, test/transcript/ */
enum { EXCHANGE_APDUS_MAX = 80 };

enum exchange_want { EXCHANGE_SEND, EXCHANGE_DONE, EXCHANGE_FAILED };

/* The caller owns the memory, so the size must be visible. The fields are private but for `sw`,
 * `status` and `apdus_sent`. */
struct apdu_exchange {
    struct apdu_command command;
    struct buf *reply; /* answer data without status word */
    bool extended;     /* the card takes extended length */
    bool repeated;     /* the one repetition on 6Cxx is used up */
    size_t data_sent, piece_len, apdus_sent;
    uint32_t response_le; /* of the GET RESPONSE that comes next */
    uint16_t sw;          /* the last status word */
    enum status status;   /* first failure; it sticks */
    int state;
    uint8_t scratch[APDU_COMMAND_MAX];
};

void apdu_exchange_init(struct apdu_exchange *x, const struct apdu_command *command, bool extended,
                        struct buf *reply);
/* On EXCHANGE_SEND, `*ret_apdu` points into `x` until the next call. */
MUST_USE enum exchange_want apdu_exchange_next(struct apdu_exchange *x, struct span *ret_apdu);
/* Takes any bytes a card may send, status word included; only after a next that said SEND. */
void apdu_exchange_feed(struct apdu_exchange *x, struct span answer);
/* After a feed: is there more to send? */
enum exchange_want apdu_exchange_want(const struct apdu_exchange *x);
void apdu_exchange_wipe(struct apdu_exchange *x);
