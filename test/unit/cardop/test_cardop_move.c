/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "piv/card_model.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_key.h"

/* Cards that can move keys: until when the old pair works, and what is done where moving is not
 * possible after all. */
enum { CUTS_MAX = 120, RUNS_MAX = 4 };

static struct bench bench, start;
static const uint8_t homes[CARDOP_KEYS] = { 0x9A, 0x9C };
static const uint8_t spares[] = { 0x92, 0x93, 0x94, 0x95 };

static bool has_key(const struct bench *b, uint8_t slot)
{
    return vcard_key_slot((struct vcard *)(uintptr_t)&b->card, slot)->algorithm != 0;
}

static void check_spares_empty(const struct bench *b)
{
    for (size_t i = 0; i < COUNT(spares); i++) {
        CHECK(!has_key(b, spares[i]));
    }
}

/* Whoever has the card can log in: each slot's key is that of the certificate beside it. */
static bool fits(const struct bench *b, size_t index)
{
    struct x509_info info;
    struct span der = bench_certificate_on_card(b, index);
    return has_key(b, homes[index]) && x509_read(der, &info) == STATUS_OK &&
           span_equal(bench_key_on_card(b, index), span_of(info.key.bytes, info.key.len));
}

static bool is_old(const struct bench *b, size_t index)
{
    return fits(b, index) && span_equal(bench_certificate_on_card(b, index),
                                        bench_certificate_on_card(&start, index));
}

static void finish(enum cardop_service service)
{
    enum status status = STATUS_CARD_REMOVED;
    for (unsigned i = 0; i < RUNS_MAX && status != STATUS_OK; i++) {
        bench_insert(&bench);
        status = bench_job(&bench, service);
    }
    CHECK_EQ(status, STATUS_OK);
    bench_check_good(&bench);
}

struct tally {
    unsigned old, between, new, neither;
};

static void count(struct tally *tally)
{
    unsigned old = 0, fitting = 0;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        old += is_old(&bench, i) ? 1 : 0;
        fitting += fits(&bench, i) ? 1 : 0;
    }
    tally->neither += fitting < CARDOP_KEYS ? 1 : 0;
    tally->old += old == CARDOP_KEYS ? 1 : 0;
    tally->between += fitting == CARDOP_KEYS && old == 1 ? 1 : 0;
    tally->new += fitting == CARDOP_KEYS &&old == 0 ? 1 : 0;
}

/* What is on the card after a cut at each command of a renewal; the job is finished each time. */
static void cut_everywhere(enum vcard_fault_kind kind, struct tally *ret_tally)
{
    *ret_tally = (struct tally){ 0 };
    for (uint32_t at = 1; at < CUTS_MAX; at++) {
        memcpy(&bench, &start, sizeof(bench));
        bench_arm(&bench, kind, at);
        enum status status = bench_job(&bench, CARDOP_RENEW);
        if (!bench_fault_happened(&bench)) {
            CHECK_EQ(status, STATUS_OK);
            return;
        }
        count(ret_tally);
        finish(CARDOP_RENEW);
        check_spares_empty(&bench);
    }
    fail_msg("a job without an end");
}

TEST(cardop_move__the_old_pair_works_until_a_slot_s_key_is_exchanged)
{
    struct tally tally;
    bench_issued(&start, VCARD_MODEL_MOVE);

    cut_everywhere(VCARD_FAULT_CUT_AFTER, &tally);

    printf("# old %u, between %u, new %u, no working pair %u\n", tally.old, tally.between,
           tally.new, tally.neither);
    CHECK_EQ(tally.neither, 4); /* each slot: the old key moved out, the new one moved in */
    CHECK_EQ(tally.between, 1);
    CHECK(tally.old >= 17 && tally.new >= 7);
}

/* For comparison: what a card without that ability has to go through. */
TEST(cardop_move__a_card_that_cannot_move_keys_is_longer_without_a_pair)
{
    struct tally tally;
    bench_issued(&start, VCARD_MODEL_METADATA);

    cut_everywhere(VCARD_FAULT_CUT_AFTER, &tally);

    CHECK(tally.neither >= 6);
}

TEST(cardop_move__a_torn_command_leaves_what_the_next_insertion_finishes)
{
    struct tally tally;
    bench_issued(&start, VCARD_MODEL_MOVE);
    cut_everywhere(VCARD_FAULT_TEAR, &tally);
    cut_everywhere(VCARD_FAULT_CUT_BEFORE, &tally);
    CHECK_EQ(tally.neither, 4);
}

/* ---- where it is not possible ---- */

static void check_renewed_at_home(void)
{
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    bench_check_good(&bench);
    CHECK(strstr(bench.log, "generate-9a") != NULL);
    CHECK(strstr(bench.log, ">9a") == NULL);
}

TEST(cardop_move__a_key_in_a_spare_slot_is_somebody_s_and_stays)
{
    for (size_t i = 0; i < COUNT(spares); i++) {
        bench_issued(&start, VCARD_MODEL_MOVE);
        *vcard_key_slot(&start.card, spares[i]) = *vcard_key_slot(&start.card, 0x9A);
        memcpy(&bench, &start, sizeof(bench));

        check_renewed_at_home();

        bench_check_untouched(&start, &bench);
        CHECK(strstr(bench.log, "delete-") == NULL);
    }
}

/* The card's record knows better than its version. */
static void check_is_not_asked_again(enum cardop_service service)
{
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, service), STATUS_OK);
    bench_check_good(&bench);
    CHECK_EQ(bench.round_trips, 3);
    CHECK(strstr(bench.log, "delete") == NULL);
}

static void check_falls_back(uint32_t missing)
{
    for (unsigned service = CARDOP_RENEW; service <= CARDOP_REPAIR; service++) {
        bench_issued(&start, VCARD_MODEL_MOVE);
        start.card.options.features &= ~missing;
        memcpy(&bench, &start, sizeof(bench));

        CHECK_EQ(bench_job(&bench, (enum cardop_service)service), STATUS_OK);

        bench_check_good(&bench);
        bench_check_untouched(&start, &bench);
        CHECK_EQ(bench.round_trips, 5);
        uint32_t can = cardop_capabilities(&bench.op, 0);
        CHECK(card_model_lacks(can, CARD_CAN_MOVE_KEY));
        CHECK(card_model_lacks(cardop_capabilities(&bench.op, can), CARD_CAN_MOVE_KEY));
        CHECK_EQ(bench.puk_version, start.puk_version + (service == CARDOP_REPAIR ? 1 : 0));
        check_is_not_asked_again((enum cardop_service)service);
    }
}

TEST(cardop_move__a_card_that_says_it_can_and_cannot_gets_its_keys_in_place_in_the_same_job)
{
    check_falls_back(VCARD_FEATURE_MOVE);
}

TEST(cardop_move__a_card_that_makes_no_keys_in_retired_slots_gets_them_in_place)
{
    check_falls_back(VCARD_FEATURE_RETIRED_GENERATE);
}

TEST(cardop_move__a_card_that_cannot_move_is_cut_at_each_command_and_finished)
{
    struct tally tally;
    bench_issued(&start, VCARD_MODEL_MOVE);
    start.card.options.features &= ~(uint32_t)VCARD_FEATURE_MOVE;
    for (int kind = VCARD_FAULT_CUT_BEFORE; kind <= VCARD_FAULT_CUT_AFTER; kind++) {
        cut_everywhere((enum vcard_fault_kind)kind, &tally);
    }
    CHECK(tally.old > 0);
}

TEST(cardop_move__a_command_that_the_reader_did_not_take_was_not_refused_by_the_card)
{
    bool happened = true;
    bench_issued(&start, VCARD_MODEL_MOVE);
    for (uint32_t at = 1; happened; at++) {
        CHECK(at < CUTS_MAX);
        memcpy(&bench, &start, sizeof(bench));
        bench.unsent_in = at;
        enum status status = bench_job(&bench, CARDOP_RENEW);
        happened = bench.unsent_in == 0;

        CHECK(happened || status == STATUS_OK);
        CHECK_EQ(bench.op.move_refusal, CARDOP_REFUSAL_NONE);
        bench.unsent_in = 0;
        finish(CARDOP_RENEW);
        check_spares_empty(&bench);
    }
}

/* ---- a card that stopped in the middle of a move ---- */

static void copy_key(uint8_t to, uint8_t from)
{
    *vcard_key_slot(&bench.card, to) = *vcard_key_slot(&bench.card, from);
}

/* Pulled before this physical command, then left with the key in both places. */
static void leave_twice(const char *word, uint8_t to, uint8_t from)
{
    for (uint32_t at = 1;; at++) {
        memcpy(&bench, &start, sizeof(bench));
        bench_arm(&bench, VCARD_FAULT_CUT_BEFORE, at);
        CHECK(bench_job(&bench, CARDOP_RENEW) != STATUS_OK);
        if (strstr(bench.log, word) != NULL) {
            break;
        }
    }
    copy_key(to, from);
    finish(CARDOP_RENEW);
    check_spares_empty(&bench);
}

TEST(cardop_move__a_key_that_is_in_both_slots_after_a_cut_does_no_harm)
{
    bench_issued(&start, VCARD_MODEL_MOVE);
    leave_twice("9a>92", 0x92, 0x9A);
    leave_twice("9c>93", 0x93, 0x9C);
    leave_twice("94>9a", 0x9A, 0x94);
    leave_twice("95>9c", 0x9C, 0x95);
}

TEST(cardop_move__a_card_that_refuses_to_move_what_it_has_made_is_finished_in_place)
{
    bench_issued(&start, VCARD_MODEL_MOVE);
    memcpy(&bench, &start, sizeof(bench));
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(bench_step(&bench), STATUS_OK);
    bench.card.options.features &= ~(uint32_t)VCARD_FEATURE_MOVE;

    CHECK_EQ(bench_step(&bench), STATUS_CARD_ANSWER);
    CHECK(is_old(&bench, CARDOP_AUTHENTICATION) && is_old(&bench, CARDOP_SIGNING));

    finish(CARDOP_RENEW);
    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 2); /* for the keys that stayed where they were */
    CHECK(card_model_lacks(cardop_capabilities(&bench.op, 0), CARD_CAN_MOVE_KEY));
}
