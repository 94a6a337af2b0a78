/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_application.h"

/* SP 800-73-4 part 1, 2.2: RID of NIST, then the PIX of the PIV application, version 1.0. */
static const uint8_t aid[PIV_APPLICATION_AID_LEN] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00,
                                                      0x00, 0x10, 0x00, 0x01, 0x00 };
enum { SELECT_NAME_LEN = 9, RID_LEN = 5 };

struct span piv_application_select_name(void)
{
    return span_of(aid, SELECT_NAME_LEN);
}

struct span piv_application_aid(void)
{
    return SPAN_OF(aid);
}

/* The card has said that it has the application which was selected in full. The template is read no
 * further than that: makers fill it in as they like, and some get its lengths wrong. */
enum status piv_application_check(struct span answer)
{
    const struct span nist = span_part(SPAN_OF(aid), 0, RID_LEN);
    bool named = answer.len == 0;
    for (size_t i = 0; i < answer.len && !named; i++) {
        named = span_starts(span_part(answer, i, answer.len - i), nist);
    }
    return named ? STATUS_OK : STATUS_CARD_NOT_PIV;
}
