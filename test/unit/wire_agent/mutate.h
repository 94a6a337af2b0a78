/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "test/lib/test.h"
#include "wire_agent/agent_message.h"

/* mutate: a good message, cut at every byte and changed thousands of times.
 *
 *     static bool try(const json_t *json) { decode; false: refused; true: it encoded again }
 *     CHECK(mutate_all(batch_to_json(&batch), try) > 0);
 *
 * Deterministic: the same message gives the same changes. Each result is either refused or a value
 * that `attempt` could encode and decode again. Returns how many were accepted. */
enum { MUTATIONS = 4000 };

typedef bool (*mutate_attempt)(const json_t *json);

static inline bool mutate_one(const char *text, size_t len, mutate_attempt attempt)
{
    json_t *json = NULL;
    if (agent_message_parse(span_of(text, len), &json) != STATUS_OK) {
        return false;
    }
    bool accepted = attempt(json);
    json_decref(json);
    return accepted;
}

static inline uint32_t mutate_next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* One byte becomes another, a span is doubled, or a span is left out. */
static inline size_t mutate_text(char *text, size_t len, uint32_t *state)
{
    static const char bytes[] = "0123456789abcdefABCxyz\"{}[],:\\-.eE \x80\xFF\x01truefalsn";
    size_t at = mutate_next(state) % len;
    size_t part = 1 + mutate_next(state) % 8;
    switch (mutate_next(state) % 4) {
    case 0:
        text[at] = bytes[mutate_next(state) % (sizeof bytes - 1)];
        return len;
    case 1:
        text[at] = (char)(text[at] ^ (1 << mutate_next(state) % 7));
        return len;
    case 2:
        part = part < len - at ? part : len - at;
        memmove(text + at + part, text + at, len - at);
        return len + part;
    default:
        part = part < len - at ? part : len - at;
        memmove(text + at, text + at + part, len - at - part);
        return len - part;
    }
}

/* Takes over `json`. */
static inline size_t mutate_all(json_t *json, mutate_attempt attempt)
{
    size_t accepted = 0;
    CHECK(json != NULL);
    char *good = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    CHECK(good != NULL);
    size_t len = strlen(good);
    CHECK(mutate_one(good, len, attempt));
    for (size_t cut = 0; cut < len; cut++) {
        CHECK(!mutate_one(good, cut, attempt));
    }
    char *text = malloc(len + 16);
    CHECK(text != NULL);
    uint32_t state = 20261122;
    for (int i = 0; i < MUTATIONS; i++) {
        memcpy(text, good, len);
        size_t changed = mutate_text(text, len, &state);
        accepted += mutate_one(text, changed, attempt) ? 1 : 0;
    }
    free(text);
    free(good);
    return accepted;
}
