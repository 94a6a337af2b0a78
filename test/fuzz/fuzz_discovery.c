/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/discovery.h"

#include "test/fuzz/fuzz.h"

/* Object 7E as the card gave it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t memory[DISCOVERY_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct discovery discovery, again;
    if (discovery_decode(span_of(bytes, len), &discovery) != STATUS_OK) {
        return 0;
    }
    REQUIRE(discovery.global_pin || !discovery.global_preferred);
    REQUIRE(discovery_encode(&discovery, &content));
    REQUIRE(discovery_decode(buf_span(&content), &again) == STATUS_OK);
    REQUIRE(discovery.application_pin == again.application_pin);
    REQUIRE(discovery.global_pin == again.global_pin);
    REQUIRE(discovery.global_preferred == again.global_preferred);
    return 0;
}
