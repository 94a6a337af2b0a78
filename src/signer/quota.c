/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/quota.h"

#include "signer/nonce.h"

enum status quota_open(struct quota_table *table, size_t capacity)
{
    *table = (struct quota_table){ .records = calloc(capacity, sizeof(*table->records)) };
    if (table->records == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = key_index_open(&table->index, capacity);
    if (status != STATUS_OK) {
        quota_close(table);
    }
    return status;
}

void quota_close(struct quota_table *table)
{
    free(table->records);
    key_index_close(&table->index);
    *table = (struct quota_table){ 0 };
}

struct quota_record *quota_find(struct quota_table *table, struct span nonce)
{
    size_t slot;
    return key_index_find(&table->index, nonce_mac(nonce).ptr, &slot) ? &table->records[slot]
                                                                      : NULL;
}

enum status quota_add(struct quota_table *table, struct span nonce,
                      const uint8_t digest[SIGNER_HASH_LEN], instant now,
                      struct quota_record **ret_record)
{
    bool used;
    size_t slot = key_index_next(&table->index, &used);
    /* A nonce is never younger than its first use, so past this moment it is dead for sure. */
    if (used && now < table->records[slot].used_at + SIGNER_NONCE_LIFE_SECONDS) {
        return STATUS_RATE_LIMIT;
    }
    slot = key_index_add(&table->index, nonce_mac(nonce).ptr);
    table->records[slot] = (struct quota_record){ .used_at = now };
    memcpy(table->records[slot].digest, digest, SIGNER_HASH_LEN);
    *ret_record = &table->records[slot];
    return STATUS_OK;
}

static bool card_fits(const struct quota_record *record, const uint8_t *card_id)
{
    return !record->has_card || memcmp(record->card_id, card_id, KDF_CARD_ID_LEN) == 0;
}

static void fix_card(struct quota_record *record, const uint8_t *card_id)
{
    record->has_card = true;
    memcpy(record->card_id, card_id, KDF_CARD_ID_LEN);
}

enum status quota_take_management_answer(struct quota_record *record,
                                         const uint8_t card_id[KDF_CARD_ID_LEN],
                                         bool is_witness_of_statement)
{
    if (!card_fits(record, card_id) ||
        record->management_answers >= SIGNER_MANAGEMENT_ANSWERS_MAX) {
        return STATUS_STATEMENT_SPENT;
    }
    if (record->management_answers == 0 && !is_witness_of_statement) {
        return STATUS_STATEMENT_INVALID;
    }
    record->management_answers++;
    fix_card(record, card_id);
    return STATUS_OK;
}

enum status quota_take_management_key(struct quota_record *record,
                                      const uint8_t card_id[KDF_CARD_ID_LEN])
{
    if (!card_fits(record, card_id) || record->management_keys >= SIGNER_MANAGEMENT_KEYS_MAX) {
        return STATUS_STATEMENT_SPENT;
    }
    record->management_keys++;
    fix_card(record, card_id);
    return STATUS_OK;
}

enum status quota_take_puk(struct quota_record *record, const uint8_t card_id[KDF_CARD_ID_LEN],
                           uint32_t old_version, uint32_t new_version)
{
    bool same =
        record->puks == 0 || (record->old_puk == old_version && record->new_puk == new_version);
    if (!card_fits(record, card_id) || !same || record->puks >= SIGNER_PUKS_MAX) {
        return STATUS_STATEMENT_SPENT;
    }
    record->puks++;
    record->old_puk = old_version;
    record->new_puk = new_version;
    fix_card(record, card_id);
    return STATUS_OK;
}

enum status quota_take_certificate(struct quota_record *record, enum signer_purpose purpose,
                                   const uint8_t key_hash[SIGNER_HASH_LEN])
{
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        bool same = memcmp(record->keys[i], key_hash, SIGNER_HASH_LEN) == 0;
        if (record->has_key[i] && same != (i == (size_t)purpose)) {
            return STATUS_STATEMENT_SPENT;
        }
    }
    record->has_key[purpose] = true;
    memcpy(record->keys[purpose], key_hash, SIGNER_HASH_LEN);
    return STATUS_OK;
}
