/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cardop/cardop.h"
#include "piv/card_model.h"
#include "piv/piv_object.h"

/* cardop_parts: what the files of this folder share; nothing for others.
 *
 * Labels are the names by which batch and check speak of the same command. `%` stands in the
 * tables below for the key's short name, "9a" or "9c". */
extern const uint8_t cardop_slots[CARDOP_KEYS]; /* 9A, 9C */

/* "generate-9c" and the like; `prefix` ends with '-'. */
struct cardop_label {
    char text[BATCH_LABEL_MAX];
};
struct cardop_label cardop_label_of(const char *prefix, size_t key_index);

/* What a card may only show by refusing it; stands in its record then (card_model.h). */
enum {
    CARDOP_LEARNT = CARD_CAN_PUK_CHANGE | CARD_CAN_PRINTED | CARD_CAN_SET_MANAGEMENT |
                    CARD_CAN_MOVE_KEY | CARD_CAN_AES_MANAGEMENT | CARD_CAN_TELL_PIN
};

/* cardop.c */
/* YYYYMMDD, as the CHUID takes it. */
MUST_USE bool cardop_expiry_good(const char *expiry);
/* A further batch: a new witness. CARD_KEY_REFUSED: there were too many openings. */
MUST_USE enum status cardop_open_again(struct cardop *op, enum cardop_goal goal,
                                       struct batch *ret_batch);

/* cardop_factory.c: a card that is not ours yet. */
/* At each begin: what the card tells counts until its key was proved. */
void cardop_factory_survey(struct cardop *op, const struct card_report *report);
/* Does the card have to prove its key before anything is changed? */
bool cardop_factory_asks(const struct cardop *op);
/* After the card refused the key that was tried: true when that was a candidate and there may be
 * another, which is then the one to try. */
MUST_USE bool cardop_factory_next(struct cardop *op);

/* cardop_reset.c: a blocked card that can be wiped. */
/* At the begin of an issue: is it to be wiped, was it? Sets the goal. RESET_UNCONFIRMED,
 * CARD_NOT_BLOCKED. */
MUST_USE enum status cardop_reset_judge(struct cardop *op, const struct card_report *report,
                                        const struct card_identity *identity);
MUST_USE enum status cardop_reset_accept(struct cardop *op, const struct batch_result *result,
                                         struct batch *ret_batch);

/* cardop_move.c: new keys in spare slots (spare_slot.h) of a card that can move keys. The old ones
 * work until the new ones are certified; each is moved aside then, its successor moved in, and it
 * is deleted when that has signed. */
/* To the prelude: what is in the spare slots? */
void cardop_add_places(struct batch *b, const struct cardop *op, const struct card_report *report);
/* At each begin: are keys to be moved, and which is where? Forgets keys that are out of reach. */
void cardop_survey_places(struct cardop *op, const struct card_report *report,
                          const struct batch_result *result);
bool cardop_is_spare(const struct cardop *op, size_t key_index);
/* Once it is settled which keys are to be made: where? */
void cardop_place_new(struct cardop *op);
/* Before GENERATE: shows whether the card can move keys, while it has lost nothing. */
void cardop_add_clear(struct batch *b, const struct cardop *op, size_t key_index);
void cardop_add_move_in(struct batch *b, const struct cardop *op, size_t key_index);
/* The label that cardop_add_gone begins with; NULL: nothing of this job is in a spare slot. */
const char *cardop_first_gone(const struct cardop *op);
void cardop_add_gone(struct batch *b, const struct cardop *op);
/* The card made no key in the spare slot: true when it is to be made in its own slot then. */
MUST_USE bool cardop_stay_home(struct cardop *op, const struct batch_result *result);
bool cardop_is_tested(const struct cardop *op);
/* After the test: true when the old keys are to be deleted in an opening of their own. */
bool cardop_keeps_old(const struct cardop *op, const struct batch_result *result);
void cardop_settle_moves(struct cardop *op, const struct batch_result *result);

/* cardop_default.c: the maker's secrets, where the card says that it has them: after the
 * management key's version was chosen, before the PUK's. CARD_KEY_REFUSED: not to be begun. */
MUST_USE enum status cardop_take_defaults(struct cardop *op, const struct card_report *report);
/* Behind the label of a proof of 9A: the same, after a VERIFY of its own. */
#define CARDOP_AGAIN "-again"

/* cardop_batch.c: the commands. Each appends to `b`. */
enum { CARDOP_LE_ALL = 65536 }; /* in one answer where the card takes extended length */
/* GET DATA whose answer goes back. */
struct batch_op *cardop_add_get(struct batch *b, enum piv_object object, const char *label,
                                enum batch_step step);
struct batch_op *cardop_add_put(struct batch *b, enum piv_object object, const char *label,
                                enum batch_step step, struct span content);
/* cardop_room.c: how many bytes the new certificates may need more than the card has shown to
 * hold; and the trial. `now`: DER of 9A's certificate, none when issuing. */
void cardop_survey_room(struct cardop *op, const struct card_report *report,
                        const struct card_identity *identity);
void cardop_add_room(struct batch *b, const struct cardop *op, struct span now);
/* cardop_attest.c: the certificate of F9, before anything is changed; then, of the new keys, what
 * the card attests. Nothing where it is not to be asked. */
void cardop_add_device(struct batch *b, const struct cardop *op);
void cardop_add_attest(struct batch *b, const struct cardop *op);
/* cardop_batch.c again. */
void cardop_add_select(struct batch *b);
void cardop_add_select_as(struct batch *b, const char *label);
void cardop_add_witness(struct batch *b, uint8_t algorithm);
/* The same under another label. */
struct batch_op *cardop_add_witness_as(struct batch *b, const char *label, uint8_t algorithm);
void cardop_add_opening(struct batch *b, const struct cardop *op,
                        const struct cardop_opening *opening);
/* A place for jumps: a command that does nothing. */
void cardop_add_mark(struct batch *b, const char *label);
MUST_USE bool cardop_printed_good(const struct cardop *op,
                                  const struct printed_information *printed);
void cardop_add_keys(struct batch *b, const struct cardop *op,
                     const struct cardop_opening *opening);
void cardop_add_making(struct batch *b, const struct cardop *op);
void cardop_add_write(struct batch *b, const struct cardop *op,
                      const struct span certificates[CARDOP_KEYS]);

/* cardop_check.c: the answers. */
bool cardop_label_begins(const char *label, const char *prefix);
/* Turns the last answer of a batch that did not reach its end into a fault for the person. */
struct fault cardop_fault(const struct batch_result *result);
MUST_USE bool cardop_take_witness(struct cardop *op, const struct batch_result *result);
MUST_USE bool cardop_opened(const struct cardop *op, const struct batch_result *result);
/* Did this key sign the proof with that label? Copies the signature into `ret_key` when not NULL.
 */
struct cardop_proof_check {
    const char *prefix;  /* "old-", "prove-", "test-" */
    size_t index;        /* which key */
    uint8_t slot;        /* that it was in */
    struct span subject; /* 32 bytes */
    const struct public_key *key;
};
MUST_USE bool cardop_proved(const struct cardop *op, const struct batch_result *result,
                            const struct cardop_proof_check *check, struct span *ret_signature);
MUST_USE enum status cardop_take_keys(struct cardop *op, const struct batch_result *result);
MUST_USE enum status cardop_check_proofs(struct cardop *op, const struct batch_result *result);
/* A key that the card has made is not there, or does not sign though the passcode was right:
 * another tool may have deleted it since. It has to be made anew, or each insertion would fail in
 * the same way. */
bool cardop_key_lost(const struct batch_result *result);
MUST_USE enum status cardop_check_written(struct cardop *op, const struct batch_result *result,
                                          const struct span certificates[CARDOP_KEYS]);
/* What the answers say about PUK and management key, once the card has proved itself. */
void cardop_settle_secrets(struct cardop *op, const struct batch_result *result);
/* The card did not open: nothing behind that was sent. */
void cardop_unsend_secrets(struct cardop *op);
