/* SPDX-License-Identifier: Apache-2.0 */
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* Cards that do not take the passcode that somebody has chosen. */
static struct bench b;

static uint32_t place_of_reset(enum vcard_model model)
{
    for (uint32_t at = 1;; at++) {
        bench_issued(&b, model);
        bench_arm(&b, VCARD_FAULT_CUT_AFTER, at);
        CHECK(bench_job(&b, CARDOP_REPAIR) != STATUS_OK);
        if (vcard_pin_is(&b.card, "835291")) {
            return at;
        }
    }
}

TEST(cardop_passcode__a_passcode_that_the_card_refuses_is_told_and_the_next_one_serves)
{
    static const uint16_t words[] = { 0x6985, 0x6A80 };
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        uint32_t at = place_of_reset((enum vcard_model)model);
        for (size_t i = 0; i < COUNT(words); i++) {
            bench_issued(&b, (enum vcard_model)model);
            bench_arm(&b, VCARD_FAULT_REFUSE, at);
            b.fault_next.sw = words[i];
            CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_PASSCODE_REFUSED);
            CHECK(bench_job_open(&b));
            CHECK(vcard_pin_is(&b.card, "471108"));
            CHECK_EQ(bench_count(&b, BENCH_CURRENT), 2);

            bench_insert(&b);
            CHECK(secret_set(&b.new_pin, SPAN_TEXT("602914")));
            CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_OK);
            bench_check_good(&b);
            CHECK(vcard_pin_is(&b.card, "602914"));
        }
    }
}

/* The change of the PUK lost its answer, so the new one is tried first: that costs no try. */
TEST(cardop_passcode__passcodes_that_are_refused_do_not_count_as_wrong_puks)
{
    uint32_t change = place_of_reset(VCARD_MODEL_STANDARD) - 1;
    bench_issued(&b, VCARD_MODEL_STANDARD);
    bench_arm(&b, VCARD_FAULT_CUT_AFTER, change);
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_CARD_REMOVED);
    for (unsigned i = 0; i < 4; i++) {
        bench_insert(&b);
        bench_arm(&b, VCARD_FAULT_REFUSE, change);
        b.fault_next.sw = 0x6985;
        CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_PASSCODE_REFUSED);
        CHECK_EQ(b.puk_commands, 1);
    }
    bench_insert(&b);
    CHECK_EQ(bench_job(&b, CARDOP_REPAIR), STATUS_OK);
    bench_check_good(&b);
}
