/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* What follows from an insertion: resumed jobs, and secrets whose change has an unknown outcome. */
static struct bench bench, before;

static void start_from(enum vcard_model model)
{
    bench_issued(&bench, model);
    memcpy(&before, &bench, sizeof(bench));
}

/* Runs the job until the card is pulled at the first command that begins with `word` of the log,
 * before or after it takes effect; answers are lost with the agent when `dies`. */
static void cut_at(enum cardop_service service, const char *word, enum vcard_fault_kind kind,
                   bool dies)
{
    static struct bench trial, start;
    memcpy(&start, &bench, sizeof(bench));
    for (uint32_t at = 1; at < 60; at++) {
        memcpy(&trial, &start, sizeof(trial));
        trial.agent_dies = dies;
        bench_arm(&trial, kind, at);
        CHECK(bench_job(&trial, service) != STATUS_OK);
        size_t len = strlen(trial.log), tail = strlen(word);
        if (len >= tail && text_equal(trial.log + len - tail, word)) {
            trial.agent_dies = false;
            bench_insert(&trial);
            memcpy(&bench, &trial, sizeof(bench));
            return;
        }
    }
    fail_msg("no such command: %s", word);
}

static void check_ends(enum cardop_service service)
{
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, service), STATUS_OK);
    bench_check_good(&bench);
}

/* ---- keys ---- */

TEST(cardop_begin__a_renewal_cut_between_the_two_keys_makes_both_anew)
{
    static const bool dies[] = { false, true };
    for (size_t i = 0; i < COUNT(dies); i++) {
        start_from(VCARD_MODEL_STANDARD);
        cut_at(CARDOP_RENEW, "answer generate-9c", VCARD_FAULT_CUT_AFTER, dies[i]);
        CHECK(!span_equal(bench_key_on_card(&bench, 1), bench_key_on_card(&before, 1)));
        CHECK_SPAN(bench_key_on_card(&bench, 0), bench_key_on_card(&before, 0));

        check_ends(CARDOP_RENEW);

        CHECK_EQ(bench.certificates_count, before.certificates_count + 2);
    }
}

TEST(cardop_begin__a_renewal_cut_while_writing_writes_the_same_certificates_again)
{
    start_from(VCARD_MODEL_STANDARD);
    cut_at(CARDOP_RENEW, "/ put-9a", VCARD_FAULT_TEAR, true);
    size_t made = bench.certificates_count;

    check_ends(CARDOP_RENEW);

    CHECK_EQ(bench.certificates_count, made);
    CHECK_EQ(bench.round_trips, 2); /* no keys were made: one batch less */
    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 0);
}

TEST(cardop_begin__a_repair_cut_while_writing_keeps_keys_and_certificates)
{
    static const char *const words[] = { "/ put-9a", "put-9c", "get-9a", "get-9c", "sign-9a" };
    for (size_t i = 0; i < COUNT(words); i++) {
        start_from(VCARD_MODEL_METADATA);
        char word[64];
        CHECK(text_format(word, sizeof(word), "%s%s", i == 4 ? "get-9c verify sign-9c " : "",
                          words[i]));
        cut_at(CARDOP_REPAIR, word, VCARD_FAULT_CUT_AFTER, true);
        CHECK_EQ(bench.certificates_count, before.certificates_count + 2);
        struct span key = bench_key_on_card(&bench, 0);

        check_ends(CARDOP_REPAIR);

        CHECK_SPAN(bench_key_on_card(&bench, 0), key);
        CHECK_EQ(bench.certificates_count, before.certificates_count + 2);
    }
}

TEST(cardop_begin__when_the_certified_keys_are_gone_their_certificates_are_revoked_at_commit)
{
    start_from(VCARD_MODEL_STANDARD);
    cut_at(CARDOP_RENEW, "put-9c", VCARD_FAULT_CUT_BEFORE, true);
    CHECK_EQ(bench_count(&bench, BENCH_PENDING), 2);
    memcpy(bench.card.memory.keys, before.card.memory.keys, sizeof(bench.card.memory.keys));

    check_ends(CARDOP_RENEW);

    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 2);
    CHECK(bench.op.keys[0].discarded && bench.op.keys[1].discarded);
}

/* ---- management key ---- */

TEST(cardop_begin__a_management_key_that_was_set_unheard_is_found_and_recorded)
{
    for (unsigned model = VCARD_MODEL_METADATA; model <= VCARD_MODEL_MOVE; model++) {
        bench_blank(&bench, (enum vcard_model)model, 0);
        cut_at(CARDOP_ISSUE, "set-9b", VCARD_FAULT_CUT_AFTER, true);
        CHECK_EQ(bench.op.management.current, 0);

        check_ends(CARDOP_ISSUE);

        CHECK_EQ(bench.management_version, 1);
        CHECK_EQ(bench.round_trips, 3); /* the newest was tried first */
    }
}

TEST(cardop_begin__a_management_key_that_was_not_set_is_set_at_the_next_insertion)
{
    bench_blank(&bench, VCARD_MODEL_METADATA, 0); /* the algorithm tells: 3DES is the factory's */
    cut_at(CARDOP_ISSUE, "set-9b", VCARD_FAULT_CUT_BEFORE, true);
    check_ends(CARDOP_ISSUE);
    CHECK_EQ(bench.round_trips, 3);
    CHECK_EQ(bench.management_version, 1);

    bench_blank(&bench, VCARD_MODEL_MOVE, 0); /* AES-192 before and after: newest, then the other */
    cut_at(CARDOP_ISSUE, "set-9b", VCARD_FAULT_CUT_BEFORE, true);
    check_ends(CARDOP_ISSUE);
    CHECK_EQ(bench.round_trips, 5);
    CHECK_EQ(bench.management_version, 1);
}

TEST(cardop_begin__never_a_third_management_key)
{
    bench_blank(&bench, VCARD_MODEL_MOVE, 0);
    cut_at(CARDOP_ISSUE, "set-9b", VCARD_FAULT_CUT_AFTER, true);
    bench.card.memory.management_key[0] ^= 0x55;
    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_KEY_REFUSED);
    CHECK_EQ(bench.op.openings, 2);
    CHECK_TEXT(bench.log, "select witness / answer / select witness / answer");
}

/* ---- PUK ---- */

TEST(cardop_begin__after_a_puk_change_that_was_not_heard_the_new_one_goes_first)
{
    start_from(VCARD_MODEL_STANDARD);
    cut_at(CARDOP_REPAIR, "puk", VCARD_FAULT_CUT_AFTER, true);

    check_ends(CARDOP_REPAIR);

    CHECK_EQ(bench.puk_version, before.puk_version + 1);
    CHECK(strncmp(bench.log, "select witness / answer reset get-discovery", 43) == 0);
}

TEST(cardop_begin__a_puk_change_that_never_left_costs_no_try)
{
    start_from(VCARD_MODEL_STANDARD);
    cut_at(CARDOP_REPAIR, "answer", VCARD_FAULT_CUT_BEFORE, false); /* and the agent says so */
    CHECK(!bench.op.puk.sent && !bench.op.puk.unsure);

    check_ends(CARDOP_REPAIR);

    CHECK(strncmp(bench.log, "select witness / answer puk reset", 33) == 0);
}

TEST(cardop_begin__the_two_candidates_take_turns)
{
    start_from(VCARD_MODEL_STANDARD);
    cut_at(CARDOP_REPAIR, "puk", VCARD_FAULT_CUT_BEFORE, true);  /* the old one stays */
    cut_at(CARDOP_REPAIR, "reset", VCARD_FAULT_CUT_AFTER, true); /* the new one: refused, unheard */
    CHECK_EQ(bench.card.memory.puk.tries_left, 2);

    check_ends(CARDOP_REPAIR);

    CHECK(strncmp(bench.log, "select witness / answer puk reset", 33) == 0);
    CHECK_EQ(bench.puk_version, before.puk_version + 1);
}

/* However often it is cut right there, neither order of cuts blocks the PUK: in the end the job
 * stops by itself. The bench fails the test if a last try is risked. */
TEST(cardop_begin__no_series_of_cuts_blocks_the_puk)
{
    static const enum vcard_fault_kind kinds[] = { VCARD_FAULT_CUT_BEFORE, VCARD_FAULT_CUT_AFTER };
    for (unsigned series = 0; series < 64; series++) {
        enum status status = STATUS_OK;
        start_from(series % 2 == 0 ? VCARD_MODEL_STANDARD : VCARD_MODEL_METADATA);
        bench.card.options.lie = series % 4 < 2 ? VCARD_LIE_NONE : VCARD_LIE_UNCOUNTED;
        for (unsigned i = 0; i < 6; i++) {
            bench_insert(&bench);
            bench.agent_dies = true;
            bench_arm(&bench, kinds[series >> i & 1], 4); /* the first command with a PUK */
            status = bench_job(&bench, CARDOP_REPAIR);
            CHECK(status == STATUS_CARD_REMOVED || status == STATUS_CARD_PUK_REFUSED);
        }
        bench.agent_dies = false;
        bench_insert(&bench);
        status = bench_job(&bench, CARDOP_REPAIR);
        CHECK(status == STATUS_OK || status == STATUS_CARD_PUK_REFUSED);
        CHECK(bench.card.memory.puk.tries_left > 0);
    }
}

/* The new one was set unheard, or never arrived: the other one follows in the same batch. */
TEST(cardop_begin__a_wrong_puk_without_a_number_of_tries_is_a_wrong_puk)
{
    static const enum vcard_fault_kind kinds[] = { VCARD_FAULT_CUT_BEFORE, VCARD_FAULT_CUT_AFTER };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        start_from(VCARD_MODEL_STANDARD);
        bench.card.options.lie = VCARD_LIE_UNCOUNTED;
        cut_at(CARDOP_REPAIR, "puk", kinds[i], true);

        check_ends(CARDOP_REPAIR);

        CHECK_EQ(bench.puk_version, before.puk_version + 1);
        CHECK_EQ(bench.card.memory.puk.tries_left, 3);
    }
}

TEST(cardop_begin__with_one_try_left_an_unproved_puk_is_not_sent)
{
    start_from(VCARD_MODEL_METADATA); /* tells the tries of its PUK */
    cut_at(CARDOP_REPAIR, "puk", VCARD_FAULT_CUT_BEFORE, true);
    bench.card.memory.puk.tries_left = 1;
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_TEXT(bench.log, "select witness");
    CHECK_EQ(bench.card.memory.puk.tries_left, 1);

    start_from(VCARD_MODEL_STANDARD); /* does not: the card's answer stops it */
    cut_at(CARDOP_REPAIR, "puk", VCARD_FAULT_CUT_BEFORE, true);
    bench.card.memory.puk.tries_left = 2;
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_EQ(bench.card.memory.puk.tries_left, 1);
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_EQ(bench.card.memory.puk.tries_left, 1);
}

TEST(cardop_begin__a_proved_puk_may_be_used_with_one_try_left)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.memory.puk.tries_left = 1;
    check_ends(CARDOP_REPAIR);
    CHECK_EQ(bench.card.memory.puk.tries_left, 3);
}

/* ---- what it refuses ---- */

TEST(cardop_begin__a_nonce_of_the_wrong_length_is_refused)
{
    static const uint8_t nonce[STATEMENT_NONCE_MAX + 1];
    start_from(VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(cardop_begin(&bench.op, &bench.report, &bench.identity, SPAN_NONE, &bench.result,
                          &bench.fault),
             STATUS_BAD_MESSAGE);
    CHECK_EQ(cardop_begin(&bench.op, &bench.report, &bench.identity, SPAN_OF(nonce), &bench.result,
                          &bench.fault),
             STATUS_BAD_MESSAGE);
}
