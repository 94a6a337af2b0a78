/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* The three services from begin to commit on each kind of virtual card. */
static struct bench bench, before;

#define PRELUDE_RENEW "select verify sign-9c sign-9a witness"
#define PRELUDE_OTHERS "select witness"
#define PLACES "see-94 see-92 see-95 see-93 "
#define KEYS_SPARE "delete-95 generate-95 delete-94 generate-94 verify sign-95 sign-94"
#define WRITE_SPARE                                                                                \
    "9a>92 94>9a put-9a 9c>93 95>9c put-9c get-9a get-9c verify sign-9c sign-9a delete-92 "        \
    "delete-93"
#define KEYS "generate-9c generate-9a verify sign-9c sign-9a"
#define WRITE "put-9a put-9c get-9a get-9c verify sign-9c sign-9a"
#define PASSCODE "puk reset get-discovery"
#define OBJECTS "put-ccc put-printed put-discovery"

static void start_from(enum vcard_model model)
{
    bench_issued(&bench, model);
    memcpy(&before, &bench, sizeof(bench));
}

TEST(cardop__renews_every_model_in_three_round_trips_and_in_this_order)
{
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        start_from((enum vcard_model)model);

        CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);

        bench_check_good(&bench);
        bench_check_untouched(&before, &bench);
        CHECK_EQ(bench.round_trips, 3);
        CHECK_TEXT(bench.log, model == VCARD_MODEL_MOVE
                                  ? "select " PLACES
                                    "verify sign-9c sign-9a witness / answer " KEYS_SPARE
                                    " / " WRITE_SPARE
                                  : PRELUDE_RENEW " / answer " KEYS " / " WRITE);
        CHECK(vcard_pin_is(&bench.card, "471108")); /* renewal leaves the passcode alone */
        CHECK_EQ(bench.puk_version, before.puk_version);
        printf("# renew, %s card: %u physical commands\n",
               vcard_model_name((enum vcard_model)model), bench.apdus);
    }
}

TEST(cardop__repairs_every_model_in_three_round_trips_and_in_this_order)
{
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        start_from((enum vcard_model)model);

        CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_OK);

        bench_check_good(&bench);
        bench_check_untouched(&before, &bench);
        CHECK_EQ(bench.round_trips, 3);
        CHECK_TEXT(bench.log, model == VCARD_MODEL_MOVE
                                  ? "select " PLACES "witness / answer " PASSCODE " " KEYS_SPARE
                                    " / " WRITE_SPARE
                                  : PRELUDE_OTHERS " / answer " PASSCODE " " KEYS " / " WRITE);
        CHECK(vcard_pin_is(&bench.card, "835291"));
        CHECK_EQ(bench.card.memory.pin.tries_left, bench.card.memory.pin.tries_max);
        printf("# repair, %s card: %u physical commands\n",
               vcard_model_name((enum vcard_model)model), bench.apdus);
    }
}

TEST(cardop__issues_every_model_in_four_round_trips_and_names_the_card_first)
{
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        const char *set = model == VCARD_MODEL_STANDARD ? "" : "set-9b ";
        const char *told = model == VCARD_MODEL_STANDARD ? "" : "see-80 ";
        char order[512];
        bench_blank(&bench, (enum vcard_model)model, 0);

        CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

        bench_check_good(&bench);
        CHECK(text_format(order, sizeof(order),
                          PRELUDE_OTHERS " / answer witness / answer put-chuid %s" PASSCODE
                                         " %s" OBJECTS " " KEYS " / " WRITE,
                          set, told));
        CHECK_TEXT(bench.log, order);
        CHECK_EQ(bench.round_trips, 4);
        CHECK(vcard_pin_is(&bench.card, "471108"));
        printf("# issue, %s card: %u physical commands\n",
               vcard_model_name((enum vcard_model)model), bench.apdus);
    }
}

TEST(cardop__a_card_that_takes_a_management_key_gets_its_own)
{
    start_from(VCARD_MODEL_METADATA);
    CHECK_EQ(bench.management_version, 1);
    CHECK_EQ(bench.card.memory.management_algorithm, MANAGEMENT_AES_192);

    start_from(VCARD_MODEL_STANDARD);
    CHECK_EQ(bench.management_version, 0); /* recorded, not failed */
    CHECK_EQ(bench.card.memory.management_algorithm, MANAGEMENT_3DES);
}

TEST(cardop__the_default_puk_is_gone_after_an_issue)
{
    start_from(VCARD_MODEL_STANDARD);
    CHECK_EQ(bench.puk_version, 1);
    CHECK(!vcard_puk_is(&bench.card, "12345678"));
}

TEST(cardop__a_repair_replaces_the_puk_and_the_card_refuses_the_old_one)
{
    char old[9];
    start_from(VCARD_MODEL_METADATA);
    bench_puk(&bench, bench.puk_version, old);

    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_OK);

    CHECK_EQ(bench.puk_version, before.puk_version + 1);
    CHECK(!vcard_puk_is(&bench.card, old));
}

TEST(cardop__a_card_that_cannot_change_its_puk_is_repaired_all_the_same)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.options.features &= ~(uint32_t)VCARD_FEATURE_PUK_CHANGE;

    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_OK);

    bench_check_good(&bench);
    CHECK(bench.op.puk_fixed);
    CHECK_EQ(bench.puk_version, before.puk_version);
    CHECK(vcard_pin_is(&bench.card, "835291"));
}

TEST(cardop__a_blocked_card_is_repaired)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.memory.pin.tries_left = 0;

    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.card.memory.pin.tries_left, 3);
}

TEST(cardop__left_locked_really_locks_whatever_the_number_of_tries)
{
    for (uint8_t tries = 1; tries <= 9; tries++) {
        start_from(VCARD_MODEL_STANDARD);
        bench.card.memory.pin.tries_max = tries;
        bench.card.memory.pin.tries_left = 1; /* what a card without metadata tells is no maximum */
        bench.left_locked = true;

        CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_OK);

        bench_check_good(&bench);
        CHECK_EQ(bench.card.memory.pin.tries_left, 0);
    }
}

TEST(cardop__a_card_that_does_not_lock_is_not_said_to_be_locked)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.memory.pin.tries_max = 12;
    bench.left_locked = true;

    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_ANSWER);

    CHECK(bench_job_open(&bench)); /* nothing was committed */
    CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), 0);
}

TEST(cardop__the_old_pair_works_until_keys_are_made_and_the_new_pair_after)
{
    start_from(VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_SPAN(bench_key_on_card(&bench, 0), bench_key_on_card(&before, 0)); /* prelude only */

    while (bench_job_open(&bench)) {
        CHECK_EQ(bench_count(&bench, BENCH_CURRENT), CARDOP_KEYS); /* the old pair, till commit */
        CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), 0);
        CHECK_EQ(bench_step(&bench), STATUS_OK);
    }

    CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), CARDOP_KEYS);
    CHECK(!span_equal(bench_key_on_card(&bench, 0), bench_key_on_card(&before, 0)));
    CHECK(!span_equal(bench_key_on_card(&bench, 1), bench_key_on_card(&before, 1)));
    bench_check_good(&bench);
}

TEST(cardop__ten_renewals_and_repairs_one_after_the_other)
{
    start_from(VCARD_MODEL_MOVE);
    for (unsigned i = 0; i < 10; i++) {
        bench_insert(&bench);
        CHECK_EQ(bench_job(&bench, i % 2 == 0 ? CARDOP_RENEW : CARDOP_REPAIR), STATUS_OK);
        bench_check_good(&bench);
    }
    CHECK_EQ(bench.puk_version, before.puk_version + 5);
}

/* ---- a signature that ends the open management key ---- */

TEST(cardop__a_card_whose_signatures_end_9b_is_opened_once_more)
{
    static const enum cardop_service services[] = { CARDOP_RENEW, CARDOP_REPAIR };
    for (size_t i = 0; i < COUNT(services); i++) {
        bench_issued_with(&bench, VCARD_MODEL_STANDARD, VCARD_FEATURE_SIGN_VOIDS_9B);

        CHECK_EQ(bench_job(&bench, services[i]), STATUS_OK);

        bench_check_good(&bench);
        CHECK_EQ(bench.round_trips, 5); /* select and witness, then the batch again */
        CHECK_EQ(bench.op.openings, 2);
    }
}

TEST(cardop__a_witness_that_was_lost_is_asked_for_again)
{
    start_from(VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    bench.card.session.pending = VCARD_PENDING_NONE;

    enum status status = STATUS_OK;
    while (status == STATUS_OK && bench_job_open(&bench)) {
        status = bench_step(&bench);
    }

    CHECK_EQ(status, STATUS_OK);
    CHECK_EQ(bench.round_trips, 5);
    bench_check_good(&bench);
}

/* What a card answers that never opens for good. */
static void lose_witness(struct bench *b)
{
    b->card.session.pending = VCARD_PENDING_NONE;
}

TEST(cardop__opening_again_has_an_end)
{
    unsigned steps = 0;
    start_from(VCARD_MODEL_STANDARD);
    bench.tamper = lose_witness;
    enum status status = bench_begin(&bench, CARDOP_RENEW);
    while (status == STATUS_OK) {
        CHECK(steps++ < 3 * CARDOP_OPENINGS_MAX);
        status = bench_step(&bench);
    }

    CHECK_EQ(status, STATUS_CARD_KEY_REFUSED);
    CHECK_EQ(bench.op.openings, CARDOP_OPENINGS_MAX);
    CHECK_SPAN(bench_key_on_card(&bench, 0), bench_key_on_card(&before, 0));
    bench.tamper = NULL;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK); /* and the next insertion goes on */
    bench_check_good(&bench);
}

/* ---- options and names ---- */

TEST(cardop__init_refuses_what_does_not_fit)
{
    struct cardop op = { .openings = 9 };
    struct cardop_options options = { .service = CARDOP_RENEW,
                                      .job = "00000000000000000000000000000001",
                                      .origin = "https://ra.example",
                                      .key_type = KEY_TYPE_P256 };
    CHECK_EQ(cardop_init(&op, &options), STATUS_OK);
    CHECK_EQ(op.openings, 0);

    op.openings = 9;
    options.service = CARDOP_ISSUE; /* without the date that the CHUID needs */
    CHECK_EQ(cardop_init(&op, &options), STATUS_BAD_VALUE);
    options.card_expiry = "2031-1-1";
    CHECK_EQ(cardop_init(&op, &options), STATUS_BAD_VALUE);
    options.card_expiry = "20310101";
    options.job = "000000000000000000000000000000010";
    CHECK_EQ(cardop_init(&op, &options), STATUS_BAD_VALUE);
    CHECK_EQ(op.openings, 9); /* untouched */
}

TEST(cardop__every_service_and_stage_has_a_name)
{
    for (unsigned i = 0; i < CARDOP_SERVICE_MAX; i++) {
        enum cardop_service service = CARDOP_SERVICE_MAX;
        CHECK(cardop_service_by_name(cardop_service_name((enum cardop_service)i), &service));
        CHECK_EQ(service, i);
    }
    for (unsigned i = 0; i < CARDOP_STAGE_MAX; i++) {
        CHECK(strlen(cardop_stage_name((enum cardop_stage)i)) > 0);
    }
    enum cardop_service service = CARDOP_ISSUE;
    CHECK(!cardop_service_by_name("format", &service));
    CHECK_EQ(service, CARDOP_ISSUE);
}
