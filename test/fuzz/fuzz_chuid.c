/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/chuid.h"

#include <string.h>

#include "base/text.h"
#include "test/fuzz/fuzz.h"

/* Object 5FC102 as the card gave it. What was accepted can be written again, but for a signature,
 * which is never written. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t memory[CHUID_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct chuid chuid, again;
    if (chuid_decode(span_of(bytes, len), &chuid) != STATUS_OK) {
        return 0;
    }
    REQUIRE(text_is_digits(chuid.expiry, sizeof chuid.expiry - 1));
    REQUIRE(chuid_encode(&chuid, &content));
    REQUIRE(chuid_decode(buf_span(&content), &again) == STATUS_OK && !again.is_signed);
    REQUIRE(memcmp(chuid.fascn, again.fascn, sizeof chuid.fascn) == 0);
    REQUIRE(memcmp(chuid.guid, again.guid, sizeof chuid.guid) == 0);
    REQUIRE(text_equal(chuid.expiry, again.expiry));
    return 0;
}
