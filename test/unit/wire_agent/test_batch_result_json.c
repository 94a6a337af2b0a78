/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/wire_agent/mutate.h"

static struct batch_result result, back;

static void fill_result(void)
{
    batch_result_init(&result);
    CHECK(batch_result_add(&result, "select", SW_OK, SPAN_TEXT("\x61\x00")));
    CHECK(batch_result_add(&result, "verify", 0x63C2, SPAN_NONE));
    result.outcome = BATCH_STOPPED;
    result.status = STATUS_PASSCODE_WRONG;
}

static enum status decode(const char *text)
{
    json_t *json = NULL;
    CHECK_EQ(agent_message_parse(span_of_text(text), &json), STATUS_OK);
    enum status status = batch_result_of_json(json, &back);
    json_decref(json);
    return status;
}

TEST(batch_result_json__has_this_form)
{
    fill_result();
    json_t *json = batch_result_to_json(&result);
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK_TEXT(text, "{\"outcome\":\"stopped\",\"status\":\"PASSCODE_WRONG\",\"answers\":["
                     "{\"label\":\"select\",\"sw\":\"9000\",\"data\":\"6100\"},"
                     "{\"label\":\"verify\",\"sw\":\"63c2\"}]}");
    free(text);
    memset(&back, 0x77, sizeof back);
    CHECK_EQ(batch_result_of_json(json, &back), STATUS_OK);
    json_decref(json);
    CHECK_BYTES(&back, &result, sizeof back);
}

TEST(batch_result_json__the_largest_result_passes)
{
    static uint8_t large[RESULT_MEMORY_MAX];
    memset(large, 0xEE, sizeof large);
    batch_result_init(&result);
    CHECK(batch_result_add(&result, "a", SW_OK, SPAN_OF(large)));
    json_t *json = batch_result_to_json(&result);
    CHECK(json != NULL);
    CHECK_EQ(batch_result_of_json(json, &back), STATUS_OK);
    json_decref(json);
    CHECK_EQ(back.memory_len, RESULT_MEMORY_MAX);
}

#define RESULT(answers) "{\"outcome\":\"done\",\"status\":\"OK\",\"answers\":[" answers "]}"
#define ANSWER(label) "{\"label\":\"" label "\",\"sw\":\"9000\"}"

TEST(batch_result_json__refuses_what_cannot_have_happened)
{
    static const char *const bad[] = {
        "{}",
        "{\"outcome\":\"done\",\"status\":\"OK\"}",
        "{\"outcome\":\"perhaps\",\"status\":\"OK\",\"answers\":[]}",
        "{\"outcome\":\"done\",\"status\":\"WHATEVER\",\"answers\":[]}",
        "{\"outcome\":\"done\",\"answers\":[]}",
        "{\"status\":\"OK\",\"answers\":[]}",
        "{\"outcome\":\"done\",\"status\":\"CARD_REMOVED\",\"answers\":[]}",
        "{\"outcome\":\"unknown\",\"status\":\"OK\",\"answers\":[]}",
        RESULT(ANSWER("a") "," ANSWER("a")),
        RESULT(ANSWER("")),
        RESULT("{\"label\":\"a\"}"),
        RESULT("{\"sw\":\"9000\"}"),
        RESULT("{\"label\":\"a-label-of-more-than-24-bytes\",\"sw\":\"9000\"}"),
        RESULT("{\"label\":\"a\",\"sw\":\"9000\",\"pin\":\"471108\"}"),
        RESULT("7"),
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        back.count = 77;
        CHECK_EQ(decode(bad[i]), STATUS_BAD_MESSAGE);
        CHECK_EQ(back.count, 77);
    }
    CHECK_EQ(decode(RESULT(ANSWER("a") "," ANSWER("b"))), STATUS_OK);
    CHECK_EQ(back.count, 2);
}

TEST(batch_result_json__refuses_data_past_its_memory)
{
    static uint8_t half[RESULT_MEMORY_MAX / 2 + 1];
    static char text[4 * RESULT_MEMORY_MAX + 256];
    static char hex[2 * sizeof half + 1];
    memset(hex, 'a', sizeof hex - 1);
    (void)snprintf(text, sizeof text,
                   RESULT("{\"label\":\"a\",\"sw\":\"9000\",\"data\":\"%s\"},"
                          "{\"label\":\"b\",\"sw\":\"9000\",\"data\":\"%s\"}"),
                   hex, hex);
    CHECK_EQ(decode(text), STATUS_BAD_MESSAGE);
}

static bool attempt(const json_t *json)
{
    static struct batch_result first, second;
    if (batch_result_of_json(json, &first) != STATUS_OK) {
        return false;
    }
    json_t *again = batch_result_to_json(&first);
    CHECK(again != NULL);
    CHECK_EQ(batch_result_of_json(again, &second), STATUS_OK);
    json_decref(again);
    CHECK_BYTES(&first, &second, sizeof first);
    return true;
}

TEST(batch_result_json__survives_cuts_and_changes)
{
    fill_result();
    CHECK(mutate_all(batch_result_to_json(&result), attempt) > 0);
}
