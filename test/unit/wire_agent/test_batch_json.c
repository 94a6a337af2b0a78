/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/wire_agent/mutate.h"

static struct batch batch, back;

/* Every member of every op occurs. */
static void fill_batch(void)
{
    batch_init(&batch);
    struct batch_op *op = batch_add(&batch, "verify", BATCH_STEP_CHECK_PASSCODE);
    op->ins = INS_VERIFY;
    op->p2 = 0x80;
    op->fill = BATCH_FILL_PIN_AT_0;
    batch_set_data(&batch, op, SPAN_TEXT("\0\0\0\0\0\0\0\0"));
    op = batch_add(&batch, "generate-9c", BATCH_STEP_MAKE_SIGNING_KEY);
    op->cla = 0x0C;
    op->ins = INS_GENERATE;
    op->p1 = 0x01;
    op->p2 = 0x9C;
    op->le = 65536;
    op->capture = true;
    batch_set_data(&batch, op, SPAN_TEXT("\xAC\x03\x80\x01\x11"));
    batch_on(op, 0x6A80, 0xFFFF, BATCH_STOP, NULL);
    batch_on(op, 0x6900, 0xFF00, BATCH_GOTO, "prove-old");
    batch_on(op, 0, 0, BATCH_NEXT, NULL);
    op = batch_add(&batch, "prove-9c", BATCH_STEP_PROVE_NEW);
    op->ins = INS_AUTHENTICATE;
    op->proof = BATCH_PROOF_OF_CAPTURE;
    memcpy(op->subject_from, "generate-9c", sizeof "generate-9c");
    op = batch_add(&batch, "prove-old", BATCH_STEP_PROVE_OLD);
    op->ins = INS_AUTHENTICATE;
    op->proof = BATCH_PROOF_OF_SUBJECT;
    memset(op->subject, 0x5A, sizeof op->subject);
}

static enum status decode(const char *text)
{
    json_t *json = NULL;
    CHECK_EQ(agent_message_parse(span_of_text(text), &json), STATUS_OK);
    enum status status = batch_of_json(json, &back);
    json_decref(json);
    return status;
}

TEST(batch_json__reads_back_what_it_wrote)
{
    fill_batch();
    CHECK_EQ(batch_check(&batch), STATUS_OK);
    json_t *json = batch_to_json(&batch);
    CHECK(json != NULL);
    memset(&back, 0x77, sizeof back);
    CHECK_EQ(batch_of_json(json, &back), STATUS_OK);
    json_decref(json);
    CHECK_EQ(back.count, batch.count);
    CHECK_BYTES(&back, &batch, offsetof(struct batch, spare));
}

TEST(batch_json__writes_only_what_is_not_default)
{
    batch_init(&batch);
    struct batch_op *op = batch_add(&batch, "select", BATCH_STEP_CHECK_CARD);
    op->ins = 0xA4;
    op->p1 = 4;
    json_t *json = batch_to_json(&batch);
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK_TEXT(text, "{\"ops\":[{\"label\":\"select\",\"step\":\"check_card\",\"ins\":164,"
                     "\"p1\":4}]}");
    free(text);
    json_decref(json);
}

TEST(batch_json__an_empty_batch_is_a_batch)
{
    CHECK_EQ(decode("{\"ops\":[]}"), STATUS_OK);
    CHECK_EQ(back.count, 0);
}

#define OP(members) "{\"ops\":[{\"label\":\"a\",\"step\":\"check_card\"" members "}]}"

TEST(batch_json__refuses_unknown_members_names_and_types)
{
    static const char *const bad[] = {
        "{}",
        "{\"ops\":{}}",
        "{\"ops\":[1]}",
        "{\"ops\":[],\"more\":1}",
        "{\"ops\":[{}]}",
        "{\"ops\":[{\"label\":\"a\"}]}",
        "{\"ops\":[{\"step\":\"check_card\"}]}",
        OP(",\"pin\":\"471108\""),
        OP(",\"ins\":256"),
        OP(",\"ins\":\"a4\""),
        OP(",\"le\":65537"),
        OP(",\"data\":\"abc\""),
        OP(",\"data\":17"),
        OP(",\"fill\":\"puk_at_0\""),
        OP(",\"fill\":\"pin_at_0\""), /* no data to fill */
        OP(",\"proof\":\"of_anything\""),
        OP(",\"proof\":\"subject\",\"ins\":135"),
        OP(",\"proof\":\"subject\",\"ins\":135,\"subject\":\"00\""),
        OP(",\"subject\":\"00\""),
        OP(",\"rules\":[{}]"),
        OP(",\"rules\":[{\"sw\":\"9000\",\"mask\":\"ffff\"}]"),
        OP(",\"rules\":[{\"sw\":\"9000\",\"mask\":\"ffff\",\"do\":\"explode\"}]"),
        OP(",\"rules\":[{\"sw\":\"9000\",\"mask\":\"ffff\",\"do\":\"goto\",\"to\":\"a\"}]"),
        OP(",\"capture\":1"),
    };
    memset(&back, 0x77, sizeof back);
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(decode(bad[i]), STATUS_BAD_MESSAGE);
        CHECK_EQ(back.count, (size_t)0x7777777777777777);
    }
    CHECK_EQ(decode(OP("")), STATUS_OK);
}

TEST(batch_json__refuses_more_than_its_limits)
{
    static char text[BATCH_OPS_MAX * 64 + 128];
    size_t len = 0;
    for (int i = 0; i <= BATCH_OPS_MAX; i++) {
        int wrote =
            snprintf(text + len, sizeof text - len, "%s{\"label\":\"a%d\",\"step\":\"check_card\"}",
                     i == 0 ? "{\"ops\":[" : ",", i);
        len += (size_t)wrote;
    }
    (void)snprintf(text + len, sizeof text - len, "]}");
    CHECK_EQ(decode(text), STATUS_BAD_MESSAGE);
    CHECK_EQ(decode(OP(",\"rules\":[1,2,3,4,5]")), STATUS_BAD_MESSAGE);
}

static bool attempt(const json_t *json)
{
    static struct batch first, second;
    if (batch_of_json(json, &first) != STATUS_OK) {
        return false;
    }
    json_t *again = batch_to_json(&first);
    CHECK(again != NULL);
    CHECK_EQ(batch_of_json(again, &second), STATUS_OK);
    json_decref(again);
    CHECK_BYTES(&first, &second, offsetof(struct batch, spare));
    return true;
}

TEST(batch_json__survives_cuts_and_changes)
{
    fill_batch();
    CHECK(mutate_all(batch_to_json(&batch), attempt) > 0);
}
