/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "base/text.h"
#include "cardop/cardop_parts.h"
#include "crypto/signature.h"
#include "piv/cert_container.h"
#include "piv/metadata.h"
#include "piv/piv_key.h"
#include "piv/piv_object.h"

/* ---- from a status word to what the person should know ---- */

bool cardop_label_begins(const char *label, const char *prefix)
{
    return strncmp(label, prefix, strlen(prefix)) == 0;
}

static bool is_puk_command(const char *label)
{
    return cardop_label_begins(label, "reset") || text_equal(label, "puk");
}

static enum status status_of_passcode(uint16_t sw)
{
    if (!sw_refuses_secret(sw)) {
        return STATUS_CARD_ANSWER;
    }
    return sw_tries_left(sw) == 0 ? STATUS_PASSCODE_BLOCKED : STATUS_PASSCODE_WRONG;
}

/* SP 800-73-4 part 2, 3.3.2: 6A80 for an algorithm that the card lacks; some say 6A81, 6A86 or
 * 6984. */
static bool refuses_key_type(uint16_t sw)
{
    return sw == SW_WRONG_DATA || sw == SW_NOT_SUPPORTED || sw == SW_WRONG_P1P2 ||
           sw == SW_NOT_USABLE;
}

/* Of a certificate, or as large as one. */
static bool is_put(const char *label)
{
    return cardop_label_begins(label, "put-") || cardop_label_begins(label, "room-");
}

/* SP 800-73-4 part 2, 3.2.3: 6A80 for a form that the card does not take; YubiKeys that are told to
 * refuse what is easily guessed say 6985. */
static bool refuses_passcode(const char *label, uint16_t sw)
{
    return cardop_label_begins(label, "reset-") && (sw == SW_WRONG_DATA || sw == SW_CONDITIONS);
}

/* SP 800-73-4 part 2, 3.2.3: 6983 where none of its tries is left. */
static enum status status_of_puk(uint16_t sw)
{
    if (!sw_refuses_secret(sw)) {
        return STATUS_CARD_ANSWER;
    }
    return sw_tries_left(sw) == 0 ? STATUS_CARD_BLOCKED : STATUS_CARD_PUK_REFUSED;
}

static enum status status_of_stop(const char *label, uint16_t sw)
{
    if (cardop_label_begins(label, "verify")) {
        return status_of_passcode(sw);
    }
    if (refuses_passcode(label, sw)) {
        return STATUS_PASSCODE_REFUSED;
    }
    if (is_puk_command(label)) {
        return status_of_puk(sw);
    }
    if (cardop_label_begins(label, "generate-") && refuses_key_type(sw)) {
        return STATUS_CARD_KEY_TYPE;
    }
    if (cardop_label_begins(label, "room-old-") || (is_put(label) && sw == SW_NO_MEMORY)) {
        return STATUS_CARD_ROOM;
    }
    if (cardop_label_begins(label, "attest-")) {
        return STATUS_ATTESTATION_MISSING;
    }
    if (text_equal(label, "select")) {
        return STATUS_CARD_NOT_PIV;
    }
    if (text_equal(label, "open") || text_equal(label, "witness")) {
        return STATUS_CARD_KEY_REFUSED;
    }
    return STATUS_CARD_ANSWER;
}

struct fault cardop_fault(const struct batch_result *result)
{
    if (result->count == 0) {
        return fault_of(result->status != STATUS_OK ? result->status : STATUS_JOB_ANSWER, "");
    }
    const struct batch_answer *last = &result->answers[result->count - 1];
    if (result->outcome == BATCH_UNKNOWN || last->sw == SW_NONE) {
        return fault_of(result->status != STATUS_OK ? result->status : STATUS_CARD_UNKNOWN_OUTCOME,
                        last->label);
    }
    struct fault fault = fault_of(status_of_stop(last->label, last->sw), last->label);
    fault.sw = last->sw;
    fault.tries_left = sw_tries_left(last->sw);
    return fault;
}

/* ---- 9B ---- */

bool cardop_take_witness(struct cardop *op, const struct batch_result *result)
{
    const struct batch_answer *answer = batch_result_find(result, "witness");
    struct span witness;
    if (answer == NULL || answer->sw != SW_OK ||
        piv_key_witness(batch_answer_data(result, answer), 0, &witness) != STATUS_OK ||
        witness.len > sizeof(op->witness)) {
        return false;
    }
    memcpy(op->witness, witness.ptr, witness.len);
    op->witness_len = (uint8_t)witness.len;
    return true;
}

/* The card has to answer our challenge too: else it is not the card that has this key. */
bool cardop_opened(const struct cardop *op, const struct batch_result *result)
{
    const struct batch_answer *answer = batch_result_find(result, "open");
    struct span response;
    return answer != NULL && answer->sw == SW_OK && op->expected_len > 0 &&
           piv_key_response(batch_answer_data(result, answer), &response) == STATUS_OK &&
           equal_in_constant_time(response, span_of(op->expected, op->expected_len));
}

/* ---- proofs ---- */

/* The answer that counts: the second one, where the first was refused for want of a VERIFY. */
static const struct batch_answer *find_proof(const struct batch_result *result,
                                             const struct cardop_proof_check *check)
{
    char again[BATCH_LABEL_MAX];
    struct cardop_label label = cardop_label_of(check->prefix, check->index);
    REQUIRE(text_format(again, sizeof(again), "%s" CARDOP_AGAIN, label.text));
    const struct batch_answer *second = batch_result_find(result, again);
    return second != NULL ? second : batch_result_find(result, label.text);
}

bool cardop_proved(const struct cardop *op, const struct batch_result *result,
                   const struct cardop_proof_check *check, struct span *ret_signature)
{
    const struct batch_answer *answer = find_proof(result, check);
    struct span signature;
    if (answer == NULL || answer->sw != SW_OK ||
        piv_key_signature(batch_answer_data(result, answer), &signature) != STATUS_OK) {
        return false;
    }
    enum digest_kind kind = public_key_digest(check->key->type);
    uint8_t digest[DIGEST_LEN_MAX];
    const struct proof proof = { .origin = op->origin,
                                 .job = op->job,
                                 .slot = check->slot,
                                 .subject = check->subject,
                                 .nonce = span_of(op->nonce, op->nonce_len) };
    if (proof_digest(&proof, digest_len(kind), digest) != STATUS_OK ||
        signature_verify(check->key, kind, span_of(digest, digest_len(kind)), signature) !=
            STATUS_OK) {
        return false;
    }
    *ret_signature = signature;
    return true;
}

enum status cardop_take_keys(struct cardop *op, const struct batch_result *result)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        struct cardop_label label = cardop_label_of("generate-", i);
        const struct batch_answer *answer = batch_result_find(result, label.text);
        if (answer == NULL || answer->sw != SW_OK) {
            continue;
        }
        struct public_key key;
        enum status status =
            piv_key_of_generate(batch_answer_data(result, answer), op->key_type, &key);
        if (status != STATUS_OK) {
            return status;
        }
        op->keys[i].key = key;
        op->keys[i].known = true;
        op->keys[i].certified = false;
        op->keys[i].proved = false;
    }
    return STATUS_OK;
}

/* Possession of both new keys; the signatures are kept for the signer, who checks them again. */
enum status cardop_check_proofs(struct cardop *op, const struct batch_result *result)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        struct cardop_key *key = &op->keys[i];
        uint8_t subject[32];
        struct span signature;
        if (!key->known || public_key_hash(&key->key, subject) != STATUS_OK) {
            return STATUS_CARD_PROOF;
        }
        const struct cardop_proof_check check = {
            .prefix = "prove-",
            .index = i,
            .slot = key->slot,
            .subject = SPAN_OF(subject),
            .key = &key->key,
        };
        if (!cardop_proved(op, result, &check, &signature) || signature.len > sizeof(key->proof)) {
            return STATUS_CARD_PROOF;
        }
        memcpy(key->proof, signature.ptr, signature.len);
        key->proof_len = (uint16_t)signature.len;
    }
    return STATUS_OK;
}

bool cardop_key_lost(const struct batch_result *result)
{
    if (result->outcome != BATCH_STOPPED || result->count == 0) {
        return false;
    }
    const struct batch_answer *last = &result->answers[result->count - 1];
    bool absent = cardop_label_begins(last->label, "attest-") && last->sw == SW_REFERENCE_NOT_FOUND;
    bool refused = cardop_label_begins(last->label, "prove-") && last->sw != SW_SECURITY_STATUS;
    return last->sw != SW_NONE && (absent || refused);
}

static bool read_back_equals(const struct batch_result *result, size_t index, struct span der)
{
    static const enum piv_object objects[CARDOP_KEYS] = { PIV_OBJECT_CERTIFICATE_9A,
                                                          PIV_OBJECT_CERTIFICATE_9C };
    struct cardop_label label = cardop_label_of("get-", index);
    const struct batch_answer *answer = batch_result_find(result, label.text);
    struct span content, read;
    return answer != NULL && answer->sw == SW_OK &&
           piv_object_content(objects[index], batch_answer_data(result, answer), &content) ==
               STATUS_OK &&
           cert_container_decode(content, &read) == STATUS_OK && span_equal(read, der);
}

enum status cardop_check_written(struct cardop *op, const struct batch_result *result,
                                 const struct span certificates[CARDOP_KEYS])
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        struct cardop_key *key = &op->keys[i];
        struct span signature;
        const struct cardop_proof_check check = {
            .prefix = "test-",
            .index = i,
            .slot = cardop_slots[i],
            .subject = SPAN_OF(key->fingerprint),
            .key = &key->key,
        };
        if (!read_back_equals(result, i, certificates[i])) {
            return STATUS_CARD_READ_BACK;
        }
        if (!cardop_proved(op, result, &check, &signature)) {
            return STATUS_CARD_PROOF;
        }
    }
    const struct batch_answer *locked = batch_result_find(result, "locked");
    if (op->left_locked && (locked == NULL || sw_tries_left(locked->sw) != 0)) {
        return STATUS_CARD_ANSWER; /* a passcode that can still be guessed */
    }
    op->keys[CARDOP_AUTHENTICATION].proved = true;
    op->keys[CARDOP_SIGNING].proved = true;
    return STATUS_OK;
}

/* ---- what the answers say about PUK and management key ---- */

static void settle(struct cardop_secret *secret)
{
    secret->current = secret->next;
    secret->sent = false;
    secret->unsure = false;
}

/* Of its own algorithm it has a key already. ISO 7816-4, table 5: with these status words the
 * command was checked and not carried out. */
static bool refuses_algorithm(const struct cardop *op, const struct batch_answer *answer)
{
    return op->management_algorithm_next != op->management_algorithm &&
           ((answer->sw & 0xFFF0) == SW_WRONG_DATA || answer->sw == SW_WRONG_LENGTH);
}

static void settle_management(struct cardop *op, const struct batch_result *result)
{
    const struct batch_answer *answer = batch_result_find(result, "management");
    if (answer == NULL) {
        op->management.sent = op->management.sent && result->outcome == BATCH_DONE;
        return;
    }
    op->management.sent = false;
    if (answer->sw == SW_INS_UNKNOWN) {
        op->management.next = op->management.current;
        op->management_settable = false;
        return;
    }
    if (refuses_algorithm(op, answer)) {
        op->management_algorithm_next = op->management_algorithm;
        return;
    }
    if (answer->sw != SW_OK) {
        op->management.unsure = true; /* a card that says no may have written all the same */
        return;
    }
    settle(&op->management);
    op->management_algorithm = op->management_algorithm_next;
    op->management_trying = op->management.current;
}

static void unsend_puk(struct cardop *op)
{
    if (op->puk.sent && op->puk.unsure) {
        op->puk_spent[op->puk_first]--;
    }
    op->puk.sent = false;
}

static bool is_wrong_puk(const struct batch_answer *answer)
{
    return answer != NULL && sw_refuses_secret(answer->sw);
}

/* No command with a PUK succeeded. */
static void settle_failed_puk(struct cardop *op, const struct batch_result *result)
{
    const struct batch_answer *change = batch_result_find(result, "puk");
    const struct batch_answer *first = batch_result_find(result, "reset-first");
    const struct batch_answer *last = &result->answers[result->count - 1];
    if (change == NULL && first == NULL && batch_result_find(result, "reset-old") == NULL) {
        if (result->outcome != BATCH_DONE) { /* else it was played, and the answers are held back */
            unsend_puk(op);
        }
        return;
    }
    if (last == first && refuses_passcode(last->label, last->sw)) {
        unsend_puk(op); /* no try was spent */
    }
    op->puk.sent = false;
    op->puk_refused = is_wrong_puk(last) && is_puk_command(last->label);
    if (change == NULL) {
        return;
    }
    bool unchanged = is_wrong_puk(change) || batch_result_find(result, "reset-old") != NULL;
    op->puk.unsure = op->puk.unsure || !unchanged;
}

static void settle_puk(struct cardop *op, const struct batch_result *result)
{
    bool old = batch_result_good(result, "reset-old");
    bool changed = batch_result_good(result, "reset-first") ||
                   batch_result_good(result, "reset-new") || batch_result_good(result, "puk");
    if (!old && !changed) {
        settle_failed_puk(op, result);
        return;
    }
    if (old) {
        op->puk_fixed = true;
        op->puk.next = op->puk.current;
    }
    settle(&op->puk);
    memset(op->puk_spent, 0, sizeof(op->puk_spent));
}

/* SP 800-73-4 part 1, table 1: the object is optional. */
static void settle_printed(struct cardop *op, const struct batch_result *result)
{
    const struct batch_answer *answer = batch_result_find(result, "printed");
    if (answer != NULL) {
        op->printed_refused = (answer->sw & 0xFFF0) == SW_WRONG_DATA;
    }
}

/* It was just set, to something else. */
static void settle_told_pin(struct cardop *op, const struct batch_result *result)
{
    const struct batch_answer *answer = batch_result_find(result, "told-pin");
    struct metadata told;
    if (answer != NULL && answer->sw == SW_OK &&
        metadata_decode(batch_answer_data(result, answer), &told) == STATUS_OK && told.is_default) {
        op->lacks |= CARD_CAN_TELL_PIN;
    }
}

uint32_t cardop_capabilities(const struct cardop *op, uint32_t before)
{
    bool aes = op->management_algorithm > MANAGEMENT_3DES ||
               ((op->can & CARD_CAN_AES_MANAGEMENT) != 0 &&
                op->management_algorithm_next != MANAGEMENT_3DES);
    uint32_t can = op->can | (op->management_settable ? (uint32_t)CARD_CAN_SET_MANAGEMENT : 0);
    can &= op->puk_fixed ? ~(uint32_t)CARD_CAN_PUK_CHANGE : UINT32_MAX;
    can &= op->printed_refused ? ~(uint32_t)CARD_CAN_PRINTED : UINT32_MAX;
    can &= op->move_refusal == CARDOP_REFUSAL_FINAL ? ~(uint32_t)CARD_CAN_MOVE_KEY : UINT32_MAX;
    can &= op->management_settable ? UINT32_MAX : ~(uint32_t)CARD_CAN_SET_MANAGEMENT;
    can &= ~op->lacks;
    can = aes ? can | CARD_CAN_AES_MANAGEMENT : can & ~(uint32_t)CARD_CAN_AES_MANAGEMENT;
    if ((before & CARD_MODEL_SURVEYED) != 0) { /* a card does not learn: what it refused once */
        can &= before | ~(uint32_t)CARDOP_LEARNT;
    }
    return can | CARD_MODEL_SURVEYED;
}

void cardop_settle_secrets(struct cardop *op, const struct batch_result *result)
{
    settle_management(op, result);
    settle_printed(op, result);
    settle_told_pin(op, result);
    if (op->service != CARDOP_RENEW && result->count > 0) {
        settle_puk(op, result);
    }
}

void cardop_unsend_secrets(struct cardop *op)
{
    op->management.sent = false;
    unsend_puk(op);
}
