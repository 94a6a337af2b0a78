/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/apdu_script.h"

#include <string.h>

#include "base/text.h"

enum { LINE_MAX_LEN = 140000, COMMAND_MIN = 4, ANSWER_MIN = 2 };

struct parser {
    struct apdu_script *script;
    size_t open[SCRIPT_READERS_MAX]; /* the readers with a transaction, the last one is at work */
    size_t open_count;
    bool answer_due;
};

struct span apdu_script_command(const struct apdu_script *script, const struct script_step *step)
{
    return span_of(script->memory + step->command_at, step->command_len);
}

struct span apdu_script_answer(const struct apdu_script *script, const struct script_step *step)
{
    return span_of(script->memory + step->answer_at, step->answer_len);
}

static bool take_hex(struct parser *p, const char *hex, size_t *ret_at, size_t *ret_len)
{
    struct apdu_script *script = p->script;
    struct buf bytes =
        buf_of(script->memory + script->memory_len, sizeof(script->memory) - script->memory_len);
    if (!text_parse_hex(hex, &bytes)) {
        return false;
    }
    *ret_at = script->memory_len;
    *ret_len = bytes.len;
    script->memory_len += bytes.len;
    return true;
}

static struct script_step *add_step(struct parser *p, enum script_kind kind)
{
    struct apdu_script *script = p->script;
    if (script->count == SCRIPT_STEPS_MAX || p->open_count == 0) {
        return NULL;
    }
    struct script_step *step = &script->steps[script->count++];
    *step = (struct script_step){ .kind = kind, .reader = p->open[p->open_count - 1] };
    return step;
}

static bool take_command(struct parser *p, const char *hex)
{
    struct script_step *step = p->answer_due ? NULL : add_step(p, SCRIPT_SEND);
    p->answer_due = true;
    return step != NULL && take_hex(p, hex, &step->command_at, &step->command_len) &&
           step->command_len >= COMMAND_MIN;
}

static bool take_answer(struct parser *p, const char *hex)
{
    if (!p->answer_due) {
        return false;
    }
    struct script_step *step = &p->script->steps[p->script->count - 1];
    p->answer_due = false;
    return take_hex(p, hex, &step->answer_at, &step->answer_len) && step->answer_len >= ANSWER_MIN;
}

static bool open_reader(struct parser *p, size_t reader)
{
    for (size_t i = 0; i < p->open_count; i++) {
        if (p->open[i] == reader) {
            return false;
        }
    }
    p->open[p->open_count++] = reader;
    return add_step(p, SCRIPT_OPEN) != NULL;
}

static bool take_directive(struct parser *p, const char *text)
{
    const bool opens = strncmp(text, "open ", 5) == 0, resets = strncmp(text, "reset ", 6) == 0;
    const char *number = text + (opens ? 5 : 6);
    if ((!opens && !resets) || p->answer_due || number[0] < '1' || number[1] != '\0' ||
        number[0] >= '1' + SCRIPT_READERS_MAX) {
        return false;
    }
    size_t reader = (size_t)(number[0] - '1');
    if (opens) {
        return open_reader(p, reader);
    }
    bool at_work = p->open_count > 0 && p->open[p->open_count - 1] == reader;
    bool added = at_work && add_step(p, SCRIPT_RESET) != NULL;
    p->open_count -= added ? 1 : 0;
    return added;
}

static bool take_line(struct parser *p, const char *line)
{
    bool marked = line[0] != '\0' && line[1] == ' ';
    switch (line[0]) {
    case '\0':
    case '#':
    case '*':
        return true;
    case '@':
        return marked && take_directive(p, line + 2);
    case '>':
        return marked && take_command(p, line + 2);
    case '<':
        return marked && take_answer(p, line + 2);
    default:
        return false;
    }
}

enum status apdu_script_parse(struct span text, struct apdu_script *ret_script,
                              unsigned *reterr_line)
{
    static char line[LINE_MAX_LEN];
    struct parser p = { .script = ret_script };
    unsigned number = 0;
    ret_script->count = 0;
    ret_script->memory_len = 0;
    while (text.len > 0) {
        const uint8_t *end = memchr(text.ptr, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.ptr) : text.len;
        *reterr_line = ++number;
        if (len >= sizeof(line)) {
            return STATUS_BAD_FILE;
        }
        memcpy(line, text.ptr, len);
        line[len] = '\0';
        if (!take_line(&p, line)) {
            return STATUS_BAD_FILE;
        }
        text = span_part(text, len + (end != NULL ? 1 : 0), text.len);
    }
    return p.open_count == 0 && ret_script->count > 0 ? STATUS_OK : STATUS_BAD_FILE;
}
