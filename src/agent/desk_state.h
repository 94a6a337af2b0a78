/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/entropy.h"
#include "port/pcsc_reader.h"

/* desk_state: which readers and cards are here, and who each card is. No I/O.
 *
 *     status = desk_state_update(&state, &list, &entropy, &change);
 *     if (change.operator_removed) { the session is over }
 *     status = desk_state_user(&state, &index);      the card that is served
 *
 * Cards are told apart by insertion: a random number made anew each time a card comes, also when
 * one was swapped for another so fast that the reader never showed empty (the event counter tells).
 * The card that logged in is the operator's until it leaves; any other card is the user's. Neither
 * the order nor the names of readers mean anything.
 * Memory: a plain value. Tests: test/unit/agent/test_desk_state.c */
enum { DESK_INSERTION_LEN = 16, DESK_SLOTS_MAX = PCSC_READERS_MAX, DESK_IDENTITY_MAX = 72 };

enum desk_role { DESK_ROLE_EMPTY, DESK_ROLE_OPERATOR, DESK_ROLE_USER, DESK_ROLE_MAX };

struct desk_slot {
    char name[PCSC_READER_NAME_MAX];
    bool present, mute, contactless;
    uint16_t event_count;
    uint8_t atr[PCSC_ATR_MAX];
    size_t atr_len;
    uint8_t insertion[DESK_INSERTION_LEN];
};

struct desk_state {
    size_t count;
    struct desk_slot slots[DESK_SLOTS_MAX];
    bool service_lost; /* the smartcard service does not answer */
    bool has_operator;
    uint8_t operator_insertion[DESK_INSERTION_LEN];
};

struct desk_change {
    bool operator_removed;
    size_t inserted_count, removed_count;
    size_t inserted[DESK_SLOTS_MAX]; /* indexes into slots */
    uint8_t removed[DESK_SLOTS_MAX][DESK_INSERTION_LEN];
};

/* Error: CRYPTO (no entropy), the state is as before then. */
MUST_USE enum status desk_state_update(struct desk_state *state,
                                       const struct pcsc_reader_list *list,
                                       const struct entropy *entropy,
                                       struct desk_change *ret_change);
/* The smartcard service is gone: so is every card, as far as anyone can tell. */
void desk_state_lost(struct desk_state *state, struct desk_change *ret_change);
/* A command to that card broke off: nobody knows whether it is still the same card, since one may
 * have been swapped without the reader's noticing. So it counts as a new insertion. */
MUST_USE enum status desk_state_doubt(struct desk_state *state,
                                      const uint8_t insertion[DESK_INSERTION_LEN],
                                      const struct entropy *entropy,
                                      struct desk_change *ret_change);
void desk_state_set_operator(struct desk_state *state, const uint8_t insertion[DESK_INSERTION_LEN]);
void desk_state_clear_operator(struct desk_state *state);
enum desk_role desk_state_role(const struct desk_state *state, size_t index);
const char *desk_state_role_name(enum desk_role role);
/* False: no card of that insertion is here any more. */
MUST_USE bool desk_state_find(const struct desk_state *state,
                              const uint8_t insertion[DESK_INSERTION_LEN], size_t *ret_index);
/* The one card that is not the operator's: CARD_TWO, CARD_ABSENT, READER_SECOND (the operator's
 * card has the only reader), READER_NONE, READER_SERVICE. */
MUST_USE enum status desk_state_user(const struct desk_state *state, size_t *ret_index);
/* What is wrong with the workstation now; STATUS_OK: nothing. */
enum status desk_state_fault(const struct desk_state *state);

/* What is known of each slot's card, for the choice of the card that logs in. */
struct desk_candidate {
    bool present;
    bool has_certificate; /* for authentication */
    char identity[DESK_IDENTITY_MAX];
    char serial[24];
};

/* `wanted` (a serial number or an identity) or NULL. One card: that one. Several: the only one with
 * a certificate. Else CARD_TWO with the identities in `reterr_detail`; CARD_OTHER: none is wanted;
 * CARD_ABSENT. */
MUST_USE enum status desk_state_choose(const struct desk_candidate *candidates, size_t count,
                                       const char *wanted, size_t *ret_index,
                                       char reterr_detail[FAULT_DETAIL_MAX]);
/* Is this the card that a person named so? */
bool desk_state_is_card(const char *wanted, const char *identity, const char *serial);
