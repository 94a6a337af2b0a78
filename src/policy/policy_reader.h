/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "policy/policy_file.h"
#include "policy/policy_place.h"

/* policy_reader: reads members of parsed JSON strictly and remembers where it is.
 *
 *     policy_reader_enter(r, "roles", 0);
 *     good = policy_reader_is_array(r, json, 1, 16) && ...;
 *     policy_reader_leave(r);
 *
 * The first failure sticks: its words and its place in the text go to `error`, further ones are
 * ignored. A function that returned false may leave the place where the failure was; the caller
 * returns false at once. Results are untouched on failure, but for arrays that are half filled.
 * Memory: borrows the text, the JSON and the keys of `place`.
 * Tests: through test/unit/policy/test_policy_file.c */
struct policy_reader {
    struct span text;
    struct policy_place place;
    struct policy_file_error *error;
    bool failed;
};

/* Always false. */
bool policy_reader_fail(struct policy_reader *r, const char *format, ...) PRINTF_LIKE(2, 3);
/* "WHAT 'key'", at the place of the key. Always false. */
bool policy_reader_fail_at_key(struct policy_reader *r, const char *key, const char *what);
/* One step down: to a member, or (key NULL) to an element of an array; and up again. */
void policy_reader_enter(struct policy_reader *r, const char *key, size_t index);
void policy_reader_leave(struct policy_reader *r);

/* An object that has no members but these (a list that ends with NULL). */
MUST_USE bool policy_reader_is_object(struct policy_reader *r, const json_t *json,
                                      const char *const *members);
MUST_USE bool policy_reader_is_array(struct policy_reader *r, const json_t *json, size_t min,
                                     size_t max);
/* Of the value at the present place: a text is not empty and has no control characters. */
MUST_USE bool policy_reader_take_text(struct policy_reader *r, const json_t *json, char *ret_text,
                                      size_t max);
MUST_USE bool policy_reader_take_int(struct policy_reader *r, const json_t *json, int min, int max,
                                     int *ret_value);
MUST_USE bool policy_reader_take_bool(struct policy_reader *r, const json_t *json, bool *ret_value);
/* Codes of letters, digits and '-'. */
MUST_USE bool policy_reader_codes(struct policy_reader *r, const json_t *list,
                                  char (*ret_codes)[POLICY_CODE_MAX], size_t max,
                                  size_t *ret_count);
/* Of a member of an object that must be there; the place is that of the object. */
MUST_USE bool policy_reader_member(struct policy_reader *r, const json_t *object, const char *key,
                                   json_t **ret_value);
MUST_USE bool policy_reader_member_text(struct policy_reader *r, const json_t *object,
                                        const char *key, char *ret_text, size_t max);
/* A text of letters, digits, '_' and '-'. */
MUST_USE bool policy_reader_member_code(struct policy_reader *r, const json_t *object,
                                        const char *key, char *ret_text, size_t max);
/* Each rule says where it comes from; the text is for readers of the file only. */
MUST_USE bool policy_reader_has_source(struct policy_reader *r, const json_t *object);
