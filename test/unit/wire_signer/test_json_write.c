/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_signer/json_write.h"

#include <jansson.h>

#include "test/lib/test.h"

TEST(json_write__writes_one_spelling)
{
    static const char expected[] =
        "{\"t\":\"a\\\"b\\\\c\\u000a\",\"h\":\"00ff\",\"n\":-3,\"b\":true,"
        "\"l\":[\"01\",{\"x\":\"\"}],\"o\":{}}";
    uint8_t memory[256];
    struct buf out = BUF(memory);
    const uint8_t bytes[] = { 0x00, 0xFF }, one[] = { 1 };

    json_write_open(&out, NULL);
    json_write_text(&out, "t", "a\"b\\c\n");
    json_write_hex(&out, "h", SPAN_OF(bytes));
    json_write_number(&out, "n", -3);
    json_write_bool(&out, "b", true);
    json_write_list(&out, "l");
    json_write_hex(&out, NULL, SPAN_OF(one));
    json_write_open(&out, NULL);
    json_write_text(&out, "x", "");
    json_write_close(&out);
    json_write_list_end(&out);
    json_write_open(&out, "o");
    json_write_close(&out);
    json_write_close(&out);

    CHECK(!out.full);
    CHECK_SPAN(buf_span(&out), SPAN_TEXT(expected));
}

TEST(json_write__every_character_comes_back)
{
    char text[128];
    uint8_t memory[1024];
    struct buf out = BUF(memory);
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        text[i] = (char)(i + 1);
    }
    text[sizeof(text) - 1] = '\0';

    json_write_open(&out, NULL);
    json_write_text(&out, "t", text);
    json_write_close(&out);

    json_t *json = json_loadb((const char *)out.ptr, out.len, 0, NULL);
    CHECK(json != NULL);
    CHECK_TEXT(json_string_value(json_object_get(json, "t")), text);
    json_decref(json);
}

TEST(json_write__hex_past_one_chunk)
{
    uint8_t bytes[200], memory[512];
    struct buf out = BUF(memory);
    memset(bytes, 0xA5, sizeof(bytes));

    json_write_hex(&out, NULL, SPAN_OF(bytes));

    CHECK_EQ(out.len, 2 * sizeof(bytes) + 2);
    CHECK_EQ(memory[1], 'a');
    CHECK_EQ(memory[400], '5');
    CHECK_EQ(memory[401], '"');
}

TEST(json_write__marks_a_buffer_that_is_too_short)
{
    uint8_t memory[8];
    struct buf out = BUF(memory);

    json_write_text(&out, "name", "value");

    CHECK(out.full);
    CHECK(out.len <= sizeof(memory));
}
