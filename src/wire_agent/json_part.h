/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

/* json_part: objects and lists that grow part by part, and are whole or NULL in the end.
 *
 *     json_t *json = json_pack("{s:s}", "name", name);
 *     json_part_put(&json, "last", json_boolean(is_last));
 *     for (...) { json_part_add(&list, describe(...)); }
 *     return json;
 *
 * A part that is NULL, and memory that there is not, make the whole NULL for good: an answer from
 * which something is missing would be taken for the truth.
 * Memory: takes over `value`, after a failure too.
 * Tests: test/unit/wire_agent/test_json_part.c */
void json_part_put(json_t **object, const char *name, json_t *value);
void json_part_add(json_t **array, json_t *value);
