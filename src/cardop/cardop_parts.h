/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cardop/cardop.h"
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

/* cardop.c: YYYYMMDD, as the CHUID takes it. */
MUST_USE bool cardop_expiry_good(const char *expiry);

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
void cardop_add_witness(struct batch *b, uint8_t algorithm);
void cardop_add_opening(struct batch *b, const struct cardop *op,
                        const struct cardop_opening *opening);
MUST_USE bool cardop_printed_good(const struct cardop *op,
                                  const struct printed_information *printed);
void cardop_add_keys(struct batch *b, const struct cardop *op,
                     const struct cardop_opening *opening);
void cardop_add_making(struct batch *b, const struct cardop *op);
void cardop_add_write(struct batch *b, const struct cardop *op,
                      const struct span certificates[CARDOP_KEYS]);

/* cardop_check.c: the answers. */
/* Turns the last answer of a batch that did not reach its end into a fault for the person. */
struct fault cardop_fault(const struct batch_result *result);
MUST_USE bool cardop_take_witness(struct cardop *op, const struct batch_result *result);
MUST_USE bool cardop_opened(const struct cardop *op, const struct batch_result *result);
/* Did this key sign the proof with that label? Copies the signature into `ret_key` when not NULL.
 */
struct cardop_proof_check {
    const char *prefix;  /* "old-", "prove-", "test-" */
    size_t index;        /* which key */
    struct span subject; /* 32 bytes */
    const struct public_key *key;
};
MUST_USE bool cardop_proved(const struct cardop *op, const struct batch_result *result,
                            const struct cardop_proof_check *check, struct span *ret_signature);
MUST_USE enum status cardop_take_keys(struct cardop *op, const struct batch_result *result);
MUST_USE enum status cardop_check_proofs(struct cardop *op, const struct batch_result *result);
MUST_USE enum status cardop_check_written(struct cardop *op, const struct batch_result *result,
                                          const struct span certificates[CARDOP_KEYS]);
/* What the answers say about PUK and management key, once the card has proved itself. */
void cardop_settle_secrets(struct cardop *op, const struct batch_result *result);
/* The card did not open: nothing behind that was sent. */
void cardop_unsend_secrets(struct cardop *op);
