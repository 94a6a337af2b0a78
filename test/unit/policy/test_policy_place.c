/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_place.h"

#include "test/lib/test.h"

#define JSON                                                                                       \
    "{ \"a\": 1,\n  \"b\": [ \"x]\\\"\", { \"c\": {\"d\": [[1],[2, 3]]} },\tnull ],\n "            \
    "\"é\":\n\"z\" }"

static size_t find(const struct policy_place *place)
{
    return policy_place_find(SPAN_TEXT(JSON), place);
}

static bool points_at(const struct policy_place *place, const char *what)
{
    size_t at = find(place);
    return strncmp(&JSON[at], what, strlen(what)) == 0;
}

TEST(policy_place__values_are_found_through_objects_and_arrays)
{
    CHECK(points_at(&(struct policy_place){ .depth = 0 }, "{ \"a\""));
    CHECK(points_at(&(struct policy_place){ .steps = { { "a", 0 } }, .depth = 1 }, "1,"));
    CHECK(points_at(&(struct policy_place){ .steps = { { "b", 0 }, { NULL, 0 } }, .depth = 2 },
                    "\"x]"));
    CHECK(points_at(&(struct policy_place){ .steps = { { "b", 0 }, { NULL, 2 } }, .depth = 2 },
                    "null"));
    struct policy_place deep = {
        .steps = { { "b", 0 }, { NULL, 1 }, { "c", 0 }, { "d", 0 }, { NULL, 1 }, { NULL, 1 } },
        .depth = 6,
    };
    CHECK(points_at(&deep, "3]"));
}

TEST(policy_place__a_key_is_found_where_it_stands)
{
    struct policy_place place = { .steps = { { "b", 0 } }, .depth = 1, .at_key = true };
    CHECK(points_at(&place, "\"b\": ["));
}

TEST(policy_place__what_is_not_there_gives_what_surrounds_it)
{
    struct policy_place place = { .steps = { { "b", 0 }, { NULL, 9 } }, .depth = 2 };
    CHECK(points_at(&place, "[ \"x"));
    place = (struct policy_place){ .steps = { { "zz", 0 } }, .depth = 1 };
    CHECK_EQ(find(&place), 0);
    place = (struct policy_place){ .steps = { { "a", 0 }, { "deeper", 0 } }, .depth = 2 };
    CHECK(points_at(&place, "1,"));
}

TEST(policy_place__lines_and_characters_are_counted_from_one)
{
    size_t line, column;
    policy_place_line(SPAN_TEXT(JSON), 0, &line, &column);
    CHECK_EQ(line, 1);
    CHECK_EQ(column, 1);
    struct policy_place place = { .steps = { { "b", 0 } }, .depth = 1, .at_key = true };
    policy_place_line(SPAN_TEXT(JSON), find(&place), &line, &column);
    CHECK_EQ(line, 2);
    CHECK_EQ(column, 3);
    policy_place_line(SPAN_TEXT("é\"x"), 3, &line, &column);
    CHECK_EQ(column, 3); /* two characters of three bytes before it */
    policy_place_line(SPAN_TEXT("ab"), 99, &line, &column);
    CHECK_EQ(column, 3);
}

/* Any bytes at all: cut and changed texts never lead outside. */
TEST(policy_place__texts_that_are_no_json_never_lead_outside)
{
    static const struct policy_place places[] = {
        { .steps = { { "b", 0 }, { NULL, 1 }, { "c", 0 }, { "d", 0 } }, .depth = 4 },
        { .steps = { { "é", 0 } }, .depth = 1, .at_key = true },
        { .steps = { { "b", 0 }, { NULL, 7 } }, .depth = 2 },
    };
    for (size_t len = 0; len < sizeof(JSON); len++) {
        for (unsigned byte = 0; byte < 256; byte += 5) {
            char *text = malloc(len + 1);
            CHECK(text != NULL);
            (void)memcpy(text, JSON, len);
            text[len] = (char)byte;
            for (size_t i = 0; i < COUNT(places); i++) {
                CHECK(policy_place_find(span_of(text, len + 1), &places[i]) <= len + 1);
                CHECK(policy_place_find(span_of(text, len), &places[i]) <= len);
            }
            free(text);
        }
    }
    CHECK_EQ(policy_place_find(SPAN_NONE, &places[0]), 0);
}
