/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/json_part.h"

#include <stdbool.h>

#include "test/lib/test.h"

TEST(json_part__puts_members_and_adds_entries)
{
    json_t *object = json_object(), *array = json_array();

    json_part_put(&object, "a", json_integer(1));
    json_part_put(&object, "b", json_null());
    json_part_add(&array, object);
    json_part_add(&array, json_true());

    CHECK_EQ(json_array_size(array), 2);
    CHECK_EQ(json_object_size(json_array_get(array, 0)), 2);
    json_decref(array);
}

TEST(json_part__a_part_that_is_missing_takes_the_whole_with_it)
{
    json_t *object = json_object(), *array = json_array();

    json_part_put(&object, "a", json_integer(1));
    json_part_put(&object, "b", NULL);
    json_part_put(&object, "c", json_integer(3));
    json_part_add(&array, object);
    json_part_add(&array, json_true());

    CHECK(object == NULL);
    CHECK(array == NULL);
}

/* jansson's allocation of that number fails, once. */
static int fails_at;

static void *scarce_malloc(size_t len)
{
    return fails_at-- == 0 ? NULL : malloc(len);
}

TEST(json_part__is_whole_or_nothing_whichever_allocation_fails)
{
    int failed = 0;
    bool is_whole = false;
    json_set_alloc_funcs(scarce_malloc, free);

    for (; !is_whole && failed < 100; failed++) {
        fails_at = failed;
        json_t *json = json_pack("{s:i}", "a", 1);
        json_part_put(&json, "b", json_string("text"));
        json_part_put(&json, "c", json_null());
        is_whole = fails_at >= 0;
        CHECK_EQ(json != NULL, is_whole);
        CHECK_EQ(json_object_size(json), is_whole ? 3 : 0);
        json_decref(json);
    }

    json_set_alloc_funcs(malloc, free);
    CHECK(is_whole && failed > 4);
}
