/* SPDX-License-Identifier: Apache-2.0 */
#include "test/lib/test.h"
#include "test/unit/wire_agent/sample.h"

static struct card_report report;
static struct card_identity identity;

static void identify(void)
{
    memset(&identity, 0x77, sizeof identity);
    CHECK_EQ(card_identity_of_report(&report, &identity), STATUS_OK);
}

static void clear(struct report_data *object)
{
    *object = (struct report_data){ .sw = 0x6A82 };
}

TEST(card_identity__a_serial_names_the_card)
{
    CHECK(sample_report(&report));
    identify();
    CHECK_TEXT(identity.text, "serial 10000042");
    CHECK_TEXT(identity.serial, "10000042");
    CHECK_TEXT(identity.guid, "a00102030405060708090a0b0c0d0eff");
    CHECK(!identity.blank && !identity.torn);
    CHECK(identity.has_certificate[0] && !identity.has_certificate[1]);
    CHECK_TEXT(identity.certificates[0].common_name, "123456789012");
}

TEST(card_identity__the_fingerprint_is_that_of_the_der)
{
    char text[65];
    static const uint8_t none[32];
    CHECK(sample_report(&report));
    identify();
    CHECK(text_of_hex(SPAN_OF(identity.fingerprints[0]), text, sizeof text));
    CHECK_TEXT(text, SAMPLE_FINGERPRINT);
    CHECK_BYTES(identity.fingerprints[1], none, 32);
    CHECK_SPAN(card_report_certificate(&report, 0), sample_der());
    CHECK_EQ(card_report_certificate(&report, 1).len, 0);
}

TEST(card_identity__without_a_serial_the_guid_names_it)
{
    CHECK(sample_report(&report));
    report.serial[0] = '\0';
    identify();
    CHECK_TEXT(identity.text, "guid a00102030405060708090a0b0c0d0eff");
    CHECK_EQ(identity.serial[0], '\0');
}

TEST(card_identity__without_either_a_certificate_names_it)
{
    CHECK(sample_report(&report));
    report.serial[0] = '\0';
    clear(&report.objects[REPORT_CHUID]);
    identify();
    CHECK_TEXT(identity.text,
               "certificate 48bb0295d967a0a42a6e54af2c92b4a455ed67a5dd1b2c3920c58b5b");
    report.objects[REPORT_CERTIFICATE_9C] = report.objects[REPORT_CERTIFICATE_9A];
    clear(&report.objects[REPORT_CERTIFICATE_9A]);
    identify();
    CHECK_TEXT(identity.text,
               "certificate 48bb0295d967a0a42a6e54af2c92b4a455ed67a5dd1b2c3920c58b5b");
    CHECK(!identity.has_certificate[0] && identity.has_certificate[1]);
}

TEST(card_identity__a_card_fresh_from_the_factory_is_blank)
{
    card_report_init(&report);
    identify();
    CHECK(identity.blank && !identity.torn);
    CHECK_TEXT(identity.text, "blank");
    CHECK(text_copy(report.serial, sizeof report.serial, "10000042"));
    identify();
    CHECK(identity.blank);
    CHECK_TEXT(identity.text, "serial 10000042");
}

/* Some makers write a CHUID; with their tools anybody can. Signed is only an issuer's. */
TEST(card_identity__a_chuid_alone_that_nobody_signed_is_no_issuers)
{
    card_report_init(&report);
    identify();
    CHECK(card_identity_is_unissued(&identity, ""));
    CHECK(sample_report(&report));
    identify();
    CHECK(!card_identity_is_unissued(&identity, "")); /* certificates are there */
    clear(&report.objects[REPORT_CERTIFICATE_9A]);
    clear(&report.objects[REPORT_CERTIFICATE_9C]);
    identify();
    CHECK(!identity.blank && identity.prefilled);
    CHECK(card_identity_is_unissued(&identity, ""));
    CHECK(card_identity_is_unissued(&identity, "00112233445566778899aabbccddeeff"));
    char guid[sizeof identity.guid];
    memcpy(guid, identity.guid, sizeof guid);
    CHECK(!card_identity_is_unissued(&identity, guid)); /* ours, in the middle of its issue */
}

TEST(card_identity__a_signed_chuid_alone_is_an_issuers)
{
    card_report_init(&report);
    CHECK(sample_report(&report));
    clear(&report.objects[REPORT_CERTIFICATE_9A]);
    clear(&report.objects[REPORT_CERTIFICATE_9C]);
    struct report_data *object = &report.objects[REPORT_CHUID];
    CHECK_BYTES(object->bytes + object->len - 4, "\x3E\x00\xFE\x00", 4);
    memcpy(object->bytes + object->len - 4, "\x3E\x01\xAA\xFE\x00", 5);
    object->len++;
    identify();
    CHECK(!identity.prefilled && identity.guid[0] != '\0');
    CHECK(!card_identity_is_unissued(&identity, ""));
}

TEST(card_identity__a_guid_of_zeros_is_none)
{
    CHECK(sample_report(&report));
    report.serial[0] = '\0';
    memset(report.objects[REPORT_CHUID].bytes + 29, 0, CHUID_GUID_LEN); /* behind 30 19 … 34 10 */
    identify();
    CHECK_EQ(identity.guid[0], '\0');
    CHECK(!identity.torn);
    CHECK(strncmp(identity.text, "certificate ", 12) == 0);
}

TEST(card_identity__a_torn_object_is_torn_and_not_absent)
{
    static const enum report_object objects[] = { REPORT_CHUID, REPORT_CERTIFICATE_9A };
    for (size_t i = 0; i < COUNT(objects); i++) {
        CHECK(sample_report(&report));
        report.objects[objects[i]].len--;
        report.objects[objects[i]].bytes[1] ^= 0x40; /* whole it would be without its last tag */
        identify();
        CHECK(identity.torn);
        CHECK(!identity.blank);
    }
    CHECK(sample_report(&report));
    report.objects[REPORT_CERTIFICATE_9A].bytes[60] ^=
        0x20; /* the container is sound, the DER not */
    identify();
    CHECK(identity.torn || memcmp(identity.fingerprints[0], SAMPLE_FINGERPRINT, 4) != 0);
}

TEST(card_identity__a_card_of_torn_objects_has_no_name)
{
    card_report_init(&report);
    sample_object(&report.objects[REPORT_CHUID], SPAN_TEXT("\x30\x19"));
    sample_object(&report.objects[REPORT_CERTIFICATE_9A], SPAN_TEXT("\x70\x82\x01"));
    identify();
    CHECK(identity.torn && !identity.blank);
    CHECK_TEXT(identity.text, "unreadable");
    CHECK_EQ(card_report_certificate(&report, 0).len, 0);
}

TEST(card_identity__a_compressed_certificate_counts_as_torn)
{
    card_report_init(&report);
    sample_object(&report.objects[REPORT_CERTIFICATE_9A],
                  SPAN_TEXT("\x70\x02\x1F\x8B\x71\x01\x01\xFE\x00"));
    identify();
    CHECK(identity.torn);
    CHECK(!identity.has_certificate[0]);
}
