/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "piv/cert_container.h"
#include "piv/chuid.h"
#include "wire_agent/card_report.h"

/* 28 bytes of the fingerprint are enough to tell cards apart, and fit the text. */
enum { FINGERPRINT_SHOWN = 28, FINGERPRINT_TEXT = 2 * FINGERPRINT_SHOWN + 1 };

static const enum report_object certificate_objects[] = { REPORT_CERTIFICATE_9A,
                                                          REPORT_CERTIFICATE_9C };

static struct span object_content(const struct card_report *r, enum report_object object)
{
    return span_of(r->objects[object].bytes, r->objects[object].len);
}

struct span card_report_certificate(const struct card_report *r, size_t index)
{
    struct span der;
    REQUIRE(index < COUNT(certificate_objects));
    struct span content = object_content(r, certificate_objects[index]);
    return cert_container_decode(content, &der) == STATUS_OK ? der : SPAN_NONE;
}

static bool has_certificate_object(const struct card_report *r)
{
    return r->objects[REPORT_CERTIFICATE_9A].len > 0 || r->objects[REPORT_CERTIFICATE_9C].len > 0;
}

/* A GUID of zeros is what cards carry that were never given one. */
static void read_chuid(const struct card_report *r, struct card_identity *identity)
{
    static const uint8_t zeros[CHUID_GUID_LEN];
    struct span content = object_content(r, REPORT_CHUID);
    struct chuid chuid;
    if (content.len == 0) {
        return;
    }
    if (chuid_decode(content, &chuid) != STATUS_OK) {
        identity->torn = true;
        return;
    }
    identity->prefilled = !has_certificate_object(r) && !chuid.is_signed;
    if (memcmp(chuid.guid, zeros, sizeof zeros) != 0) {
        REQUIRE(text_of_hex(SPAN_OF(chuid.guid), identity->guid, sizeof identity->guid));
    }
}

static bool is_our_failure(enum status status)
{
    return status == STATUS_CRYPTO || status == STATUS_OUT_OF_MEMORY;
}

static enum status read_certificate(const struct card_report *r, size_t index,
                                    struct card_identity *identity)
{
    if (object_content(r, certificate_objects[index]).len == 0) {
        return STATUS_OK;
    }
    struct span der = card_report_certificate(r, index);
    enum status status = STATUS_CARD_ANSWER;
    if (der.len > 0) {
        status = x509_read(der, &identity->certificates[index]);
    }
    if (is_our_failure(status)) {
        return status;
    }
    if (status != STATUS_OK) {
        identity->torn = true;
        return STATUS_OK;
    }
    identity->has_certificate[index] = true;
    memcpy(identity->fingerprints[index], identity->certificates[index].fingerprint,
           sizeof identity->fingerprints[index]);
    return STATUS_OK;
}

static bool certificate_text(const struct card_identity *identity, char *ret_text, size_t max)
{
    char hex[FINGERPRINT_TEXT];
    size_t index = identity->has_certificate[0] ? 0 : 1;
    return text_of_hex(span_of(identity->fingerprints[index], FINGERPRINT_SHOWN), hex,
                       sizeof hex) &&
           text_format(ret_text, max, "certificate %s", hex);
}

static bool identity_text(const struct card_identity *identity, char *ret_text, size_t max)
{
    if (identity->serial[0] != '\0') {
        return text_format(ret_text, max, "serial %s", identity->serial);
    }
    if (identity->guid[0] != '\0') {
        return text_format(ret_text, max, "guid %s", identity->guid);
    }
    if (identity->has_certificate[0] || identity->has_certificate[1]) {
        return certificate_text(identity, ret_text, max);
    }
    return text_copy(ret_text, max, identity->blank ? "blank" : "unreadable");
}

enum status card_identity_of_report(const struct card_report *r, struct card_identity *ret_identity)
{
    struct card_identity identity = { 0 };
    identity.blank = r->objects[REPORT_CHUID].len == 0 && !has_certificate_object(r);
    REQUIRE(text_copy(identity.serial, sizeof identity.serial, r->serial));
    read_chuid(r, &identity);
    for (size_t i = 0; i < COUNT(certificate_objects); i++) {
        enum status status = read_certificate(r, i, &identity);
        if (status != STATUS_OK) {
            return status;
        }
    }
    REQUIRE(identity_text(&identity, identity.text, sizeof identity.text));
    *ret_identity = identity;
    return STATUS_OK;
}

bool card_identity_is_unissued(const struct card_identity *identity, const char *guid)
{
    return identity->blank ||
           (identity->prefilled && (guid[0] == '\0' || !text_equal(identity->guid, guid)));
}

void card_identity_model(const struct card_report *r, char *ret_model, size_t max)
{
    bool told = r->version[0] != '\0';
    if (!text_format(ret_model, max, "PIV%s%s", told ? " " : "", r->version)) {
        text_take(ret_model, max, "PIV");
    }
}
