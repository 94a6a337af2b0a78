/* SPDX-License-Identifier: Apache-2.0 */
#include "test/fuzz/fuzz.h"
#include "wire_signer/signer_message.h"

/* A request to the signer: what is accepted is written and read again without a change. */
static struct signer_request request;
static uint8_t memory[SIGNER_REQUEST_MAX], again_memory[SIGNER_REQUEST_MAX];

static void check_authority(const struct signer_authority *authority)
{
    const struct statement *s = &authority->statement;
    uint8_t message_memory[STATEMENT_MAX];
    struct buf message = BUF(message_memory);
    REQUIRE(authority->signature_len <= sizeof authority->signature);
    REQUIRE(authority->certificate_len <= sizeof authority->certificate);
    REQUIRE(s->nonce_len <= sizeof s->nonce);
    fuzz_text(s->origin, sizeof s->origin);
    fuzz_text(s->identity_check, sizeof s->identity_check);
    fuzz_text(s->card, sizeof s->card);
    REQUIRE(statement_message(s, &message) == STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct buf frame = BUF(memory), again = BUF(again_memory);
    if (signer_message_request_decode(span_of(bytes, len), &request) != STATUS_OK) {
        return 0;
    }
    REQUIRE(len <= SIGNER_REQUEST_MAX && request.kind < SIGNER_KIND_MAX);
    if (signer_message_needs_authority(request.kind)) {
        check_authority(&request.authority);
    }
    REQUIRE(signer_message_request_encode(&request, &frame) == STATUS_OK);
    REQUIRE(signer_message_request_decode(buf_span(&frame), &request) == STATUS_OK);
    REQUIRE(signer_message_request_encode(&request, &again) == STATUS_OK);
    REQUIRE(span_equal(buf_span(&frame), buf_span(&again)));
    return 0;
}
