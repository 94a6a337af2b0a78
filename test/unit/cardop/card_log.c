/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/cardop/card_log.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "card/apdu.h"

enum { HEADER = 4, WORD_MAX = 24, CLA_CHAIN = 0x10 };

static const struct {
    uint8_t ins, p2;
    const char *word;
} words[] = {
    { INS_SELECT, 0x00, "select" },         { INS_VERIFY, 0x80, "verify" },
    { INS_RESET_RETRY, 0x80, "reset" },     { INS_CHANGE_REFERENCE, 0x81, "puk" },
    { INS_SET_MANAGEMENT, 0xFF, "set-9b" }, { INS_RESET, 0x00, "wipe" },
};

/* Of a key, whose slot is P2. */
static const struct {
    uint8_t ins;
    const char *word;
} key_words[] = { { INS_AUTHENTICATE, "sign" },
                  { INS_GENERATE, "generate" },
                  { INS_GET_METADATA, "see" } };

static const struct {
    uint8_t last; /* of 5FC1xx; 7E: discovery */
    const char *name;
} objects[] = {
    { 0x05, "9a" },  { 0x0A, "9c" },      { 0x02, "chuid" },
    { 0x07, "ccc" }, { 0x09, "printed" }, { 0x7E, "discovery" },
};

/* Command data begin at 5, or at 7 with extended length. */
static struct span data_of(struct span command)
{
    bool extended = command.len > 7 && command.ptr[HEADER] == 0;
    return span_part(command, extended ? 7 : 5, SIZE_MAX);
}

static const char *object_of(struct span data)
{
    uint8_t last = 0;
    if (data.len > 5 - 1 && data.ptr[0] == 0x5C && data.ptr[1] == 3 && data.ptr[3] == 0xC1) {
        last = data.ptr[4];
    } else if (data.len > 4 && data.ptr[0] == 0x5C && data.ptr[1] == 3 && data.ptr[3] == 0xFF) {
        return "f9";
    } else if (data.len > 0 && (data.ptr[0] == 0x7E || (data.len > 2 && data.ptr[2] == 0x7E))) {
        last = 0x7E;
    }
    for (size_t i = 0; i < COUNT(objects); i++) {
        if (objects[i].last == last) {
            return objects[i].name;
        }
    }
    return "unknown";
}

static bool word_of(struct span command, char ret_word[WORD_MAX])
{
    const uint8_t *header = command.ptr;
    struct span data = data_of(command);
    if (header[1] == INS_GET_DATA || header[1] == INS_PUT_DATA) {
        return text_format(ret_word, WORD_MAX, "%s-%s", header[1] == INS_GET_DATA ? "get" : "put",
                           object_of(data));
    }
    if (header[1] == INS_AUTHENTICATE && header[3] == 0x9B) {
        return text_copy(ret_word, WORD_MAX,
                         data.len > 4 && data.ptr[1] > 2 ? "answer" : "witness");
    }
    if (header[1] == INS_ATTEST) {
        return text_format(ret_word, WORD_MAX, "attest-%02x", header[2]);
    }
    if (header[1] == INS_MOVE_KEY) {
        return header[2] == 0xFF
                   ? text_format(ret_word, WORD_MAX, "delete-%02x", header[3])
                   : text_format(ret_word, WORD_MAX, "%02x>%02x", header[3], header[2]);
    }
    for (size_t i = 0; i < COUNT(key_words); i++) {
        if (key_words[i].ins == header[1]) {
            return text_format(ret_word, WORD_MAX, "%s-%02x", key_words[i].word, header[3]);
        }
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        if (words[i].ins == header[1] && words[i].p2 == header[3]) {
            return text_copy(ret_word, WORD_MAX, words[i].word);
        }
    }
    return text_format(ret_word, WORD_MAX, "other-%02x%02x%02x", header[1], header[2], header[3]);
}

static void append(char *log, size_t max, const char *word)
{
    size_t len = strlen(log);
    REQUIRE(text_format(log + len, max - len, "%s%s", len > 0 ? " " : "", word));
}

void card_log_add(char *log, size_t max, struct span command)
{
    static bool chained; /* the last part was not the end of its chain */
    char word[WORD_MAX];
    bool goes_on = chained && command.ptr[1] == INS_PUT_DATA;
    chained = (command.ptr[0] & CLA_CHAIN) != 0;
    if (goes_on || command.ptr[1] == INS_GET_RESPONSE) {
        return;
    }
    REQUIRE(word_of(command, word));
    append(log, max, word);
}

void card_log_add_mark(char *log, size_t max)
{
    append(log, max, "/");
}
