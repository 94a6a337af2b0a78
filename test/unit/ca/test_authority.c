/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/authority.h"

#include "test/lib/test.h"
#include "test/unit/ca/sample_ca.h"

static struct x509_info info_of(const struct sample_certificate *c)
{
    struct x509_info info;
    CHECK_EQ(x509_read(buf_span(&c->der), &info), STATUS_OK);
    return info;
}

TEST(authority__the_root_signs_itself)
{
    struct sample_ca ca;
    CHECK(sample_ca_make(&ca, SAMPLE_START));
    struct x509_info root = info_of(&ca.root);

    CHECK_TEXT(root.subject, "CN=Sample Root,OU=CA,O=Cardwright Sample Trust,C=GB");
    CHECK(root.self_issued && root.is_ca);
    CHECK_EQ(root.path_len, -1);
    CHECK_EQ(root.key_usage, X509_KEY_CERT_SIGN | X509_CRL_SIGN);
    CHECK(root.key_usage_critical);
    CHECK(x509_chain_issued_by(buf_span(&ca.root.der), buf_span(&ca.root.der)));
    sample_ca_free(&ca);
}

TEST(authority__an_issuing_ca_may_have_no_ca_below)
{
    struct sample_ca ca;
    CHECK(sample_ca_make(&ca, SAMPLE_START));
    struct x509_info info = info_of(&ca.authentication);

    CHECK(info.is_ca && !info.self_issued);
    CHECK_EQ(info.path_len, 0);
    CHECK_EQ(info.key_usage, X509_KEY_CERT_SIGN | X509_CRL_SIGN);
    CHECK(x509_chain_issued_by(buf_span(&ca.authentication.der), buf_span(&ca.root.der)));
    CHECK(x509_chain_issued_by(buf_span(&ca.signing.der), buf_span(&ca.root.der)));
    CHECK(!x509_chain_issued_by(buf_span(&ca.signing.der), buf_span(&ca.authentication.der)));
    sample_ca_free(&ca);
}

TEST(authority__audit_and_server_have_their_rights_only)
{
    struct sample_ca ca;
    CHECK(sample_ca_make(&ca, SAMPLE_START));
    struct x509_info audit = info_of(&ca.audit), server = info_of(&ca.server);

    CHECK(!audit.is_ca && !server.is_ca);
    CHECK_EQ(audit.key_usage, X509_DIGITAL_SIGNATURE);
    CHECK_EQ(audit.extended_usage, 0);
    CHECK_EQ(server.key_usage, X509_DIGITAL_SIGNATURE);
    CHECK_EQ(server.extended_usage, X509_SERVER_AUTH);
    CHECK_TEXT(server.common_name, "localhost");
    sample_ca_free(&ca);
}

static struct authority_options below(const struct sample_ca *ca)
{
    struct authority_options options = sample_options(ca, "Another", "41", 5);
    options.key = private_key_public(ca->audit.key);
    options.issuer = sample_issuer(&ca->root);
    return options;
}

TEST(authority__what_outlives_its_issuer_is_refused)
{
    struct sample_ca ca;
    uint8_t memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    CHECK(sample_ca_make(&ca, SAMPLE_START));
    struct authority_options later = below(&ca), earlier = below(&ca), fits = below(&ca);
    fits.not_after = SAMPLE_START + (instant)20 * 365 * SECONDS_PER_DAY - 1;
    later.not_after = fits.not_after + 1;
    earlier.not_before = SAMPLE_START - 1;

    CHECK_EQ(authority_issuing_ca(&later, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_audit(&earlier, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(der.len, 0);
    CHECK_EQ(authority_issuing_ca(&fits, &der), STATUS_OK);
    sample_ca_free(&ca);
}

TEST(authority__an_issuer_that_is_no_ca_is_refused)
{
    struct sample_ca ca;
    uint8_t memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    CHECK(sample_ca_make(&ca, SAMPLE_START));
    struct authority_options by_audit = below(&ca), same_key = below(&ca), wrong_key = below(&ca);
    by_audit.issuer = sample_issuer(&ca.audit);
    by_audit.key = private_key_public(ca.server.key);
    same_key.key = private_key_public(ca.root.key);
    wrong_key.issuer.key = ca.signing.key;

    CHECK_EQ(authority_issuing_ca(&by_audit, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_issuing_ca(&same_key, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_issuing_ca(&wrong_key, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(der.len, 0);
    sample_ca_free(&ca);
}

TEST(authority__names_are_required_and_checked)
{
    struct sample_ca ca;
    uint8_t memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    CHECK(sample_ca_make(&ca, SAMPLE_START));
    struct authority_options nameless = below(&ca), ownerless = below(&ca), abroad = below(&ca),
                             addressless = below(&ca);
    nameless.common_name = NULL;
    ownerless.organisation_name = NULL;
    abroad.country = "Utopia";

    CHECK_EQ(authority_audit(&nameless, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_audit(&ownerless, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_audit(&abroad, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_server(&addressless, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(authority_root(&nameless, ca.root.key, &der), STATUS_CERTIFICATE_REFUSED);
    CHECK_EQ(der.len, 0);
    abroad.country = NULL; /* may be left out */
    CHECK_EQ(authority_audit(&abroad, &der), STATUS_OK);
    sample_ca_free(&ca);
}
