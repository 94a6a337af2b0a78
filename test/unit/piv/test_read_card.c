/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/read_card.h"

#include "base/text.h"
#include "card/batch_run.h"
#include "test/lib/test.h"

static struct batch batch;
static struct batch_result result;
static struct batch_run run;
static char played[512]; /* the labels that were played, each followed by a blank */

/* What a card answers to the ops it knows; everything else gets 6D00, 6A82 or 6A80. */
struct answer {
    const char *label, *hex;
};

static const char *find_answer(const struct answer *answers, const struct batch_op *op)
{
    for (; answers->label != NULL; answers++) {
        if (strcmp(answers->label, op->label) == 0) {
            return answers->hex;
        }
    }
    switch (op->ins) {
    case INS_GET_DATA:
        return "6a82";
    case INS_AUTHENTICATE:
        return "6a80";
    case INS_VERIFY:
        return "63c3";
    default:
        return "6d00";
    }
}

static void play(const struct answer *answers)
{
    struct span apdu;
    played[0] = '\0';
    read_card_batch(&batch);
    batch_run_init(&run, &(struct batch_run_options){ 0 }, &batch, &result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        const struct batch_op *op = &batch.ops[run.op_index];
        size_t len = strlen(played);
        CHECK(text_format(played + len, sizeof played - len, "%s ", op->label));
        uint8_t memory[64];
        struct buf bytes = BUF(memory);
        CHECK(text_parse_hex(find_answer(answers, op), &bytes));
        batch_run_feed(&run, buf_span(&bytes));
    }
}
#define PLAY(...) play((const struct answer[]){ __VA_ARGS__, { NULL, NULL } })

TEST(read_card__a_plain_card_is_asked_for_tries_and_algorithm)
{
    PLAY({ "select", "9000" }, { "witness-03", "7c0a80080102030405060708"
                                               "9000" });
    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK_TEXT(played, "select version tries witness-0c witness-0a witness-08 witness-03 chuid "
                       "discovery certificate-9a certificate-9c ");
    CHECK_EQ(batch_result_find(&result, "tries")->sw, 0x63C3);
}

TEST(read_card__stops_asking_at_the_first_witness)
{
    PLAY({ "select", "9000" }, { "witness-0a", "9000" });
    CHECK_TEXT(played, "select version tries witness-0c witness-0a chuid discovery certificate-9a "
                       "certificate-9c ");
}

TEST(read_card__a_card_with_metadata_is_asked_for_no_tries_and_no_witness)
{
    PLAY({ "select", "9000" }, { "version", "0504039000" }, { "serial", "000000019000" },
         { "metadata-9b", "01010a9000" }, { "metadata-80", "060203039000" });
    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK_TEXT(played, "select version serial metadata-9b metadata-80 metadata-81 metadata-9a "
                       "metadata-9c chuid discovery certificate-9a certificate-9c ");
}

TEST(read_card__a_version_without_metadata_costs_one_refused_command)
{
    PLAY({ "select", "9000" }, { "version", "0403059000" }, { "witness-0c", "9000" });
    CHECK_TEXT(played, "select version serial metadata-9b tries witness-0c chuid discovery "
                       "certificate-9a certificate-9c ");
}

TEST(read_card__without_the_application_nothing_more_is_sent)
{
    PLAY({ "select", "6a82" });
    CHECK_TEXT(played, "select ");
    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.status, STATUS_CARD_NOT_PIV);
}

TEST(read_card__changes_nothing_and_needs_no_secret)
{
    read_card_batch(&batch);
    CHECK_EQ(batch.count, READ_CARD_OPS_MAX);
    for (size_t i = 0; i < batch.count; i++) {
        const struct batch_op *op = &batch.ops[i];
        CHECK_EQ(op->fill, BATCH_FILL_NONE);
        CHECK_EQ(op->proof, BATCH_PROOF_NONE);
        CHECK(op->ins != INS_PUT_DATA && op->ins != INS_GENERATE && op->ins != INS_RESET_RETRY &&
              op->ins != INS_CHANGE_REFERENCE && op->ins != INS_MOVE_KEY);
        CHECK(op->ins != INS_VERIFY || op->data_len == 0); /* an empty VERIFY costs no try */
        CHECK(op->ins != INS_AUTHENTICATE || op->p2 == 0x9B);
    }
}

TEST(read_card__an_unplugged_card_is_an_unknown_outcome)
{
    struct span apdu;
    read_card_batch(&batch);
    batch_run_init(&run, &(struct batch_run_options){ 0 }, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    batch_run_lost(&run, STATUS_CARD_REMOVED, true);
    CHECK_EQ(result.outcome, BATCH_UNKNOWN);
}
