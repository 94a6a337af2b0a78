/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/bytes.h"

/* json_take: takes the members of a JSON object one by one, strictly.
 *
 *     json_t *object = json_take_parse(frame);
 *     struct json_take take = json_take_of(object);
 *     json_take_text(&take, "job", request->job, sizeof(request->job));
 *     json_take_exact(&take, "card_id", request->card_id, sizeof(request->card_id));
 *     if (!json_take_end(&take)) { return STATUS_BAD_MESSAGE; }
 *
 * The first member that is missing or has a wrong form makes the whole `bad`, and it stays so;
 * what was written into results until then is worth nothing. `json_take_end` is also false when a
 * member was not taken: unknown members are an error.
 * Memory: borrows the object.
 * Tests: test/unit/wire_signer/test_json_take.c */
struct json_take {
    const json_t *object;
    size_t taken;
    bool bad;
};

/* A new reference; NULL when it is no JSON object, has a member twice or anything behind it, or
 * there is no memory. */
json_t *json_take_parse(struct span text);
/* NULL and anything that is no object are bad from the start. */
struct json_take json_take_of(const json_t *object);
/* A text shorter than `max`, without a zero byte. */
void json_take_text(struct json_take *take, const char *name, char *ret_text, size_t max);
/* Hex of at most `max` bytes. */
void json_take_hex(struct json_take *take, const char *name, uint8_t *ret_bytes, size_t max,
                   size_t *ret_len);
/* Hex of `len` bytes exactly. */
void json_take_exact(struct json_take *take, const char *name, uint8_t *ret_bytes, size_t len);
/* Whole numbers from 0 to `max`, which is INT64_MAX at most. */
uint64_t json_take_number(struct json_take *take, const char *name, uint64_t max);
int64_t json_take_instant(struct json_take *take, const char *name);
bool json_take_bool(struct json_take *take, const char *name);
/* Of the members themselves; NULL when bad. A list has at most `max` elements. */
const json_t *json_take_object(struct json_take *take, const char *name);
const json_t *json_take_list(struct json_take *take, const char *name, size_t max);
MUST_USE bool json_take_end(const struct json_take *take);
