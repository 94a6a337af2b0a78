/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_factory.h"

/* Cards whose passcode and PUK are both blocked: wiped and issued anew, or left alone. Each cut of
 * it is in test_cardop_tear.c. */
static struct bench bench, before;

static void start_blocked(enum vcard_model model, uint32_t without)
{
    bench_issued(&bench, model);
    bench.card.options.features &= ~without;
    bench.card.memory.pin.tries_left = bench.card.memory.puk.tries_left = 0;
    memcpy(&before, &bench, sizeof(bench));
}

static void check_untouched(void)
{
    CHECK_BYTES(&bench.card.memory, &before.card.memory, sizeof(bench.card.memory));
    CHECK_EQ(bench_count(&bench, BENCH_CURRENT), CARDOP_KEYS);
}

TEST(cardop_reset__a_blocked_card_is_wiped_and_issued_anew)
{
    for (unsigned model = VCARD_MODEL_METADATA; model < VCARD_MODEL_MAX; model++) {
        start_blocked((enum vcard_model)model, 0);
        bench.reset = true;

        CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

        bench_check_good(&bench);
        CHECK_EQ(bench.round_trips, 6);
        CHECK(strstr(bench.log, "select witness / select wipe select witness") == bench.log);
        CHECK(vcard_pin_is(&bench.card, "835291"));
        CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), CARDOP_KEYS);
        printf("# %s card: %s\n", vcard_model_name((enum vcard_model)model), bench.log);
    }
}

TEST(cardop_reset__no_secret_that_the_card_had_comes_back)
{
    char old[9], new[9];
    start_blocked(VCARD_MODEL_METADATA, 0);
    bench.reset = true;

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    CHECK_EQ(bench.puk_version, before.puk_version + 1);
    CHECK_EQ(bench.management_version, before.management_version + 1);
    bench_puk(&before, before.puk_version, old);
    bench_puk(&bench, bench.puk_version, new);
    CHECK(!text_equal(old, new));
    CHECK(memcmp(bench.card.memory.management_key, before.card.memory.management_key, 24) != 0);
}

TEST(cardop_reset__is_not_done_unless_the_statement_says_so)
{
    start_blocked(VCARD_MODEL_METADATA, 0);

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_RESET_UNCONFIRMED);

    check_untouched();
    CHECK(strstr(bench.log, "wipe") == NULL);
}

TEST(cardop_reset__is_not_done_to_a_card_that_can_be_repaired)
{
    start_blocked(VCARD_MODEL_METADATA, 0);
    bench.card.memory.puk.tries_left = 1;
    memcpy(&before, &bench, sizeof(bench));
    bench.reset = true;

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_NOT_BLOCKED);

    check_untouched();
    CHECK(strstr(bench.log, "wipe") == NULL);
}

/* It does not tell about its PUK: then its own word decides. */
TEST(cardop_reset__a_card_that_tells_nothing_of_its_puk_decides_itself)
{
    start_blocked(VCARD_MODEL_METADATA, VCARD_FEATURE_METADATA);
    bench.card.memory.puk.tries_left = 3;
    memcpy(&before, &bench, sizeof(bench));
    bench.reset = true;

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_RESET_REFUSED);

    check_untouched();
    CHECK(!bench.op.reset_sent);

    start_blocked(VCARD_MODEL_METADATA, VCARD_FEATURE_METADATA);
    bench.reset = true;
    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);
    bench_check_good(&bench);
}

TEST(cardop_reset__a_card_without_the_command_refuses_it)
{
    start_blocked(VCARD_MODEL_STANDARD, 0);
    bench.reset = true;

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_RESET_REFUSED);

    check_untouched();
}

TEST(cardop_reset__no_other_service_does_it)
{
    start_blocked(VCARD_MODEL_METADATA, 0);
    bench.reset = true;
    CHECK(bench_job(&bench, CARDOP_REPAIR) != STATUS_OK);
    CHECK(strstr(bench.log, "wipe") == NULL);
    start_blocked(VCARD_MODEL_METADATA, 0);
    bench.reset = true;
    CHECK(bench_job(&bench, CARDOP_RENEW) != STATUS_OK);
    CHECK(strstr(bench.log, "wipe") == NULL);
    check_untouched();
}

/* A CHUID that comes back with the reset is the maker's, not ours. */
TEST(cardop_reset__a_card_whose_maker_writes_a_chuid_is_wiped_and_issued_anew)
{
    bench_issued_with(&bench, VCARD_MODEL_METADATA, VCARD_FEATURE_CHUID);
    bench.card.memory.pin.tries_left = bench.card.memory.puk.tries_left = 0;
    bench.reset = true;

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.round_trips, 6);
}

/* Wiped with its maker's tool: the record says more than the card. */
TEST(cardop_reset__a_card_that_somebody_wiped_is_issued_anew)
{
    start_blocked(VCARD_MODEL_MOVE, 0);
    vcard_factory_fill(&bench.card);

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.puk_version, before.puk_version + 1);
    CHECK_EQ(bench.management_version, before.management_version + 1);
}
