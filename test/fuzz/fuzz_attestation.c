/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/attestation.h"

#include "base/text.h"
#include "test/fuzz/fuzz.h"

/* The certificate with which a card attests a key, and that of its slot F9: two lengths of 16 bits
 * in front of them. Our only anchor is no certificate, so nothing may pass for attested. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint8_t no_anchor[] = { 0x30, 0x00 };
    static const struct public_key key = { .type = KEY_TYPE_P256, .len = 65 };
    const struct span anchors[] = { SPAN_OF(no_anchor) };
    struct reader in = reader_of(span_of(bytes, len));
    struct attestation attestation;
    uint16_t device_len;
    struct span device;
    if (!reader_u16(&in, &device_len) || !reader_take(&in, device_len, &device)) {
        return 0;
    }
    const struct attestation_question question = { .certificate = in.rest,
                                                   .device = device,
                                                   .anchors = anchors,
                                                   .count = COUNT(anchors),
                                                   .at = 1800000000,
                                                   .key = &key,
                                                   .slot = 0x9C,
                                                   .serial = "10000042",
                                                   .version = "5.4.3",
                                                   .pin_policies = ATTESTATION_PIN_ONCE,
                                                   .touch_policies = ATTESTATION_TOUCH_NEVER };
    attestation_check(&question, &attestation);
    fuzz_text(attestation.version, sizeof attestation.version);
    REQUIRE((attestation.faults & (ATTESTATION_DEVICE | ATTESTATION_FORM)) != 0);
    REQUIRE(attestation.faults >> ATTESTATION_FAULTS == 0);
    return 0;
}
