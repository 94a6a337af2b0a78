/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/proof_make.h"

#include <string.h>

#include "crypto/private_key.h"
#include "piv/piv_key.h"
#include "port/entropy_read.h"
#include "test/lib/test.h"
#include "wire_agent/statement.h"

static const uint8_t nonce[] = { 7, 7, 7 };
static const uint8_t subject[32] = { 3 };

static struct proof_make proof_of(const char *origin, const char *job)
{
    return (struct proof_make){ .origin = origin, .job = job, .nonce = SPAN_OF(nonce) };
}

static enum status make(struct proof_make proof, uint8_t slot, uint8_t algorithm, struct buf *field)
{
    const struct batch_op op = { .ins = INS_AUTHENTICATE, .p1 = algorithm, .p2 = slot };
    return proof_make_field(&proof, &op, SPAN_OF(subject), field);
}

TEST(proof_make__signs_the_digest_of_origin_job_slot_subject_and_nonce)
{
    uint8_t memory[64], expected_memory[64], digest[32];
    struct buf field = BUF(memory), expected = BUF(expected_memory);
    const struct proof proof = { .origin = "https://a",
                                 .job = "job",
                                 .slot = 0x9C,
                                 .subject = SPAN_OF(subject),
                                 .nonce = SPAN_OF(nonce) };

    CHECK_EQ(make(proof_of("https://a", "job"), 0x9C, 0x11, &field), STATUS_OK);

    CHECK_EQ(proof_digest(&proof, 32, digest), STATUS_OK);
    CHECK(piv_key_sign_field(KEY_TYPE_P256, SPAN_OF(digest), &expected));
    CHECK_SPAN(buf_span(&field), buf_span(&expected));
}

TEST(proof_make__differs_in_each_member)
{
    uint8_t memory[4][64];
    struct buf fields[4] = { BUF(memory[0]), BUF(memory[1]), BUF(memory[2]), BUF(memory[3]) };

    CHECK_EQ(make(proof_of("https://a", "job"), 0x9C, 0x11, &fields[0]), STATUS_OK);
    CHECK_EQ(make(proof_of("https://b", "job"), 0x9C, 0x11, &fields[1]), STATUS_OK);
    CHECK_EQ(make(proof_of("https://a", "jab"), 0x9C, 0x11, &fields[2]), STATUS_OK);
    CHECK_EQ(make(proof_of("https://a", "job"), 0x9A, 0x11, &fields[3]), STATUS_OK);

    for (size_t i = 1; i < 4; i++) {
        CHECK(!span_equal(buf_span(&fields[0]), buf_span(&fields[i])));
    }
}

TEST(proof_make__makes_nothing_for_slots_and_algorithms_that_do_not_sign)
{
    uint8_t memory[64];
    struct buf field = BUF(memory);

    CHECK_EQ(make(proof_of("https://a", "job"), 0x9B, 0x11, &field), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(make(proof_of("https://a", "job"), 0x9C, 0x0A, &field), STATUS_SERVER_PROTOCOL);

    CHECK_EQ(field.len, 0);
}

TEST(proof_make__names_a_generated_key_by_the_hash_of_its_spki)
{
    struct entropy entropy = entropy_read_system();
    struct private_key *key = NULL;
    uint8_t memory[80] = { 0x7F, 0x49, 0x43, 0x86, 0x41 }, hash[32], expected[32];
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &key), STATUS_OK);
    const struct public_key *public = private_key_public(key);
    memcpy(memory + 5, public->bytes, 65);

    CHECK_EQ(proof_make_subject(NULL, span_of(memory, 70), hash), STATUS_OK);

    CHECK_EQ(public_key_hash(public, expected), STATUS_OK);
    CHECK_BYTES(hash, expected, 32);
    private_key_free(&key);
}

TEST(proof_make__refuses_answers_that_are_no_key)
{
    uint8_t hash[32] = { 5 };

    CHECK_EQ(proof_make_subject(NULL, SPAN_TEXT("\x7F\x49\x00"), hash), STATUS_KEY_UNUSABLE);
    CHECK_EQ(proof_make_subject(NULL, SPAN_NONE, hash), STATUS_KEY_UNUSABLE);

    CHECK_EQ(hash[0], 5);
}

TEST(proof_make__gives_a_p384_key_the_same_number_with_zeros_in_front)
{
    struct proof_make_own own;
    uint8_t memory[80];
    struct buf field = BUF(memory);
    const struct batch_op op = { .ins = INS_AUTHENTICATE, .p1 = 0x14, .p2 = 0x9A };
    memset(own.digest, 0xEE, sizeof own.digest);

    CHECK_EQ(proof_make_own_field(&own, &op, SPAN_NONE, &field), STATUS_OK);

    /* 7C len { 82 00, 81 30 digest } */
    CHECK_EQ(field.len, 2 + 2 + 2 + 48);
    CHECK_EQ(field.ptr[6], 0);
    CHECK_EQ(field.ptr[6 + 15], 0);
    CHECK_EQ(field.ptr[6 + 16], 0xEE);
}
