/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/status.h"

/* audit_json: lines of JSON with one spelling. Only for the audit files of this folder.
 *
 *     struct audit_json line = audit_json_new("entry");
 *     audit_json_put_text(&line, "event", "login");
 *     return audit_json_write(&line, ret_line);             releases it too
 *
 *     struct audit_json line = audit_json_read(bytes, "entry");
 *     audit_json_get_text(&line, "event", name, sizeof(name));
 *     return audit_json_end(&line);
 *
 * The first failure sticks: BAD_VALUE when writing, AUDIT_BROKEN when reading, OUT_OF_MEMORY.
 * jansson allocates; every path ends in audit_json_write or audit_json_end, which release it.
 * Tests: test/unit/lifecycle/test_audit_event.c */
struct audit_json {
    json_t *object;
    enum status status;
};

struct audit_json audit_json_new(const char *type);
void audit_json_put_number(struct audit_json *line, const char *key, uint64_t value);
void audit_json_put_instant(struct audit_json *line, const char *key, instant at);
void audit_json_put_text(struct audit_json *line, const char *key, const char *text);
/* `bytes.len` is at most AUDIT_JSON_BYTES_MAX. */
enum { AUDIT_JSON_BYTES_MAX = 4096 };
void audit_json_put_hex(struct audit_json *line, const char *key, struct span bytes);
/* Appends the line and its line feed; TOO_LARGE, with nothing appended, when it does not fit. */
MUST_USE enum status audit_json_write(struct audit_json *line, struct buf *ret_line);

struct audit_json audit_json_read(struct span bytes, const char *type);
void audit_json_get_number(struct audit_json *line, const char *key, uint64_t *ret_value);
void audit_json_get_instant(struct audit_json *line, const char *key, instant *ret_at);
void audit_json_get_text(struct audit_json *line, const char *key, char *ret_text, size_t max);
/* Appended to `ret_bytes`. */
void audit_json_get_hex(struct audit_json *line, const char *key, struct buf *ret_bytes);
MUST_USE enum status audit_json_end(struct audit_json *line);
/* Is `line`, with or without its line feed, this one? */
MUST_USE bool audit_json_is_spelled(struct span line, struct span spelling);
