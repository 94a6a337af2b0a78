/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* log_write: the one place that prints a log. One line on standard error for each entry.
 *
 *     log_write(LOG_LEVEL_INFO, "listening", LOG_FIELDS(LOG_TEXT("address", address),
 *                                                       LOG_NUMBER("port", port)));
 *     2026-11-22T09:30:00Z info listening address="127.0.0.1" port=8443
 *
 * Texts may be hostile: control characters, quotes and bad UTF-8 are made harmless, long ones are
 * cut. Never a secret: nothing here takes a `struct secret`.
 * Each line is one write(2): lines of several threads do not mix.
 * Tests: test/unit/port/test_log_write.c */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum { LOG_LINE_MAX = 1024, LOG_VALUE_MAX = 256 };

struct log_field {
    const char *key; /* NULL ends the list */
    bool is_text;
    const char *text; /* NULL is shown as "" */
    int64_t number;
};

#define LOG_TEXT(key, text)                                                                        \
    {                                                                                              \
        (key), true, (text), 0                                                                     \
    }
#define LOG_NUMBER(key, number)                                                                    \
    {                                                                                              \
        (key), false, NULL, (int64_t)(number)                                                      \
    }
#define LOG_FIELDS(...) ((const struct log_field[]){ __VA_ARGS__, { NULL, false, NULL, 0 } })
#define LOG_NO_FIELDS NULL

void log_write(enum log_level level, const char *event, const struct log_field *fields);
/* What a failure is, by the catalogue: status, code, cause, detail, sw, tries. */
void log_write_fault(enum log_level level, const char *event, const struct fault *fault);
/* Entries above `level` are left out. The start value is INFO. Before threads start. */
void log_write_set_level(enum log_level level);
/* The line without its end, for tests and other destinations. Always terminated. */
void log_write_line(char *ret_line, size_t max, enum log_level level, const char *event,
                    const struct log_field *fields);
