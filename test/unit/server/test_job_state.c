/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_state.h"

#include <stdio.h>

#include "base/text.h"
#include "store/store_record.h"
#include "test/lib/test.h"

static struct job_state sample(void)
{
    struct job_state state = { .halted = true,
                               .statement = { .origin = "https://ra.example:8443",
                                              .job = "00000000000000000000000000000001",
                                              .nonce_len = 48,
                                              .at = 1795339800,
                                              .operation = "repair",
                                              .left_locked = true,
                                              .identity_check = "passport",
                                              .card = "serial 10000042",
                                              .person = "100000000022",
                                              .operator_person = "100000000011",
                                              .role_profile = "100000000099" } };
    memset(state.binding, 1, sizeof(state.binding));
    memset(state.statement.nonce, 2, 48);
    memset(state.statement.old_certificates, 3, sizeof(state.statement.old_certificates));
    memset(state.statement.policy_hash, 4, sizeof(state.statement.policy_hash));
    memset(state.statement.witness_hash, 5, sizeof(state.statement.witness_hash));
    CHECK_EQ(
        cardop_init(&state.op, &(struct cardop_options){ .service = CARDOP_REPAIR,
                                                         .job = "00000000000000000000000000000001",
                                                         .origin = "https://ra.example:8443",
                                                         .key_type = KEY_TYPE_P256,
                                                         .puk_version = 3 }),
        STATUS_OK);
    return state;
}

static struct span encode(const struct job_state *state)
{
    static uint8_t memory[STORE_JOB_STATE_MAX];
    struct buf bytes = BUF(memory);
    CHECK_EQ(job_state_encode(state, &bytes), STATUS_OK);
    return buf_span(&bytes);
}

TEST(job_state__comes_back_as_it_went_in)
{
    const struct job_state kept = sample();
    struct job_state again;
    uint8_t digest[32], digest_again[32];
    CHECK_EQ(job_state_decode(encode(&kept), &again), STATUS_OK);
    CHECK(again.halted);
    CHECK_BYTES(again.binding, kept.binding, sizeof(kept.binding));
    CHECK_EQ(again.op.service, CARDOP_REPAIR);
    CHECK_EQ(again.op.puk.current, 3);
    CHECK_EQ(statement_digest(&kept.statement, digest), STATUS_OK);
    CHECK_EQ(statement_digest(&again.statement, digest_again), STATUS_OK);
    CHECK_BYTES(digest, digest_again, sizeof(digest)); /* or the signer would refuse to go on */
}

TEST(job_state__the_fullest_state_fits_the_stores_column)
{
    uint8_t memory[STORE_JOB_STATE_MAX];
    struct buf bytes = BUF(memory);
    struct job_state kept = sample();
    memset(kept.statement.origin, 'o', sizeof(kept.statement.origin) - 1);
    memset(kept.op.origin, 'o', sizeof(kept.op.origin) - 1);
    memset(kept.statement.identity_check, 'i', sizeof(kept.statement.identity_check) - 1);
    memset(kept.statement.card, 'c', sizeof(kept.statement.card) - 1);
    kept.statement.nonce_len = sizeof(kept.statement.nonce);
    kept.op.nonce_len = sizeof(kept.op.nonce);
    kept.op.witness_len = kept.op.expected_len = 16;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        kept.op.keys[i].proof_len = sizeof(kept.op.keys[i].proof);
    }
    CHECK_EQ(job_state_encode(&kept, &bytes), STATUS_OK);
    /* Two RSA-3072 keys come on top. */
    CHECK(bytes.len + CARDOP_KEYS * PUBLIC_KEY_SPKI_MAX <= STORE_JOB_STATE_MAX);
    printf("# %zu of %d bytes\n", bytes.len, STORE_JOB_STATE_MAX);
}

TEST(job_state__every_truncation_is_refused)
{
    const struct job_state kept = sample();
    struct job_state again = { .halted = true };
    struct span bytes = encode(&kept);
    for (size_t len = 0; len < bytes.len; len++) {
        CHECK_EQ(job_state_decode(span_part(bytes, 0, len), &again), STATUS_STORE);
    }
    CHECK(again.halted && again.op.puk.current == 0); /* untouched */
}

TEST(job_state__every_bit_flip_is_refused_or_means_what_it_says)
{
    static uint8_t memory[STORE_JOB_STATE_MAX];
    const struct job_state kept = sample();
    struct span bytes = encode(&kept);
    size_t len = bytes.len;
    memcpy(memory, bytes.ptr, len);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        struct job_state again;
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (job_state_decode(span_of(memory, len), &again) == STATUS_OK) {
            CHECK_SPAN(encode(&again), span_of(memory, len));
        }
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

TEST(job_state__trailing_bytes_and_unknown_versions_are_refused)
{
    static uint8_t memory[STORE_JOB_STATE_MAX];
    const struct job_state kept = sample();
    struct job_state again;
    struct span bytes = encode(&kept);
    memcpy(memory, bytes.ptr, bytes.len);
    CHECK_EQ(job_state_decode(span_of(memory, bytes.len + 1), &again), STATUS_STORE);
    memory[0]++;
    CHECK_EQ(job_state_decode(span_of(memory, bytes.len), &again), STATUS_STORE);
    CHECK_EQ(job_state_decode(SPAN_NONE, &again), STATUS_STORE);
}

TEST(job_state__what_does_not_fit_is_refused)
{
    uint8_t memory[64];
    struct buf bytes = BUF(memory);
    const struct job_state kept = sample();
    CHECK_EQ(job_state_encode(&kept, &bytes), STATUS_TOO_LARGE);
}
