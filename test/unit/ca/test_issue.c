/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/issue.h"

#include "test/lib/sample_keys.h"
#include "test/lib/test.h"
#include "test/unit/ca/sample_ca.h"

struct desk {
    struct sample_ca ca;
    struct certificate_profile profile;
    struct private_key *card_key;
    struct issue_request request;
    struct issue_authority issuer;
    uint8_t memory[ISSUE_DER_MAX];
    struct buf der;
};

static void desk_open(struct desk *d)
{
    CHECK(sample_ca_make(&d->ca, SAMPLE_START));
    d->profile = (struct certificate_profile){
        .name = "authentication",
        .subject = "O={organisation_name}, OU=People, CN={uuid}",
        .key_usage = X509_DIGITAL_SIGNATURE,
        .key_usage_critical = true,
        .extended_usage = X509_CLIENT_AUTH | X509_SMARTCARD_LOGON,
        .life_days = 730,
        .key_types = 1u << KEY_TYPE_P256,
    };
    d->card_key = NULL;
    CHECK_EQ(private_key_of_pem(span_of_text(sample_p256_pem), &d->card_key), STATUS_OK);
    d->request = (struct issue_request){ .key = private_key_public(d->card_key),
                                         .fields = sample_fields(),
                                         .not_before = SAMPLE_START + SECONDS_PER_DAY,
                                         .serial = "5a" };
    d->issuer = sample_issuer(&d->ca.authentication);
    d->der = BUF(d->memory);
}

static enum status issue(struct desk *d)
{
    return issue_certificate(&d->profile, &d->request, &d->issuer, &d->der);
}

static void desk_close(struct desk *d)
{
    private_key_free(&d->card_key);
    sample_ca_free(&d->ca);
}

TEST(issue__a_certificate_is_what_profile_and_request_say)
{
    struct desk d;
    struct x509_info info;
    desk_open(&d);
    const struct span cas[] = { buf_span(&d.ca.authentication.der), buf_span(&d.ca.root.der) };

    CHECK_EQ(issue(&d), STATUS_OK);
    CHECK_EQ(x509_chain_verify(buf_span(&d.der), cas, COUNT(cas), d.request.not_before, &info),
             STATUS_OK);

    CHECK_TEXT(info.subject, "CN=555000111222,OU=People,O=Cardwright Sample Trust");
    CHECK_TEXT(info.serial, "5a");
    CHECK(info.not_before == d.request.not_before);
    CHECK(info.not_after == d.request.not_before + 730 * SECONDS_PER_DAY - 1);
    CHECK_EQ(info.key_usage, X509_DIGITAL_SIGNATURE);
    CHECK(info.key_usage_critical);
    CHECK_EQ(info.extended_usage, X509_CLIENT_AUTH | X509_SMARTCARD_LOGON);
    CHECK(!info.is_ca);
    CHECK_TEXT(info.policy_oid, "");
    CHECK_TEXT(info.crl_uri, "");
    CHECK(public_key_equal(&info.key, d.request.key));
    desk_close(&d);
}

static void refused_with(struct desk *d, enum status status)
{
    CHECK_EQ(issue(d), status);
    CHECK_EQ(d->der.len, 0);
}

TEST(issue__a_key_that_the_profile_does_not_allow_is_refused)
{
    struct desk d;
    struct public_key none = { 0 };
    struct private_key *rsa = NULL;
    desk_open(&d);
    CHECK_EQ(private_key_of_pem(span_of_text(sample_rsa2048_pem), &rsa), STATUS_OK);

    d.request.key = private_key_public(rsa);
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.request.key = &none;
    refused_with(&d, STATUS_KEY_UNUSABLE);
    d.request.key = private_key_public(d.ca.authentication.key); /* the CA's own */
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);

    private_key_free(&rsa);
    desk_close(&d);
}

TEST(issue__a_life_outside_that_of_the_ca_is_refused)
{
    struct desk d;
    struct x509_info ca;
    desk_open(&d);
    CHECK_EQ(x509_read(d.issuer.certificate, &ca), STATUS_OK);

    d.request.not_before = ca.not_before - 1;
    refused_with(&d, STATUS_CA_EXPIRED);
    d.request.not_before = ca.not_after + 1;
    refused_with(&d, STATUS_CA_EXPIRED);
    d.request.not_before = ca.not_after - 730 * SECONDS_PER_DAY + 2;
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.request.not_before--; /* exactly fits */
    CHECK_EQ(issue(&d), STATUS_OK);
    desk_close(&d);
}

TEST(issue__an_issuer_that_may_not_is_refused)
{
    struct desk d;
    desk_open(&d);

    d.issuer = sample_issuer(&d.ca.audit); /* no CA */
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.issuer = sample_issuer(&d.ca.authentication);
    d.issuer.key = d.ca.signing.key; /* not its key */
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.issuer.certificate = SPAN_TEXT("no certificate");
    refused_with(&d, STATUS_CERTIFICATE_FORM);
    desk_close(&d);
}

TEST(issue__a_name_that_cannot_be_made_is_refused)
{
    struct desk d;
    desk_open(&d);

    d.request.fields.uuid = NULL;
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.request.fields.uuid = "55500011122x";
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.request.fields = sample_fields();
    d.request.fields.organisation_name = "evil\x01";
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.request.fields = sample_fields();
    d.request.serial = "5A";
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    d.request.serial = NULL;
    refused_with(&d, STATUS_CERTIFICATE_REFUSED);
    desk_close(&d);
}

TEST(issue__a_short_buffer_is_left_alone)
{
    struct desk d;
    desk_open(&d);
    d.der.max = 200;

    refused_with(&d, STATUS_TOO_LARGE);
    desk_close(&d);
}
