/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/x509_build.h"
#include "crypto/x509_read.h"
#include "test/lib/seed.h"

/* sample_x509: keys and certificates with few words, for the tests of the x509 files. */
enum { SAMPLE_NOW = 1800000000 }; /* 2027-01-15 */

struct sample {
    struct private_key *key;
    uint8_t memory[X509_DER_MAX];
    struct buf der;
};

static inline struct private_key *sample_new_key(enum key_type type, uint64_t value)
{
    struct seed seed = { .value = value };
    struct entropy entropy = seed_entropy(&seed);
    struct private_key *key = NULL;
    return private_key_generate(type, &entropy, &key) == STATUS_OK ? key : NULL;
}

static inline struct x509_name sample_name(const char *common_name)
{
    struct x509_name name = { 0 };
    (void)!x509_name_put(&name, X509_ORGANISATION, "sample");
    (void)!x509_name_put(&name, X509_COMMON_NAME, common_name);
    return name;
}

static inline struct x509_build_options sample_ca_options(void)
{
    return (struct x509_build_options){
        .serial = "40",
        .not_before = SAMPLE_NOW - 10 * SECONDS_PER_DAY,
        .not_after = SAMPLE_NOW + 1000 * SECONDS_PER_DAY,
        .is_ca = true,
        .path_len = -1,
        .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN,
        .key_usage_critical = true,
    };
}

static inline struct x509_build_options sample_leaf_options(void)
{
    return (struct x509_build_options){
        .serial = "5a5a",
        .not_before = SAMPLE_NOW,
        .not_after = SAMPLE_NOW + 730 * SECONDS_PER_DAY - 1,
        .path_len = -1,
        .key_usage = X509_DIGITAL_SIGNATURE,
        .key_usage_critical = true,
        .extended_usage = X509_CLIENT_AUTH | X509_SMARTCARD_LOGON,
        .policy_oid = "2.999.17.1",
        .crl_uri = "http://crl.example/a.crl",
    };
}

/* Certifies the key of `ret`; `issuer` NULL: self-signed. */
static inline enum status sample_certify(const char *common_name, struct x509_build_options options,
                                         const struct sample *issuer, struct sample *ret)
{
    struct x509_name name = sample_name(common_name);
    ret->der = BUF(ret->memory);
    options.subject = &name;
    options.key = private_key_public(ret->key);
    options.issuer = issuer == NULL ? SPAN_NONE : buf_span(&issuer->der);
    return x509_build(&options, issuer == NULL ? ret->key : issuer->key, &ret->der);
}

/* Makes the key of `ret` and its certificate. */
static inline enum status sample_make(const char *common_name, uint64_t seed,
                                      struct x509_build_options options,
                                      const struct sample *issuer, struct sample *ret)
{
    ret->key = sample_new_key(KEY_TYPE_P256, seed);
    return sample_certify(common_name, options, issuer, ret);
}
