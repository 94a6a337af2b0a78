/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/cert_container.h"

#include "codec/tlv.h"

/* SP 800-73-4 part 1, appendix A, table 10. */
enum { TAG_CERTIFICATE = 0x70, TAG_INFO = 0x71, TAG_MSCUID = 0x72, TAG_CHECK = 0xFE };
enum { INFO_COMPRESSED = 0x01 };

bool cert_container_encode(struct span der, struct buf *ret_content)
{
    return tlv_put(ret_content, TAG_CERTIFICATE, der) && tlv_put_u8(ret_content, TAG_INFO, 0) &&
           tlv_put(ret_content, TAG_CHECK, SPAN_NONE);
}

enum status cert_container_decode(struct span content, struct span *ret_der)
{
    struct reader in = reader_of(content);
    struct span der, info, ignored;
    if (!tlv_read(&in, TAG_CERTIFICATE, &der) || !tlv_read(&in, TAG_INFO, &info)) {
        return STATUS_CARD_ANSWER;
    }
    tlv_read_if(&in, TAG_MSCUID, &ignored);
    struct span check = SPAN_NONE;
    tlv_read_if(&in, TAG_CHECK, &check);
    if (!reader_end(&in) || check.len > 0 || info.len != 1 || der.len == 0) {
        return STATUS_CARD_ANSWER;
    }
    if ((info.ptr[0] & INFO_COMPRESSED) != 0) {
        return STATUS_CARD_COMPRESSED;
    }
    *ret_der = der;
    return STATUS_OK;
}
