/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_record.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "lifecycle/card_state.h"

static const char *const purposes[CARDOP_KEYS] = { "authentication", "content_signing" };

enum status founding_record_init(struct founding_record *record,
                                 const struct founding_issue_options *options)
{
    enum status status = store_person_get(options->store, options->person, &record->person);
    if (status == STATUS_OK) {
        status =
            store_organisation_get(options->store, record->person.org_code, &record->organisation);
    }
    return status;
}

void founding_record_printed(const struct founding_record *record,
                             struct printed_information *ret_printed)
{
    char name[sizeof(ret_printed->name)];
    if (text_format(name, sizeof(name), "%.60s %.60s", record->person.given,
                    record->person.family)) {
        text_take(ret_printed->name, sizeof(ret_printed->name), name);
    }
    text_take(ret_printed->organisation, sizeof(ret_printed->organisation),
              record->person.org_code);
    text_take(ret_printed->card_serial, sizeof(ret_printed->card_serial), record->person.uuid);
}

void founding_record_request(const struct founding_record *record, const struct public_key *key,
                             enum signer_purpose purpose,
                             struct signer_certificate_request *ret_request)
{
    ret_request->purpose = purpose;
    ret_request->key = *key;
    ret_request->proof_slot = purpose == SIGNER_AUTHENTICATION ? 0x9A : 0x9C;
    text_take(ret_request->uuid, sizeof(ret_request->uuid), record->person.uuid);
    text_take(ret_request->given, sizeof(ret_request->given), record->person.given);
    text_take(ret_request->family, sizeof(ret_request->family), record->person.family);
    text_take(ret_request->organisation_name, sizeof(ret_request->organisation_name),
              record->organisation.name);
    text_take(ret_request->organisation_code, sizeof(ret_request->organisation_code),
              record->organisation.code);
}

enum status founding_record_certificate(struct founding_record *record, size_t index,
                                        struct span der)
{
    struct certificate_record *certificate = &record->certificates[index];
    struct x509_info info;
    enum status status = x509_read(der, &info);
    if (status == STATUS_OK) {
        status = public_key_hash(&info.key, certificate->public_key_hash);
    }
    if (status != STATUS_OK || der.len > sizeof(certificate->der)) {
        return status != STATUS_OK ? status : STATUS_TOO_LARGE;
    }
    memcpy(certificate->der, der.ptr, der.len);
    certificate->der_len = der.len;
    memcpy(certificate->fingerprint, info.fingerprint, sizeof(certificate->fingerprint));
    certificate->not_before = info.not_before;
    certificate->not_after = info.not_after;
    text_take(certificate->serial, sizeof(certificate->serial), info.serial);
    text_take(certificate->card_id, sizeof(certificate->card_id), record->card.id);
    text_take(certificate->purpose, sizeof(certificate->purpose), purposes[index]);
    text_take(certificate->state, sizeof(certificate->state), "current");
    return STATUS_OK;
}

void founding_record_ders(const struct founding_record *record, struct span ret_ders[CARDOP_KEYS])
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        ret_ders[i] = span_of(record->certificates[i].der, record->certificates[i].der_len);
    }
}

static void fill_card(struct founding_record *record, const struct founding_issue_options *options,
                      const struct cardop *op, const struct card_report *report)
{
    struct card_record *card = &record->card;
    text_take(card->person_uuid, sizeof(card->person_uuid), record->person.uuid);
    text_take(card->serial, sizeof(card->serial), report->serial);
    text_take(card->printed_number, sizeof(card->printed_number), options->label);
    text_take(card->state, sizeof(card->state), card_state_name(CARD_STATE_ACTIVE));
    REQUIRE(text_of_hex(SPAN_OF(op->guid), card->guid, sizeof(card->guid)));
    card_identity_model(report, card->model, sizeof(card->model));
    text_take(card->management_key_algorithm, sizeof(card->management_key_algorithm),
              cardop_management_name(op));
    card->management_key_version = op->management.current;
    card->puk_version = op->puk.current;
    card->issued_at = card->updated_at = options->now;
}

static enum status add_audit(struct founding_record *record,
                             const struct founding_issue_options *options, enum audit_event event)
{
    struct audit_entry entry = { .at = options->now, .event = event };
    text_take(entry.subject_uuid, sizeof(entry.subject_uuid), record->person.uuid);
    text_take(entry.card_id, sizeof(entry.card_id), record->card.id);
    text_take(entry.detail, sizeof(entry.detail), "founding");
    return store_audit_append(options->store, &entry);
}

static enum status save_rows(struct founding_record *record,
                             const struct founding_issue_options *options)
{
    enum status status = store_card_add(options->store, &record->card);
    for (size_t i = 0; i < CARDOP_KEYS && status == STATUS_OK; i++) {
        record->certificates[i].issued_at = record->certificates[i].state_at = options->now;
        status = store_certificate_add(options->store, &record->certificates[i]);
    }
    if (status == STATUS_OK) {
        status = add_audit(record, options, AUDIT_CARD_REGISTERED);
    }
    return status == STATUS_OK ? add_audit(record, options, AUDIT_CERTIFICATE_ISSUED) : status;
}

enum status founding_record_save(struct founding_record *record,
                                 const struct founding_issue_options *options,
                                 const struct cardop *op, const struct card_report *report)
{
    fill_card(record, options, op, report);
    enum status status = store_begin(options->store);
    if (status == STATUS_OK) {
        status = save_rows(record, options);
    }
    if (status != STATUS_OK) {
        store_rollback(options->store);
        return status;
    }
    if (options->ret_card_id != NULL) {
        text_take(options->ret_card_id, STORE_ID_MAX, record->card.id);
    }
    return store_commit(options->store);
}
