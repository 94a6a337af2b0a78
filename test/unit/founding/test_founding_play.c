/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_play.h"

#include "crypto/digest.h"
#include "crypto/signature.h"
#include "piv/piv_application.h"
#include "piv/piv_key.h"
#include "test/lib/test.h"
#include "test/unit/founding/founding_fixture.h"
#include "wire_agent/statement.h"

static struct fixture_card card;
static struct batch batch;
static struct batch_result result;
static const uint8_t nonce[16] = { 5 };

static struct founding_play play_of(const struct secret *new_pin)
{
    return (struct founding_play){ .card = &card.at_hand,
                                   .new_pin = new_pin,
                                   .origin = "https://ra.example",
                                   .job = "00000000000000000000000000000001",
                                   .nonce = SPAN_OF(nonce) };
}

static void add_select(void)
{
    fixture_card_init(&card, VCARD_MODEL_STANDARD, 0);
    batch_init(&batch);
    struct batch_op *op = batch_add(&batch, "select", BATCH_STEP_CHECK_CARD);
    op->ins = INS_SELECT;
    op->p1 = 4;
    op->le = 256;
    batch_set_data(&batch, op, piv_application_select_name());
}

static void add_verify(void)
{
    static const uint8_t padding[8] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    struct batch_op *op = batch_add(&batch, "verify", BATCH_STEP_CHECK_PASSCODE);
    op->ins = INS_VERIFY;
    op->p2 = 0x80;
    op->fill = BATCH_FILL_NEW_PIN_AT_0;
    batch_set_data(&batch, op, SPAN_OF(padding));
}

TEST(founding_play__fills_in_the_passcode)
{
    struct secret pin = { 0 };
    add_select();
    add_verify();
    CHECK(secret_set(&pin, SPAN_TEXT("123456")));
    const struct founding_play play = play_of(&pin);
    founding_play(&play, &batch, &result);
    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK(card.card.session.pin_verified);
}

TEST(founding_play__without_a_passcode_nothing_is_guessed)
{
    add_select();
    add_verify();
    const struct founding_play play = play_of(NULL);
    founding_play(&play, &batch, &result);
    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.status, STATUS_SERVER_PROTOCOL);
    CHECK_EQ(card.card.memory.pin.tries_left, 3);
}

TEST(founding_play__a_proof_is_about_origin_job_slot_subject_and_nonce)
{
    uint8_t digest[32];
    struct public_key key;
    struct span signature;
    struct secret pin = { 0 };
    add_select();
    add_verify();
    struct batch_op *op = batch_add(&batch, "prove", BATCH_STEP_PROVE_NEW);
    op->ins = INS_AUTHENTICATE;
    op->p1 = 0x11;
    op->p2 = 0x9C;
    op->le = 256;
    op->capture = true;
    op->proof = BATCH_PROOF_OF_SUBJECT;
    memset(op->subject, 0x33, sizeof(op->subject));
    CHECK(secret_set(&pin, SPAN_TEXT("123456")));
    /* A key in 9C, put there by the card's own command behind an opened 9B status. */
    static uint8_t answer_memory[VCARD_ANSWER_MAX];
    struct buf answer = BUF(answer_memory);
    static const uint8_t generate[] = { 0, 0x47, 0, 0x9C, 5, 0xAC, 3, 0x80, 1, 0x11, 0 };
    card.card.session.application = VCARD_PIV_SELECTED;
    card.card.session.management_open = true;
    CHECK_EQ(card.at_hand.transmit(&card, SPAN_OF(generate), &answer), STATUS_OK);
    CHECK_EQ(piv_key_of_generate(span_of(answer.ptr, answer.len - 2), KEY_TYPE_P256, &key),
             STATUS_OK);

    const struct founding_play play = play_of(&pin);
    founding_play(&play, &batch, &result);

    CHECK_EQ(result.outcome, BATCH_DONE);
    const struct batch_answer *proof = batch_result_find(&result, "prove");
    CHECK(proof != NULL);
    CHECK_EQ(piv_key_signature(batch_answer_data(&result, proof), &signature), STATUS_OK);
    CHECK_EQ(proof_digest(&(struct proof){ .origin = play.origin,
                                           .job = play.job,
                                           .slot = 0x9C,
                                           .subject = SPAN_OF(op->subject),
                                           .nonce = SPAN_OF(nonce) },
                          sizeof(digest), digest),
             STATUS_OK);
    CHECK_EQ(signature_verify(&key, DIGEST_SHA256, SPAN_OF(digest), signature), STATUS_OK);
}

TEST(founding_play__a_card_that_goes_away_leaves_an_unknown_outcome)
{
    add_select();
    vcard_arm(&card.card, &(struct vcard_fault){ .kind = VCARD_FAULT_CUT_AFTER, .at = 1 });
    const struct founding_play play = play_of(NULL);
    founding_play(&play, &batch, &result);
    CHECK_EQ(result.outcome, BATCH_UNKNOWN);
    CHECK_EQ(result.status, STATUS_CARD_REMOVED);
}
