/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/agent_json.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"

enum { WORD_DIGITS = 4 };

/* ---- reading ---- */

struct agent_json agent_json_of(const json_t *json)
{
    return (struct agent_json){ .object = json, .bad = !json_is_object(json) };
}

bool agent_json_end(const struct agent_json *in)
{
    return !in->bad && json_object_size(in->object) == in->taken;
}

void agent_json_need(struct agent_json *in, const char *name)
{
    if (in->bad || json_object_get(in->object, name) == NULL) {
        in->bad = true;
    }
}

const json_t *agent_json_take(struct agent_json *in, const char *name)
{
    if (in->bad) {
        return NULL;
    }
    const json_t *value = json_object_get(in->object, name);
    if (value != NULL) {
        in->taken++;
    }
    return value;
}

const json_t *agent_json_take_array(struct agent_json *in, const char *name, size_t max)
{
    const json_t *array = agent_json_take(in, name);
    if (array != NULL && (!json_is_array(array) || json_array_size(array) > max)) {
        in->bad = true;
        return NULL;
    }
    return array;
}

const char *agent_json_take_name(struct agent_json *in, const char *name)
{
    const json_t *value = agent_json_take(in, name);
    if (value != NULL && !json_is_string(value)) {
        in->bad = true;
    }
    return json_string_value(value);
}

void agent_json_take_text(struct agent_json *in, const char *name, char *ret_text, size_t max)
{
    const char *text = agent_json_take_name(in, name);
    if (text != NULL && !text_copy(ret_text, max, text)) {
        in->bad = true;
    }
}

void agent_json_take_bytes(struct agent_json *in, const char *name, uint8_t *ret_bytes, size_t max,
                           size_t *ret_len)
{
    const char *text = agent_json_take_name(in, name);
    if (text == NULL) {
        return;
    }
    struct buf bytes = buf_of(ret_bytes, max);
    if (!text_parse_hex(text, &bytes)) {
        in->bad = true;
        return;
    }
    *ret_len = bytes.len;
}

void agent_json_take_exactly(struct agent_json *in, const char *name, uint8_t *ret_bytes,
                             size_t len)
{
    size_t found = len;
    agent_json_take_bytes(in, name, ret_bytes, len, &found);
    if (found != len) {
        in->bad = true;
    }
}

void agent_json_take_number(struct agent_json *in, const char *name, int64_t min, int64_t max,
                            int64_t *ret_number)
{
    const json_t *value = agent_json_take(in, name);
    if (value == NULL) {
        return;
    }
    int64_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < min || number > max) {
        in->bad = true;
        return;
    }
    *ret_number = number;
}

void agent_json_take_bool(struct agent_json *in, const char *name, bool *ret_value)
{
    const json_t *value = agent_json_take(in, name);
    if (value == NULL) {
        return;
    }
    if (!json_is_boolean(value)) {
        in->bad = true;
        return;
    }
    *ret_value = json_is_true(value);
}

void agent_json_take_word(struct agent_json *in, const char *name, uint16_t *ret_word)
{
    const char *text = agent_json_take_name(in, name);
    if (text == NULL) {
        return;
    }
    uint8_t memory[2];
    struct buf bytes = BUF(memory);
    if (strspn(text, "0123456789abcdef") != WORD_DIGITS || text[WORD_DIGITS] != '\0' ||
        !text_parse_hex(text, &bytes)) {
        in->bad = true;
        return;
    }
    *ret_word = (uint16_t)(memory[0] << 8 | memory[1]);
}

/* ---- writing ---- */

struct agent_json_writer agent_json_new(void)
{
    json_t *object = json_object();
    return (struct agent_json_writer){ .object = object, .bad = object == NULL };
}

json_t *agent_json_finish(struct agent_json_writer *out)
{
    json_t *object = out->object;
    out->object = NULL;
    if (out->bad) {
        json_decref(object);
        return NULL;
    }
    return object;
}

void agent_json_put(struct agent_json_writer *out, const char *name, json_t *value)
{
    if (out->bad) {
        json_decref(value);
        return;
    }
    out->bad = json_object_set_new(out->object, name, value) != 0;
}

void agent_json_put_text(struct agent_json_writer *out, const char *name, const char *text)
{
    if (text[0] != '\0') {
        agent_json_put(out, name, json_string(text));
    }
}

void agent_json_put_bytes(struct agent_json_writer *out, const char *name, struct span bytes)
{
    char text[2 * AGENT_JSON_BYTES_MAX + 1];
    if (bytes.len > 0) {
        REQUIRE(text_of_hex(bytes, text, sizeof text));
        agent_json_put(out, name, json_string(text));
    }
}

void agent_json_put_number(struct agent_json_writer *out, const char *name, int64_t number,
                           int64_t absent)
{
    if (number != absent) {
        agent_json_put(out, name, json_integer(number));
    }
}

void agent_json_put_bool(struct agent_json_writer *out, const char *name, bool value)
{
    if (value) {
        agent_json_put(out, name, json_true());
    }
}

void agent_json_put_word(struct agent_json_writer *out, const char *name, uint16_t word)
{
    char text[WORD_DIGITS + 1];
    REQUIRE(text_format(text, sizeof text, "%04x", word));
    agent_json_put(out, name, json_string(text));
}
