/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* The journal's form: round trip at every stage, and hostile bytes. */
enum { FORMS_MAX = 16 };

static struct bench bench;
static struct {
    uint8_t bytes[CARDOP_ENCODED_MAX];
    size_t len;
} forms[FORMS_MAX];
static size_t forms_count;

static void keep(const struct cardop *op)
{
    CHECK(forms_count < FORMS_MAX);
    struct buf bytes = BUF(forms[forms_count].bytes);
    CHECK_EQ(cardop_encode(op, &bytes), STATUS_OK);
    forms[forms_count++].len = bytes.len;
}

/* One of each state in which a journal is written. */
static void keep_states_of(enum cardop_service service)
{
    if (service == CARDOP_ISSUE) {
        bench_blank(&bench, VCARD_MODEL_METADATA, 0);
    } else {
        bench_issued(&bench, VCARD_MODEL_METADATA);
    }
    CHECK_EQ(bench_begin(&bench, service), STATUS_OK);
    keep(&bench.op);
    while (bench_job_open(&bench)) {
        CHECK_EQ(bench_step(&bench), STATUS_OK);
        keep(&bench.op);
    }
}

static void keep_states(void)
{
    forms_count = 0;
    for (unsigned i = 0; i < CARDOP_SERVICE_MAX; i++) {
        keep_states_of((enum cardop_service)i);
    }
}

/* Decodes to what encodes to the same bytes, or is refused. */
static bool decodes(struct span bytes)
{
    struct cardop op;
    uint8_t memory[CARDOP_ENCODED_MAX];
    struct buf again = BUF(memory);
    memset(&op, 0xEE, sizeof(op));
    if (cardop_decode(bytes, &op) != STATUS_OK) {
        uint8_t untouched[sizeof(op)];
        memset(untouched, 0xEE, sizeof(untouched));
        CHECK_BYTES(&op, untouched, sizeof(op));
        return false;
    }
    CHECK_EQ(cardop_encode(&op, &again), STATUS_OK);
    CHECK_SPAN(buf_span(&again), bytes);
    return true;
}

TEST(cardop_code__every_state_survives_the_journal)
{
    keep_states();
    CHECK_EQ(forms_count, 10);
    for (size_t i = 0; i < forms_count; i++) {
        CHECK(decodes(span_of(forms[i].bytes, forms[i].len)));
    }
}

TEST(cardop_code__every_truncation_and_every_longer_form_is_refused)
{
    keep_states();
    for (size_t i = 0; i < forms_count; i++) {
        for (size_t len = 0; len < forms[i].len; len++) {
            CHECK(!decodes(span_of(forms[i].bytes, len)));
        }
        CHECK(!decodes(span_of(forms[i].bytes, forms[i].len + 1)));
    }
}

TEST(cardop_code__every_bit_flip_is_refused_or_means_what_it_says)
{
    size_t good = 0, all = 0;
    keep_states();
    for (size_t i = 0; i < forms_count; i++) {
        for (size_t bit = 0; bit < 8 * forms[i].len; bit++) {
            forms[i].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            good += decodes(span_of(forms[i].bytes, forms[i].len)) ? 1 : 0;
            all++;
            forms[i].bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    printf("# %zu of %zu flips still decode\n", good, all);
    CHECK(good < all);
}

/* What decodes may be driven on: no broken journal stops the server. */
TEST(cardop_code__no_flipped_journal_stops_the_machine)
{
    static struct bench trial;
    bench_issued(&bench, VCARD_MODEL_METADATA);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(bench_step(&bench), STATUS_OK);
    bench_play(&bench);
    for (size_t bit = 0; bit < 8 * bench.journal_len; bit++) {
        const struct span none[CARDOP_KEYS] = { SPAN_NONE, SPAN_NONE };
        bench.journal[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct span bytes = span_of(bench.journal, bench.journal_len);
        if (cardop_decode(bytes, &trial.op) == STATUS_OK) {
            cardop_prelude(&trial.op, &bench.report, &trial.batch);
            CHECK_EQ(batch_check(&trial.batch), STATUS_OK);
            (void)!cardop_begin(&trial.op, &bench.report, &bench.identity, SPAN_OF(bench.nonce),
                                &bench.result, &trial.fault);
        }
        if (cardop_decode(bytes, &trial.op) == STATUS_OK &&
            cardop_want(&trial.op) == CARDOP_WANT_ANSWERS) {
            (void)!cardop_accept(&trial.op, &bench.result, none, &trial.batch, &trial.fault);
        }
        bench.journal[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

TEST(cardop_code__states_that_cannot_be_are_refused)
{
    struct cardop op;
    uint8_t memory[CARDOP_ENCODED_MAX];
    bench_issued(&bench, VCARD_MODEL_METADATA);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    struct buf bytes = BUF(memory);

    op = bench.op;
    op.goal = CARDOP_GOAL_WRITE; /* with nothing to write */
    CHECK_EQ(cardop_encode(&op, &bytes), STATUS_OK);
    CHECK(!decodes(buf_span(&bytes)));

    op = bench.op;
    op.stage = CARDOP_STAGE_FINISHED; /* and yet waiting for answers */
    buf_clear(&bytes);
    CHECK_EQ(cardop_encode(&op, &bytes), STATUS_OK);
    CHECK(!decodes(buf_span(&bytes)));

    op = bench.op;
    op.service = CARDOP_ISSUE;
    op.card_expiry[0] = '\0'; /* the CHUID needs a date */
    buf_clear(&bytes);
    CHECK_EQ(cardop_encode(&op, &bytes), STATUS_OK);
    CHECK(!decodes(buf_span(&bytes)));
}

/* Such a count would start again at 0 by and by, and the card would be opened without end. */
TEST(cardop_code__more_openings_than_a_job_has_are_refused)
{
    uint8_t memory[CARDOP_ENCODED_MAX];
    struct buf bytes = BUF(memory);
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);

    bench.op.openings = CARDOP_OPENINGS_MAX + 1;
    CHECK_EQ(cardop_encode(&bench.op, &bytes), STATUS_OK);
    CHECK(!decodes(buf_span(&bytes)));

    buf_clear(&bytes);
    bench.op.openings = CARDOP_OPENINGS_MAX;
    CHECK_EQ(cardop_encode(&bench.op, &bytes), STATUS_OK);
    CHECK(decodes(buf_span(&bytes)));
}

TEST(cardop_code__what_does_not_fit_is_refused)
{
    uint8_t memory[100];
    struct buf bytes = BUF(memory);
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(cardop_encode(&bench.op, &bytes), STATUS_TOO_LARGE);
}
