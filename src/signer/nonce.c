/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/nonce.h"

#include "crypto/mac.h"

enum { TIME_LEN = 8, MESSAGE_MAX = 128 };

static bool put_message(struct span random, struct span time, const uint8_t *binding,
                        struct buf *out)
{
    return buf_put_field(out, SPAN_TEXT("cardwright nonce v1")) && buf_put_field(out, random) &&
           buf_put_field(out, time) && buf_put_field(out, span_of(binding, SIGNER_HASH_LEN));
}

enum status nonce_make(struct span key, const uint8_t random[NONCE_RANDOM_LEN], instant now,
                       const uint8_t binding[SIGNER_HASH_LEN], uint8_t ret_nonce[SIGNER_NONCE_LEN])
{
    uint8_t time_bytes[TIME_LEN], memory[MESSAGE_MAX], tag[MAC_LEN];
    struct buf time = BUF(time_bytes), message = BUF(memory);
    if (!buf_put_u64(&time, (uint64_t)now) ||
        !put_message(span_of(random, NONCE_RANDOM_LEN), buf_span(&time), binding, &message)) {
        return STATUS_INTERNAL;
    }
    enum status status = mac_sha256(key, buf_span(&message), tag);
    if (status != STATUS_OK) {
        return status;
    }
    struct buf nonce = buf_of(ret_nonce, SIGNER_NONCE_LEN);
    buf_put(&nonce, span_of(random, NONCE_RANDOM_LEN));
    buf_put(&nonce, buf_span(&time));
    buf_put(&nonce, SPAN_OF(tag));
    return nonce.full ? STATUS_INTERNAL : STATUS_OK;
}

enum status nonce_check(struct span key, struct span nonce, const uint8_t binding[SIGNER_HASH_LEN],
                        instant now)
{
    uint8_t memory[MESSAGE_MAX];
    struct buf message = BUF(memory);
    uint64_t at;
    if (nonce.len != SIGNER_NONCE_LEN) {
        return STATUS_STATEMENT_NONCE;
    }
    struct span time = span_part(nonce, NONCE_RANDOM_LEN, TIME_LEN);
    struct reader in = reader_of(time);
    if (!put_message(span_part(nonce, 0, NONCE_RANDOM_LEN), time, binding, &message) ||
        !mac_sha256_verify(key, buf_span(&message), nonce_mac(nonce)) || !reader_u64(&in, &at)) {
        return STATUS_STATEMENT_NONCE;
    }
    /* The time is our own from here on. */
    instant made_at = (instant)at;
    bool alive = made_at <= now && now < made_at + SIGNER_NONCE_LIFE_SECONDS;
    return alive ? STATUS_OK : STATUS_STATEMENT_NONCE;
}

struct span nonce_mac(struct span nonce)
{
    return span_part(nonce, NONCE_RANDOM_LEN + TIME_LEN, NONCE_MAC_LEN);
}
