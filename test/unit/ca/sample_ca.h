/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ca/authority.h"
#include "ca/issue.h"
#include "crypto/x509_chain.h"
#include "crypto/x509_crl.h"
#include "test/lib/seed.h"

/* sample_ca: a whole small hierarchy, the same in each run but for the signatures. For tests. */
enum { SAMPLE_START = 1790000000 }; /* 2026-09-21 */

struct sample_certificate {
    struct private_key *key;
    uint8_t memory[X509_DER_MAX];
    struct buf der;
};

struct sample_ca {
    struct seed seed;
    instant start;
    struct sample_certificate root, authentication, signing, audit, server;
};

static inline bool sample_key(struct sample_ca *ca, enum key_type type,
                              struct sample_certificate *ret)
{
    struct entropy entropy = seed_entropy(&ca->seed);
    ret->der = BUF(ret->memory);
    return private_key_generate(type, &entropy, &ret->key) == STATUS_OK;
}

static inline struct issue_authority sample_issuer(const struct sample_certificate *c)
{
    return (struct issue_authority){ buf_span(&c->der), c->key };
}

static inline struct authority_options
sample_options(const struct sample_ca *ca, const char *common_name, const char *serial, int years)
{
    return (struct authority_options){
        .country = "GB",
        .organisation_name = "Cardwright Sample Trust",
        .unit = "CA",
        .common_name = common_name,
        .serial = serial,
        .not_before = ca->start,
        .not_after = ca->start + (instant)years * 365 * SECONDS_PER_DAY - 1,
    };
}

static inline bool sample_issuing(struct sample_ca *ca, const char *name, const char *serial,
                                  struct sample_certificate *ret)
{
    struct authority_options options = sample_options(ca, name, serial, 10);
    if (!sample_key(ca, KEY_TYPE_P256, ret)) {
        return false;
    }
    options.key = private_key_public(ret->key);
    options.issuer = sample_issuer(&ca->root);
    return authority_issuing_ca(&options, &ret->der) == STATUS_OK;
}

static inline bool sample_services(struct sample_ca *ca)
{
    struct authority_options audit =
        sample_options(ca, "Sample Audit", "40000000000000000000000000000003", 5);
    struct authority_options server =
        sample_options(ca, "localhost", "40000000000000000000000000000004", 2);
    if (!sample_key(ca, KEY_TYPE_P256, &ca->audit) || !sample_key(ca, KEY_TYPE_P256, &ca->server)) {
        return false;
    }
    audit.key = private_key_public(ca->audit.key);
    audit.issuer = sample_issuer(&ca->authentication);
    server.key = private_key_public(ca->server.key);
    server.issuer = sample_issuer(&ca->authentication);
    server.dns_names[0] = "localhost";
    server.ip_addresses[0] = "127.0.0.1";
    server.ip_addresses[1] = "::1";
    return authority_audit(&audit, &ca->audit.der) == STATUS_OK &&
           authority_server(&server, &ca->server.der) == STATUS_OK;
}

static inline bool sample_ca_make(struct sample_ca *ca, instant start)
{
    *ca = (struct sample_ca){ .seed = { .value = 2026 }, .start = start };
    struct authority_options root =
        sample_options(ca, "Sample Root", "40000000000000000000000000000000", 20);
    return sample_key(ca, KEY_TYPE_P384, &ca->root) &&
           authority_root(&root, ca->root.key, &ca->root.der) == STATUS_OK &&
           sample_issuing(ca, "Sample Authentication CA", "40000000000000000000000000000001",
                          &ca->authentication) &&
           sample_issuing(ca, "Sample Signing CA", "40000000000000000000000000000002",
                          &ca->signing) &&
           sample_services(ca);
}

static inline void sample_ca_free(struct sample_ca *ca)
{
    private_key_free(&ca->root.key);
    private_key_free(&ca->authentication.key);
    private_key_free(&ca->signing.key);
    private_key_free(&ca->audit.key);
    private_key_free(&ca->server.key);
}

static inline struct certificate_fields sample_fields(void)
{
    return (struct certificate_fields){
        .organisation_name = "Cardwright Sample Trust",
        .organisation_code = "ZZ1",
        .uuid = "555000111222",
        .given = "Zo\xC3\xAB",
        .family = "O'Hara, Jr",
    };
}
