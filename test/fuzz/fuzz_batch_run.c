/* SPDX-License-Identifier: Apache-2.0 */
#include "card/batch_run.h"

#include "base/text.h"
#include "test/fuzz/fuzz_batch.h"
#include "wire_agent/agent_message.h"

/* A batch (fuzz_batch.h) and what a card answers to it: each answer behind a length of 16 bits;
 * length FFFF: the card was pulled. Which of the two passcodes an APDU may carry is known from the
 * op; what the machine says in the end is always a message that the server accepts. */
enum { PULLED = 0xFFFF, PIN_LEN = 8 };

static const char pin_text[PIN_LEN + 1] = "Pq7#kk2!", new_pin_text[PIN_LEN + 1] = "Zm4?vv9%";
static struct batch batch;
static struct batch_result result, again;
static struct batch_run run;

static enum status prove(void *context, const struct batch_op *op, struct span subject,
                         struct buf *ret_data)
{
    static const uint8_t digest[32] = { 5 };
    (void)context;
    REQUIRE(op->proof != BATCH_PROOF_NONE && subject.len == PROOF_SUBJECT_LEN);
    return piv_key_sign_field(KEY_TYPE_P256, SPAN_OF(digest), ret_data) ? STATUS_OK
                                                                        : STATUS_TOO_LARGE;
}

static enum status hash(void *context, struct span data, uint8_t ret_hash[PROOF_SUBJECT_LEN])
{
    (void)context;
    memset(ret_hash, 9, PROOF_SUBJECT_LEN);
    return data.len > 0 ? STATUS_OK : STATUS_KEY_UNUSABLE;
}

static bool holds(struct span apdu, const char *secret)
{
    return memmem(apdu.ptr, apdu.len, secret, PIN_LEN) != NULL;
}

static void check_apdu(struct span apdu)
{
    enum batch_fill fill = batch.ops[run.op_index].fill;
    bool fills_new = fill == BATCH_FILL_NEW_PIN_AT_0 || fill == BATCH_FILL_NEW_PIN_AT_8;
    REQUIRE(apdu.len >= 4 && apdu.len <= APDU_COMMAND_MAX);
    REQUIRE(fill == BATCH_FILL_PIN_AT_0 || !holds(apdu, pin_text));
    REQUIRE(fills_new || !holds(apdu, new_pin_text));
}

/* Each op once at most, in the order of the batch. */
static void check_order(void)
{
    size_t at = 0;
    for (size_t i = 0; i < result.count; i++) {
        while (at < batch.count && !text_equal(batch.ops[at].label, result.answers[i].label)) {
            at++;
        }
        REQUIRE(at < batch.count);
        at++;
    }
}

static void check_end(void)
{
    REQUIRE((result.outcome == BATCH_DONE) == (result.status == STATUS_OK));
    check_order();
    for (size_t i = 0; i < sizeof run.data; i++) {
        REQUIRE(run.data[i] == 0);
    }
    REQUIRE(!holds(SPAN_OF(run.exchange.scratch), pin_text));
    json_t *json = batch_result_to_json(&result);
    REQUIRE(json != NULL && batch_result_of_json(json, &again) == STATUS_OK);
    json_decref(json);
}

static void answer(struct reader *in)
{
    uint16_t len;
    struct span bytes;
    if (reader_u16(in, &len) && len != PULLED && reader_take(in, len, &bytes)) {
        batch_run_feed(&run, bytes);
    } else {
        batch_run_lost(&run, STATUS_CARD_REMOVED, in->rest.len % 2 == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    struct secret pin, new_pin;
    struct span apdu;
    size_t apdus = 0;
    uint8_t flags = fuzz_byte(&in);
    fuzz_batch_make(&in, &batch);
    REQUIRE(secret_set(&pin, SPAN_TEXT("Pq7#kk2!")) && secret_set(&new_pin, SPAN_TEXT("Zm4?vv9%")));
    const struct batch_run_options options = { .extended_length = (flags & 1) != 0,
                                               .pin = (flags & 2) != 0 ? NULL : &pin,
                                               .new_pin = (flags & 4) != 0 ? NULL : &new_pin,
                                               .prove = (flags & 8) != 0 ? NULL : prove,
                                               .hash = (flags & 16) != 0 ? NULL : hash };
    batch_run_init(&run, &options, &batch, &result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        REQUIRE(++apdus <= BATCH_OPS_MAX * EXCHANGE_APDUS_MAX);
        check_apdu(apdu);
        answer(&in);
    }
    check_end();
    batch_run_wipe(&run);
    return 0;
}
