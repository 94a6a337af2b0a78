/* SPDX-License-Identifier: Apache-2.0 */
#include "port/log_write.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"

static enum log_level level_max = LOG_LEVEL_INFO;

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

void log_write_set_level(enum log_level level)
{
    level_max = level;
}

/* A quote or backslash inside a quoted value would let a hostile text end it. */
static void quoted(const char *text, char ret[LOG_VALUE_MAX])
{
    text_print_safe(span_of_text(text == NULL ? "" : text), ret, LOG_VALUE_MAX);
    for (char *c = ret; *c != '\0'; c++) {
        *c = *c == '"' ? '\'' : *c == '\\' ? '/' : *c;
    }
}

static bool field_text(const struct log_field *field, char ret[LOG_LINE_MAX])
{
    char value[LOG_VALUE_MAX];
    if (!field->is_text) {
        return text_format(ret, LOG_LINE_MAX, " %s=%lld", field->key, (long long)field->number);
    }
    quoted(field->text, value);
    return text_format(ret, LOG_LINE_MAX, " %s=\"%s\"", field->key, value);
}

void log_write_line(char *ret_line, size_t max, enum log_level level, const char *event,
                    const struct log_field *fields)
{
    char piece[LOG_LINE_MAX];
    char value[LOG_VALUE_MAX];
    char at[INSTANT_TEXT_MAX];
    struct buf line = buf_of(ret_line, max - 1); /* one for the end */
    instant_text(clock_read_now(), at);
    quoted(event, value);
    const char *name = (size_t)level < COUNT(level_names) ? level_names[level] : "error";
    if (text_format(piece, sizeof(piece), "%s %s %s", at, name, value)) {
        (void)buf_put(&line, span_of_text(piece));
    }
    /* A field that does not fit is left out whole, and so are those after it. */
    for (; fields != NULL && fields->key != NULL && !line.full; fields++) {
        if (field_text(fields, piece)) {
            (void)buf_put(&line, span_of_text(piece));
        }
    }
    ret_line[line.len] = '\0';
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    char line[LOG_LINE_MAX];
    if (level > level_max) {
        return;
    }
    log_write_line(line, sizeof(line) - 1, level, event, fields);
    size_t len = strlen(line);
    line[len] = '\n';
    /* Nobody is left to be told that the log cannot be written. */
    ssize_t ignored = write(STDERR_FILENO, line, len + 1);
    (void)ignored;
}

void log_write_fault(enum log_level level, const char *event, const struct fault *fault)
{
    const struct status_entry *entry = status_entry(fault->status);
    log_write(level, event,
              LOG_FIELDS(LOG_TEXT("status", entry->name), LOG_TEXT("code", entry->code),
                         LOG_TEXT("cause", entry->cause), LOG_TEXT("detail", fault->detail),
                         LOG_NUMBER("sw", fault->sw), LOG_NUMBER("tries", fault->tries_left)));
}
