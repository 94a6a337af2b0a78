/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_application.h"

#include "codec/tlv.h"

/* SP 800-73-4 part 1, 2.2: RID of NIST, then the PIX of the PIV application, version 1.0. */
static const uint8_t aid[PIV_APPLICATION_AID_LEN] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00,
                                                      0x00, 0x10, 0x00, 0x01, 0x00 };
enum { SELECT_NAME_LEN = 9, RID_LEN = 5, PIX_LEN = SELECT_NAME_LEN - RID_LEN };

/* SP 800-73-4 part 2, table 3. */
enum { TAG_TEMPLATE = 0x61, TAG_AID = 0x4F, TAG_AUTHORITY = 0x79 };

struct span piv_application_select_name(void)
{
    return span_of(aid, SELECT_NAME_LEN);
}

struct span piv_application_aid(void)
{
    return SPAN_OF(aid);
}

/* The standard wants the PIX alone; some cards give the whole AID. */
static bool names_piv(struct span name)
{
    return span_starts(name, span_part(SPAN_OF(aid), RID_LEN, PIX_LEN)) ||
           span_starts(name, span_part(SPAN_OF(aid), 0, SELECT_NAME_LEN));
}

static bool authority_is_nist(struct span authority)
{
    struct span name;
    return tlv_only(authority, TAG_AID, &name) &&
           span_starts(name, span_part(SPAN_OF(aid), 0, RID_LEN));
}

enum status piv_application_check(struct span answer)
{
    struct span template;
    bool named = false, authority_seen = false;
    if (answer.len == 0) {
        return STATUS_OK;
    }
    if (!tlv_only(answer, TAG_TEMPLATE, &template)) {
        return STATUS_CARD_NOT_PIV;
    }
    struct reader in = reader_of(template);
    while (!reader_end(&in)) {
        uint32_t tag;
        struct span value;
        if (!tlv_next(&in, &tag, &value)) {
            return STATUS_CARD_NOT_PIV;
        }
        named = named || (tag == TAG_AID && names_piv(value));
        authority_seen = authority_seen || (tag == TAG_AUTHORITY && authority_is_nist(value));
    }
    return named && authority_seen ? STATUS_OK : STATUS_CARD_NOT_PIV;
}
