/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/statement_build.h"

#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "test/lib/test.h"

static const uint8_t nonce[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint8_t policy_hash[32] = { 9 };

struct example {
    struct card_identity card;
    struct batch_result prelude;
    struct statement_facts facts;
    struct statement statement;
};

static void example_init(struct example *e)
{
    memset(e, 0, sizeof *e);
    assert_true(text_copy(e->card.text, sizeof e->card.text, "serial 12345678"));
    memset(e->card.fingerprints[0], 0xAA, 32);
    memset(e->card.fingerprints[1], 0xCC, 32);
    batch_result_init(&e->prelude);
    e->facts = (struct statement_facts){ .origin = "https://ra.example:8443",
                                         .job = "00112233445566778899aabbccddeeff",
                                         .service = "renew",
                                         .nonce = SPAN_OF(nonce),
                                         .at = 1800000000,
                                         .identity_check = "",
                                         .card = &e->card,
                                         .person = "123456789012",
                                         .operator_person = "210987654321",
                                         .role_profile = "555000111222",
                                         .policy_hash = SPAN_OF(policy_hash),
                                         .prelude = &e->prelude };
}

TEST(statement_build__takes_everything_from_what_was_read_and_shown)
{
    struct example e;
    example_init(&e);

    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_OK);

    const struct statement *s = &e.statement;
    CHECK_TEXT(s->origin, "https://ra.example:8443");
    CHECK_TEXT(s->job, "00112233445566778899aabbccddeeff");
    CHECK_TEXT(s->operation, "renew");
    CHECK_TEXT(s->card, "serial 12345678");
    CHECK_TEXT(s->person, "123456789012");
    CHECK_TEXT(s->operator_person, "210987654321");
    CHECK_TEXT(s->role_profile, "555000111222");
    CHECK_EQ(s->at, 1800000000);
    CHECK(!s->left_locked);
    CHECK_SPAN(span_of(s->nonce, s->nonce_len), SPAN_OF(nonce));
    CHECK_BYTES(s->old_certificates, e.card.fingerprints, sizeof s->old_certificates);
    CHECK_BYTES(s->policy_hash, policy_hash, sizeof policy_hash);
}

TEST(statement_build__hashes_the_bytes_of_the_witness_alone)
{
    static const uint8_t answer[] = { 0x7C, 0x0A, 0x80, 0x08, 1, 2, 3, 4, 5, 6, 7, 8 };
    uint8_t expected[32];
    struct example e;
    example_init(&e);
    assert_true(batch_result_add(&e.prelude, "witness", SW_OK, SPAN_OF(answer)));

    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_OK);

    CHECK_EQ(digest_sha256(span_part(SPAN_OF(answer), 4, 8), expected), STATUS_OK);
    CHECK_BYTES(e.statement.witness_hash, expected, 32);
}

TEST(statement_build__has_no_witness_hash_without_a_witness)
{
    static const uint8_t zero[32] = { 0 };
    struct example e;
    example_init(&e);
    assert_true(batch_result_add(&e.prelude, "witness", 0x6982, SPAN_NONE));

    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_OK);

    CHECK_BYTES(e.statement.witness_hash, zero, 32);
}

TEST(statement_build__refuses_a_witness_without_form)
{
    struct example e;
    example_init(&e);
    assert_true(batch_result_add(&e.prelude, "witness", SW_OK, SPAN_TEXT("\x7C\x02\x80\x08")));

    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_CARD_ANSWER);

    CHECK_EQ(e.statement.origin[0], 0);
}

TEST(statement_build__refuses_texts_that_do_not_fit)
{
    struct example e;
    example_init(&e);
    e.facts.person = "1234567890123";
    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_BAD_MESSAGE);

    example_init(&e);
    e.facts.nonce = SPAN_NONE;
    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_BAD_MESSAGE);

    example_init(&e);
    e.facts.policy_hash = span_of(policy_hash, 31);
    CHECK_EQ(statement_build(&e.facts, &e.statement), STATUS_BAD_MESSAGE);
}
