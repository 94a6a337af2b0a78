/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/json_member.h"

#include <string.h>

#include "base/text.h"

bool json_member_is(const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    return value != NULL && !json_is_null(value);
}

bool json_member_text(const json_t *json, const char *name, char *ret_text, size_t max)
{
    const json_t *value = json_object_get(json, name);
    const char *text = json_string_value(value);
    if (text == NULL || json_string_length(value) != strlen(text) || strlen(text) >= max) {
        return false;
    }
    return text_copy(ret_text, max, text);
}

bool json_member_number(const json_t *json, const char *name, int64_t min, int64_t max,
                        int64_t *ret_number)
{
    const json_t *value = json_object_get(json, name);
    if (!json_is_integer(value)) {
        return false;
    }
    int64_t number = json_integer_value(value);
    if (number < min || number > max) {
        return false;
    }
    *ret_number = number;
    return true;
}

bool json_member_hex(const json_t *json, const char *name, struct buf *ret_bytes)
{
    const json_t *value = json_object_get(json, name);
    const char *text = json_string_value(value);
    if (text == NULL || json_string_length(value) != strlen(text)) {
        return false;
    }
    return text_parse_hex(text, ret_bytes);
}

bool json_member_hex_exact(const json_t *json, const char *name, uint8_t *ret_bytes, size_t len)
{
    const char *text = json_string_value(json_object_get(json, name));
    struct buf bytes = buf_of(ret_bytes, len);
    return text != NULL && strlen(text) == 2 * len && text_parse_hex(text, &bytes);
}

bool json_member_flag(const json_t *json, const char *name, bool *ret_value)
{
    const json_t *value = json_object_get(json, name);
    if (value != NULL && !json_is_boolean(value)) {
        return false;
    }
    *ret_value = json_is_true(value);
    return true;
}

static bool is_among(const char *name, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (text_equal(name, names[i])) {
            return true;
        }
    }
    return false;
}

const char *json_member_other(const json_t *json, const char *const *names)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        if (!is_among(name, names)) {
            return name;
        }
    }
    return NULL;
}

bool json_member_only(const json_t *json, const char *const *names)
{
    return json_member_other(json, names) == NULL;
}
