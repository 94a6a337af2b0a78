/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/certificate_profile.h"

#include <stdio.h>

#include "test/lib/test.h"
#include "test/unit/ca/sample_ca.h"

#define GOOD_HEAD "{\"name\":\"a\",\"subject\":\"O={organisation_name}, CN={uuid}\","
#define GOOD_TAIL                                                                                  \
    "\"key_usage\":[\"digitalSignature\"],\"key_usage_critical\":true,\"life_days\":730,"          \
    "\"key_types\":[\"P-256\"]}"
#define GOOD GOOD_HEAD GOOD_TAIL

static enum status load(const char *json, struct certificate_profile *ret_profile,
                        char detail[CERTIFICATE_PROFILE_DETAIL_MAX])
{
    detail[0] = '\0';
    return certificate_profile_load(span_of_text(json), ret_profile, detail);
}

static void load_file(const char *name, struct certificate_profile *ret_profile)
{
    char path[512], text[8192], detail[CERTIFICATE_PROFILE_DETAIL_MAX] = "";
    CHECK(text_format(path, sizeof(path), "%s/data/profiles/%s.json", SOURCE_ROOT, name));
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    size_t len = fread(text, 1, sizeof(text), file);
    CHECK_EQ(fclose(file), 0);
    CHECK_EQ(certificate_profile_load(span_of(text, len), ret_profile, detail), STATUS_OK);
    CHECK_TEXT(detail, "");
}

TEST(certificate_profile__the_shipped_authentication_profile)
{
    struct certificate_profile profile;
    load_file("authentication", &profile);

    CHECK_TEXT(profile.name, "authentication");
    CHECK_EQ(profile.key_usage, X509_DIGITAL_SIGNATURE);
    CHECK(profile.key_usage_critical);
    CHECK_EQ(profile.extended_usage, X509_CLIENT_AUTH | X509_SMARTCARD_LOGON);
    CHECK_EQ(profile.life_days, 730);
    for (enum key_type type = KEY_TYPE_P256; type < KEY_TYPE_MAX; type++) {
        CHECK(certificate_profile_allows(&profile, type));
    }
    CHECK(!certificate_profile_allows(&profile, KEY_TYPE_NONE));
    CHECK(!certificate_profile_allows(&profile, KEY_TYPE_MAX));
}

TEST(certificate_profile__the_shipped_signing_profile)
{
    struct certificate_profile profile;
    load_file("content-signing", &profile);

    CHECK_TEXT(profile.name, "content-signing");
    CHECK_EQ(profile.key_usage, X509_NON_REPUDIATION);
    CHECK(profile.key_usage_critical);
    CHECK_EQ(profile.extended_usage, 0);
    CHECK_EQ(profile.life_days, 730);
}

TEST(certificate_profile__what_is_not_required_may_be_missing)
{
    struct certificate_profile profile;
    char detail[CERTIFICATE_PROFILE_DETAIL_MAX];

    CHECK_EQ(load(GOOD, &profile, detail), STATUS_OK);

    CHECK_TEXT(profile.policy_oid, "");
    CHECK_TEXT(profile.crl_uri, "");
    CHECK_EQ(profile.extended_usage, 0);
    CHECK_EQ(profile.key_types, 1u << KEY_TYPE_P256);
    CHECK(!certificate_profile_allows(&profile, KEY_TYPE_RSA2048));
}

TEST(certificate_profile__files_with_a_mistake_are_refused_and_it_is_named)
{
    static const struct {
        const char *json, *detail;
    } rows[] = {
        { "", "" },
        { "[]", "" },
        { GOOD_HEAD, "" },
        { GOOD "x", "" },
        { GOOD_HEAD "\"name\":\"b\"," GOOD_TAIL, "duplicate" },
        { GOOD_HEAD "\"extra\":1," GOOD_TAIL, "unknown member 'extra'" },
        { GOOD_HEAD "\"policy_oid\":\"1..2\"," GOOD_TAIL, "policy_oid" },
        { GOOD_HEAD "\"policy_oid\":\"3.1\"," GOOD_TAIL, "policy_oid" },
        { GOOD_HEAD "\"policy_oid\":\"1.2.\"," GOOD_TAIL, "policy_oid" },
        { GOOD_HEAD "\"policy_oid\":\"\"," GOOD_TAIL, "policy_oid" },
        { GOOD_HEAD "\"policy_oid\":12," GOOD_TAIL, "policy_oid" },
        { GOOD_HEAD "\"crl_uri\":\"ldap://a\"," GOOD_TAIL, "crl_uri" },
        { GOOD_HEAD "\"crl_uri\":\"http://a b\"," GOOD_TAIL, "crl_uri" },
        { GOOD_HEAD "\"extended_key_usage\":[]," GOOD_TAIL, "extended_key_usage" },
        { GOOD_HEAD "\"extended_key_usage\":[\"serverAuth\"]," GOOD_TAIL, "extended_key_usage" },
        { GOOD_HEAD "\"extended_key_usage\":[\"clientAuth\",\"clientAuth\"]," GOOD_TAIL,
          "extended_key_usage" },
        { GOOD_HEAD "\"extended_key_usage\":null," GOOD_TAIL, "extended_key_usage" },
        { "{\"subject\":\"CN={uuid}\"," GOOD_TAIL, "missing member 'name'" },
        { "{\"name\":\"A b\",\"subject\":\"CN={uuid}\"," GOOD_TAIL, "bad value of 'name'" },
        { "{\"name\":\"a\",\"subject\":\"CN=a\\u0000b\"," GOOD_TAIL, "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct certificate_profile profile = { .life_days = 42 };
        char detail[CERTIFICATE_PROFILE_DETAIL_MAX];
        enum status status = load(rows[i].json, &profile, detail);
        CHECK_EQ(status, STATUS_BAD_FILE);
        CHECK(detail[0] != '\0');
        CHECK(strstr(detail, rows[i].detail) != NULL);
        CHECK_EQ(profile.life_days, 42);
    }
}

/* A cardholder's certificate must never be able to issue others. */
TEST(certificate_profile__rights_of_a_ca_cannot_be_given)
{
    static const char *const usages[] = { "keyCertSign", "cRLSign", "decipherOnly", "" };
    for (size_t i = 0; i < COUNT(usages); i++) {
        struct certificate_profile profile;
        char json[512], detail[CERTIFICATE_PROFILE_DETAIL_MAX];
        CHECK(text_format(json, sizeof(json),
                          GOOD_HEAD "\"key_usage\":[\"digitalSignature\",\"%s\"],"
                                    "\"key_usage_critical\":true,\"life_days\":1,"
                                    "\"key_types\":[\"P-256\"]}",
                          usages[i]));
        CHECK_EQ(load(json, &profile, detail), STATUS_BAD_FILE);
        CHECK_TEXT(detail, "bad value of 'key_usage'");
    }
}

TEST(certificate_profile__life_and_key_types_have_limits)
{
    static const struct {
        const char *days, *types;
        enum status status;
    } rows[] = {
        { "1", "\"P-384\"", STATUS_OK },
        { "3660", "\"RSA-2048\",\"RSA-3072\"", STATUS_OK },
        { "0", "\"P-256\"", STATUS_BAD_FILE },
        { "-1", "\"P-256\"", STATUS_BAD_FILE },
        { "3661", "\"P-256\"", STATUS_BAD_FILE },
        { "730.0", "\"P-256\"", STATUS_BAD_FILE },
        { "\"730\"", "\"P-256\"", STATUS_BAD_FILE },
        { "99999999999999999999", "\"P-256\"", STATUS_BAD_FILE },
        { "730", "", STATUS_BAD_FILE },
        { "730", "\"RSA-1024\"", STATUS_BAD_FILE },
        { "730", "\"P-256\",\"P-256\"", STATUS_BAD_FILE },
        { "730", "1", STATUS_BAD_FILE },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct certificate_profile profile;
        char json[512], detail[CERTIFICATE_PROFILE_DETAIL_MAX];
        CHECK(text_format(json, sizeof(json),
                          GOOD_HEAD "\"key_usage\":[\"digitalSignature\"],"
                                    "\"key_usage_critical\":false,\"life_days\":%s,"
                                    "\"key_types\":[%s]}",
                          rows[i].days, rows[i].types));
        CHECK_EQ(load(json, &profile, detail), rows[i].status);
    }
}

static enum status subject_text(const char *pattern, const struct certificate_fields *fields,
                                char ret_text[X509_NAME_TEXT_MAX])
{
    struct certificate_profile profile = { 0 };
    struct x509_name name;
    CHECK(text_copy(profile.subject, sizeof(profile.subject), pattern));
    enum status status = certificate_profile_subject(&profile, fields, &name);
    if (status == STATUS_OK) {
        CHECK(x509_name_text(&name, ret_text, X509_NAME_TEXT_MAX));
    }
    return status;
}

TEST(certificate_profile__a_template_is_filled_in)
{
    struct certificate_fields fields = sample_fields();
    char text[X509_NAME_TEXT_MAX];

    CHECK_EQ(
        subject_text("O={organisation_name}, OU=People, CN={uuid}_{given}_{family}", &fields, text),
        STATUS_OK);
    CHECK_TEXT(text, "CN=555000111222_Zo\xC3\xAB_O'Hara\\, Jr,OU=People,O=Cardwright Sample Trust");
    CHECK_EQ(subject_text("C=GB,O={organisation_code}", &fields, text), STATUS_OK);
    CHECK_TEXT(text, "O=ZZ1,C=GB");
}

/* The values come from the directory: none may add an attribute or another field. */
TEST(certificate_profile__a_value_stays_a_value)
{
    struct certificate_fields fields = sample_fields();
    char text[X509_NAME_TEXT_MAX];
    fields.family = "x, O=other, CN={uuid}";

    CHECK_EQ(subject_text("CN={family}", &fields, text), STATUS_OK);

    CHECK_TEXT(text, "CN=x\\, O=other\\, CN={uuid}");
}

TEST(certificate_profile__fields_that_do_not_fit_are_refused)
{
    struct certificate_fields fields = sample_fields(), none = { 0 };
    char text[X509_NAME_TEXT_MAX] = "untouched", family[66];
    memset(family, 'x', 65);
    family[65] = '\0';

    CHECK_EQ(subject_text("CN={uuid}", &none, text), STATUS_CERTIFICATE_REFUSED);
    fields.family = family;
    CHECK_EQ(subject_text("CN={family}", &fields, text), STATUS_CERTIFICATE_REFUSED);
    fields.family = "";
    CHECK_EQ(subject_text("CN=a{family}", &fields, text), STATUS_CERTIFICATE_REFUSED);
    fields.family = "a\nb";
    CHECK_EQ(subject_text("CN={family}", &fields, text), STATUS_CERTIFICATE_REFUSED);
    fields.uuid = "12345678901";
    CHECK_EQ(subject_text("CN=a", &fields, text), STATUS_CERTIFICATE_REFUSED);
    CHECK_TEXT(text, "untouched");
}

TEST(certificate_profile__broken_templates_are_refused)
{
    static const char *const bad[] = { "",           "CN",          "CN=",
                                       "XX={uuid}",  "CN={uuid",    "CN=uuid}",
                                       "CN={}",      "CN={{uuid}}", "CN={Uuid}",
                                       "CN={uuid},", "CN={uuid},,", "C={organisation_name}",
                                       "=CN={uuid}", "CN={other}" };
    struct certificate_fields fields = sample_fields();
    for (size_t i = 0; i < COUNT(bad); i++) {
        char text[X509_NAME_TEXT_MAX];
        CHECK_EQ(subject_text(bad[i], &fields, text), STATUS_CERTIFICATE_REFUSED);
    }
}

TEST(certificate_profile__both_ends_of_a_life_count)
{
    struct certificate_profile profile = { .life_days = 1 };

    CHECK(certificate_profile_end(&profile, 1000) == 1000 + 86399);
}
