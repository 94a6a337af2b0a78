/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_fault.h"

#include <stdio.h>

#include "base/text.h"

enum { PIECE_LEN = 256, SW_MORE = 0x6100 }; /* ISO/IEC 7816-4, 5.1.3: 61xx */

enum argument { NO_ARGUMENT, SW_ARGUMENT, OFFSET_ARGUMENT };

static const struct {
    const char *name;
    enum argument argument;
} kinds[VCARD_FAULT_MAX] = {
    [VCARD_FAULT_NONE] = { "none", NO_ARGUMENT },
    [VCARD_FAULT_CUT_BEFORE] = { "cut-before", NO_ARGUMENT },
    [VCARD_FAULT_TEAR] = { "tear", NO_ARGUMENT },
    [VCARD_FAULT_CUT_AFTER] = { "cut-after", NO_ARGUMENT },
    [VCARD_FAULT_STATUS] = { "status", SW_ARGUMENT },
    [VCARD_FAULT_REFUSE] = { "refuse", SW_ARGUMENT },
    [VCARD_FAULT_FLIP] = { "flip", OFFSET_ARGUMENT },
    [VCARD_FAULT_STALL] = { "stall", NO_ARGUMENT },
    [VCARD_FAULT_LOOP] = { "loop", NO_ARGUMENT },
    [VCARD_FAULT_ENDLESS] = { "endless", NO_ARGUMENT },
};

/* The next word of `*text`, without the spaces around it; false at the end. */
static bool word_next(const char **text, struct span *ret_word)
{
    size_t spaces = strspn(*text, " ");
    size_t len = strcspn(*text + spaces, " ");
    if (len == 0) {
        return false;
    }
    *ret_word = span_of(*text + spaces, len);
    *text += spaces + len;
    return true;
}

static bool number_parse(struct span word, uint32_t *ret_number)
{
    uint32_t number = 0;
    if (word.len == 0 || word.len > 7) {
        return false;
    }
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9') {
            return false;
        }
        number = 10 * number + (uint32_t)(word.ptr[i] - '0');
    }
    *ret_number = number;
    return true;
}

static bool sw_parse(struct span word, uint16_t *ret_sw)
{
    char text[5];
    uint8_t memory[2];
    struct buf bytes = BUF(memory);
    if (word.len != 4) {
        return false;
    }
    memcpy(text, word.ptr, 4);
    text[4] = '\0';
    if (!text_parse_hex(text, &bytes)) {
        return false;
    }
    *ret_sw = (uint16_t)(memory[0] << 8 | memory[1]);
    return true;
}

static bool kind_parse(struct span word, enum vcard_fault_kind *ret_kind)
{
    for (int i = 0; i < VCARD_FAULT_MAX; i++) {
        if (span_equal(word, span_of_text(kinds[i].name))) {
            *ret_kind = (enum vcard_fault_kind)i;
            return true;
        }
    }
    return false;
}

static bool arguments_parse(const char **text, struct vcard_fault *fault)
{
    struct span word;
    if (fault->kind == VCARD_FAULT_NONE) {
        return true;
    }
    if (!word_next(text, &word) || !number_parse(word, &fault->at) || fault->at == 0) {
        return false;
    }
    enum argument argument = kinds[fault->kind].argument;
    if (argument == NO_ARGUMENT) {
        return true;
    }
    if (!word_next(text, &word)) {
        return false;
    }
    return argument == SW_ARGUMENT ? sw_parse(word, &fault->sw)
                                   : number_parse(word, &fault->offset);
}

bool vcard_fault_parse(const char *text, struct vcard_fault *ret_fault)
{
    struct vcard_fault fault = { .kind = VCARD_FAULT_NONE };
    struct span word;
    if (!word_next(&text, &word) || !kind_parse(word, &fault.kind) ||
        !arguments_parse(&text, &fault) || word_next(&text, &word)) {
        return false;
    }
    *ret_fault = fault;
    return true;
}

static bool text_write(const struct vcard_fault *fault, char ret_text[VCARD_FAULT_TEXT_MAX])
{
    const char *name = kinds[fault->kind].name;
    if (fault->kind == VCARD_FAULT_NONE) {
        return text_copy(ret_text, VCARD_FAULT_TEXT_MAX, name);
    }
    switch (kinds[fault->kind].argument) {
    case SW_ARGUMENT:
        return text_format(ret_text, VCARD_FAULT_TEXT_MAX, "%s %u %04x", name, fault->at,
                           fault->sw);
    case OFFSET_ARGUMENT:
        return text_format(ret_text, VCARD_FAULT_TEXT_MAX, "%s %u %u", name, fault->at,
                           fault->offset);
    default:
        return text_format(ret_text, VCARD_FAULT_TEXT_MAX, "%s %u", name, fault->at);
    }
}

void vcard_fault_text(const struct vcard_fault *fault, char ret_text[VCARD_FAULT_TEXT_MAX])
{
    if (!text_write(fault, ret_text)) {
        ret_text[0] = '\0';
    }
}

bool vcard_fault_stays(const struct vcard_fault *fault)
{
    return fault->kind == VCARD_FAULT_LOOP || fault->kind == VCARD_FAULT_ENDLESS;
}

static void answer_never_ends(size_t len, struct buf *answer)
{
    buf_clear(answer);
    for (size_t i = 0; i < len; i++) {
        buf_put_u8(answer, 0x53);
    }
    buf_put_u16(answer, SW_MORE);
}

void vcard_fault_spoil(const struct vcard_fault *fault, struct buf *answer)
{
    if (fault->kind == VCARD_FAULT_STATUS) {
        buf_clear(answer);
        buf_put_u16(answer, fault->sw);
    }
    if (vcard_fault_stays(fault)) {
        answer_never_ends(fault->kind == VCARD_FAULT_ENDLESS ? PIECE_LEN : 0, answer);
    }
    if (fault->kind == VCARD_FAULT_FLIP && fault->offset < answer->len) {
        answer->ptr[fault->offset] ^= 0xFF;
    }
}
