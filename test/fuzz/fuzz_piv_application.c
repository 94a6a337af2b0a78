/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_application.h"

#include "codec/tlv.h"
#include "test/fuzz/fuzz.h"

/* Any answer to SELECT: none at all, or a template that names PIV. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span answer = span_of(bytes, len), template;
    if (piv_application_check(answer) == STATUS_OK) {
        REQUIRE(len == 0 || tlv_only(answer, 0x61, &template));
    }
    return 0;
}
