/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/key_index.h"
#include "wire_signer/signer_message.h"

/* pairing: which card a card id stands for, as the signer has learnt it itself (I13).
 *
 *     status = pairing_check(&set, card_id, &statement);          before a secret of the card
 *     status = pairing_learn(&set, card_id, &statement, &journal); once it was given
 *
 * A secret is derived from a card id, a statement names a card. Nothing that the server says ties
 * the two together: a name of a card belongs to an id because an operator's agent read it from the
 * card that was served under that id, or because the signer made that certificate under it.
 * Names: "serial ...", "guid ...", "certificate ..." (card_identity.text; the old certificates of
 * the statement too). "blank" and "unreadable" are nobody's names: good for an id without a name,
 * and for the same issue, cut, as long as no certificate was made.
 *   id unknown        the statement is believed, its names are learnt (first use: a new card, or
 *                     one that was issued before there were pairings)
 *   id known          the statement's name must be one of the id's. A card whose CHUID or serial
 *                     number was not there before is known by a certificate that it carries
 * An issue gives its card a GUID that follows from the job; it is learnt with the first statement.
 * Memory: allocated at open, 40 bytes a name; nothing is forgotten: OUT_OF_MEMORY when it is full.
 * Errors: STATEMENT_CARD, OUT_OF_MEMORY, TOO_LARGE (the journal).
 * Tests: test/unit/signer/test_pairing.c */
struct pairing_set {
    struct key_index index;
};

MUST_USE enum status pairing_open(struct pairing_set *set, size_t capacity);
void pairing_close(struct pairing_set *set);
MUST_USE enum status pairing_check(const struct pairing_set *set,
                                   const uint8_t card_id[KDF_CARD_ID_LEN],
                                   const struct statement *statement);
/* Each of the statement's names; what is known already is not written again. What was learnt before
 * a failure stays learnt, here and in the journal. */
MUST_USE enum status pairing_learn(struct pairing_set *set, const uint8_t card_id[KDF_CARD_ID_LEN],
                                   const struct statement *statement, struct buf *journal);
/* "certificate ...": of one that was made for that card. */
MUST_USE enum status pairing_learn_certificate(struct pairing_set *set,
                                               const uint8_t card_id[KDF_CARD_ID_LEN],
                                               const uint8_t fingerprint[SIGNER_HASH_LEN],
                                               struct buf *journal);
/* From the journal. BAD_VALUE for what is no name. */
MUST_USE enum status pairing_restore(struct pairing_set *set,
                                     const uint8_t card_id[KDF_CARD_ID_LEN], const char *name);
