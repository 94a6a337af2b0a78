/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/public_key.h"

#include "crypto/signature.h"
#include "crypto/weak_key.h"
#include "test/fuzz/fuzz.h"

/* A SubjectPublicKeyInfo, or the bare numbers of a key, and a signature by it. Nothing that was
 * made up here verifies. */
static void check_key(const struct public_key *key, struct span signature)
{
    static const uint8_t digest[DIGEST_SHA256_LEN] = { 7 };
    uint8_t memory[PUBLIC_KEY_SPKI_MAX];
    struct buf spki = BUF(memory);
    struct public_key again;
    REQUIRE(key->type > KEY_TYPE_NONE && key->type < KEY_TYPE_MAX);
    REQUIRE(public_key_to_spki(key, &spki) == STATUS_OK);
    REQUIRE(public_key_of_spki(buf_span(&spki), &again) == STATUS_OK);
    REQUIRE(public_key_equal(key, &again));
    REQUIRE(signature_verify(key, DIGEST_SHA256, SPAN_OF(digest), signature) != STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span all = span_of(bytes, len);
    uint8_t hash[DIGEST_SHA256_LEN];
    struct public_key key;
    REQUIRE(signature_nonce(all, hash) != STATUS_OK || len >= 8);
    if (public_key_of_spki(all, &key) == STATUS_OK) {
        check_key(&key, all);
    }
    if (public_key_of_point(KEY_TYPE_P256, span_part(all, 0, 65), &key) == STATUS_OK) {
        check_key(&key, span_part(all, 65, len));
    }
    if (public_key_of_point(KEY_TYPE_P384, span_part(all, 0, 97), &key) == STATUS_OK) {
        check_key(&key, span_part(all, 97, len));
    }
    if (public_key_of_rsa(span_part(all, 3, len), span_part(all, 0, 3), &key) == STATUS_OK) {
        check_key(&key, all);
    }
    return 0;
}
