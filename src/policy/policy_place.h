/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* policy_place: where in a JSON text a member stands, so that a refusal can point at it.
 *
 *     struct policy_place place = { .depth = 2, .steps = { { "roles", 0 }, { NULL, 3 } } };
 *     size_t offset = policy_place_find(text, &place);       of the value roles[3]
 *     policy_place_line(text, offset, &line, &column);
 *
 * The JSON library knows places of syntax errors only; this looks for the rest in the text itself,
 * without recursion and without believing that the text is JSON. A step that is not found gives
 * the place of what surrounds it. Keys are compared as they are written, escapes included.
 * Tests: test/unit/policy/test_policy_place.c */
enum { POLICY_PLACE_STEPS_MAX = 8 };

struct policy_place {
    struct {
        const char *key; /* NULL: an element of an array */
        size_t index;
    } steps[POLICY_PLACE_STEPS_MAX];
    size_t depth;
    bool at_key; /* of the last step: the key's place instead of the value's */
};

size_t policy_place_find(struct span text, const struct policy_place *place);
/* Both from 1; columns are characters of UTF-8. */
void policy_place_line(struct span text, size_t offset, size_t *ret_line, size_t *ret_column);
