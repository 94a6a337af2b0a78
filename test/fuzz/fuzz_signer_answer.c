/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "test/fuzz/fuzz.h"
#include "wire_signer/signer_message.h"

/* An answer of the signer. Its CRL lies in memory of the caller. */
static struct signer_answer answer;
static uint8_t memory[65536], again_memory[65536], crl_memory[16384];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf frame = BUF(memory), again = BUF(again_memory), crl = BUF(crl_memory);
    if (signer_message_answer_decode(span_of(bytes, len), &crl, &answer) != STATUS_OK) {
        return 0;
    }
    REQUIRE(answer.kind < SIGNER_KIND_MAX && answer.status < STATUS_MAX);
    fuzz_text(answer.detail, sizeof answer.detail);
    if (answer.kind == SIGNER_REVOKE_AND_CRL && answer.status == STATUS_OK) {
        fuzz_inside(SPAN_OF(crl_memory), answer.crl.der);
    }
    REQUIRE(signer_message_answer_encode(&answer, &frame) == STATUS_OK);
    signer_message_answer_wipe(&answer);
    buf_clear(&crl);
    REQUIRE(signer_message_answer_decode(buf_span(&frame), &crl, &answer) == STATUS_OK);
    REQUIRE(signer_message_answer_encode(&answer, &again) == STATUS_OK);
    REQUIRE(span_equal(buf_span(&frame), buf_span(&again)));
    signer_message_answer_wipe(&answer);
    return 0;
}
