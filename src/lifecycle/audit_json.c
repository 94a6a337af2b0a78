/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/audit_json.h"

#include "base/text.h"

static const instant last_instant = 253402300799; /* 9999-12-31T23:59:59Z */

static void fail(struct audit_json *line, enum status status)
{
    if (line->status == STATUS_OK) {
        line->status = status;
    }
}

struct audit_json audit_json_new(const char *type)
{
    struct audit_json line = { .object = json_object(), .status = STATUS_OK };
    if (line.object == NULL) {
        line.status = STATUS_OUT_OF_MEMORY;
    }
    audit_json_put_text(&line, "type", type);
    return line;
}

/* NULL comes from a value that is no UTF-8, or from a lack of memory. */
static void put(struct audit_json *line, const char *key, json_t *value)
{
    if (line->status != STATUS_OK || json_object_set_new(line->object, key, value) != 0) {
        fail(line, STATUS_BAD_VALUE);
    }
}

void audit_json_put_number(struct audit_json *line, const char *key, uint64_t value)
{
    if (value > INT64_MAX) {
        fail(line, STATUS_BAD_VALUE);
        return;
    }
    if (line->status == STATUS_OK) {
        put(line, key, json_integer((json_int_t)value));
    }
}

void audit_json_put_text(struct audit_json *line, const char *key, const char *text)
{
    if (line->status == STATUS_OK) {
        put(line, key, json_string(text));
    }
}

void audit_json_put_instant(struct audit_json *line, const char *key, instant at)
{
    char text[INSTANT_TEXT_MAX];
    if (at < 0 || at > last_instant) {
        fail(line, STATUS_BAD_VALUE);
        return;
    }
    instant_text(at, text);
    audit_json_put_text(line, key, text);
}

void audit_json_put_hex(struct audit_json *line, const char *key, struct span bytes)
{
    char text[2 * AUDIT_JSON_BYTES_MAX + 1];
    if (!text_of_hex(bytes, text, sizeof(text))) {
        fail(line, STATUS_BAD_VALUE);
        return;
    }
    audit_json_put_text(line, key, text);
}

static enum status dump(const json_t *object, struct buf *ret_line)
{
    /* jansson keeps the order in which members were set, since 2.8. */
    const size_t flags = JSON_COMPACT | JSON_PRESERVE_ORDER;
    size_t len = json_dumpb(object, NULL, 0, flags);
    uint8_t *at;
    if (len == 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    if (!buf_reserve(ret_line, len + 1, &at)) {
        return STATUS_TOO_LARGE;
    }
    if (json_dumpb(object, (char *)at, len, flags) != len) {
        return STATUS_INTERNAL;
    }
    at[len] = '\n';
    return STATUS_OK;
}

enum status audit_json_write(struct audit_json *line, struct buf *ret_line)
{
    if (line->status == STATUS_OK) {
        line->status = dump(line->object, ret_line);
    }
    return audit_json_end(line);
}

enum status audit_json_end(struct audit_json *line)
{
    json_decref(line->object); /* NULL is fine */
    line->object = NULL;
    return line->status;
}

struct audit_json audit_json_read(struct span bytes, const char *type)
{
    struct audit_json line = { .status = STATUS_OK };
    line.object = json_loadb((const char *)bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, NULL);
    if (!text_equal(json_string_value(json_object_get(line.object, "type")), type)) {
        line.status = STATUS_AUDIT_BROKEN;
    }
    return line;
}

static const char *member_text(struct audit_json *line, const char *key)
{
    if (line->status != STATUS_OK) {
        return NULL;
    }
    const char *text = json_string_value(json_object_get(line->object, key));
    if (text == NULL) {
        fail(line, STATUS_AUDIT_BROKEN);
    }
    return text;
}

void audit_json_get_number(struct audit_json *line, const char *key, uint64_t *ret_value)
{
    const json_t *value = line->status == STATUS_OK ? json_object_get(line->object, key) : NULL;
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        fail(line, STATUS_AUDIT_BROKEN);
        return;
    }
    *ret_value = (uint64_t)json_integer_value(value);
}

void audit_json_get_text(struct audit_json *line, const char *key, char *ret_text, size_t max)
{
    const char *text = member_text(line, key);
    if (text != NULL && !text_copy(ret_text, max, text)) {
        fail(line, STATUS_AUDIT_BROKEN);
    }
}

void audit_json_get_instant(struct audit_json *line, const char *key, instant *ret_at)
{
    const char *text = member_text(line, key);
    if (text != NULL && !instant_parse(text, ret_at)) {
        fail(line, STATUS_AUDIT_BROKEN);
    }
}

void audit_json_get_hex(struct audit_json *line, const char *key, struct buf *ret_bytes)
{
    const char *text = member_text(line, key);
    if (text != NULL && !text_parse_hex(text, ret_bytes)) {
        fail(line, STATUS_AUDIT_BROKEN);
    }
}

bool audit_json_is_spelled(struct span line, struct span spelling)
{
    return span_equal(line, spelling) || span_equal(line, span_part(spelling, 0, spelling.len - 1));
}
