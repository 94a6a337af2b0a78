/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/audit_json.h"
#include "test/lib/test.h"

TEST(audit_json__writes_members_in_the_order_they_were_put)
{
    uint8_t memory[200];
    struct buf out = BUF(memory);
    struct audit_json line = audit_json_new("kind");
    audit_json_put_text(&line, "z", "a\"b");
    audit_json_put_number(&line, "a", 12);
    audit_json_put_hex(&line, "h", SPAN_TEXT("\x01\xff"));
    audit_json_put_instant(&line, "t", 0);
    CHECK_EQ(audit_json_write(&line, &out), STATUS_OK);
    CHECK_SPAN(buf_span(&out),
               SPAN_TEXT("{\"type\":\"kind\",\"z\":\"a\\\"b\",\"a\":12,\"h\":\"01ff\","
                         "\"t\":\"1970-01-01T00:00:00Z\"}\n"));
}

TEST(audit_json__the_first_bad_value_sticks)
{
    uint8_t memory[200];
    struct buf out = BUF(memory);
    struct audit_json line = audit_json_new("kind");
    audit_json_put_text(&line, "a", "\xff");
    audit_json_put_text(&line, "b", "good");
    CHECK_EQ(audit_json_write(&line, &out), STATUS_BAD_VALUE);
    line = audit_json_new("kind");
    audit_json_put_number(&line, "a", UINT64_MAX);
    CHECK_EQ(audit_json_write(&line, &out), STATUS_BAD_VALUE);
    line = audit_json_new("kind");
    audit_json_put_instant(&line, "a", -1);
    CHECK_EQ(audit_json_write(&line, &out), STATUS_BAD_VALUE);
    CHECK_EQ(out.len, 0);
}

TEST(audit_json__reads_what_is_there_and_nothing_else)
{
    uint64_t number = 0;
    char text[4] = "";
    struct audit_json line =
        audit_json_read(SPAN_TEXT("{\"type\":\"k\",\"n\":3,\"t\":\"abc\"}"), "k");
    audit_json_get_number(&line, "n", &number);
    audit_json_get_text(&line, "t", text, sizeof(text));
    CHECK_EQ(audit_json_end(&line), STATUS_OK);
    CHECK_EQ(number, 3);
    CHECK_TEXT(text, "abc");
}

static void check_broken(const char *json)
{
    uint64_t number = 9;
    struct audit_json line = audit_json_read(span_of_text(json), "k");
    audit_json_get_number(&line, "n", &number);
    CHECK_EQ(audit_json_end(&line), STATUS_AUDIT_BROKEN);
    CHECK_EQ(number, 9);
}

TEST(audit_json__refuses_duplicates_and_wrong_types)
{
    check_broken("{\"type\":\"k\",\"n\":3,\"n\":3}");
    check_broken("{\"type\":\"k\",\"n\":\"3\"}");
    check_broken("{\"type\":\"k\",\"n\":-3}");
    check_broken("{\"type\":\"k\"}");
    check_broken("{\"type\":\"other\",\"n\":3}");
    check_broken("{\"n\":3}");
    check_broken("[3]");
    check_broken("");
}

TEST(audit_json__a_text_that_does_not_fit_is_refused)
{
    char text[3] = "x";
    uint8_t memory[1];
    struct buf bytes = BUF(memory);
    struct audit_json line = audit_json_read(SPAN_TEXT("{\"type\":\"k\",\"t\":\"abc\"}"), "k");
    audit_json_get_text(&line, "t", text, sizeof(text));
    CHECK_EQ(audit_json_end(&line), STATUS_AUDIT_BROKEN);
    line = audit_json_read(SPAN_TEXT("{\"type\":\"k\",\"t\":\"abcd\"}"), "k");
    audit_json_get_hex(&line, "t", &bytes);
    CHECK_EQ(audit_json_end(&line), STATUS_AUDIT_BROKEN);
}
