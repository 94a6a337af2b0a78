/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/printed_information.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "codec/tlv.h"

/* SP 800-73-4 part 1, appendix A, table 14, in its order (03 is no longer used). */
static const struct {
    uint32_t tag;
    size_t at, max; /* place and size of the text in the struct */
    bool needed;
} fields[] = {
#define FIELD(tag, member, needed)                                                                 \
    {                                                                                              \
        tag, offsetof(struct printed_information, member),                                         \
            sizeof((struct printed_information *)0)->member, needed                                \
    }
    FIELD(0x01, name, true),   FIELD(0x02, affiliation, false),
    FIELD(0x04, expiry, true), FIELD(0x05, card_serial, true),
    FIELD(0x06, issuer, true), FIELD(0x07, organisation, false),
    FIELD(0x08, unit, false),
#undef FIELD
};

enum { TAG_CHECK = 0xFE };

static bool is_printable(struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7F) {
            return false;
        }
    }
    return true;
}

static const char *field_text(const struct printed_information *printed, size_t index)
{
    return (const char *)printed + fields[index].at;
}

bool printed_information_encode(const struct printed_information *printed, struct buf *ret_content)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        struct span text = span_of_text(field_text(printed, i));
        if (text.len >= fields[i].max || (fields[i].needed && text.len == 0) ||
            !is_printable(text)) {
            return false;
        }
        if ((fields[i].needed || text.len > 0) && !tlv_put(ret_content, fields[i].tag, text)) {
            return false;
        }
    }
    return tlv_put(ret_content, TAG_CHECK, SPAN_NONE);
}

static bool take_field(struct reader *in, size_t index, struct printed_information *printed)
{
    struct span text = SPAN_NONE;
    bool there = tlv_read_if(in, fields[index].tag, &text);
    if ((fields[index].needed && !there) || text.len >= fields[index].max || !is_printable(text)) {
        return false;
    }
    if (text.len > 0) {
        memcpy((char *)printed + fields[index].at, text.ptr, text.len);
    }
    return true;
}

enum status printed_information_decode(struct span content, struct printed_information *ret_printed)
{
    struct printed_information printed = { 0 };
    struct reader in = reader_of(content);
    struct span check = SPAN_NONE;
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (!take_field(&in, i, &printed)) {
            return STATUS_CARD_ANSWER;
        }
    }
    tlv_read_if(&in, TAG_CHECK, &check);
    if (!reader_end(&in) || check.len > 0) {
        return STATUS_CARD_ANSWER;
    }
    *ret_printed = printed;
    return STATUS_OK;
}

bool printed_information_date(const char *yyyymmdd, char ret_expiry[10])
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    if (!text_is_digits(yyyymmdd, 8)) {
        return false;
    }
    int month = (yyyymmdd[4] - '0') * 10 + yyyymmdd[5] - '0';
    int day = (yyyymmdd[6] - '0') * 10 + yyyymmdd[7] - '0';
    if (month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    return text_format(ret_expiry, 10, "%.4s%.3s%.2s", yyyymmdd, months + 3 * (month - 1),
                       yyyymmdd + 6);
}
