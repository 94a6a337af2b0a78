/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/certificate_profile.h"

#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "crypto/public_key.h"

enum { FIELD_NAME_MAX = 32, FILE_MAX = 16384 };

/* ---- words of the file ---- */

struct word {
    const char *text;
    unsigned bit;
};

static const struct word key_usages[] = {
    { "digitalSignature", X509_DIGITAL_SIGNATURE },
    { "nonRepudiation", X509_NON_REPUDIATION },
    { "keyEncipherment", X509_KEY_ENCIPHERMENT },
    { "keyAgreement", X509_KEY_AGREEMENT },
};

static const struct word extended_usages[] = {
    { "clientAuth", X509_CLIENT_AUTH },
    { "smartcardLogon", X509_SMARTCARD_LOGON },
};

static const struct word key_types[] = {
    { "P-256", 1u << KEY_TYPE_P256 },
    { "P-384", 1u << KEY_TYPE_P384 },
    { "RSA-2048", 1u << KEY_TYPE_RSA2048 },
    { "RSA-3072", 1u << KEY_TYPE_RSA3072 },
};

/* A list of words without repeats; every member must be known. */
static bool read_words(const json_t *list, const struct word *words, size_t count,
                       unsigned *ret_bits)
{
    unsigned bits = 0;
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        unsigned bit = 0;
        for (size_t k = 0; k < count; k++) {
            bit |= text != NULL && text_equal(text, words[k].text) ? words[k].bit : 0;
        }
        if (bit == 0 || (bits & bit) != 0) {
            return false;
        }
        bits |= bit;
    }
    *ret_bits = bits;
    return true;
}

static bool read_text(const json_t *value, char *ret_text, size_t max)
{
    const char *text = json_string_value(value);
    return text != NULL && text[0] != '\0' && strlen(text) == json_string_length(value) &&
           text_copy(ret_text, max, text);
}

/* ---- the members, each with its reader ---- */

static bool read_name(const json_t *value, struct certificate_profile *profile)
{
    return read_text(value, profile->name, sizeof(profile->name)) &&
           strspn(profile->name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(profile->name);
}

static bool read_subject(const json_t *value, struct certificate_profile *profile)
{
    return read_text(value, profile->subject, sizeof(profile->subject));
}

static bool read_key_usage(const json_t *value, struct certificate_profile *profile)
{
    return read_words(value, key_usages, COUNT(key_usages), &profile->key_usage);
}

static bool read_critical(const json_t *value, struct certificate_profile *profile)
{
    profile->key_usage_critical = json_is_true(value);
    return json_is_boolean(value);
}

static bool read_extended(const json_t *value, struct certificate_profile *profile)
{
    return read_words(value, extended_usages, COUNT(extended_usages), &profile->extended_usage);
}

static bool read_life(const json_t *value, struct certificate_profile *profile)
{
    json_int_t days = json_integer_value(value);
    bool good = json_is_integer(value) && days > 0 && days <= CERTIFICATE_PROFILE_LIFE_DAYS_MAX;
    profile->life_days = good ? (int)days : 0;
    return good;
}

static bool read_policy(const json_t *value, struct certificate_profile *profile)
{
    const char *oid = profile->policy_oid;
    return read_text(value, profile->policy_oid, sizeof(profile->policy_oid)) &&
           strspn(oid, "0123456789.") == strlen(oid) && oid[0] >= '0' && oid[0] <= '2' &&
           oid[1] == '.' && strstr(oid, "..") == NULL && oid[strlen(oid) - 1] != '.';
}

static bool read_crl_uri(const json_t *value, struct certificate_profile *profile)
{
    return read_text(value, profile->crl_uri, sizeof(profile->crl_uri)) &&
           strncmp(profile->crl_uri, "http://", 7) == 0 && strlen(profile->crl_uri) > 7 &&
           strpbrk(profile->crl_uri, " \t\r\n\"<>\\^`{|}") == NULL;
}

static bool read_key_types(const json_t *value, struct certificate_profile *profile)
{
    return read_words(value, key_types, COUNT(key_types), &profile->key_types);
}

static const struct member {
    const char *name;
    bool required;
    bool (*read)(const json_t *value, struct certificate_profile *profile);
} members[] = {
    { "name", true, read_name },
    { "subject", true, read_subject },
    { "key_usage", true, read_key_usage },
    { "key_usage_critical", true, read_critical },
    { "extended_key_usage", false, read_extended },
    { "life_days", true, read_life },
    { "policy_oid", false, read_policy },
    { "crl_uri", false, read_crl_uri },
    { "key_types", true, read_key_types },
};

/* ---- subject templates ---- */

static const char *field_value(struct span name, const struct certificate_fields *fields)
{
    const struct {
        const char *name, *value;
    } rows[] = {
        { "organisation_name", fields->organisation_name },
        { "organisation_code", fields->organisation_code },
        { "uuid", fields->uuid },
        { "given", fields->given },
        { "family", fields->family },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (span_equal(name, span_of_text(rows[i].name))) {
            return rows[i].value;
        }
    }
    return NULL;
}

static size_t index_of(struct span text, char wanted)
{
    const uint8_t *at = text.len == 0 ? NULL : memchr(text.ptr, wanted, text.len);
    return at == NULL ? text.len : (size_t)(at - text.ptr);
}

static struct span trimmed(struct span text)
{
    while (text.len > 0 && text.ptr[0] == ' ') {
        text = span_part(text, 1, SIZE_MAX);
    }
    while (text.len > 0 && text.ptr[text.len - 1] == ' ') {
        text = span_part(text, 0, text.len - 1);
    }
    return text;
}

/* Up to the next '{' as it stands, then the field. False when a field is unknown, missing or empty.
 */
static bool expand(struct span text, const struct certificate_fields *fields, struct buf *out)
{
    while (text.len > 0) {
        size_t open = index_of(text, '{');
        struct span plain = span_part(text, 0, open);
        if (index_of(plain, '}') < plain.len || !buf_put(out, plain)) {
            return false;
        }
        text = span_part(text, open, SIZE_MAX);
        if (text.len == 0) {
            break;
        }
        size_t close = index_of(text, '}');
        const char *value = field_value(span_part(text, 1, close - 1), fields);
        if (close == text.len || value == NULL || value[0] == '\0' ||
            !buf_put(out, span_of_text(value))) {
            return false;
        }
        text = span_part(text, close + 1, SIZE_MAX);
    }
    return true;
}

/* One `ATTRIBUTE=text` of the template. */
static bool add_part(struct span part, const struct certificate_fields *fields,
                     struct x509_name *name)
{
    char value[X509_VALUE_MAX];
    struct buf out = buf_of(value, sizeof(value));
    enum x509_attribute attribute;
    size_t equals = index_of(part, '=');
    return equals < part.len &&
           x509_name_attribute_by_name(trimmed(span_part(part, 0, equals)), &attribute) &&
           expand(trimmed(span_part(part, equals + 1, SIZE_MAX)), fields, &out) &&
           buf_put_u8(&out, '\0') && x509_name_put(name, attribute, value) == STATUS_OK;
}

enum status certificate_profile_subject(const struct certificate_profile *profile,
                                        const struct certificate_fields *fields,
                                        struct x509_name *ret_name)
{
    struct x509_name name = { 0 };
    struct span rest = span_of_text(profile->subject);
    if (fields->uuid != NULL && !text_is_digits(fields->uuid, 12)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    for (bool more = true; more;) {
        size_t comma = index_of(rest, ',');
        more = comma < rest.len; /* so that a comma at the end asks for one more */
        if (!add_part(span_part(rest, 0, comma), fields, &name)) {
            return STATUS_CERTIFICATE_REFUSED;
        }
        rest = span_part(rest, comma + 1, SIZE_MAX);
    }
    *ret_name = name;
    return STATUS_OK;
}

/* ---- loading ---- */

/* A template that cannot even be filled in with short values is refused when it is loaded. */
static bool template_is_good(const struct certificate_profile *profile)
{
    const struct certificate_fields probe = { .organisation_name = "a",
                                              .organisation_code = "a",
                                              .uuid = "000000000000",
                                              .given = "a",
                                              .family = "a" };
    struct x509_name name;
    return certificate_profile_subject(profile, &probe, &name) == STATUS_OK;
}

static bool fail(char reterr_detail[CERTIFICATE_PROFILE_DETAIL_MAX], const char *what,
                 const char *subject)
{
    char printed[64];
    text_print_safe(span_of_text(subject), printed, sizeof(printed));
    if (!text_format(reterr_detail, CERTIFICATE_PROFILE_DETAIL_MAX, "%s '%s'", what, printed)) {
        reterr_detail[0] = '\0';
    }
    return false;
}

static const struct member *member_of(const char *name)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        if (text_equal(members[i].name, name)) {
            return &members[i];
        }
    }
    return NULL;
}

static bool read_members(json_t *root, struct certificate_profile *profile,
                         char reterr_detail[CERTIFICATE_PROFILE_DETAIL_MAX])
{
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value)
    {
        const struct member *member = member_of(name);
        if (member == NULL) {
            return fail(reterr_detail, "unknown member", name);
        }
        if (!member->read(value, profile)) {
            return fail(reterr_detail, "bad value of", name);
        }
    }
    for (size_t i = 0; i < COUNT(members); i++) {
        if (members[i].required && json_object_get(root, members[i].name) == NULL) {
            return fail(reterr_detail, "missing member", members[i].name);
        }
    }
    return template_is_good(profile) || fail(reterr_detail, "bad template", profile->subject);
}

enum status certificate_profile_load(struct span json, struct certificate_profile *ret_profile,
                                     char reterr_detail[CERTIFICATE_PROFILE_DETAIL_MAX])
{
    struct certificate_profile profile = { 0 };
    json_error_t error = { .text = "" };
    json_t *root = json.len > FILE_MAX ? NULL
                                       : json_loadb((const char *)json.ptr, json.len,
                                                    JSON_REJECT_DUPLICATES, &error);
    bool good = json_is_object(root) ? read_members(root, &profile, reterr_detail)
                                     : fail(reterr_detail, "not a JSON object", error.text);
    json_decref(root);
    if (!good) {
        return STATUS_BAD_FILE;
    }
    *ret_profile = profile;
    return STATUS_OK;
}

bool certificate_profile_allows(const struct certificate_profile *profile, enum key_type type)
{
    return type > KEY_TYPE_NONE && type < KEY_TYPE_MAX && (profile->key_types >> type & 1u) != 0;
}

instant certificate_profile_end(const struct certificate_profile *profile, instant not_before)
{
    return not_before + (instant)profile->life_days * SECONDS_PER_DAY - 1;
}
