/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "crypto/x509_name.h"
#include "crypto/x509_read.h"

/* certificate_profile: what a kind of certificate contains, as data (data/profiles/NAME.json).
 *
 *     struct certificate_profile profile;
 *     status = certificate_profile_load(span_of_text(json), &profile, detail);
 *     status = certificate_profile_subject(&profile, &fields, &name);
 *
 *     { "name": "authentication",
 *       "subject": "O={organisation_name}, OU=People, CN={uuid}",
 *       "key_usage": ["digitalSignature"], "key_usage_critical": true,
 *       "extended_key_usage": ["clientAuth", "smartcardLogon"],
 *       "life_days": 730, "policy_oid": "2.999.17.1",
 *       "crl_uri": "http://crl.example.org/authentication.crl",
 *       "key_types": ["P-256", "RSA-2048"] }
 *
 * All members but extended_key_usage, policy_oid and crl_uri are required. Reading is strict: a
 * member twice, unknown or of the wrong type, an unknown word or field, a life of 0 or over 3,660
 * days refuse the file, and `reterr_detail` names what is wrong. End-entity profiles only:
 * keyCertSign and cRLSign are refused.
 *
 * A template is a list of `ATTRIBUTE=text` separated by commas (C, O, OU, CN), encoded in that
 * order. A field {name} is filled in after the template was split, so a value can never add an
 * attribute: a comma or an equals sign in a family name is just a character of it. Each value must
 * satisfy x509_name.h.
 *
 * Memory: a value of about 1 KiB.
 * Errors: STATUS_BAD_FILE for the file; STATUS_CERTIFICATE_REFUSED for a field that is missing,
 *         empty, too long or has control characters.
 * Tests:  test/unit/ca/test_certificate_profile.c; the shipped files in test/golden */
enum {
    CERTIFICATE_PROFILE_NAME_MAX = 32,
    CERTIFICATE_PROFILE_SUBJECT_MAX = 256,
    CERTIFICATE_PROFILE_DETAIL_MAX = 128,
    CERTIFICATE_PROFILE_LIFE_DAYS_MAX = 3660,
};

struct certificate_profile {
    char name[CERTIFICATE_PROFILE_NAME_MAX];
    char subject[CERTIFICATE_PROFILE_SUBJECT_MAX]; /* the template */
    unsigned key_usage;                            /* enum x509_key_usage */
    bool key_usage_critical;
    unsigned extended_usage; /* enum x509_extended_usage */
    int life_days;
    char policy_oid[X509_OID_TEXT_MAX]; /* empty: none */
    char crl_uri[X509_URI_MAX];         /* empty: none */
    unsigned key_types;                 /* bit 1 << enum key_type for each that is allowed */
};

/* What a template may name. NULL: not given; an error only where the template asks for it. */
struct certificate_fields {
    const char *organisation_name; /* {organisation_name} */
    const char *organisation_code; /* {organisation_code} */
    const char *uuid;              /* {uuid}: 12 digits */
    const char *given;             /* {given} */
    const char *family;            /* {family} */
};

MUST_USE enum status certificate_profile_load(struct span json,
                                              struct certificate_profile *ret_profile,
                                              char reterr_detail[CERTIFICATE_PROFILE_DETAIL_MAX]);
bool certificate_profile_allows(const struct certificate_profile *profile, enum key_type type);
MUST_USE enum status certificate_profile_subject(const struct certificate_profile *profile,
                                                 const struct certificate_fields *fields,
                                                 struct x509_name *ret_name);
/* The moment at which a certificate that starts at `not_before` ends. */
instant certificate_profile_end(const struct certificate_profile *profile, instant not_before);
