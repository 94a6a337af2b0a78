/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/diagnosis_look.h"

#include <string.h>

#include "base/text.h"
#include "card/apdu.h"
#include "piv/card_model.h"
#include "piv/cert_container.h"
#include "piv/chuid.h"
#include "piv/metadata.h"
#include "piv/piv_key.h"

static const enum report_object certificate_objects[DIAGNOSIS_SLOTS] = { REPORT_CERTIFICATE_9A,
                                                                         REPORT_CERTIFICATE_9C };
static const enum report_metadata key_metadata[DIAGNOSIS_SLOTS] = { REPORT_METADATA_9A,
                                                                    REPORT_METADATA_9C };

static struct span content_of(const struct report_data *object)
{
    return span_of(object->bytes, object->len);
}

/* Nothing came: is there nothing, or did the card not answer? 0: it was not asked. */
static enum diagnosis_object absent(const struct report_data *object)
{
    bool none = object->sw == SW_OK || object->sw == SW_NOT_FOUND || object->sw == 0;
    return none ? DIAGNOSIS_ABSENT : DIAGNOSIS_UNREAD;
}

/* ---- certificates and their keys ---- */

static enum diagnosis_object look_at_certificate(const struct report_data *object, bool readable)
{
    struct span der;
    if (object->len == 0) {
        return absent(object);
    }
    if (readable) {
        return DIAGNOSIS_SOUND;
    }
    bool compressed = cert_container_decode(content_of(object), &der) == STATUS_CARD_COMPRESSED;
    return compressed ? DIAGNOSIS_COMPRESSED_OBJECT : DIAGNOSIS_TORN_OBJECT;
}

/* NULL: there is no certificate to compare with. */
static enum diagnosis_key look_at_key(const struct card_report *r, size_t slot,
                                      const struct public_key *certified)
{
    struct metadata metadata;
    struct public_key key;
    enum key_type type;
    if (!card_report_metadata(r, key_metadata[slot], &metadata)) {
        bool tells = r->metadata[REPORT_METADATA_9B].len > 0;
        return tells && r->metadata[key_metadata[slot]].len == 0 ? DIAGNOSIS_KEY_ABSENT
                                                                 : DIAGNOSIS_KEY_NOT_TOLD;
    }
    if (!public_key_type_by_piv(metadata.algorithm, &type) ||
        piv_key_of_template(metadata.public_key, type, &key) != STATUS_OK) {
        return DIAGNOSIS_KEY_NOT_TOLD;
    }
    if (certified == NULL) {
        return DIAGNOSIS_KEY_PRESENT;
    }
    return public_key_equal(&key, certified) ? DIAGNOSIS_KEY_SAME : DIAGNOSIS_KEY_OTHER;
}

static struct diagnosis_slot look_at_slot(const struct card_report *r,
                                          const struct card_identity *identity, size_t slot)
{
    const bool readable = identity->has_certificate[slot];
    const struct x509_info *info = &identity->certificates[slot];
    const struct report_data *object = &r->objects[certificate_objects[slot]];
    return (struct diagnosis_slot){
        .certificate = look_at_certificate(object, readable),
        .key = look_at_key(r, slot, readable ? &info->key : NULL),
        .not_after = readable ? info->not_after : 0,
    };
}

/* ---- CHUID ---- */

/* YYYYMMDD, that day included. chuid_decode has seen that it is a date. */
static instant end_of(const char *expiry)
{
    int digits[8];
    for (size_t i = 0; i < 8; i++) {
        digits[i] = expiry[i] - '0';
    }
    const struct calendar day = {
        .year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3],
        .month = digits[4] * 10 + digits[5],
        .day = digits[6] * 10 + digits[7],
    };
    return instant_of(day) + SECONDS_PER_DAY;
}

static void look_at_chuid(const struct report_data *object, const struct card_identity *identity,
                          struct diagnosis_card *card)
{
    struct chuid chuid;
    if (object->len == 0) {
        card->chuid = absent(object);
        return;
    }
    if (chuid_decode(content_of(object), &chuid) != STATUS_OK) {
        card->chuid = DIAGNOSIS_TORN_OBJECT;
        return;
    }
    card->chuid = DIAGNOSIS_SOUND;
    card->chuid_end = end_of(chuid.expiry);
    text_take(card->guid, sizeof(card->guid), identity->guid);
}

/* ---- secrets ---- */

static enum diagnosis_told look_at_default(const struct card_report *r, enum report_metadata which,
                                           int *ret_tries)
{
    struct metadata metadata;
    if (!card_report_metadata(r, which, &metadata)) {
        return DIAGNOSIS_NOT_TOLD;
    }
    if (ret_tries != NULL && metadata.tries_left >= 0) {
        *ret_tries = metadata.tries_left;
    }
    if (!metadata.has_default) {
        return DIAGNOSIS_NOT_TOLD;
    }
    return metadata.is_default ? DIAGNOSIS_YES : DIAGNOSIS_NO;
}

void diagnosis_look(const struct card_report *report, const struct card_identity *identity,
                    struct diagnosis_card *ret_card)
{
    struct diagnosis_card card = { .has_serial = report->serial[0] != '\0',
                                   .pin_tries = report->tries_left,
                                   .puk_tries = -1 };
    for (size_t i = 0; i < DIAGNOSIS_SLOTS; i++) {
        card.slots[i] = look_at_slot(report, identity, i);
    }
    look_at_chuid(&report->objects[REPORT_CHUID], identity, &card);
    card.default_pin = look_at_default(report, REPORT_METADATA_80, NULL);
    card.default_puk = look_at_default(report, REPORT_METADATA_81, &card.puk_tries);
    card.default_management = look_at_default(report, REPORT_METADATA_9B, NULL);
    card.takes_management_key = (card_report_capabilities(report) & CARD_CAN_SET_MANAGEMENT) != 0;
    *ret_card = card;
}
