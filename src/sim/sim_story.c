/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"

static struct {
    char text[SIM_STORY_MAX];
    size_t len;
    bool aloud;
    char secrets[SIM_SECRETS_MAX][2][24];
    size_t secrets_count;
    char guarded[SIM_SECRETS_MAX][2][24];
    size_t guarded_count;
    char invariant[8];
    char breach[SIM_STORY_LINE_MAX];
} story;

static void append(const char *line)
{
    size_t len = strlen(line);
    if (story.len + len + 1 > sizeof(story.text)) { /* the older half goes */
        size_t half = story.len / 2;
        memmove(story.text, story.text + half, story.len - half);
        story.len -= half;
    }
    memcpy(story.text + story.len, line, len);
    story.text[story.len + len] = '\n';
    story.len += len + 1;
    if (story.aloud) {
        puts(line);
    }
}

static void tell(const char *mark, const char *format, va_list arguments)
{
    char words[SIM_STORY_LINE_MAX], line[SIM_STORY_LINE_MAX + 40];
    (void)vsnprintf(words, sizeof(words), format, arguments);
    int64_t ms = clock_read_monotonic_ms();
    (void)snprintf(line, sizeof(line), "%8lld.%03lld %s%s", (long long)(ms / 1000),
                   (long long)(ms % 1000), mark, words);
    append(line);
}

void sim_story_tell(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell("", format, arguments);
    va_end(arguments);
}

void sim_story_break(const char *invariant, const char *format, ...)
{
    char mark[16];
    va_list arguments;
    (void)snprintf(mark, sizeof(mark), "BROKEN %s: ", invariant);
    va_start(arguments, format);
    tell(mark, format, arguments);
    va_end(arguments);
    if (story.invariant[0] == '\0') {
        text_take(story.invariant, sizeof(story.invariant), invariant);
        va_start(arguments, format);
        (void)vsnprintf(story.breach, sizeof(story.breach), format, arguments);
        va_end(arguments);
    }
}

const char *sim_story_broken(void)
{
    return story.invariant[0] != '\0' ? story.invariant : NULL;
}

const char *sim_story_breach(void)
{
    return story.breach;
}

struct span sim_story_text(void)
{
    return span_of(story.text, story.len);
}

void sim_story_aloud(bool aloud)
{
    story.aloud = aloud;
}

/* ---- what must never be told ---- */

void sim_story_secret(const char *text)
{
    REQUIRE(story.secrets_count < SIM_SECRETS_MAX);
    char(*secret)[24] = story.secrets[story.secrets_count++];
    text_take(secret[0], sizeof(secret[0]), text);
    REQUIRE(text_of_hex(span_of_text(secret[0]), secret[1], sizeof(secret[1])));
}

static bool is_hex_digit(const uint8_t *at)
{
    return memchr("0123456789abcdefABCDEF", *at, 22) != NULL;
}

/* Eight digits in the middle of longer hexadecimal ones are nobody's passcode: certificates and
 * signatures are full of them. */
static bool stands_alone(struct span bytes, const uint8_t *at, size_t len)
{
    return (at == bytes.ptr || !is_hex_digit(at - 1)) &&
           (at + len == bytes.ptr + bytes.len || !is_hex_digit(at + len));
}

static bool holds(struct span bytes, const char *text, bool alone)
{
    size_t len = strlen(text);
    const uint8_t *at = bytes.len > 0 ? memmem(bytes.ptr, bytes.len, text, len) : NULL;
    while (at != NULL && alone && !stands_alone(bytes, at, len)) {
        size_t from = (size_t)(at - bytes.ptr) + 1;
        at = memmem(bytes.ptr + from, bytes.len - from, text, len);
    }
    return at != NULL;
}

void sim_story_look(struct span bytes, const char *where)
{
    for (size_t i = 0; i < story.secrets_count; i++) {
        if (holds(bytes, story.secrets[i][0], true) || holds(bytes, story.secrets[i][1], false)) {
            sim_story_break("I2", "a passcode stands in %s", where);
        }
    }
}

void sim_story_guarded(struct span puk)
{
    char text[sizeof(story.guarded[0][0])] = "";
    REQUIRE(puk.len < sizeof(text));
    memcpy(text, puk.ptr, puk.len);
    for (size_t i = 0; i < story.guarded_count; i++) {
        if (strcmp(story.guarded[i][0], text) == 0) {
            return;
        }
    }
    if (strcmp(text, "12345678") != 0 && story.guarded_count < SIM_SECRETS_MAX) {
        char(*guarded)[24] = story.guarded[story.guarded_count++];
        memcpy(guarded[0], text, sizeof(text));
        REQUIRE(text_of_hex(puk, guarded[1], sizeof(guarded[1])));
    }
}

void sim_story_look_guarded(struct span bytes, const char *where)
{
    for (size_t i = 0; i < story.guarded_count; i++) {
        if (holds(bytes, story.guarded[i][0], true) || holds(bytes, story.guarded[i][1], false)) {
            sim_story_break("I10", "a PUK stands in %s", where);
        }
    }
}

/* ---- port/log_write.h ---- */

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    char line[LOG_LINE_MAX];
    if (level > LOG_LEVEL_INFO) {
        return;
    }
    (void)snprintf(line, sizeof(line), "    [%s]", event);
    for (; fields != NULL && fields->key != NULL; fields++) {
        size_t len = strlen(line);
        if (fields->is_text) {
            (void)snprintf(line + len, sizeof(line) - len, " %s=%s", fields->key,
                           fields->text != NULL ? fields->text : "");
        } else {
            (void)snprintf(line + len, sizeof(line) - len, " %s=%lld", fields->key,
                           (long long)fields->number);
        }
    }
    sim_story_look(span_of_text(line), "a log");
    append(line);
}

void log_write_fault(enum log_level level, const char *event, const struct fault *fault)
{
    log_write(level, event,
              LOG_FIELDS(LOG_TEXT("status", status_entry(fault->status)->name),
                         LOG_TEXT("detail", fault->detail)));
}

void log_write_set_level(enum log_level level)
{
    (void)level;
}
