/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_play.h"

#include "crypto/digest.h"
#include "piv/piv_key.h"
#include "wire_agent/statement.h"

static enum status prove(void *context, const struct batch_op *op, struct span subject,
                         struct buf *ret_data)
{
    const struct founding_play *play = context;
    enum key_type type;
    uint8_t digest[DIGEST_LEN_MAX];
    if (!public_key_type_by_piv(op->p1, &type)) {
        return STATUS_KEY_UNUSABLE;
    }
    size_t len = digest_len(public_key_digest(type));
    enum status status = proof_digest(&(struct proof){ .origin = play->origin,
                                                       .job = play->job,
                                                       .slot = op->p2,
                                                       .subject = subject,
                                                       .nonce = play->nonce },
                                      len, digest);
    if (status != STATUS_OK) {
        return status;
    }
    return piv_key_sign_field(type, span_of(digest, len), ret_data) ? STATUS_OK : STATUS_TOO_LARGE;
}

static enum status subject_of_key(void *context, struct span captured, uint8_t ret_hash[32])
{
    struct public_key key;
    (void)context;
    for (unsigned type = KEY_TYPE_NONE + 1; type < KEY_TYPE_MAX; type++) {
        if (piv_key_of_generate(captured, (enum key_type)type, &key) == STATUS_OK) {
            return public_key_hash(&key, ret_hash);
        }
    }
    return STATUS_KEY_UNUSABLE;
}

void founding_play(const struct founding_play *play, const struct batch *batch,
                   struct batch_result *ret_result)
{
    static struct batch_run run;
    static uint8_t memory[APDU_ANSWER_MAX];
    struct founding_play context = *play;
    const struct batch_run_options options = { .extended_length = play->extended_length,
                                               .new_pin = play->new_pin,
                                               .prove = prove,
                                               .hash = subject_of_key,
                                               .context = &context };
    struct span apdu;
    batch_run_init(&run, &options, batch, ret_result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        struct buf answer = BUF(memory);
        enum status status = play->card->transmit(play->card->context, apdu, &answer);
        if (status != STATUS_OK) {
            batch_run_lost(&run, status, true);
        } else {
            batch_run_feed(&run, buf_span(&answer));
        }
    }
    batch_run_wipe(&run);
}
