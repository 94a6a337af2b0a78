/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_redact.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char mark[] = "(…)";

/* How many bytes at `text` are one of the words; the longest counts. */
static size_t word_at(const char *text, const char *const *words, size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t len = words[i] != NULL ? strlen(words[i]) : 0;
        if (len >= DOCTOR_REDACT_WORD_MIN && len > longest &&
            strncasecmp(text, words[i], len) == 0) {
            longest = len;
        }
    }
    return longest;
}

static size_t number_at(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    size_t hex = strspn(text, "0123456789abcdefABCDEF");
    if (hex >= DOCTOR_REDACT_HEX) {
        return hex;
    }
    return digits >= DOCTOR_REDACT_DIGITS ? digits : 0;
}

static void append(char *text, size_t max, const char *more, size_t len)
{
    size_t at = strlen(text);
    size_t room = max - 1 - at;
    memcpy(text + at, more, len < room ? len : room);
    text[at + (len < room ? len : room)] = '\0';
}

void doctor_redact_text(const char *text, const char *const *words, size_t count, char *ret_text,
                        size_t max)
{
    ret_text[0] = '\0';
    while (*text != '\0') {
        size_t word = word_at(text, words, count);
        size_t hidden = word > 0 ? word : number_at(text);
        /* A number that is too short to hide is passed over whole: its end is no beginning. */
        size_t kept = strspn(text, "0123456789");
        kept = kept > 0 ? kept : 1;
        append(ret_text, max, hidden > 0 ? mark : text, hidden > 0 ? sizeof(mark) - 1 : kept);
        text += hidden > 0 ? hidden : kept;
    }
}
