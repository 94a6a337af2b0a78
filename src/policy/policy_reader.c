/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_reader.h"

#include <stdarg.h>

#include "base/text.h"

bool policy_reader_fail(struct policy_reader *r, const char *format, ...)
{
    if (r->failed) {
        return false;
    }
    char what[POLICY_FILE_WHAT_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    r->failed = true;
    text_print_safe(span_of_text(what), r->error->what, sizeof(r->error->what));
    r->error->offset = policy_place_find(r->text, &r->place);
    policy_place_line(r->text, r->error->offset, &r->error->line, &r->error->column);
    return false;
}

void policy_reader_enter(struct policy_reader *r, const char *key, size_t index)
{
    if (r->place.depth < POLICY_PLACE_STEPS_MAX) {
        r->place.steps[r->place.depth].key = key;
        r->place.steps[r->place.depth].index = index;
    }
    r->place.depth++;
}

void policy_reader_leave(struct policy_reader *r)
{
    r->place.depth--;
}

bool policy_reader_fail_at_key(struct policy_reader *r, const char *key, const char *what)
{
    policy_reader_enter(r, key, 0);
    r->place.at_key = true;
    (void)policy_reader_fail(r, "%s '%s'", what, key);
    r->place.at_key = false;
    policy_reader_leave(r);
    return false;
}

static bool is_listed(const char *const *list, const char *word)
{
    for (; *list != NULL; list++) {
        if (text_equal(*list, word)) {
            return true;
        }
    }
    return false;
}

bool policy_reader_is_object(struct policy_reader *r, const json_t *json,
                             const char *const *members)
{
    if (!json_is_object(json)) {
        return policy_reader_fail(r, "an object is expected here");
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        if (!is_listed(members, key)) {
            return policy_reader_fail_at_key(r, key, "unknown member");
        }
    }
    return true;
}

/* ---- values; each leaves the place where it found it ---- */

static bool is_text_clean(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F) {
            return false;
        }
    }
    return true;
}

bool policy_reader_take_text(struct policy_reader *r, const json_t *json, char *ret_text,
                             size_t max)
{
    const char *value = json_string_value(json);
    if (value == NULL) {
        return policy_reader_fail(r, "a text is expected here");
    }
    if (value[0] == '\0' || !is_text_clean(value)) {
        return policy_reader_fail(
            r, "a text without control characters is expected here, not an empty one");
    }
    if (!text_copy(ret_text, max, value)) {
        return policy_reader_fail(r, "this text is longer than %zu bytes", max - 1);
    }
    return true;
}

/* Letters, digits and what `further` has. */
static bool take_code(struct policy_reader *r, const json_t *json, const char *further,
                      char *ret_text, size_t max)
{
    if (!policy_reader_take_text(r, json, ret_text, max)) {
        return false;
    }
    for (const char *at = ret_text; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        bool digit = *at >= '0' && *at <= '9';
        if (!letter && !digit && strchr(further, *at) == NULL) {
            return policy_reader_fail(r, "'%s' has a character that does not belong here",
                                      ret_text);
        }
    }
    return true;
}

bool policy_reader_member(struct policy_reader *r, const json_t *object, const char *key,
                          json_t **ret_value)
{
    *ret_value = json_object_get(object, key);
    return *ret_value != NULL || policy_reader_fail(r, "member '%s' is missing", key);
}

bool policy_reader_member_text(struct policy_reader *r, const json_t *object, const char *key,
                               char *ret_text, size_t max)
{
    json_t *value;
    if (!policy_reader_member(r, object, key, &value)) {
        return false;
    }
    policy_reader_enter(r, key, 0);
    bool good = policy_reader_take_text(r, value, ret_text, max);
    policy_reader_leave(r);
    return good;
}

bool policy_reader_member_code(struct policy_reader *r, const json_t *object, const char *key,
                               char *ret_text, size_t max)
{
    json_t *value;
    if (!policy_reader_member(r, object, key, &value)) {
        return false;
    }
    policy_reader_enter(r, key, 0);
    bool good = take_code(r, value, "_-", ret_text, max);
    policy_reader_leave(r);
    return good;
}

bool policy_reader_has_source(struct policy_reader *r, const json_t *object)
{
    char source[512];
    return policy_reader_member_text(r, object, "source", source, sizeof(source));
}

bool policy_reader_take_int(struct policy_reader *r, const json_t *json, int min, int max,
                            int *ret_value)
{
    if (!json_is_integer(json)) {
        return policy_reader_fail(r, "a whole number is expected here");
    }
    json_int_t value = json_integer_value(json);
    if (value < min || value > max) {
        return policy_reader_fail(r, "a number from %d to %d is expected here", min, max);
    }
    *ret_value = (int)value;
    return true;
}

bool policy_reader_take_bool(struct policy_reader *r, const json_t *json, bool *ret_value)
{
    if (!json_is_boolean(json)) {
        return policy_reader_fail(r, "true or false is expected here");
    }
    *ret_value = json_is_true(json);
    return true;
}

bool policy_reader_is_array(struct policy_reader *r, const json_t *json, size_t min, size_t max)
{
    if (!json_is_array(json)) {
        return policy_reader_fail(r, "a list is expected here");
    }
    if (json_array_size(json) < min || json_array_size(json) > max) {
        return policy_reader_fail(r, "a list of %zu to %zu is expected here", min, max);
    }
    return true;
}

bool policy_reader_codes(struct policy_reader *r, const json_t *list,
                         char (*ret_codes)[POLICY_CODE_MAX], size_t max, size_t *ret_count)
{
    if (!policy_reader_is_array(r, list, 0, max)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        policy_reader_enter(r, NULL, i);
        if (!take_code(r, json_array_get(list, i), "-", ret_codes[i], POLICY_CODE_MAX)) {
            return false;
        }
        policy_reader_leave(r);
    }
    *ret_count = json_array_size(list);
    return true;
}
