/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/agent_json.h"

#include "base/text.h"
#include "test/lib/test.h"

static json_t *json;
static struct agent_json in;

static void read_text(const char *text)
{
    json_decref(json);
    json = json_loads(text, JSON_DECODE_ANY, NULL);
    CHECK(json != NULL);
    in = agent_json_of(json);
}

static void done(void)
{
    json_decref(json);
    json = NULL;
}

TEST(agent_json__only_objects_are_read)
{
    read_text("[1]");
    CHECK(in.bad);
    CHECK(agent_json_take(&in, "a") == NULL);
    CHECK(!agent_json_end(&in));
    in = agent_json_of(NULL);
    CHECK(!agent_json_end(&in));
    done();
}

TEST(agent_json__a_member_that_nobody_took_is_an_error)
{
    bool value = false;
    read_text("{\"a\":true,\"b\":true}");
    agent_json_take_bool(&in, "a", &value);
    CHECK(value);
    CHECK(!agent_json_end(&in));
    agent_json_take_bool(&in, "b", &value);
    CHECK(agent_json_end(&in));
    done();
}

TEST(agent_json__an_absent_member_leaves_the_result_unless_it_is_needed)
{
    char text[4] = "abc";
    uint8_t bytes[2] = { 1, 2 };
    size_t len = 2;
    int64_t number = 7;
    uint16_t word = 9;
    read_text("{}");
    agent_json_take_text(&in, "a", text, sizeof text);
    agent_json_take_bytes(&in, "a", bytes, sizeof bytes, &len);
    agent_json_take_exactly(&in, "a", bytes, 2);
    agent_json_take_number(&in, "a", 0, 1, &number);
    agent_json_take_word(&in, "a", &word);
    CHECK(agent_json_end(&in));
    CHECK_TEXT(text, "abc");
    CHECK_EQ(len, 2);
    CHECK_EQ(number, 7);
    CHECK_EQ(word, 9);
    agent_json_need(&in, "a");
    CHECK(!agent_json_end(&in));
    done();
}

/* One value against one kind of reading. */
static bool takes(const char *value, char kind)
{
    char text[64], short_text[4];
    uint8_t bytes[2];
    size_t len = 0;
    int64_t number;
    uint16_t word;
    bool flag;
    CHECK(text_format(text, sizeof text, "{\"a\":%s}", value));
    read_text(text);
    switch (kind) {
    case 't':
        agent_json_take_text(&in, "a", short_text, sizeof short_text);
        break;
    case 'h':
        agent_json_take_bytes(&in, "a", bytes, sizeof bytes, &len);
        break;
    case 'x':
        agent_json_take_exactly(&in, "a", bytes, sizeof bytes);
        break;
    case 'n':
        agent_json_take_number(&in, "a", -1, 255, &number);
        break;
    case 'w':
        agent_json_take_word(&in, "a", &word);
        break;
    case 'a':
        agent_json_take_array(&in, "a", 2);
        break;
    default:
        agent_json_take_bool(&in, "a", &flag);
        break;
    }
    bool good = agent_json_end(&in);
    done();
    return good;
}

TEST(agent_json__accepts_and_refuses_by_type_and_limit)
{
    CHECK(takes("\"abc\"", 't') && takes("\"\"", 't'));
    CHECK(!takes("\"abcd\"", 't') && !takes("1", 't') && !takes("null", 't'));
    CHECK(takes("\"01ff\"", 'h') && takes("\"\"", 'h'));
    CHECK(!takes("\"01f\"", 'h') && !takes("\"zz\"", 'h') && !takes("\"010203\"", 'h'));
    CHECK(takes("\"01ff\"", 'x') && !takes("\"01\"", 'x') && !takes("\"\"", 'x'));
    CHECK(takes("255", 'n') && takes("-1", 'n'));
    CHECK(!takes("256", 'n') && !takes("-2", 'n') && !takes("1.0", 'n') && !takes("\"1\"", 'n'));
    CHECK(takes("\"9000\"", 'w') && takes("\"63cf\"", 'w'));
    CHECK(!takes("\"900\"", 'w') && !takes("\"90000\"", 'w') && !takes("\"63CF\"", 'w'));
    CHECK(!takes("36864", 'w') && !takes("\"\"", 'w'));
    CHECK(takes("[1,2]", 'a') && takes("[]", 'a') && !takes("[1,2,3]", 'a') && !takes("{}", 'a'));
    CHECK(takes("true", 'b') && takes("false", 'b') && !takes("0", 'b') && !takes("null", 'b'));
}

TEST(agent_json__leaves_out_what_is_default)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_text(&out, "text", "");
    agent_json_put_bytes(&out, "bytes", SPAN_NONE);
    agent_json_put_number(&out, "number", -1, -1);
    agent_json_put_bool(&out, "bool", false);
    json_t *object = agent_json_finish(&out);
    CHECK_EQ(json_object_size(object), 0);
    json_decref(object);
}

TEST(agent_json__writes_in_order)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_text(&out, "text", "t");
    agent_json_put_bytes(&out, "bytes", SPAN_TEXT("\xAB"));
    agent_json_put_number(&out, "number", 0, -1);
    agent_json_put_bool(&out, "bool", true);
    agent_json_put_word(&out, "word", 0x63C2);
    json_t *object = agent_json_finish(&out);
    char *text = json_dumps(object, JSON_COMPACT);
    CHECK_TEXT(text,
               "{\"text\":\"t\",\"bytes\":\"ab\",\"number\":0,\"bool\":true,\"word\":\"63c2\"}");
    free(text);
    json_decref(object);
}

TEST(agent_json__a_failure_sticks)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put(&out, "a", NULL);
    agent_json_put(&out, "b", json_integer(1));
    CHECK(agent_json_finish(&out) == NULL);
    out = agent_json_new();
    agent_json_put_text(&out, "a", "\xFF"); /* not UTF-8: jansson refuses it */
    CHECK(agent_json_finish(&out) == NULL);
}
