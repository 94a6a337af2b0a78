/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "base/status.h"

/* agent_json: strict reading and sparing writing of JSON objects, for this module's messages.
 *
 *     struct agent_json in = agent_json_of(json);
 *     agent_json_take_text(&in, "serial", report.serial, sizeof report.serial);
 *     agent_json_take_bool(&in, "contactless", &report.contactless);
 *     return agent_json_end(&in) ? STATUS_OK : STATUS_BAD_MESSAGE;
 *
 * Reading: an absent member leaves the result as it is; agent_json_need says that it must be there.
 * A wrong type, a text past its limit, odd hex or a number out of range makes the reader bad for
 * good. At the end every member must have been taken: unknown ones are an error.
 *
 * Writing: members that have their default (empty, false, 0) are left out. A failure (no memory)
 * sticks, and agent_json_finish then answers NULL.
 * Memory: spans and children borrow from the JSON value; jansson allocates.
 * Limits: AGENT_JSON_BYTES_MAX bytes in one hex text.
 * Tests: test/unit/wire_agent/test_agent_json.c */
enum { AGENT_JSON_BYTES_MAX = 16384 };

struct agent_json {
    const json_t *object;
    size_t taken;
    bool bad;
};

struct agent_json agent_json_of(const json_t *json);
bool agent_json_end(const struct agent_json *in);
void agent_json_need(struct agent_json *in, const char *name);
/* NULL when absent. The caller looks at the type. */
const json_t *agent_json_take(struct agent_json *in, const char *name);
/* NULL when absent; an array longer than `max` or another type is bad. */
const json_t *agent_json_take_array(struct agent_json *in, const char *name, size_t max);
void agent_json_take_text(struct agent_json *in, const char *name, char *ret_text, size_t max);
/* A text as it stands in the JSON value; NULL when absent. */
const char *agent_json_take_name(struct agent_json *in, const char *name);
/* Hex. Absent: `*ret_len` is left as it is. */
void agent_json_take_bytes(struct agent_json *in, const char *name, uint8_t *ret_bytes, size_t max,
                           size_t *ret_len);
void agent_json_take_exactly(struct agent_json *in, const char *name, uint8_t *ret_bytes,
                             size_t len);
void agent_json_take_number(struct agent_json *in, const char *name, int64_t min, int64_t max,
                            int64_t *ret_number);
void agent_json_take_bool(struct agent_json *in, const char *name, bool *ret_value);
/* Four hex digits, lower case: a status word or a mask. */
void agent_json_take_word(struct agent_json *in, const char *name, uint16_t *ret_word);

struct agent_json_writer {
    json_t *object;
    bool bad;
};

struct agent_json_writer agent_json_new(void);
/* The object, or NULL after a failure. */
json_t *agent_json_finish(struct agent_json_writer *out);
/* Takes over `value`; NULL is a failure. */
void agent_json_put(struct agent_json_writer *out, const char *name, json_t *value);
void agent_json_put_text(struct agent_json_writer *out, const char *name, const char *text);
void agent_json_put_bytes(struct agent_json_writer *out, const char *name, struct span bytes);
/* Left out when it is `absent`. */
void agent_json_put_number(struct agent_json_writer *out, const char *name, int64_t number,
                           int64_t absent);
void agent_json_put_bool(struct agent_json_writer *out, const char *name, bool value);
void agent_json_put_word(struct agent_json_writer *out, const char *name, uint16_t word);
