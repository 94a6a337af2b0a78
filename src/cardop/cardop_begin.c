/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cardop/cardop_parts.h"
#include "crypto/cipher.h"

/* cardop_begin: what the card answered to the prelude, and what follows from it for a new job or
 * one that was cut: which keys are on the card, which secrets are to be tried. */

/* So many tries a PUK has on a card that does not tell. */
enum { PUK_TRIES = 3, TRIES_UNKNOWN = -1 };

enum key_alive { KEY_UNKNOWN, KEY_OLD, KEY_NEW };

static enum key_alive which_key(const struct cardop *op, const struct card_identity *identity,
                                const struct batch_result *result, size_t index)
{
    static const uint8_t none[32] = { 0 };
    struct span subject =
        identity->has_certificate[index] ? SPAN_OF(identity->fingerprints[index]) : SPAN_OF(none);
    struct span signature;
    if (op->keys[index].known && cardop_is_spare(op, index)) {
        return KEY_NEW;
    }
    struct cardop_proof_check check = {
        .prefix = "old-",
        .index = index,
        .slot = cardop_slots[index],
        .subject = subject,
        .key = &op->keys[index].key,
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

void cardop_forget_keys(struct cardop *op)
{
    forget_key(&op->keys[CARDOP_AUTHENTICATION]);
    forget_key(&op->keys[CARDOP_SIGNING]);
}

void cardop_set_key_type(struct cardop *op, enum key_type type)
{
    if (op->service == CARDOP_ISSUE && op->room > 0) {
        op->room = (uint16_t)cardop_certificate_len(op->room, op->key_type, type);
    }
    if (op->too_small && type != op->key_type) {
        cardop_forget_keys(op);
        op->too_small = false;
        op->goal = CARDOP_GOAL_KEYS;
        op->stage = CARDOP_STAGE_KEYS;
    }
    op->key_type = type;
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
        cardop_forget_keys(op);
    }
    op->goal = both_new && keys_all(op, true) ? CARDOP_GOAL_WRITE : CARDOP_GOAL_KEYS;
    return STATUS_OK;
}

/* What this insertion of the card told about itself. */
static void survey(struct cardop *op, const struct card_report *report)
{
    op->management_algorithm = report->management_algorithm;
    cardop_factory_survey(op, report);
    unsigned can = card_report_capabilities(report) & ~op->lacks;
    op->management_settable = (can & CARD_CAN_SET_MANAGEMENT) != 0;
    op->can = can;
    memcpy(op->version, report->version, sizeof(op->version));
    if ((can & CARD_CAN_AES_MANAGEMENT) == 0) { /* the algorithm of the key that it has, it takes */
        op->management_algorithm_next =
            report->management_algorithm != 0 ? report->management_algorithm : MANAGEMENT_3DES;
    }
}

/* What left and was never answered may have taken effect. */
static void doubt(struct cardop_secret *secret)
{
    secret->unsure = secret->unsure || secret->sent;
    secret->sent = false;
}

/* After an unknown outcome the newest is tried first, unless its algorithm tells which it is. */
static void choose_management(struct cardop *op)
{
    doubt(&op->management);
    bool newest =
        op->management.unsure && op->management_algorithm == op->management_algorithm_next;
    op->management_trying = newest ? op->management.next : op->management.current;
}

/* A PUK is replaced at each use. While the outcome of a change is not known, the candidate goes
 * first that can have cost fewer tries, and only when that leaves one for the other. */
static enum status choose_puk(struct cardop *op, int tries_left)
{
    doubt(&op->puk);
    if (op->service == CARDOP_RENEW || op->puk_fixed) {
        return STATUS_OK;
    }
    if (tries_left == 0) {
        return STATUS_CARD_BLOCKED;
    }
    if (op->puk_refused) {
        return STATUS_CARD_PUK_REFUSED;
    }
    if (!op->puk.unsure) { /* a number that was never used: after a reset a higher one */
        op->puk.next = op->puk.next > op->puk.current ? op->puk.next : op->puk.current + 1;
        return STATUS_OK;
    }
    const uint8_t *spent = op->puk_spent;
    op->puk_first =
        spent[CARDOP_PUK_CURRENT] < spent[CARDOP_PUK_NEXT] ? CARDOP_PUK_CURRENT : CARDOP_PUK_NEXT;
    int left = tries_left != TRIES_UNKNOWN ? tries_left : PUK_TRIES - spent[op->puk_first];
    return left > 1 ? STATUS_OK : STATUS_CARD_PUK_REFUSED;
}

static enum status choose_goal(struct cardop *op, const struct card_report *report,
                               const struct card_identity *identity,
                               const struct batch_result *result)
{
    enum status status = STATUS_OK;
    if (op->service == CARDOP_RENEW) {
        status = judge_renewal(op, identity, result);
    }
    if (op->service == CARDOP_ISSUE) {
        status = cardop_reset_judge(op, report, identity);
    }
    if (status == STATUS_OK && op->attest == CARDOP_ATTEST_REQUIRED &&
        (op->can & CARD_CAN_ATTEST) == 0) {
        status = STATUS_ATTESTATION_MISSING;
    }
    if (status != STATUS_OK || op->goal == CARDOP_GOAL_RESET) {
        return status; /* none of its secrets is of interest any more */
    }
    choose_management(op);
    op->goal = cardop_factory_asks(op) ? CARDOP_GOAL_PROVE : op->goal;
    status = cardop_take_defaults(op, report);
    return status == STATUS_OK ? choose_puk(op, card_report_puk_tries(report)) : status;
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
    if (!cardop_take_witness(op, result)) {
        *reterr_fault = fault_of(STATUS_JOB_ANSWER, "witness");
        return STATUS_JOB_ANSWER;
    }
    survey(op, report);
    op->keys[CARDOP_AUTHENTICATION].proved = op->keys[CARDOP_SIGNING].proved = false;
    op->passcode_set = false;
    cardop_survey_room(op, report, identity);
    cardop_survey_places(op, report, result);
    enum status status = choose_goal(op, report, identity, result);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, identity->text);
        return status;
    }
    cardop_place_new(op);
    op->expected_len = 0;
    op->stage = CARDOP_STAGE_OPENING;
    op->want = op->goal == CARDOP_GOAL_RESET ? CARDOP_WANT_RESET : CARDOP_WANT_OPENING;
    op->openings = 0;
    return STATUS_OK;
}
