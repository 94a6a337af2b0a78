/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_key.h"

#include "codec/tlv.h"
#include "crypto/signature.h"
#include "test/fuzz/fuzz.h"

/* Any answer to GENERATE and GENERAL AUTHENTICATE. The first byte says which kind of key was asked
 * for. */
static const uint8_t digest[48] = { 1 };

static void check_generated(enum key_type type, struct span answer)
{
    struct public_key key;
    uint8_t memory[PUBLIC_KEY_SPKI_MAX];
    struct buf spki = BUF(memory);
    struct public_key again;
    if (piv_key_of_generate(answer, type, &key) != STATUS_OK) {
        return;
    }
    REQUIRE(key.type == type);
    REQUIRE(public_key_to_spki(&key, &spki) == STATUS_OK);
    REQUIRE(public_key_of_spki(buf_span(&spki), &again) == STATUS_OK);
    REQUIRE(public_key_equal(&key, &again));
}

static void check_authenticated(struct span answer)
{
    struct span witness, response, signature;
    uint8_t memory[PIV_KEY_MUTUAL_FIELD_MAX], hash[DIGEST_SHA256_LEN];
    struct buf field = BUF(memory);
    if (piv_key_witness(answer, 0, &witness) == STATUS_OK) {
        REQUIRE(witness.len == 8 || witness.len == 16);
        fuzz_inside(answer, witness);
        REQUIRE(piv_key_mutual_field(witness, witness, &field));
    }
    if (piv_key_response(answer, &response) == STATUS_OK) {
        REQUIRE(response.len == 8 || response.len == 16);
        fuzz_inside(answer, response);
    }
    if (piv_key_signature(answer, &signature) == STATUS_OK) {
        REQUIRE(signature.len > 0);
        fuzz_inside(answer, signature);
        REQUIRE(signature_nonce(signature, hash) != STATUS_OK || signature.len >= 8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    uint8_t memory[PIV_KEY_SIGN_FIELD_MAX], which;
    struct buf field = BUF(memory);
    if (!reader_u8(&in, &which)) {
        return 0;
    }
    enum key_type type = (enum key_type)(which % KEY_TYPE_MAX);
    check_generated(type, in.rest);
    check_authenticated(in.rest);
    bool signs = piv_key_sign_field(type, span_of(digest, which % 2 == 0 ? 48 : 32), &field);
    REQUIRE(!signs || field.len <= PIV_KEY_SIGN_FIELD_MAX);
    return 0;
}
