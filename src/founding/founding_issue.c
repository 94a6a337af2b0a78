/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_issue.h"

#include <string.h>

#include "base/text.h"
#include "cardop/cardop.h"
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "founding/founding_play.h"
#include "founding/founding_record.h"
#include "piv/piv_pin.h"
#include "piv/read_card.h"
#include "signer/factory_secret.h"
#include "signer/issue_request.h"
#include "wire_agent/card_report_read.h"

enum { CARD_YEARS = 6, WITNESS_MAX = CIPHER_BLOCK_MAX, PASSCODE_MIN = 6, PASSCODE_MAX = 8 };

struct issue {
    const struct founding_issue_options *options;
    struct founding_record record;
    struct card_report report;
    struct card_identity identity;
    struct cardop op;
    struct batch batch;
    struct batch_result result;
    uint8_t nonce[16];
};

static struct issue issue; /* large, and one at a time */

static void play(void)
{
    const struct founding_issue_options *options = issue.options;
    founding_play(&(struct founding_play){ .card = options->card,
                                           .new_pin = options->passcode,
                                           .origin = options->origin,
                                           .job = issue.op.job,
                                           .nonce = SPAN_OF(issue.nonce),
                                           .extended_length = issue.report.extended_length },
                  &issue.batch, &issue.result);
}

static enum status read_card(void)
{
    uint8_t insertion[16];
    read_card_batch(&issue.batch);
    play();
    enum status status = entropy_fill(issue.options->entropy, insertion, sizeof(insertion));
    if (status == STATUS_OK) {
        status = card_report_read(&(struct card_report_reading){ .result = &issue.result,
                                                                 .atr = issue.options->card->atr,
                                                                 .insertion = insertion },
                                  &issue.report);
    }
    if (status == STATUS_OK) {
        status = card_identity_of_report(&issue.report, &issue.identity);
    }
    return status;
}

/* ---- the journal ---- */

#define JOURNAL "founding_job"

static enum status keep(void)
{
    uint8_t memory[CARDOP_ENCODED_MAX];
    struct buf bytes = BUF(memory);
    if (!issue.options->journalled) {
        return STATUS_OK;
    }
    enum status status = cardop_encode(&issue.op, &bytes);
    return status == STATUS_OK ? store_setting_put(issue.options->store, JOURNAL, buf_span(&bytes))
                               : status;
}

/* The machine of a card that was cut; NOT_FOUND: there is none. Its certificates were written down
 * nowhere, so both keys are made anew. */
static enum status take_kept(void)
{
    uint8_t memory[CARDOP_ENCODED_MAX];
    struct buf bytes = BUF(memory);
    struct buf id = BUF(issue.record.card_id);
    enum status status = issue.options->journalled
                             ? store_setting_get(issue.options->store, JOURNAL, &bytes)
                             : STATUS_NOT_FOUND;
    if (status == STATUS_OK && bytes.len == 0) {
        status = STATUS_NOT_FOUND;
    }
    if (status == STATUS_OK) {
        status = cardop_decode(buf_span(&bytes), &issue.op);
    }
    if (status != STATUS_OK) {
        return status;
    }
    cardop_forget_keys(&issue.op);
    text_take(issue.record.card.id, sizeof(issue.record.card.id), issue.op.job);
    return text_parse_hex(issue.op.job, &id) && id.len == id.max ? STATUS_OK : STATUS_STORE;
}

/* The card that was cut has our CHUID, or was cut before it got one. */
static bool is_kept_card(void)
{
    char guid[33];
    return card_identity_is_unissued(&issue.identity, "") ||
           (text_of_hex(SPAN_OF(issue.op.guid), guid, sizeof(guid)) &&
            text_equal(guid, issue.identity.guid));
}

static enum status random_id(char ret_id[STORE_ID_MAX], uint8_t ret_bytes[16])
{
    enum status status = entropy_fill(issue.options->entropy, ret_bytes, 16);
    if (status != STATUS_OK) {
        return status;
    }
    return text_of_hex(span_of(ret_bytes, 16), ret_id, STORE_ID_MAX) ? STATUS_OK : STATUS_INTERNAL;
}

static enum status make_machine(void)
{
    const struct founding_issue_options *options = issue.options;
    char expiry[9];
    struct calendar end = instant_calendar(options->now);
    if (!text_format(expiry, sizeof(expiry), "%04d%02d%02d", end.year + CARD_YEARS, end.month,
                     end.month == 2 && end.day == 29 ? 28 : end.day)) {
        return STATUS_BAD_VALUE;
    }
    struct cardop_options machine = { .service = CARDOP_ISSUE,
                                      .job = issue.record.card.id,
                                      .origin = options->origin,
                                      .key_type = options->key_type,
                                      .management_version_next = 1,
                                      .management_algorithm_next = MANAGEMENT_AES_192,
                                      .card_expiry = expiry };
    memcpy(machine.guid, issue.record.card_id, sizeof(machine.guid));
    machine.guid[6] = (uint8_t)((machine.guid[6] & 0x0F) | 0x40); /* RFC 4122, version 4 */
    machine.guid[8] = (uint8_t)((machine.guid[8] & 0x3F) | 0x80);
    return cardop_init(&issue.op, &machine);
}

/* ---- what the signer answers elsewhere; here its keys are open in this process ---- */

struct secrets {
    uint8_t plain[WITNESS_MAX], challenge[WITNESS_MAX], expected[WITNESS_MAX];
    struct secret puk_current, puk_next, key;
};

static enum status factory_secret(enum management_algorithm algorithm,
                                  struct factory_secret *ret_secret)
{
    return factory_secret_find(&issue.options->signer->keys.transport, &issue.op.factory.facts,
                               issue.op.factory.candidate, algorithm, ret_secret);
}

/* Version 0 is one that the card came with. A card that is opened a second time may have its own
 * key by then. */
static enum status current_key(enum management_algorithm algorithm, struct secret *ret_key)
{
    if (issue.op.management_trying > 0) {
        return kdf_card_management_key(&issue.options->signer->keys.master, issue.record.card_id,
                                       issue.op.management_trying, algorithm, ret_key);
    }
    struct factory_secret found = { 0 };
    enum status status = factory_secret(algorithm, &found);
    if (status == STATUS_OK) {
        *ret_key = found.key;
    }
    wipe(&found, sizeof(found));
    return status;
}

/* SP 800-73-4 part 2, 3.2.4: the card's witness in the clear, and what it must answer to ours. */
static enum status answer_witness(struct secrets *ret_secrets)
{
    struct secret key SCOPED_SECRET = { 0 };
    enum management_algorithm algorithm = (enum management_algorithm)issue.op.management_algorithm;
    size_t len = cipher_block_len(algorithm);
    if (len == 0 || issue.op.witness_len != len) {
        return STATUS_CARD_ANSWER;
    }
    enum status status = current_key(algorithm, &key);
    if (status == STATUS_OK) {
        status = cipher_decrypt_block(algorithm, secret_span(&key), span_of(issue.op.witness, len),
                                      ret_secrets->plain);
    }
    if (status == STATUS_OK) {
        status = entropy_fill(issue.options->entropy, ret_secrets->challenge, len);
    }
    if (status == STATUS_OK) {
        status = cipher_encrypt_block(algorithm, secret_span(&key),
                                      span_of(ret_secrets->challenge, len), ret_secrets->expected);
    }
    return status;
}

static enum status make_puk(uint32_t version, struct secret *ret_puk)
{
    if (version > 0) {
        return kdf_card_puk(&issue.options->signer->keys.master, issue.record.card_id, version,
                            ret_puk);
    }
    struct factory_secret found = { 0 };
    enum status status = factory_secret((enum management_algorithm)0, &found);
    if (status == STATUS_OK) {
        *ret_puk = found.puk;
    }
    wipe(&found, sizeof(found));
    return status;
}

static enum status make_secrets(struct secrets *ret_secrets)
{
    const struct secret *master = &issue.options->signer->keys.master;
    enum status status = answer_witness(ret_secrets);
    if (status != STATUS_OK || !cardop_opening_sets_secrets(&issue.op)) {
        return status;
    }
    status = make_puk(issue.op.puk.current, &ret_secrets->puk_current);
    if (status == STATUS_OK) {
        status = make_puk(issue.op.puk.next, &ret_secrets->puk_next);
    }
    if (status == STATUS_OK) {
        status = kdf_card_management_key(
            master, issue.record.card_id, 1,
            (enum management_algorithm)issue.op.management_algorithm_next, &ret_secrets->key);
    }
    return status;
}

static enum status open_card(void)
{
    struct secrets secrets = { 0 };
    struct printed_information printed = { .issuer = "CARDWRIGHT" };
    struct span ders[CARDOP_KEYS]; /* empty before they are issued */
    size_t len = cipher_block_len((enum management_algorithm)issue.op.management_algorithm);
    founding_record_printed(&issue.record, &printed);
    founding_record_ders(&issue.record, ders);
    enum status status = make_secrets(&secrets);
    if (status == STATUS_OK) {
        const struct cardop_opening opening = { .witness_plain = span_of(secrets.plain, len),
                                                .challenge = span_of(secrets.challenge, len),
                                                .expected = span_of(secrets.expected, len),
                                                .puk_current = secret_span(&secrets.puk_current),
                                                .puk_next = secret_span(&secrets.puk_next),
                                                .management_key = secret_span(&secrets.key),
                                                .printed = &printed };
        status = cardop_open(&issue.op, &opening, ders, &issue.batch);
    }
    wipe(&secrets, sizeof(secrets));
    return status;
}

static enum status certify(size_t index)
{
    static struct signer_request request;
    static struct signer_certificate_answer answer;
    memset(&request, 0, sizeof(request));
    founding_record_request(&issue.record, &issue.op.keys[index].key,
                            index == CARDOP_AUTHENTICATION ? SIGNER_AUTHENTICATION
                                                           : SIGNER_CONTENT_SIGNING,
                            &request.certificate);
    const struct signer_moment moment = { .now = issue.options->now,
                                          .entropy = issue.options->entropy };
    enum status status =
        issue_request_first(issue.options->signer, &request.certificate, &moment, &answer);
    if (status == STATUS_OK) {
        status = founding_record_certificate(&issue.record, index, span_of(answer.der, answer.len));
    }
    return status;
}

static enum status certify_both(void)
{
    enum status status = certify(CARDOP_AUTHENTICATION);
    if (status == STATUS_OK) {
        status = certify(CARDOP_SIGNING);
    }
    if (status == STATUS_OK) {
        struct span ders[CARDOP_KEYS];
        founding_record_ders(&issue.record, ders);
        status = cardop_write(&issue.op, ders, &issue.batch);
    }
    return status;
}

/* Plays batches until the machine has both keys proved. */
static enum status run_machine(struct fault *reterr_fault)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && cardop_want(&issue.op) != CARDOP_WANT_COMMIT) {
        struct span ders[CARDOP_KEYS];
        switch (cardop_want(&issue.op)) {
        case CARDOP_WANT_OPENING:
            status = open_card();
            break;
        case CARDOP_WANT_CERTIFICATES:
            status = certify_both();
            break;
        default:
            play();
            founding_record_ders(&issue.record, ders);
            status = cardop_accept(&issue.op, &issue.result, ders, &issue.batch, reterr_fault);
            break;
        }
        enum status kept = keep(); /* what a refusal has told counts too */
        status = status == STATUS_OK ? kept : status;
    }
    if (status != STATUS_OK && reterr_fault->status != status) {
        *reterr_fault = fault_of(status, "issue");
    }
    return status;
}

/* A new card, or the one that was cut. */
static enum status choose_card(void)
{
    enum status status = take_kept();
    bool kept = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND) {
        status = random_id(issue.record.card.id, issue.record.card_id);
    }
    if (status == STATUS_OK) {
        status = founding_record_init(&issue.record, issue.options);
    }
    if (status == STATUS_OK) {
        status = read_card();
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (kept) {
        return is_kept_card() ? STATUS_OK : STATUS_CARD_OTHER;
    }
    bool unissued = card_identity_is_unissued(&issue.identity, "");
    return unissued ? make_machine() : STATUS_POLICY_NOT_BLANK;
}

static enum status begin(struct fault *reterr_fault)
{
    enum status status = choose_card();
    if (status == STATUS_OK) {
        status = entropy_fill(issue.options->entropy, issue.nonce, sizeof(issue.nonce));
    }
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, issue.identity.text);
        return status;
    }
    cardop_prelude(&issue.op, &issue.report, &issue.batch);
    play();
    return cardop_begin(&issue.op, &issue.report, &issue.identity, SPAN_OF(issue.nonce),
                        &issue.result, reterr_fault);
}

/* What the signer learns of other cards from statements. */
static enum status pair_name(const char *kind, const char *value)
{
    struct signer *signer = issue.options->signer;
    struct statement named = { .operation = "issue" };
    if (value[0] == '\0' || !text_format(named.card, sizeof(named.card), "%s %s", kind, value)) {
        return STATUS_OK;
    }
    return pairing_learn(&signer->pairings, issue.record.card_id, &named, &signer->change.journal);
}

static enum status pair(void)
{
    struct signer *signer = issue.options->signer;
    enum status status = pair_name("serial", issue.record.card.serial);
    if (status == STATUS_OK) {
        status = pair_name("guid", issue.record.card.guid);
    }
    for (size_t i = 0; i < CARDOP_KEYS && status == STATUS_OK; i++) {
        status = pairing_learn_certificate(&signer->pairings, issue.record.card_id,
                                           issue.record.certificates[i].fingerprint,
                                           &signer->change.journal);
    }
    return status;
}

enum status founding_issue(const struct founding_issue_options *options, struct fault *reterr_fault)
{
    memset(&issue, 0, sizeof(issue));
    issue.options = options;
    *reterr_fault = fault_of(STATUS_OK, "");
    enum status status = begin(reterr_fault);
    if (status == STATUS_OK) {
        status = run_machine(reterr_fault);
    }
    if (status == STATUS_OK) {
        cardop_committed(&issue.op);
        status = founding_record_save(&issue.record, options, &issue.op, &issue.report);
        if (status == STATUS_OK && options->journalled) {
            status = store_setting_put(options->store, JOURNAL, SPAN_NONE);
        }
        if (status == STATUS_OK) {
            status = pair();
        }
        if (status != STATUS_OK) {
            *reterr_fault = fault_of(status, "store");
        }
    }
    wipe(&issue.batch, sizeof(issue.batch));
    return status;
}

enum status founding_issue_check(const struct founding_card *card, const struct secret *passcode,
                                 const struct entropy *entropy, struct fault *reterr_fault)
{
    const struct founding_issue_options options = { .card = card, .entropy = entropy };
    enum status status = piv_pin_setting_check(secret_span(passcode), PASSCODE_MIN, PASSCODE_MAX);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, "first card");
        return status;
    }
    memset(&issue, 0, sizeof(issue));
    issue.options = &options;
    status = read_card();
    if (status == STATUS_OK && !card_identity_is_unissued(&issue.identity, "")) {
        status = STATUS_POLICY_NOT_BLANK;
    }
    *reterr_fault = fault_of(status, issue.identity.text);
    return status;
}
