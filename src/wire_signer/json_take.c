/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_signer/json_take.h"

#include "base/text.h"

/* The library itself stops at 2,048 levels (JSON_PARSER_MAX_DEPTH). */
json_t *json_take_parse(struct span text)
{
    json_t *json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    if (json != NULL && !json_is_object(json)) {
        json_decref(json);
        return NULL;
    }
    return json;
}

struct json_take json_take_of(const json_t *object)
{
    return (struct json_take){ .object = object, .bad = !json_is_object(object) };
}

/* The member, counted as taken; NULL and bad when there is none of that type. */
static const json_t *take_member(struct json_take *take, const char *name, json_type type)
{
    if (take->bad) {
        return NULL;
    }
    const json_t *member = json_object_get(take->object, name);
    if (member == NULL || json_typeof(member) != type) {
        take->bad = true;
        return NULL;
    }
    take->taken++;
    return member;
}

/* Terminated and without a zero byte inside; NULL when bad. */
static const char *take_string(struct json_take *take, const char *name, size_t *ret_len)
{
    const json_t *member = take_member(take, name, JSON_STRING);
    if (member == NULL) {
        return NULL;
    }
    const char *text = json_string_value(member);
    *ret_len = json_string_length(member);
    if (strlen(text) != *ret_len) {
        take->bad = true;
        return NULL;
    }
    return text;
}

void json_take_text(struct json_take *take, const char *name, char *ret_text, size_t max)
{
    size_t len;
    const char *text = take_string(take, name, &len);
    if (text != NULL && !text_copy(ret_text, max, text)) {
        take->bad = true;
    }
}

void json_take_hex(struct json_take *take, const char *name, uint8_t *ret_bytes, size_t max,
                   size_t *ret_len)
{
    size_t len;
    const char *text = take_string(take, name, &len);
    if (text == NULL) {
        return;
    }
    struct buf bytes = buf_of(ret_bytes, max);
    if (len > 2 * max || !text_parse_hex(text, &bytes)) {
        take->bad = true;
        return;
    }
    *ret_len = bytes.len;
}

void json_take_exact(struct json_take *take, const char *name, uint8_t *ret_bytes, size_t len)
{
    size_t got = 0;
    json_take_hex(take, name, ret_bytes, len, &got);
    if (got != len) {
        take->bad = true;
    }
}

int64_t json_take_instant(struct json_take *take, const char *name)
{
    const json_t *member = take_member(take, name, JSON_INTEGER);
    return member == NULL ? 0 : (int64_t)json_integer_value(member);
}

uint64_t json_take_number(struct json_take *take, const char *name, uint64_t max)
{
    int64_t value = json_take_instant(take, name);
    if (value < 0 || (uint64_t)value > max) {
        take->bad = true;
        return 0;
    }
    return (uint64_t)value;
}

bool json_take_bool(struct json_take *take, const char *name)
{
    if (take->bad) {
        return false;
    }
    const json_t *member = json_object_get(take->object, name);
    if (!json_is_boolean(member)) {
        take->bad = true;
        return false;
    }
    take->taken++;
    return json_is_true(member);
}

const json_t *json_take_object(struct json_take *take, const char *name)
{
    return take_member(take, name, JSON_OBJECT);
}

const json_t *json_take_list(struct json_take *take, const char *name, size_t max)
{
    const json_t *list = take_member(take, name, JSON_ARRAY);
    if (list != NULL && json_array_size(list) > max) {
        take->bad = true;
        return NULL;
    }
    return list;
}

bool json_take_end(const struct json_take *take)
{
    return !take->bad && json_object_size(take->object) == take->taken;
}
