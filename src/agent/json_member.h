/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "base/instant.h"

/* json_member: members of a JSON object that came from outside, taken with type and limit.
 *
 *     char id[33];
 *     bool good = json_member_text(answer, "job", id, sizeof(id)) &&
 *                 json_member_number(answer, "step", 1, 99, &step);
 *
 * False: missing, another type, too long; the result is untouched then. `json` may be NULL.
 * Tests: test/unit/agent/test_json_member.c */
MUST_USE bool json_member_text(const json_t *json, const char *name, char *ret_text, size_t max);
MUST_USE bool json_member_number(const json_t *json, const char *name, int64_t min, int64_t max,
                                 int64_t *ret_number);
MUST_USE bool json_member_hex(const json_t *json, const char *name, struct buf *ret_bytes);
/* Exactly `len` bytes. */
MUST_USE bool json_member_hex_exact(const json_t *json, const char *name, uint8_t *ret_bytes,
                                    size_t len);
/* Absent: false in `*ret_value` and true returned. */
MUST_USE bool json_member_flag(const json_t *json, const char *name, bool *ret_value);
/* The first member whose name is not in `names`, a list that ends with NULL; NULL: none. */
const char *json_member_other(const json_t *json, const char *const *names);
bool json_member_only(const json_t *json, const char *const *names); /* there is no other */
/* Null and absent are the same. */
bool json_member_is(const json_t *json, const char *name);
