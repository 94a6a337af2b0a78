/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_state.h"

#include "test/fuzz/fuzz.h"

/* What the server's journal keeps of a job: the card machine alone, and with its statement. */
static uint8_t memory[2 * CARDOP_ENCODED_MAX], again_memory[2 * CARDOP_ENCODED_MAX];

static void check_machine(struct span bytes)
{
    static struct cardop op;
    struct buf out = BUF(memory), again = BUF(again_memory);
    if (cardop_decode(bytes, &op) != STATUS_OK) {
        return;
    }
    REQUIRE(op.service < CARDOP_SERVICE_MAX && op.stage < CARDOP_STAGE_MAX);
    REQUIRE(op.goal < CARDOP_GOAL_MAX && cardop_want(&op) < CARDOP_WANTED_MAX);
    REQUIRE(op.openings <= CARDOP_OPENINGS_MAX && op.nonce_len <= sizeof op.nonce);
    REQUIRE(op.witness_len <= sizeof op.witness && op.expected_len <= sizeof op.expected);
    REQUIRE(op.puk_first < CARDOP_PUKS && op.key_type > KEY_TYPE_NONE);
    fuzz_text(op.job, sizeof op.job);
    fuzz_text(op.origin, sizeof op.origin);
    fuzz_text(op.version, sizeof op.version);
    REQUIRE(cardop_encode(&op, &out) == STATUS_OK && out.len <= CARDOP_ENCODED_MAX);
    REQUIRE(cardop_decode(buf_span(&out), &op) == STATUS_OK);
    REQUIRE(cardop_encode(&op, &again) == STATUS_OK);
    REQUIRE(span_equal(buf_span(&out), buf_span(&again)));
}

static void check_state(struct span bytes)
{
    static struct job_state state;
    struct buf out = BUF(memory), again = BUF(again_memory);
    if (job_state_decode(bytes, &state) != STATUS_OK) {
        return;
    }
    fuzz_text(state.statement.origin, sizeof state.statement.origin);
    fuzz_text(state.statement.card, sizeof state.statement.card);
    REQUIRE(job_state_encode(&state, &out) == STATUS_OK);
    REQUIRE(job_state_decode(buf_span(&out), &state) == STATUS_OK);
    REQUIRE(job_state_encode(&state, &again) == STATUS_OK);
    REQUIRE(span_equal(buf_span(&out), buf_span(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    check_machine(span_of(bytes, len));
    check_state(span_of(bytes, len));
    return 0;
}
