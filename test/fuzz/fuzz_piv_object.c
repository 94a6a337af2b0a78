/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_object.h"

#include "codec/tlv.h"
#include "test/fuzz/fuzz.h"

/* Any answer to GET DATA. The first byte says which object was asked for. */
static uint8_t memory[TLV_LEN_MAX + PIV_OBJECT_FIELD_EXTRA];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    struct span content;
    struct buf field = BUF(memory);
    uint8_t which;
    if (!reader_u8(&in, &which)) {
        return 0;
    }
    enum piv_object object = (enum piv_object)(which % PIV_OBJECT_MAX);
    if (piv_object_content(object, in.rest, &content) == STATUS_OK) {
        fuzz_inside(in.rest, content);
        REQUIRE(piv_object_put_field(object, content, &field));
        REQUIRE(field.len <= content.len + PIV_OBJECT_FIELD_EXTRA);
    }
    return 0;
}
