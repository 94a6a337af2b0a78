/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_apdu.h"

#include "card/apdu.h"
#include "test/fuzz/fuzz.h"

/* One command as the card reads it. What our encoder makes of it the card reads the same way. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static uint8_t memory[APDU_COMMAND_MAX];
    struct span whole = span_of(bytes, len);
    struct buf out = BUF(memory);
    struct vcard_apdu apdu, again;
    if (!vcard_apdu_parse(whole, &apdu)) {
        return 0;
    }
    fuzz_inside(whole, apdu.data);
    REQUIRE(apdu.le > 0 && apdu.le <= VCARD_LE_EXTENDED_MAX);
    const struct apdu_command command = { .cla = apdu.cla,
                                          .ins = apdu.ins,
                                          .p1 = apdu.p1,
                                          .p2 = apdu.p2,
                                          .data = apdu.data,
                                          .le = apdu.le_given ? (uint32_t)apdu.le : 0 };
    if (apdu_encode(&command, &out) == STATUS_OK) {
        REQUIRE(vcard_apdu_parse(buf_span(&out), &again) && span_equal(apdu.data, again.data));
        REQUIRE(apdu.ins == again.ins && apdu.p1 == again.p1 && apdu.p2 == again.p2);
        REQUIRE(apdu.le_given == again.le_given && (!apdu.le_given || apdu.le == again.le));
    }
    return 0;
}
