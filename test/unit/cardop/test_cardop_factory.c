/* SPDX-License-Identifier: Apache-2.0 */
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* Cards that are not ours yet: with the maker's secrets, with a buyer's own, with a stranger's. */
static struct bench bench, before;

static const uint8_t own_key[24] = { 0xC1, 0xC2, 0xC4, 0xC7, 0xC8, 0xCB, 0xCD, 0xCE,
                                     0xD0, 0xD3, 0xD5, 0xD6, 0xD9, 0xDA, 0xDC, 0xDF,
                                     0xE0, 0xE3, 0xE5, 0xE6, 0xE9, 0xEA, 0xEC, 0xEF };

static void set_own(struct bench *b, uint8_t change)
{
    uint8_t key[24];
    memcpy(key, own_key, sizeof(key));
    key[0] ^= change;
    CHECK(secret_set(&b->own.key, SPAN_OF(key)));
    CHECK(secret_set(&b->own.puk, SPAN_TEXT("24681357")));
}

/* A blank card as a maker delivers it to somebody who ordered keys of their own. */
static void deliver(struct bench *b, enum vcard_model model)
{
    struct vcard_delivery delivery = vcard_delivery_none();
    delivery.management_len = sizeof(own_key);
    memcpy(delivery.management_key, own_key, sizeof(own_key));
    delivery.puk_set = vcard_model_pad("24681357", delivery.puk);
    bench_blank(b, model, 0);
    CHECK(vcard_delivery_apply(&delivery, &b->card));
}

TEST(cardop_factory__a_card_with_the_buyers_own_secrets_is_issued)
{
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        deliver(&bench, (enum vcard_model)model);
        set_own(&bench, 0);

        CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

        bench_check_good(&bench);
        CHECK_EQ(bench.round_trips, 4);
        CHECK(!vcard_puk_is(&bench.card, "24681357"));
        CHECK(!vcard_puk_is(&bench.card, "12345678"));
        CHECK_EQ(bench.has_wrong_puk, false); /* the PUK was never guessed */
    }
}

TEST(cardop_factory__the_makers_secrets_are_tried_where_the_buyers_do_not_fit)
{
    bench_blank(&bench, VCARD_MODEL_STANDARD, 0); /* which tells nothing of its key */
    set_own(&bench, 0);

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.round_trips, 6); /* one refused opening, a new witness */
    CHECK_EQ(bench.op.factory.candidate, 1);
}

TEST(cardop_factory__what_the_card_tells_of_its_key_saves_a_try)
{
    bench_blank(&bench, VCARD_MODEL_METADATA, 0); /* which says that it is the maker's */
    set_own(&bench, 0);

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    bench_check_good(&bench);
    CHECK_EQ(bench.round_trips, 4);
    CHECK_EQ(bench.op.factory.candidate, 0);
}

TEST(cardop_factory__a_foreign_card_is_refused_and_nothing_of_it_has_changed)
{
    for (unsigned model = 0; model < VCARD_MODEL_MAX; model++) {
        deliver(&bench, (enum vcard_model)model);
        set_own(&bench, 2); /* another buyer's */
        memcpy(&before, &bench, sizeof(bench));

        CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_CARD_FOREIGN);

        CHECK_BYTES(&bench.card.memory, &before.card.memory, sizeof(bench.card.memory));
        CHECK_EQ(bench.puk_commands, 0);
        CHECK_EQ(bench.certificates_count, 0);
    }
}

TEST(cardop_factory__after_a_cut_the_candidate_that_was_proved_stays)
{
    deliver(&bench, VCARD_MODEL_METADATA);
    set_own(&bench, 0);
    CHECK_EQ(bench_begin(&bench, CARDOP_ISSUE), STATUS_OK);
    while (bench.op.stage != CARDOP_STAGE_KEYS) {
        CHECK_EQ(bench_step(&bench), STATUS_OK);
    }
    /* SET MANAGEMENT KEY takes effect: from now on the card says that its key was changed */
    vcard_arm(&bench.card, &(struct vcard_fault){ .kind = VCARD_FAULT_CUT_AFTER, .at = 4 });
    CHECK_EQ(bench_step(&bench), STATUS_CARD_REMOVED);
    bench_insert(&bench);

    CHECK_EQ(bench_job(&bench, CARDOP_ISSUE), STATUS_OK);

    bench_check_good(&bench);
    CHECK(bench.op.factory.proved);
    CHECK_EQ(bench.has_wrong_puk, false);
}

/* Whose key 9B cannot be changed: it is still the buyer's when the card is renewed. */
TEST(cardop_factory__a_card_that_keeps_the_buyers_key_is_renewed_and_repaired_with_it)
{
    deliver(&bench, VCARD_MODEL_STANDARD);
    set_own(&bench, 0);
    bench_issue(&bench);
    CHECK_EQ(bench.management_version, 0);

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_OK);
    bench_check_good(&bench);
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_OK);
    bench_check_good(&bench);
}
