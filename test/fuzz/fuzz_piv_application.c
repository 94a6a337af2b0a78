/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_application.h"

#include <string.h>

#include "test/fuzz/fuzz.h"

/* Any answer to SELECT: none at all, or one that names NIST. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint8_t rid[] = { 0xA0, 0x00, 0x00, 0x03, 0x08 };
    bool named = len == 0 || memmem(bytes, len, rid, sizeof(rid)) != NULL;
    REQUIRE((piv_application_check(span_of(bytes, len)) == STATUS_OK) == named);
    return 0;
}
