/* SPDX-License-Identifier: Apache-2.0 */
#include "cardop/cardop.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "cardop/cardop_parts.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"
#include "crypto/x509_read.h"
#include "piv/chuid.h"

enum { PUK_LEN = 8 };

static const char *const service_names[CARDOP_SERVICE_MAX] = {
    [CARDOP_RENEW] = "renew", [CARDOP_REPAIR] = "repair", [CARDOP_ISSUE] = "issue"
};
static const char *const stage_names[CARDOP_STAGE_MAX] = {
    [CARDOP_STAGE_OPENING] = "opening", [CARDOP_STAGE_KEYS] = "keys",
    [CARDOP_STAGE_WRITING] = "writing", [CARDOP_STAGE_FINISHED] = "finished",
    [CARDOP_STAGE_PROVING] = "proving", [CARDOP_STAGE_RESETTING] = "resetting",
};

const char *cardop_service_name(enum cardop_service service)
{
    REQUIRE(service < CARDOP_SERVICE_MAX);
    return service_names[service];
}

bool cardop_service_by_name(const char *name, enum cardop_service *ret_service)
{
    for (unsigned i = 0; i < CARDOP_SERVICE_MAX; i++) {
        if (text_equal(name, service_names[i])) {
            *ret_service = (enum cardop_service)i;
            return true;
        }
    }
    return false;
}

const char *cardop_stage_name(enum cardop_stage stage)
{
    REQUIRE(stage < CARDOP_STAGE_MAX);
    return stage_names[stage];
}

const char *cardop_management_name(const struct cardop *op)
{
    switch (op->management_algorithm) {
    case MANAGEMENT_3DES:
        return "tdes";
    case MANAGEMENT_AES_128:
        return "aes128";
    case MANAGEMENT_AES_192:
        return "aes192";
    default:
        return "aes256";
    }
}

bool cardop_expiry_good(const char *expiry)
{
    uint8_t memory[CHUID_ENCODED_MAX];
    struct buf content = BUF(memory);
    struct chuid chuid = { 0 };
    char printed[10];
    return text_copy(chuid.expiry, sizeof(chuid.expiry), expiry) &&
           chuid_encode(&chuid, &content) && printed_information_date(expiry, printed);
}

static uint32_t lacks_of(uint32_t recorded)
{
    bool surveyed = (recorded & CARD_MODEL_SURVEYED) != 0;
    return surveyed ? (uint32_t)CARDOP_LEARNT & ~recorded : 0;
}

enum status cardop_init(struct cardop *ret_op, const struct cardop_options *options)
{
    struct cardop op = {
        .service = options->service,
        .stage = CARDOP_STAGE_OPENING,
        .goal = CARDOP_GOAL_KEYS,
        .want = CARDOP_WANT_ANSWERS,
        .key_type = options->key_type,
        .management_algorithm_next = options->management_algorithm_next,
        .management = { .current = options->management_version,
                        .next = options->management_version_next },
        .puk = { .current = options->puk_version, .next = options->puk_version },
        .management_trying = options->management_version,
        .lacks = lacks_of(options->capabilities),
        .attest = options->attest,
        .room = (uint16_t)options->certificate_len,
        .left_locked = options->left_locked,
        .keys = { { .slot = cardop_slots[0] }, { .slot = cardop_slots[1] } },
    };
    memcpy(op.guid, options->guid, sizeof(op.guid));
    if (!text_copy(op.job, sizeof(op.job), options->job) ||
        !text_copy(op.origin, sizeof(op.origin), options->origin) ||
        !text_copy(op.card_expiry, sizeof(op.card_expiry),
                   options->card_expiry != NULL ? options->card_expiry : "") ||
        options->certificate_len > CARDOP_CERTIFICATE_MAX ||
        (op.service == CARDOP_ISSUE && !cardop_expiry_good(op.card_expiry))) {
        return STATUS_BAD_VALUE;
    }
    *ret_op = op;
    return STATUS_OK;
}

enum cardop_wanted cardop_want(const struct cardop *op)
{
    return op->want;
}

/* ---- opening, and what follows in the same batch ---- */

bool cardop_opening_sets_secrets(const struct cardop *op)
{
    return op->service != CARDOP_RENEW && op->goal == CARDOP_GOAL_KEYS && !op->passcode_set;
}

/* The signer's answers: one of the wrong length must not reach the card. */
static bool opening_good(const struct cardop *op, const struct cardop_opening *opening)
{
    size_t block = cipher_block_len((enum management_algorithm)op->management_algorithm);
    bool puks = opening->puk_current.len == PUK_LEN && opening->puk_next.len == PUK_LEN;
    size_t key_len = cipher_key_len((enum management_algorithm)op->management_algorithm_next);
    return block > 0 && op->witness_len == block && opening->witness_plain.len == block &&
           opening->challenge.len == block && opening->expected.len == block &&
           (!cardop_opening_sets_secrets(op) || puks) &&
           (!cardop_sets_management(op) || (key_len > 0 && opening->management_key.len == key_len));
}

/* A certificate may stand beside this key only if it is the one that was issued for it. */
static enum status check_certificates(const struct cardop *op,
                                      const struct span certificates[CARDOP_KEYS])
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        uint8_t fingerprint[DIGEST_SHA256_LEN];
        enum status status = digest_sha256(certificates[i], fingerprint);
        if (status != STATUS_OK ||
            !span_equal(SPAN_OF(fingerprint), SPAN_OF(op->keys[i].fingerprint))) {
            return status != STATUS_OK ? status : STATUS_CERTIFICATE_REFUSED;
        }
    }
    return STATUS_OK;
}

static void build_goal(struct cardop *op, const struct cardop_opening *opening,
                       const struct span certificates[CARDOP_KEYS], struct batch *ret_batch)
{
    if (op->goal == CARDOP_GOAL_WRITE) {
        if (cardop_is_tested(op)) {
            cardop_add_gone(ret_batch, op);
        } else {
            cardop_add_write(ret_batch, op, certificates);
        }
        op->stage = CARDOP_STAGE_WRITING;
        return;
    }
    if (op->goal == CARDOP_GOAL_PROVE) {
        cardop_add_witness(ret_batch, op->management_algorithm); /* of the opening that follows */
        op->stage = CARDOP_STAGE_PROVING;
        return;
    }
    cardop_add_keys(ret_batch, op, opening);
    op->stage = CARDOP_STAGE_KEYS;
    op->keys_sent = true;
    op->management.sent = cardop_sets_management(op);
    op->puk.sent = op->service != CARDOP_RENEW && op->puk.next != op->puk.current && !op->puk_fixed;
    if (op->puk.sent && op->puk.unsure) {
        op->puk_spent[op->puk_first]++;
    }
}

enum status cardop_open(struct cardop *op, const struct cardop_opening *opening,
                        const struct span certificates[CARDOP_KEYS], struct batch *ret_batch)
{
    REQUIRE(op->want == CARDOP_WANT_OPENING);
    bool writes = op->goal == CARDOP_GOAL_WRITE;
    bool personalises = op->service == CARDOP_ISSUE && op->goal == CARDOP_GOAL_KEYS;
    if (!opening_good(op, opening)) {
        return STATUS_CRYPTO;
    }
    enum status status = writes ? check_certificates(op, certificates) : STATUS_OK;
    if (personalises && !cardop_printed_good(op, opening->printed)) {
        status = STATUS_BAD_VALUE;
    }
    if (status != STATUS_OK) {
        return status;
    }
    memcpy(op->expected, opening->expected.ptr, opening->expected.len);
    op->expected_len = (uint8_t)opening->expected.len;
    batch_init(ret_batch);
    cardop_add_opening(ret_batch, op, opening);
    build_goal(op, opening, certificates, ret_batch);
    op->openings++;
    op->want = CARDOP_WANT_ANSWERS;
    return ret_batch->full ? STATUS_TOO_LARGE : STATUS_OK;
}

/* The new certificate of a key belongs to that key, and fits the card's object. */
static enum status take_certificate(struct cardop_key *key, struct span der)
{
    struct x509_info info;
    if (der.len > CARDOP_CERTIFICATE_MAX) {
        return STATUS_TOO_LARGE;
    }
    enum status status = x509_read(der, &info);
    if (status != STATUS_OK) {
        return status;
    }
    if (!public_key_equal(&info.key, &key->key)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    memcpy(key->fingerprint, info.fingerprint, sizeof(key->fingerprint));
    key->certified = true;
    return STATUS_OK;
}

enum status cardop_write(struct cardop *op, const struct span certificates[CARDOP_KEYS],
                         struct batch *ret_batch)
{
    REQUIRE(op->want == CARDOP_WANT_CERTIFICATES);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        enum status status = take_certificate(&op->keys[i], certificates[i]);
        if (status != STATUS_OK) {
            return status;
        }
    }
    batch_init(ret_batch);
    cardop_add_write(ret_batch, op, certificates);
    op->stage = CARDOP_STAGE_WRITING;
    op->want = CARDOP_WANT_ANSWERS;
    return ret_batch->full ? STATUS_TOO_LARGE : STATUS_OK;
}

/* ---- answers ---- */

/* One more trip: the session was lost, or another version of the management key must be tried. */
enum status cardop_open_again(struct cardop *op, enum cardop_goal goal, struct batch *ret_batch)
{
    if (op->openings >= CARDOP_OPENINGS_MAX) {
        return STATUS_CARD_KEY_REFUSED;
    }
    batch_init(ret_batch);
    cardop_add_select(ret_batch);
    cardop_add_witness(ret_batch, op->management_algorithm);
    op->stage = CARDOP_STAGE_OPENING;
    op->goal = goal;
    op->expected_len = 0;
    op->want = CARDOP_WANT_ANSWERS;
    return STATUS_OK;
}

/* Newest first, then the other one, never a third (architecture.md §3, "9B change lost"). A key
 * that the card came with has candidates of its own. */
static enum status try_other_key(struct cardop *op, enum cardop_goal goal, struct batch *ret_batch)
{
    if (cardop_factory_next(op)) {
        return cardop_open_again(op, goal, ret_batch);
    }
    if (goal == CARDOP_GOAL_PROVE) {
        return STATUS_CARD_FOREIGN;
    }
    bool other = op->management.unsure && op->management_trying == op->management.next;
    if (!other) {
        return STATUS_CARD_KEY_REFUSED;
    }
    op->management_trying = op->management.current;
    op->management.unsure = false;
    return cardop_open_again(op, goal, ret_batch);
}

/* The card has this key: whatever was not sure about it is now. */
static void opened(struct cardop *op)
{
    op->expected_len = 0;
    if (op->management.unsure && op->management_trying == op->management.next) {
        op->management.current = op->management.next;
    }
    op->management.unsure = false;
}

static bool stopped_for_security(const struct batch_result *result)
{
    return result->outcome == BATCH_STOPPED && result->count > 0 &&
           result->answers[result->count - 1].sw == SW_SECURITY_STATUS;
}

static enum status accept_opening(struct cardop *op, const struct batch_result *result)
{
    if (result->outcome != BATCH_DONE) {
        return cardop_fault(result).status;
    }
    if (!cardop_take_witness(op, result)) {
        return STATUS_JOB_ANSWER;
    }
    op->want = CARDOP_WANT_OPENING;
    return STATUS_OK;
}

/* The card refused the answer to its witness, or there was nothing to answer any more. */
static enum status not_opened(struct cardop *op, const struct batch_result *result,
                              enum cardop_goal goal, struct batch *ret_batch)
{
    const struct batch_answer *answer = batch_result_find(result, "open");
    if (result->outcome == BATCH_DONE || (answer != NULL && answer->sw == SW_OK)) {
        /* It went on without proving that it has our key: nothing that it says is believed. */
        return STATUS_JOB_ANSWER;
    }
    cardop_unsend_secrets(op);
    if (answer == NULL || answer->sw == SW_NONE) {
        return cardop_fault(result).status;
    }
    if (answer->sw == SW_CONDITIONS) { /* the witness was lost with the session */
        return cardop_open_again(op, goal, ret_batch);
    }
    return try_other_key(op, goal, ret_batch);
}

/* When the batch began with the answer to the witness: did the card accept it, and prove itself?
 * Not OK, or the stage is OPENING again: the rest of the result is not to be looked at. */
static enum status accept_open(struct cardop *op, const struct batch_result *result,
                               enum cardop_goal goal, struct batch *ret_batch)
{
    if (op->expected_len == 0) {
        return STATUS_OK;
    }
    if (!cardop_opened(op, result)) {
        return not_opened(op, result, goal, ret_batch);
    }
    opened(op);
    return STATUS_OK;
}

/* The card has the key of a candidate. Now it is opened once more, to become ours. */
static enum status accept_proving(struct cardop *op, const struct batch_result *result,
                                  struct batch *ret_batch)
{
    enum status status = accept_open(op, result, CARDOP_GOAL_PROVE, ret_batch);
    if (status != STATUS_OK || op->stage != CARDOP_STAGE_PROVING) {
        return status;
    }
    op->factory.proved = true;
    op->goal = CARDOP_GOAL_KEYS;
    op->stage = CARDOP_STAGE_OPENING;
    return accept_opening(op, result);
}

static enum status accept_keys(struct cardop *op, const struct batch_result *result,
                               struct batch *ret_batch)
{
    enum status status = accept_open(op, result, CARDOP_GOAL_KEYS, ret_batch);
    if (status != STATUS_OK || op->stage != CARDOP_STAGE_KEYS) {
        return status;
    }
    const uint8_t algorithm = op->management_algorithm_next;
    cardop_settle_secrets(op, result);
    bool other_algorithm = op->management_algorithm_next != algorithm;
    bool elsewhere = cardop_stay_home(op, result); /* stopped behind the passcode */
    op->passcode_set = elsewhere && op->service != CARDOP_RENEW;
    if (other_algorithm || elsewhere) {
        return cardop_open_again(op, CARDOP_GOAL_KEYS, ret_batch);
    }
    if (result->outcome != BATCH_DONE) {
        status = cardop_fault(result).status;
        /* A type of key that the card lacks in each slot was no refusal of the spare ones. */
        if (status == STATUS_CARD_KEY_TYPE) {
            op->move_refusal = CARDOP_REFUSAL_NONE;
        }
        if (cardop_key_lost(result)) {
            cardop_forget_keys(op);
        }
        return status;
    }
    status = cardop_take_keys(op, result);
    if (status != STATUS_OK) {
        return status;
    }
    status = cardop_check_proofs(op, result);
    if (status != STATUS_OK) {
        cardop_forget_keys(op);
        return status;
    }
    op->want = CARDOP_WANT_CERTIFICATES;
    return STATUS_OK;
}

static enum status accept_writing(struct cardop *op, const struct batch_result *result,
                                  const struct span certificates[CARDOP_KEYS],
                                  struct batch *ret_batch)
{
    enum status status = accept_open(op, result, CARDOP_GOAL_WRITE, ret_batch);
    if (status != STATUS_OK || op->stage != CARDOP_STAGE_WRITING) {
        return status;
    }
    cardop_settle_moves(op, result);
    if (stopped_for_security(result) && batch_result_find(result, "verify-test") == NULL) {
        return cardop_open_again(op, CARDOP_GOAL_WRITE, ret_batch);
    }
    if (result->outcome != BATCH_DONE) {
        status = cardop_fault(result).status;
        op->too_small = op->too_small || status == STATUS_CARD_ROOM;
        return status;
    }
    bool deleted = cardop_is_tested(op);
    status = deleted ? STATUS_OK : cardop_check_written(op, result, certificates);
    if (status != STATUS_OK) {
        return status;
    }
    if (!deleted && cardop_keeps_old(op, result)) {
        return cardop_open_again(op, CARDOP_GOAL_WRITE, ret_batch);
    }
    op->want = CARDOP_WANT_COMMIT;
    return STATUS_OK;
}

enum status cardop_accept(struct cardop *op, const struct batch_result *result,
                          const struct span certificates[CARDOP_KEYS], struct batch *ret_batch,
                          struct fault *reterr_fault)
{
    REQUIRE(op->want == CARDOP_WANT_ANSWERS);
    enum status status = STATUS_JOB_ORDER;
    batch_init(ret_batch);
    if (result->outcome == BATCH_UNKNOWN) { /* whatever it says: the next insertion begins anew */
        op->witness_len = 0;
    }
    switch (op->stage) {
    case CARDOP_STAGE_OPENING:
        status = accept_opening(op, result);
        break;
    case CARDOP_STAGE_KEYS:
        status = accept_keys(op, result, ret_batch);
        break;
    case CARDOP_STAGE_WRITING:
        status = accept_writing(op, result, certificates, ret_batch);
        break;
    case CARDOP_STAGE_PROVING:
        status = accept_proving(op, result, ret_batch);
        break;
    case CARDOP_STAGE_RESETTING:
        status = cardop_reset_accept(op, result, ret_batch);
        break;
    case CARDOP_STAGE_FINISHED:
    case CARDOP_STAGE_MAX:
        break;
    }
    if (status != STATUS_OK) {
        *reterr_fault = cardop_fault(result);
        reterr_fault->status = status;
    }
    return status;
}

void cardop_committed(struct cardop *op)
{
    REQUIRE(op->want == CARDOP_WANT_COMMIT);
    op->stage = CARDOP_STAGE_FINISHED;
    op->want = CARDOP_FINISHED;
}
