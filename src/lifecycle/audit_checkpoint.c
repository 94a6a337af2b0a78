/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/audit_checkpoint.h"

#include <string.h>

#include "crypto/signature.h"
#include "lifecycle/audit_json.h"

static bool checkpoint_is_good(const struct audit_checkpoint *checkpoint)
{
    return checkpoint->head.sequence > 0 && checkpoint->head.sequence <= INT64_MAX &&
           checkpoint->at >= 0 && checkpoint->signature_len <= sizeof(checkpoint->signature);
}

static void put_number_field(struct buf *out, uint64_t value)
{
    (void)(buf_put_u32(out, 8) && buf_put_u64(out, value));
}

enum status audit_checkpoint_message(const struct audit_checkpoint *checkpoint,
                                     struct buf *ret_message)
{
    if (!checkpoint_is_good(checkpoint)) {
        return STATUS_BAD_VALUE;
    }
    uint8_t memory[AUDIT_CHECKPOINT_MESSAGE_MAX];
    struct buf message = BUF(memory);
    (void)buf_put_field(&message, SPAN_TEXT("cardwright audit checkpoint v1"));
    put_number_field(&message, checkpoint->head.sequence);
    put_number_field(&message, (uint64_t)checkpoint->at);
    (void)buf_put_field(&message, span_of(checkpoint->head.hash, AUDIT_HASH_LEN));
    (void)buf_put_field(&message, span_of(checkpoint->key_id, AUDIT_HASH_LEN));
    bool fits = !message.full && buf_put(ret_message, buf_span(&message));
    return fits ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status audit_checkpoint_encode(const struct audit_checkpoint *checkpoint, struct buf *ret_line)
{
    if (!checkpoint_is_good(checkpoint)) {
        return STATUS_BAD_VALUE;
    }
    struct audit_json line = audit_json_new("checkpoint");
    audit_json_put_number(&line, "sequence", checkpoint->head.sequence);
    audit_json_put_hex(&line, "head", span_of(checkpoint->head.hash, AUDIT_HASH_LEN));
    audit_json_put_instant(&line, "at", checkpoint->at);
    audit_json_put_hex(&line, "key", span_of(checkpoint->key_id, AUDIT_HASH_LEN));
    audit_json_put_hex(&line, "signature",
                       span_of(checkpoint->signature, checkpoint->signature_len));
    return audit_json_write(&line, ret_line);
}

static enum status read_members(struct span bytes, struct audit_checkpoint *checkpoint)
{
    struct buf head = buf_of(checkpoint->head.hash, AUDIT_HASH_LEN);
    struct buf key = buf_of(checkpoint->key_id, AUDIT_HASH_LEN);
    struct buf signature = BUF(checkpoint->signature);
    struct audit_json line = audit_json_read(bytes, "checkpoint");
    audit_json_get_number(&line, "sequence", &checkpoint->head.sequence);
    audit_json_get_hex(&line, "head", &head);
    audit_json_get_instant(&line, "at", &checkpoint->at);
    audit_json_get_hex(&line, "key", &key);
    audit_json_get_hex(&line, "signature", &signature);
    checkpoint->signature_len = signature.len;
    enum status status = audit_json_end(&line);
    bool whole = head.len == AUDIT_HASH_LEN && key.len == AUDIT_HASH_LEN;
    return status == STATUS_OK && !whole ? STATUS_AUDIT_BROKEN : status;
}

/* Spelled again and compared, like an entry. */
enum status audit_checkpoint_decode(struct span line, struct audit_checkpoint *ret_checkpoint)
{
    uint8_t again[AUDIT_CHECKPOINT_LINE_MAX];
    struct buf spelling = BUF(again);
    struct audit_checkpoint checkpoint = { 0 };
    if (line.len > AUDIT_CHECKPOINT_LINE_MAX) {
        return STATUS_AUDIT_BROKEN;
    }
    enum status status = read_members(line, &checkpoint);
    if (status != STATUS_OK) {
        return status;
    }
    status = audit_checkpoint_encode(&checkpoint, &spelling);
    if (status == STATUS_OUT_OF_MEMORY) {
        return status;
    }
    if (status != STATUS_OK || !audit_json_is_spelled(line, buf_span(&spelling))) {
        return STATUS_AUDIT_BROKEN;
    }
    *ret_checkpoint = checkpoint;
    return STATUS_OK;
}

static const struct public_key *named_key(const struct audit_checkpoint *checkpoint,
                                          const struct public_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t hash[DIGEST_SHA256_LEN];
        bool known = public_key_hash(&keys[i], hash) == STATUS_OK &&
                     memcmp(hash, checkpoint->key_id, sizeof(hash)) == 0;
        if (known) {
            return &keys[i];
        }
    }
    return NULL;
}

enum status audit_checkpoint_check(const struct audit_checkpoint *checkpoint,
                                   const struct public_key *keys, size_t count)
{
    uint8_t memory[AUDIT_CHECKPOINT_MESSAGE_MAX];
    struct buf message = BUF(memory);
    const struct public_key *key = named_key(checkpoint, keys, count);
    if (key == NULL) {
        return STATUS_CA_UNKNOWN;
    }
    enum status status = audit_checkpoint_message(checkpoint, &message);
    if (status != STATUS_OK) {
        return status;
    }
    struct span signature = span_of(checkpoint->signature, checkpoint->signature_len);
    return signature_verify_message(key, buf_span(&message), signature);
}
