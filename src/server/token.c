/* SPDX-License-Identifier: Apache-2.0 */
#include "server/token.h"

#include <string.h>

#include "base/text.h"
#include "crypto/mac.h"

enum { HEAD_LEN = 9, BYTES_MAX = HEAD_LEN + TOKEN_PAYLOAD_MAX + MAC_LEN };

enum status token_make(struct span key, enum token_kind kind, struct span payload,
                       instant expires_at, char ret_text[TOKEN_TEXT_MAX])
{
    uint8_t memory[BYTES_MAX];
    uint8_t tag[MAC_LEN];
    struct buf bytes = BUF(memory);
    if (payload.len > TOKEN_PAYLOAD_MAX || !buf_put_u8(&bytes, (uint8_t)kind) ||
        !buf_put_u64(&bytes, (uint64_t)expires_at) || !buf_put(&bytes, payload)) {
        return STATUS_TOO_LARGE;
    }
    enum status status = mac_sha256(key, buf_span(&bytes), tag);
    if (status != STATUS_OK) {
        return status;
    }
    bool fits =
        buf_put(&bytes, SPAN_OF(tag)) && text_of_hex(buf_span(&bytes), ret_text, TOKEN_TEXT_MAX);
    return fits ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status token_open(struct span key, enum token_kind kind, const char *text, instant now,
                       struct buf *ret_payload)
{
    uint8_t memory[BYTES_MAX];
    struct buf bytes = BUF(memory);
    if (strlen(text) >= TOKEN_TEXT_MAX || !text_parse_hex(text, &bytes) ||
        bytes.len < HEAD_LEN + MAC_LEN) {
        return STATUS_SESSION_MISSING;
    }
    struct span all = buf_span(&bytes);
    struct span signed_part = span_part(all, 0, all.len - MAC_LEN);
    if (!mac_sha256_verify(key, signed_part, span_part(all, all.len - MAC_LEN, MAC_LEN)) ||
        memory[0] != (uint8_t)kind) {
        return STATUS_SESSION_MISSING;
    }
    struct reader in = reader_of(span_part(signed_part, 1, SIZE_MAX));
    uint64_t expires_at;
    if (!reader_u64(&in, &expires_at)) {
        return STATUS_SESSION_MISSING;
    }
    if (now >= (instant)expires_at) {
        return STATUS_SESSION_EXPIRED;
    }
    return buf_put(ret_payload, in.rest) ? STATUS_OK : STATUS_SESSION_MISSING;
}
