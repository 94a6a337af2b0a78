/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/key_index.h"
#include "wire_signer/signer_message.h"

/* quota: which statement a nonce was used for, and what that statement has been used for so far.
 *
 *     struct quota_record *record = quota_find(&table, nonce);
 *     if (record == NULL) { status = quota_add(&table, nonce, digest, now, &record); }
 *     status = quota_take_puk(record, card_id, 3, 4);
 *
 * One statement is about one card: the first request that names a card id fixes it. Further:
 *   management answers  SIGNER_MANAGEMENT_ANSWERS_MAX; the first with the witness of the statement
 *   management keys     SIGNER_MANAGEMENT_KEYS_MAX
 *   PUK                 SIGNER_PUKS_MAX, always of the two versions of the first
 *   certificate         one public key for each purpose, not the same for both
 * A take that is refused changes nothing. Each is STATUS_STATEMENT_SPENT but for a wrong first
 * witness: STATUS_STATEMENT_INVALID.
 * Memory: allocated at open. A record is kept for the life of a nonce, so that no nonce can come
 * back; when all are alive, quota_add is STATUS_RATE_LIMIT.
 * Tests: test/unit/signer/test_quota.c */
struct quota_record {
    uint8_t digest[SIGNER_HASH_LEN]; /* of the statement */
    instant used_at;
    bool has_card;
    uint8_t card_id[KDF_CARD_ID_LEN];
    uint8_t management_answers, management_keys, puks;
    uint32_t old_puk, new_puk;
    bool has_key[SIGNER_PURPOSE_MAX];
    uint8_t keys[SIGNER_PURPOSE_MAX][SIGNER_HASH_LEN]; /* public_key_hash */
};

struct quota_table {
    struct key_index index;
    struct quota_record *records;
};

MUST_USE enum status quota_open(struct quota_table *table, size_t capacity);
void quota_close(struct quota_table *table);
/* `nonce` has passed nonce_check. NULL: not used yet. */
struct quota_record *quota_find(struct quota_table *table, struct span nonce);
MUST_USE enum status quota_add(struct quota_table *table, struct span nonce,
                               const uint8_t digest[SIGNER_HASH_LEN], instant now,
                               struct quota_record **ret_record);

/* `is_witness_of_statement`: SHA-256 of the witness is the statement's witness_hash. */
MUST_USE enum status quota_take_management_answer(struct quota_record *record,
                                                  const uint8_t card_id[KDF_CARD_ID_LEN],
                                                  bool is_witness_of_statement);
MUST_USE enum status quota_take_management_key(struct quota_record *record,
                                               const uint8_t card_id[KDF_CARD_ID_LEN]);
MUST_USE enum status quota_take_puk(struct quota_record *record,
                                    const uint8_t card_id[KDF_CARD_ID_LEN], uint32_t old_version,
                                    uint32_t new_version);
MUST_USE enum status quota_take_certificate(struct quota_record *record,
                                            enum signer_purpose purpose,
                                            const uint8_t key_hash[SIGNER_HASH_LEN]);
