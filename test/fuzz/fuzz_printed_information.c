/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/printed_information.h"

#include <string.h>

#include "test/fuzz/fuzz.h"

/* Object 5FC109 as the card gave it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t memory[PRINTED_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct printed_information printed, again;
    if (printed_information_decode(span_of(bytes, len), &printed) != STATUS_OK) {
        return 0;
    }
    fuzz_text(printed.name, sizeof printed.name);
    fuzz_text(printed.unit, sizeof printed.unit);
    if (printed.name[0] == '\0' || printed.expiry[0] == '\0' || printed.card_serial[0] == '\0' ||
        printed.issuer[0] == '\0') {
        REQUIRE(!printed_information_encode(&printed, &content)); /* we write no empty ones */
        return 0;
    }
    REQUIRE(printed_information_encode(&printed, &content));
    REQUIRE(printed_information_decode(buf_span(&content), &again) == STATUS_OK);
    REQUIRE(memcmp(&printed, &again, sizeof printed) == 0); /* nothing but texts */
    return 0;
}
