/* SPDX-License-Identifier: Apache-2.0 */
#include "cardop/cardop.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "cardop/cardop_parts.h"
#include "crypto/digest.h"
#include "piv/card_model.h"
#include "piv/metadata.h"

/* So many wrong entries lock a passcode whose counter the card does not tell. */
enum { LOCKS_DEFAULT = 3, LOCKS_MAX = 10 };

static const char *const service_names[CARDOP_SERVICE_MAX] = {
    [CARDOP_RENEW] = "renew", [CARDOP_REPAIR] = "repair", [CARDOP_ISSUE] = "issue"
};
static const char *const stage_names[CARDOP_STAGE_MAX] = {
    [CARDOP_STAGE_OPENING] = "opening",
    [CARDOP_STAGE_KEYS] = "keys",
    [CARDOP_STAGE_WRITING] = "writing",
    [CARDOP_STAGE_FINISHED] = "finished",
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

enum status cardop_init(struct cardop *ret_op, const struct cardop_options *options)
{
    struct cardop op = {
        .service = options->service,
        .stage = CARDOP_STAGE_OPENING,
        .goal = CARDOP_GOAL_KEYS,
        .want = CARDOP_WANT_ANSWERS,
        .key_type = options->key_type,
        .management_algorithm_next = options->management_algorithm_next,
        .management = { options->management_version, options->management_version_next, false },
        .puk = { options->puk_version, options->puk_version, false },
        .management_trying = options->management_version,
        .left_locked = options->left_locked,
        .locks = LOCKS_DEFAULT,
    };
    memcpy(op.guid, options->guid, sizeof(op.guid));
    if (!text_copy(op.job, sizeof(op.job), options->job) ||
        !text_copy(op.origin, sizeof(op.origin), options->origin) ||
        !text_copy(op.card_expiry, sizeof(op.card_expiry),
                   options->card_expiry != NULL ? options->card_expiry : "")) {
        return STATUS_BAD_VALUE;
    }
    *ret_op = op;
    return STATUS_OK;
}

enum cardop_wanted cardop_want(const struct cardop *op)
{
    return op->want;
}

/* ---- the prelude's answers ---- */

enum key_alive { KEY_UNKNOWN, KEY_OLD, KEY_NEW };

static enum key_alive which_key(const struct cardop *op, const struct card_identity *identity,
                                const struct batch_result *result, size_t index)
{
    static const uint8_t none[32] = { 0 };
    struct span subject =
        identity->has_certificate[index] ? SPAN_OF(identity->fingerprints[index]) : SPAN_OF(none);
    struct span signature;
    struct cardop_proof_check check = {
        .prefix = "old-", .index = index, .subject = subject, .key = &op->keys[index].key
    };
    if (op->keys[index].known && cardop_proved(op, result, &check, &signature)) {
        return KEY_NEW;
    }
    check.key = &identity->certificates[index].key;
    if (identity->has_certificate[index] && cardop_proved(op, result, &check, &signature)) {
        return KEY_OLD;
    }
    return KEY_UNKNOWN;
}

/* A key that is to be made anew: what was issued for the lost one must not stay good. */
static void forget_key(struct cardop_key *key)
{
    if (key->certified) {
        key->discarded = true;
        memcpy(key->discarded_fingerprint, key->fingerprint, sizeof(key->fingerprint));
    }
    key->known = key->certified = key->proved = false;
    key->proof_len = 0;
}

static void forget_keys(struct cardop *op)
{
    forget_key(&op->keys[CARDOP_AUTHENTICATION]);
    forget_key(&op->keys[CARDOP_SIGNING]);
}

static bool keys_all(const struct cardop *op, bool certified)
{
    bool good = true;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        good = good && op->keys[i].known && (!certified || op->keys[i].certified);
    }
    return good;
}

/* Renewal: the holder's passcode was right (VERIFY went through); which keys are on the card? */
static enum status judge_renewal(struct cardop *op, const struct card_identity *identity,
                                 const struct batch_result *result)
{
    enum key_alive alive[CARDOP_KEYS];
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        alive[i] = which_key(op, identity, result, i);
        if (alive[i] == KEY_UNKNOWN && !op->keys_sent && identity->has_certificate[i]) {
            return STATUS_CARD_PROOF; /* the key does not belong to the certificate */
        }
    }
    bool both_new = alive[0] == KEY_NEW && alive[1] == KEY_NEW;
    if (!both_new) {
        forget_keys(op);
    }
    op->goal = both_new && keys_all(op, true) ? CARDOP_GOAL_WRITE : CARDOP_GOAL_KEYS;
    return STATUS_OK;
}

/* What this insertion of the card told about itself. */
static void survey(struct cardop *op, const struct card_report *report)
{
    struct metadata metadata;
    const struct report_bytes *told = &report->metadata[REPORT_METADATA_80];
    op->management_algorithm = report->management_algorithm;
    const struct card_model_facts facts = {
        .atr = span_of(report->atr, report->atr_len),
        .version = report->version,
        .answered_serial = report->serial[0] != '\0',
        .answered_metadata = report->metadata[REPORT_METADATA_9B].len > 0,
    };
    op->management_settable = (card_model_capabilities(&facts) & CARD_CAN_SET_MANAGEMENT) != 0;
    op->locks = LOCKS_DEFAULT;
    if (told->len > 0 && metadata_decode(span_of(told->bytes, told->len), &metadata) == STATUS_OK &&
        metadata.tries_max > 0) {
        op->locks = (uint8_t)(metadata.tries_max < LOCKS_MAX ? metadata.tries_max : LOCKS_MAX);
    }
}

/* After an unknown outcome the newest secret is tried first; a PUK is replaced at each use. */
static void choose_secrets(struct cardop *op)
{
    bool newest = op->management.sent && op->management_algorithm == op->management_algorithm_next;
    op->management_trying = newest ? op->management.next : op->management.current;
    if (op->service != CARDOP_RENEW && !op->puk.sent && !op->puk_fixed) {
        op->puk.next = op->puk.current + 1;
    }
}

enum status cardop_begin(struct cardop *op, const struct card_report *report,
                         const struct card_identity *identity, struct span nonce,
                         const struct batch_result *result, struct fault *reterr_fault)
{
    if (nonce.len == 0 || nonce.len > sizeof(op->nonce)) {
        *reterr_fault = fault_of(STATUS_BAD_MESSAGE, "nonce");
        return STATUS_BAD_MESSAGE;
    }
    memcpy(op->nonce, nonce.ptr, nonce.len);
    op->nonce_len = nonce.len;
    if (result->outcome != BATCH_DONE) {
        *reterr_fault = cardop_fault(result);
        return reterr_fault->status;
    }
    op->goal = CARDOP_GOAL_KEYS;
    if (op->service == CARDOP_RENEW) {
        enum status status = judge_renewal(op, identity, result);
        if (status != STATUS_OK) {
            *reterr_fault = fault_of(status, identity->text);
            return status;
        }
    }
    if (!cardop_take_witness(op, result)) {
        *reterr_fault = fault_of(STATUS_JOB_ANSWER, "witness");
        return STATUS_JOB_ANSWER;
    }
    survey(op, report);
    choose_secrets(op);
    op->stage = CARDOP_STAGE_OPENING;
    op->want = CARDOP_WANT_OPENING;
    op->openings = 0;
    return STATUS_OK;
}

/* ---- opening, and what follows in the same batch ---- */

static void build_goal(struct cardop *op, const struct cardop_opening *opening,
                       const struct span certificates[CARDOP_KEYS], struct batch *ret_batch)
{
    if (op->goal == CARDOP_GOAL_WRITE) {
        cardop_add_write(ret_batch, op, certificates);
        op->stage = CARDOP_STAGE_WRITING;
        return;
    }
    cardop_add_keys(ret_batch, op, opening);
    op->stage = CARDOP_STAGE_KEYS;
    op->keys_sent = true;
    if (op->service == CARDOP_ISSUE && op->management_settable &&
        op->management.next != op->management_trying) {
        op->management.sent = true;
    }
    if (op->service != CARDOP_RENEW && op->puk.next != op->puk.current && !op->puk_fixed) {
        op->puk.sent = true;
    }
}

enum status cardop_open(struct cardop *op, const struct cardop_opening *opening,
                        const struct span certificates[CARDOP_KEYS], struct batch *ret_batch)
{
    REQUIRE(op->want == CARDOP_WANT_OPENING);
    if (opening->expected.len == 0 || opening->expected.len > sizeof(op->expected)) {
        return STATUS_CRYPTO;
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

enum status cardop_write(struct cardop *op, const struct span certificates[CARDOP_KEYS],
                         struct batch *ret_batch)
{
    REQUIRE(op->want == CARDOP_WANT_CERTIFICATES);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        enum status status = digest_sha256(certificates[i], op->keys[i].fingerprint);
        if (status != STATUS_OK || certificates[i].len > CARDOP_CERTIFICATE_MAX) {
            return status != STATUS_OK ? status : STATUS_TOO_LARGE;
        }
        op->keys[i].certified = true;
    }
    batch_init(ret_batch);
    cardop_add_write(ret_batch, op, certificates);
    op->stage = CARDOP_STAGE_WRITING;
    op->want = CARDOP_WANT_ANSWERS;
    return ret_batch->full ? STATUS_TOO_LARGE : STATUS_OK;
}

/* ---- answers ---- */

/* One more trip: the session was lost, or another version of the management key must be tried. */
static enum status open_again(struct cardop *op, enum cardop_goal goal, struct batch *ret_batch)
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

/* Newest first, then the other one, never a third (architecture.md §3, "9B change lost"). */
static enum status try_other_key(struct cardop *op, enum cardop_goal goal, struct batch *ret_batch)
{
    bool other = op->management.sent && op->management_trying == op->management.next;
    if (!other) {
        return STATUS_CARD_KEY_REFUSED;
    }
    op->management_trying = op->management.current;
    op->management.sent = false;
    return open_again(op, goal, ret_batch);
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

/* When the batch began with the answer to the witness: did the card accept it, and prove itself? */
static enum status accept_open(struct cardop *op, const struct batch_result *result,
                               enum cardop_goal goal, struct batch *ret_batch)
{
    if (op->expected_len == 0) {
        return STATUS_OK;
    }
    if (cardop_opened(op, result)) {
        op->expected_len = 0;
        return STATUS_OK;
    }
    const struct batch_answer *answer = batch_result_find(result, "open");
    if (answer == NULL || answer->sw == SW_NONE) {
        return result->outcome == BATCH_DONE ? STATUS_JOB_ANSWER : cardop_fault(result).status;
    }
    return try_other_key(op, goal, ret_batch);
}

static enum status accept_keys(struct cardop *op, const struct batch_result *result,
                               struct batch *ret_batch)
{
    enum status status = accept_open(op, result, CARDOP_GOAL_KEYS, ret_batch);
    if (status != STATUS_OK || op->stage != CARDOP_STAGE_KEYS) {
        return status;
    }
    cardop_settle_secrets(op, result);
    if (result->outcome != BATCH_DONE) {
        return cardop_fault(result).status;
    }
    status = cardop_take_keys(op, result);
    if (status != STATUS_OK) {
        return status;
    }
    status = cardop_check_proofs(op, result);
    if (status != STATUS_OK) {
        forget_keys(op);
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
    if (stopped_for_security(result) && batch_result_find(result, "verify-test") == NULL) {
        return open_again(op, CARDOP_GOAL_WRITE, ret_batch);
    }
    if (result->outcome != BATCH_DONE) {
        return cardop_fault(result).status;
    }
    status = cardop_check_written(op, result, certificates);
    if (status != STATUS_OK) {
        return status;
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
