/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* Cards whose secrets somebody set back to the maker's, and say so in their metadata. */
static struct bench b;

static void issued(enum vcard_model model)
{
    bench_issued(&b, model);
}

static void check_repaired(uint32_t puk, uint32_t management)
{
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_OK);
    bench_check_good(&b);
    CHECK_EQ(b.puk_version, puk);
    CHECK_EQ(b.management_version, management);
    CHECK(!vcard_puk_is(&b.card, "12345678"));
    CHECK(vcard_pin_is(&b.card, "835291"));
    CHECK_EQ(b.round_trips, 3); /* not one more than any repair */
}

TEST(cardop_default__a_repair_replaces_the_makers_puk_by_one_that_was_never_used)
{
    issued(VCARD_MODEL_METADATA);
    CHECK_EQ(b.puk_version, 1);
    bench_set_back_puk(&b);
    check_repaired(2, 1);
    CHECK(strstr(b.log, "set-9b") == NULL); /* the management key is ours: it stays */
}

TEST(cardop_default__the_makers_puk_is_not_a_buyers)
{
    issued(VCARD_MODEL_METADATA);
    CHECK(secret_set(&b.own.key, SPAN_TEXT("abcdefghijklmnopqrstuvwx"))); /* of other cards */
    CHECK(secret_set(&b.own.puk, SPAN_TEXT("24681357")));
    bench_set_back_puk(&b);
    check_repaired(2, 1);
    CHECK_EQ(b.card.memory.puk.tries_left, b.card.memory.puk.tries_max);
    secret_wipe(&b.own.key);
    secret_wipe(&b.own.puk);
}

TEST(cardop_default__a_repair_opens_with_the_makers_management_key_and_sets_ours_again)
{
    static const enum vcard_model models[] = { VCARD_MODEL_METADATA, VCARD_MODEL_MOVE };
    for (size_t i = 0; i < COUNT(models); i++) {
        issued(models[i]);
        bench_set_back_management(&b);
        check_repaired(2, 2);
        CHECK_EQ(b.card.memory.management_algorithm, MANAGEMENT_AES_192);
    }
}

TEST(cardop_default__both_at_once_are_replaced_in_one_repair)
{
    issued(VCARD_MODEL_MOVE);
    bench_set_back_puk(&b);
    bench_set_back_management(&b);
    check_repaired(2, 2);
}

TEST(cardop_default__a_card_that_takes_no_aes_key_gets_ours_as_3des)
{
    struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
    options.features &= ~(uint32_t)VCARD_FEATURE_AES_MANAGEMENT;
    options.version[1] = 3; /* 5.3.x: GET METADATA, and 3DES alone */
    bench_blank_of(&b, &options, 0x71);
    bench_issue(&b);
    bench_set_back_management(&b);
    check_repaired(2, 2);
    CHECK_EQ(b.card.memory.management_algorithm, MANAGEMENT_3DES);
}

/* Renewal sets no secret; what it finds is not our card any more. */
TEST(cardop_default__a_renewal_does_not_believe_it_and_changes_nothing)
{
    issued(VCARD_MODEL_METADATA);
    bench_set_back_management(&b);
    static struct bench before;
    memcpy(&before, &b, sizeof(before));
    CHECK_EQ(bench_job(&b, CARDOP_RENEW), STATUS_CARD_KEY_REFUSED);
    CHECK(!bench_job_open(&b)); /* which would stand in the way of the repair */
    bench_check_untouched(&before, &b);
    CHECK_SPAN(bench_key_on_card(&b, 0), bench_key_on_card(&before, 0));
    CHECK_EQ(bench_count(&b, BENCH_CURRENT), 2);
}

TEST(cardop_default__a_renewal_that_was_begun_before_goes_on_and_leaves_the_rest_to_a_repair)
{
    issued(VCARD_MODEL_METADATA);
    bench_arm(&b, VCARD_FAULT_CUT_AFTER, 9); /* behind a GENERATE: an old key is gone */
    CHECK_EQ(bench_job(&b, CARDOP_RENEW), STATUS_CARD_REMOVED);
    CHECK(bench_job_open(&b));
    bench_insert(&b);
    bench_set_back_management(&b);
    CHECK_EQ(bench_job(&b, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(b.management_version, 1); /* what the directory believes: no version is used twice */
    bench_insert(&b);
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_OK);
    bench_check_good(&b);
    CHECK_EQ(b.management_version, 2);
}

/* A card that says nothing is believed nothing: its PUK is asked for as the directory has it. */
TEST(cardop_default__a_plain_card_does_not_tell_and_its_puk_is_refused_after_one_try)
{
    issued(VCARD_MODEL_STANDARD);
    bench_set_back_puk(&b);
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_EQ(b.card.memory.puk.tries_left, 2);
    CHECK(vcard_puk_is(&b.card, "12345678"));
}

/* Set back in the middle of a job, between two insertions. */
TEST(cardop_default__what_was_in_doubt_is_certain_when_the_card_says_so)
{
    issued(VCARD_MODEL_METADATA);
    bench_arm(&b, VCARD_FAULT_CUT_BEFORE, 6); /* the change of the PUK left, and was not answered */
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_CARD_REMOVED);
    bench_insert(&b);
    bench_set_back_puk(&b);
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_OK);
    bench_check_good(&b);
    CHECK(b.puk_version > 2); /* 2 was shown to the workstation already */
}
