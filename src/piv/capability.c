/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/capability.h"

#include <string.h>

#include "codec/tlv.h"

/* SP 800-73-4 part 1, appendix A, table 8, in its order. */
enum {
    TAG_IDENTIFIER = 0xF0,
    TAG_CONTAINER_VERSION = 0xF1,
    TAG_GRAMMAR_VERSION = 0xF2,
    TAG_URL = 0xF3,
    TAG_PKCS15 = 0xF4,
    TAG_DATA_MODEL = 0xF5,
    TAG_CHECK = 0xFE
};
enum { GSC_VERSION = 0x21, IDENTIFIER_LEN = 21 };

/* GSC-RID, manufacturer FF (none), card type 02 (Java card), then our 14 bytes. */
static const uint8_t identifier_head[] = { 0xA0, 0x00, 0x00, 0x01, 0x16, 0xFF, 0x02 };

/* Between the data model and the check code: containers that are always empty in PIV. */
static const uint8_t empty_tags[] = { 0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD };

bool capability_encode(const struct capability *ccc, struct buf *ret_content)
{
    size_t identifier;
    bool fits = tlv_open(ret_content, TAG_IDENTIFIER, &identifier) &&
                buf_put(ret_content, SPAN_OF(identifier_head)) &&
                buf_put(ret_content, SPAN_OF(ccc->card_id)) && tlv_close(ret_content, identifier) &&
                tlv_put_u8(ret_content, TAG_CONTAINER_VERSION, GSC_VERSION) &&
                tlv_put_u8(ret_content, TAG_GRAMMAR_VERSION, GSC_VERSION) &&
                tlv_put(ret_content, TAG_URL, SPAN_NONE) &&
                tlv_put_u8(ret_content, TAG_PKCS15, 0) &&
                tlv_put_u8(ret_content, TAG_DATA_MODEL, ccc->data_model);
    for (size_t i = 0; i < sizeof empty_tags; i++) {
        fits = fits && tlv_put(ret_content, empty_tags[i], SPAN_NONE);
    }
    return fits && tlv_put(ret_content, TAG_CHECK, SPAN_NONE);
}

/* Everything from F1 on is looked through for the data model; the order and the empty containers
 * are not insisted on, since cards of other issuers vary there. */
static bool find_data_model(struct reader *in, uint8_t *ret_data_model)
{
    bool found = false;
    while (!reader_end(in)) {
        uint32_t tag;
        struct span value;
        if (!tlv_next(in, &tag, &value)) {
            return false;
        }
        if (tag == TAG_DATA_MODEL) {
            if (found || value.len != 1) {
                return false;
            }
            found = true;
            *ret_data_model = value.ptr[0];
        }
    }
    return found;
}

enum status capability_decode(struct span content, struct capability *ret_ccc)
{
    struct reader in = reader_of(content);
    struct capability ccc = { 0 };
    struct span identifier;
    if (!tlv_read(&in, TAG_IDENTIFIER, &identifier) || identifier.len != IDENTIFIER_LEN ||
        !find_data_model(&in, &ccc.data_model)) {
        return STATUS_CARD_ANSWER;
    }
    memcpy(ccc.card_id, identifier.ptr + sizeof identifier_head, sizeof ccc.card_id);
    *ret_ccc = ccc;
    return STATUS_OK;
}
