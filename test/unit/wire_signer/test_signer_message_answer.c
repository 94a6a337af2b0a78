/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "wire_signer/signer_message.h"

static uint8_t frame_memory[65536], other_memory[65536], crl_memory[65536];
static struct signer_answer answer, again;

static void fill(uint8_t *at, size_t len, uint8_t first)
{
    for (size_t i = 0; i < len; i++) {
        at[i] = (uint8_t)(first + i);
    }
}

static void set_state(struct signer_status_answer *s)
{
    s->version = SIGNER_VERSION;
    fill(s->issuers[0], 32, 1);
    fill(s->issuers[1], 32, 2);
    fill(s->audit, 32, 3);
    s->crl_numbers[0] = 4;
    s->crl_numbers[1] = 5;
    s->head.sequence = 6;
    fill(s->head.hash, 32, 7);
}

static void set_checkpoint(struct audit_checkpoint *c)
{
    c->head.sequence = 42;
    fill(c->head.hash, 32, 8);
    c->at = 1800000000;
    fill(c->key_id, 32, 9);
    c->signature_len = 71;
    fill(c->signature, 71, 10);
}

static void set_example(enum signer_kind kind, struct signer_answer *a)
{
    static uint8_t crl[1000];
    memset(a, 0, sizeof(*a));
    a->kind = kind;
    switch (kind) {
    case SIGNER_STATUS:
        set_state(&a->state);
        break;
    case SIGNER_NONCE:
        fill(a->nonce.nonce, SIGNER_NONCE_LEN, 11);
        a->nonce.expires_at = 1800000900;
        break;
    case SIGNER_MANAGEMENT_ANSWER:
        a->management.len = 8;
        fill(a->management.witness, 8, 12);
        fill(a->management.challenge, 8, 13);
        fill(a->management.response, 8, 14);
        break;
    case SIGNER_MANAGEMENT_KEY:
        CHECK(secret_set(&a->management_key, SPAN_TEXT("twenty-four bytes of key")));
        break;
    case SIGNER_PUK:
        CHECK(secret_set(&a->puk.old_puk, SPAN_TEXT("12345678")));
        CHECK(secret_set(&a->puk.new_puk, SPAN_TEXT("87654321")));
        break;
    case SIGNER_ISSUED:
        a->issued.count = 2;
        a->issued.entries[0].purpose = SIGNER_CONTENT_SIGNING;
        fill(a->issued.entries[0].key_hash, 32, 17);
        CHECK(text_copy(a->issued.entries[0].job, JOB_ID_TEXT, "00112233445566778899aabbccddeeff"));
        a->issued.entries[0].at = 1800000000;
        a->issued.entries[1].at = 1800000001; /* of no job */
        break;
    case SIGNER_CERTIFICATE:
    case SIGNER_ISSUED_CERTIFICATE:
        a->certificate.len = 700;
        fill(a->certificate.der, 700, 15);
        break;
    case SIGNER_REVOKE_AND_CRL:
        fill(crl, sizeof(crl), 16);
        a->crl.number = 9;
        a->crl.der = SPAN_OF(crl);
        break;
    default:
        set_checkpoint(&a->checkpoint);
        break;
    }
}

static struct buf encode(const struct signer_answer *a)
{
    struct buf frame = BUF(frame_memory);
    CHECK_EQ(signer_message_answer_encode(a, &frame), STATUS_OK);
    return frame;
}

TEST(signer_message_answer__each_comes_back_the_same)
{
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        struct buf crl = BUF(crl_memory), second = BUF(other_memory);
        set_example((enum signer_kind)kind, &answer);
        struct buf frame = encode(&answer);

        CHECK_EQ(signer_message_answer_decode(buf_span(&frame), &crl, &again), STATUS_OK);

        CHECK_EQ(again.kind, kind);
        CHECK_EQ(again.status, STATUS_OK);
        CHECK_EQ(signer_message_answer_encode(&again, &second), STATUS_OK);
        CHECK_SPAN(buf_span(&second), buf_span(&frame));
        CHECK_EQ(crl.len, kind == SIGNER_REVOKE_AND_CRL ? 1000 : 0);
    }
}

TEST(signer_message_answer__what_does_not_fit_leaves_nothing_behind)
{
    static const uint8_t zeros[sizeof frame_memory];
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        set_example((enum signer_kind)kind, &answer);
        size_t len = encode(&answer).len;
        for (size_t max = 0; max < len; max += max + 7 < len ? 7 : 1) {
            struct buf frame = buf_of(frame_memory, max);
            memset(frame_memory, 0, len);
            CHECK_EQ(signer_message_answer_encode(&answer, &frame), STATUS_TOO_LARGE);
            CHECK_EQ(frame.len, 0);
            CHECK_BYTES(frame_memory, zeros, max); /* secrets may have stood there */
        }
    }
}

TEST(signer_message_answer__a_kind_that_is_none_is_not_written)
{
    struct buf frame = BUF(frame_memory);
    memset(&answer, 0, sizeof(answer));
    answer.kind = SIGNER_KIND_MAX;

    CHECK_EQ(signer_message_answer_encode(&answer, &frame), STATUS_BAD_VALUE);

    CHECK_EQ(frame.len, 0);
}

TEST(signer_message_answer__a_refusal_carries_status_and_detail_only)
{
    struct buf none = buf_of(crl_memory, 0);
    memset(&answer, 0, sizeof(answer));
    answer.kind = SIGNER_PUK;
    answer.status = STATUS_STATEMENT_NONCE;
    CHECK(text_copy(answer.detail, sizeof(answer.detail), "nonce"));
    CHECK(secret_set(&answer.puk.new_puk, SPAN_TEXT("87654321")));

    struct buf frame = encode(&answer);
    CHECK_EQ(signer_message_answer_decode(buf_span(&frame), &none, &again), STATUS_OK);

    CHECK_EQ(again.status, STATUS_STATEMENT_NONCE);
    CHECK_TEXT(again.detail, "nonce");
    CHECK_EQ(again.puk.new_puk.len, 0);
    CHECK(memmem(frame.ptr, frame.len, "3837363534333231", 16) == NULL);
}

TEST(signer_message_answer__every_truncation_is_refused)
{
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        struct buf crl = BUF(crl_memory);
        set_example((enum signer_kind)kind, &answer);
        struct buf frame = encode(&answer);
        memset(&again, 0xEE, sizeof(again));
        for (size_t len = 0; len < frame.len; len++) {
            CHECK_EQ(signer_message_answer_decode(span_of(frame.ptr, len), &crl, &again),
                     STATUS_BAD_MESSAGE);
        }
        CHECK_EQ(crl.len, 0);
        CHECK_EQ(*(const uint8_t *)&again, 0xEE);
    }
}

TEST(signer_message_answer__a_crl_past_the_memory_is_refused)
{
    struct buf small = buf_of(crl_memory, 999);
    set_example(SIGNER_REVOKE_AND_CRL, &answer);
    struct buf frame = encode(&answer);

    CHECK_EQ(signer_message_answer_decode(buf_span(&frame), &small, &again), STATUS_BAD_MESSAGE);

    CHECK_EQ(small.len, 0);
}

TEST(signer_message_answer__blocks_of_different_lengths_are_refused)
{
    struct buf none = buf_of(crl_memory, 0);
    static const char frame[] = "{\"kind\":\"management_answer\",\"status\":\"OK\","
                                "\"witness\":\"0102\",\"challenge\":\"01\",\"response\":\"0102\"}";
    CHECK_EQ(signer_message_answer_decode(SPAN_TEXT(frame), &none, &again), STATUS_BAD_MESSAGE);
}

TEST(signer_message_answer__a_status_of_another_version_is_refused)
{
    struct buf none = buf_of(crl_memory, 0);
    static const char frame[] = "{\"kind\":\"puk\",\"status\":\"NEW_ONE\",\"detail\":\"\"}";
    CHECK_EQ(signer_message_answer_decode(SPAN_TEXT(frame), &none, &again), STATUS_BAD_MESSAGE);
}

TEST(signer_message_answer__wipe_leaves_nothing)
{
    static const struct signer_answer zero;
    set_example(SIGNER_PUK, &answer);

    signer_message_answer_wipe(&answer);

    CHECK_BYTES(&answer, &zero, sizeof(zero));
}
