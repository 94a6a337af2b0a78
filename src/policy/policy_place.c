/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_place.h"

/* What stands at `at`; 0 past the end, where every search stops. */
static uint8_t byte_at(struct span text, size_t at)
{
    return at < text.len ? text.ptr[at] : 0;
}

static size_t past_space(struct span text, size_t at)
{
    while (byte_at(text, at) == ' ' || byte_at(text, at) == '\n' || byte_at(text, at) == '\r' ||
           byte_at(text, at) == '\t') {
        at++;
    }
    return at;
}

/* `at` is on the opening quote. */
static size_t past_string(struct span text, size_t at)
{
    at++;
    while (at < text.len && byte_at(text, at) != '"') {
        at += byte_at(text, at) == '\\' ? 2 : 1;
    }
    return at < text.len ? at + 1 : text.len;
}

static size_t past_container(struct span text, size_t at)
{
    size_t depth = 0;
    do {
        uint8_t byte = byte_at(text, at);
        if (byte == '"') {
            at = past_string(text, at);
            continue;
        }
        depth += byte == '{' || byte == '[' ? 1 : 0;
        depth -= byte == '}' || byte == ']' ? 1 : 0;
        at++;
    } while (depth > 0 && at < text.len);
    return at;
}

static size_t past_value(struct span text, size_t at)
{
    uint8_t first = byte_at(text, at);
    if (first == '"') {
        return past_string(text, at);
    }
    if (first == '{' || first == '[') {
        return past_container(text, at);
    }
    while (at < text.len && strchr(",]} \n\r\t", byte_at(text, at)) == NULL) {
        at++;
    }
    return at;
}

/* To the next member or element after a value; false: there is none. */
static bool next_member(struct span text, size_t *at)
{
    *at = past_space(text, *at);
    if (byte_at(text, *at) != ',') {
        return false;
    }
    *at = past_space(text, *at + 1);
    return true;
}

struct member {
    size_t key_at, value_at;
};

static bool find_key(struct span text, size_t at, const char *key, struct member *ret_member)
{
    at = past_space(text, at + 1);
    do {
        if (byte_at(text, at) != '"') {
            return false;
        }
        size_t end = past_string(text, at);
        size_t value_at = past_space(text, end);
        if (byte_at(text, value_at) != ':') {
            return false;
        }
        value_at = past_space(text, value_at + 1);
        if (span_equal(span_part(text, at + 1, end - at - 2), span_of_text(key))) {
            *ret_member = (struct member){ at, value_at };
            return true;
        }
        at = past_value(text, value_at);
    } while (next_member(text, &at));
    return false;
}

static bool find_index(struct span text, size_t at, size_t index, struct member *ret_member)
{
    at = past_space(text, at + 1);
    for (size_t i = 0; i < index; i++) {
        at = past_value(text, at);
        if (!next_member(text, &at)) {
            return false;
        }
    }
    *ret_member = (struct member){ at, at };
    return at < text.len;
}

size_t policy_place_find(struct span text, const struct policy_place *place)
{
    size_t at = past_space(text, 0);
    for (size_t i = 0; i < place->depth && i < POLICY_PLACE_STEPS_MAX; i++) {
        const char *key = place->steps[i].key;
        struct member member = { at, at };
        bool found = false;
        if (key != NULL && byte_at(text, at) == '{') {
            found = find_key(text, at, key, &member);
        } else if (key == NULL && byte_at(text, at) == '[') {
            found = find_index(text, at, place->steps[i].index, &member);
        }
        if (!found) {
            break;
        }
        bool last = i + 1 == place->depth;
        at = last && place->at_key ? member.key_at : member.value_at;
    }
    return at < text.len ? at : text.len;
}

void policy_place_line(struct span text, size_t offset, size_t *ret_line, size_t *ret_column)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            line++;
            column = 1;
        } else if ((text.ptr[i] & 0xC0) != 0x80) { /* RFC 3629: not a continuation byte */
            column++;
        }
    }
    *ret_line = line;
    *ret_column = column;
}
