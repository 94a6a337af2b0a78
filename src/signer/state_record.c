/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_record.h"

#include "base/text.h"
#include "crypto/digest.h"

#define RECORD_MAGIC SPAN_TEXT("CWS1")
#define HEAD_MAGIC SPAN_TEXT("cardwright head v2")
#define HEAD_MAGIC_V1 SPAN_TEXT("cardwright signer head v1") /* without the journal's length */

enum { RECORD_HEADER_LEN = 4 + 4 + DIGEST_SHA256_LEN };

static enum status put_record(struct span body, struct buf *journal)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    enum status status = digest_sha256(body, hash);
    if (status != STATUS_OK) {
        return status;
    }
    size_t start = journal->len;
    bool fits = buf_put(journal, RECORD_MAGIC) && buf_put_u32(journal, (uint32_t)body.len) &&
                buf_put(journal, SPAN_OF(hash)) && buf_put(journal, body);
    if (!fits) {
        journal->len = start;
        return STATUS_TOO_LARGE;
    }
    return STATUS_OK;
}

enum status state_record_put_revoked(enum signer_purpose issuer, const struct x509_crl_entry *entry,
                                     struct buf *journal)
{
    uint8_t memory[STATE_RECORD_MAX];
    struct buf body = BUF(memory);
    bool fits = buf_put_u8(&body, STATE_RECORD_REVOKED) && buf_put_u8(&body, (uint8_t)issuer) &&
                buf_put_u8(&body, (uint8_t)entry->reason) &&
                buf_put_u64(&body, (uint64_t)entry->revoked_at) &&
                buf_put_field(&body, span_of_text(entry->serial));
    return fits ? put_record(buf_span(&body), journal) : STATUS_TOO_LARGE;
}

enum status state_record_put_issued(const struct issued_entry *entry, struct buf *journal)
{
    uint8_t memory[STATE_RECORD_MAX];
    struct buf body = BUF(memory);
    bool fits =
        buf_put_u8(&body, STATE_RECORD_ISSUED_FOR) && buf_put_u8(&body, (uint8_t)entry->purpose) &&
        buf_put_u64(&body, (uint64_t)entry->at) && buf_put(&body, SPAN_OF(entry->key_hash)) &&
        buf_put_field(&body, span_of_text(entry->person)) && buf_put_field(&body, entry->der) &&
        buf_put_field(&body, span_of_text(entry->job));
    return fits ? put_record(buf_span(&body), journal) : STATUS_TOO_LARGE;
}

enum status state_record_put_paired(const uint8_t card_id[KDF_CARD_ID_LEN], const char *name,
                                    struct buf *journal)
{
    uint8_t memory[STATE_RECORD_MAX];
    struct buf body = BUF(memory);
    bool fits = buf_put_u8(&body, STATE_RECORD_PAIRED) && buf_put_u8(&body, 0) &&
                buf_put(&body, span_of(card_id, KDF_CARD_ID_LEN)) &&
                buf_put_field(&body, span_of_text(name));
    return fits ? put_record(buf_span(&body), journal) : STATUS_TOO_LARGE;
}

static bool take_text(struct reader *in, char *ret_text, size_t max)
{
    struct span text;
    if (!reader_field(in, &text) || text.len >= max || memchr(text.ptr, 0, text.len) != NULL) {
        return false;
    }
    memcpy(ret_text, text.ptr, text.len);
    ret_text[text.len] = '\0';
    return true;
}

static bool take_revoked(struct reader *in, struct state_record *record)
{
    uint8_t reason;
    uint64_t at;
    if (!reader_u8(in, &reason) || !reader_u64(in, &at) ||
        !take_text(in, record->revoked.serial, sizeof(record->revoked.serial))) {
        return false;
    }
    record->revoked.reason = (enum x509_reason)reason;
    record->revoked.revoked_at = (instant)at;
    return true;
}

static bool take_issued(struct reader *in, struct state_record *record)
{
    uint64_t at;
    struct span hash;
    if (!reader_u64(in, &at) || !reader_take(in, SIGNER_HASH_LEN, &hash) ||
        !take_text(in, record->issued.person, sizeof(record->issued.person)) ||
        !reader_field(in, &record->issued.der) || record->issued.der.len > X509_DER_MAX) {
        return false;
    }
    record->issued.at = (instant)at;
    memcpy(record->issued.key_hash, hash.ptr, SIGNER_HASH_LEN);
    return true;
}

static bool take_paired(struct reader *in, struct state_record *record)
{
    struct span card_id;
    if (!reader_take(in, KDF_CARD_ID_LEN, &card_id) ||
        !take_text(in, record->name, sizeof(record->name))) {
        return false;
    }
    memcpy(record->card_id, card_id.ptr, KDF_CARD_ID_LEN);
    return true;
}

static bool take_body(struct span body, struct state_record *ret_record)
{
    struct reader in = reader_of(body);
    struct state_record record = { 0 };
    uint8_t kind, purpose;
    if (!reader_u8(&in, &kind) || !reader_u8(&in, &purpose) || purpose >= SIGNER_PURPOSE_MAX) {
        return false;
    }
    bool good = false;
    record.kind = (enum state_record_kind)kind;
    if (kind == STATE_RECORD_REVOKED) {
        record.issuer = (enum signer_purpose)purpose;
        good = take_revoked(&in, &record);
    } else if (kind == STATE_RECORD_ISSUED || kind == STATE_RECORD_ISSUED_FOR) {
        record.kind = STATE_RECORD_ISSUED;
        record.issued.purpose = (enum signer_purpose)purpose;
        good = take_issued(&in, &record) &&
               (kind == STATE_RECORD_ISSUED ||
                take_text(&in, record.issued.job, sizeof(record.issued.job)));
    } else if (kind == STATE_RECORD_PAIRED) {
        good = purpose == 0 && take_paired(&in, &record);
    }
    if (!good || !reader_end(&in)) {
        return false;
    }
    *ret_record = record;
    return true;
}

enum state_record_found state_record_take(struct reader *rest, struct state_record *ret_record)
{
    struct reader in = *rest;
    struct span magic, hash, body;
    uint32_t len;
    uint8_t made[DIGEST_SHA256_LEN];
    if (!reader_take(&in, RECORD_MAGIC.len, &magic)) {
        return STATE_RECORD_TORN;
    }
    if (!span_equal(magic, RECORD_MAGIC)) {
        return STATE_RECORD_DAMAGED;
    }
    if (!reader_u32(&in, &len) || !reader_take(&in, sizeof(made), &hash)) {
        return STATE_RECORD_TORN;
    }
    if (len > STATE_RECORD_MAX) {
        return STATE_RECORD_DAMAGED;
    }
    if (!reader_take(&in, len, &body)) {
        return STATE_RECORD_TORN;
    }
    if (digest_sha256(body, made) != STATUS_OK) {
        return STATE_RECORD_UNKNOWN;
    }
    if (!span_equal(hash, SPAN_OF(made))) {
        return in.rest.len == 0 ? STATE_RECORD_TORN : STATE_RECORD_DAMAGED;
    }
    if (!take_body(body, ret_record)) {
        return STATE_RECORD_DAMAGED;
    }
    *rest = in;
    return STATE_RECORD_FOUND;
}

static bool put_head(const struct state_head *head, struct buf *out)
{
    bool known = head->journal_len > 0;
    return buf_put(out, known ? HEAD_MAGIC : HEAD_MAGIC_V1) && buf_put_u64(out, head->count) &&
           buf_put_u64(out, head->audit.sequence) && buf_put(out, SPAN_OF(head->audit.hash)) &&
           buf_put_u64(out, head->crl_numbers[SIGNER_AUTHENTICATION]) &&
           buf_put_u64(out, head->crl_numbers[SIGNER_CONTENT_SIGNING]) &&
           (!known || buf_put_u64(out, head->journal_len));
}

enum status state_record_head_encode(const struct state_head *head,
                                     uint8_t ret_slot[STATE_HEAD_LEN])
{
    uint8_t hash[DIGEST_SHA256_LEN], memory[STATE_HEAD_LEN] = { 0 };
    struct buf out = BUF(memory);
    if (!put_head(head, &out)) {
        return STATUS_INTERNAL;
    }
    enum status status = digest_sha256(buf_span(&out), hash);
    if (status != STATUS_OK || !buf_put(&out, SPAN_OF(hash))) {
        return status != STATUS_OK ? status : STATUS_INTERNAL;
    }
    memcpy(ret_slot, memory, STATE_HEAD_LEN);
    return STATUS_OK;
}

enum status state_record_head_decode(const uint8_t slot[STATE_HEAD_LEN],
                                     struct state_head *ret_head)
{
    struct reader in = reader_of(span_of(slot, STATE_HEAD_LEN));
    struct state_head head = { 0 };
    struct span magic, hash;
    uint8_t again[STATE_HEAD_LEN];
    bool known = span_starts(in.rest, HEAD_MAGIC);
    if (!reader_take(&in, known ? HEAD_MAGIC.len : HEAD_MAGIC_V1.len, &magic) ||
        !reader_u64(&in, &head.count) || !reader_u64(&in, &head.audit.sequence) ||
        !reader_take(&in, AUDIT_HASH_LEN, &hash) ||
        !reader_u64(&in, &head.crl_numbers[SIGNER_AUTHENTICATION]) ||
        !reader_u64(&in, &head.crl_numbers[SIGNER_CONTENT_SIGNING]) ||
        (known && !reader_u64(&in, &head.journal_len))) {
        return STATUS_BAD_FILE;
    }
    memcpy(head.audit.hash, hash.ptr, AUDIT_HASH_LEN);
    /* One spelling only: what encodes to the same bytes is undamaged. */
    enum status status = state_record_head_encode(&head, again);
    if (status == STATUS_OK && memcmp(again, slot, STATE_HEAD_LEN) != 0) {
        status = STATUS_BAD_FILE;
    }
    if (status == STATUS_OK) {
        *ret_head = head;
    }
    return status;
}

enum status state_record_head_newest(struct span slots, struct state_head *ret_head)
{
    struct state_head best = { 0 }, head;
    for (size_t i = 0; i < STATE_HEAD_SLOTS; i++) {
        struct span slot = span_part(slots, i * STATE_HEAD_LEN, STATE_HEAD_LEN);
        enum status status = slot.len == STATE_HEAD_LEN ? state_record_head_decode(slot.ptr, &head)
                                                        : STATUS_BAD_FILE;
        if (status != STATUS_OK && status != STATUS_BAD_FILE) {
            return status;
        }
        if (status == STATUS_OK && head.count > best.count) {
            best = head;
        }
    }
    if (best.count == 0) {
        return STATUS_BAD_FILE;
    }
    *ret_head = best;
    return STATUS_OK;
}
