/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/capability.h"

#include <string.h>

#include "test/fuzz/fuzz.h"

/* Object 5FC107 as the card gave it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t memory[CAPABILITY_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct capability ccc, again;
    if (capability_decode(span_of(bytes, len), &ccc) != STATUS_OK) {
        return 0;
    }
    REQUIRE(capability_encode(&ccc, &content));
    REQUIRE(capability_decode(buf_span(&content), &again) == STATUS_OK);
    REQUIRE(memcmp(ccc.card_id, again.card_id, sizeof ccc.card_id) == 0);
    REQUIRE(ccc.data_model == again.data_model);
    return 0;
}
