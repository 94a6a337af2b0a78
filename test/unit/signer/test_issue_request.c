/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/issue_request.h"

#include "base/text.h"
#include "crypto/x509_chain.h"
#include "test/unit/signer/signer_fixture.h"

static struct span der_of(const struct signer_fixture *f)
{
    return span_of(f->answer.certificate.der, f->answer.certificate.len);
}

static void use(struct signer_fixture *f, enum signer_purpose purpose)
{
    signer_fixture_use_key(f, &f->request, purpose, f->holder_keys[purpose]);
}

/* Refused with this detail; no certificate came out, and none is noted for the disk. */
static void check_refused(struct signer_fixture *f, enum status status, const char *detail)
{
    size_t journal = f->signer.change.journal.len;
    CHECK_EQ(signer_fixture_ask(f, &f->request), status);
    CHECK_TEXT(f->answer.detail, detail);
    CHECK_EQ(f->answer.certificate.len, 0);
    CHECK_EQ(f->signer.change.journal.len, journal);
}

TEST(issue_request__both_certificates_of_a_card)
{
    static const char *const subjects[] = { "CN=500000000022,O=nhs",
                                            "CN=500000000022_Ben_Hill,O=nhs" };
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        struct x509_info info;
        use(f, (enum signer_purpose)i);
        const struct span ca = span_of(f->issuers[i].der, f->issuers[i].len);

        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

        CHECK_EQ(x509_chain_verify(der_of(f), &ca, 1, f->now, &info), STATUS_OK);
        CHECK_TEXT(info.subject, subjects[i]);
        CHECK(public_key_equal(&info.key, private_key_public(f->holder_keys[i])));
        CHECK_EQ(info.not_before, f->now - ISSUE_REQUEST_BACKDATE_SECONDS);
        CHECK_EQ(info.not_after, info.not_before + 730ll * SECONDS_PER_DAY - 1);
        CHECK(!info.is_ca);
    }
    signer_fixture_close(f);
}

TEST(issue_request__same_key_asked_twice_gives_the_same_certificate)
{
    struct signer_fixture *f = signer_fixture_open();
    uint8_t memory[X509_DER_MAX];
    struct buf first = BUF(memory);
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK(buf_put(&first, der_of(f)));
    size_t journal = f->signer.change.journal.len;

    f->now += 60;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_SPAN(der_of(f), buf_span(&first));
    /* Another statement, in a resumed job: still the same. */
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_SPAN(der_of(f), buf_span(&first));

    CHECK_EQ(f->signer.change.journal.len, journal);
    signer_fixture_close(f);
}

TEST(issue_request__same_key_for_another_person_or_purpose)
{
    struct signer_fixture *f = signer_fixture_open();
    struct private_key *key = f->holder_keys[SIGNER_AUTHENTICATION];
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    signer_fixture_use_key(f, &f->request, SIGNER_CONTENT_SIGNING, key);
    check_refused(f, STATUS_STATEMENT_SPENT, "another key under this statement");
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    signer_fixture_use_key(f, &f->request, SIGNER_CONTENT_SIGNING, key);
    check_refused(f, STATUS_CERTIFICATE_REFUSED, "certificate");

    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    struct statement *s = &f->request.authority.statement;
    CHECK(text_copy(s->person, sizeof(s->person), "500000000033"));
    signer_fixture_sign(f, &f->request, &f->operator);
    signer_fixture_use_key(f, &f->request, SIGNER_AUTHENTICATION, key);
    CHECK(text_copy(f->request.certificate.uuid, 13, "500000000033"));
    check_refused(f, STATUS_CERTIFICATE_REFUSED, "certificate");
    signer_fixture_close(f);
}

TEST(issue_request__second_key_under_one_statement)
{
    struct signer_fixture *f = signer_fixture_open();
    struct private_key *other = NULL;
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &f->entropy, &other), STATUS_OK);
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    signer_fixture_use_key(f, &f->request, SIGNER_AUTHENTICATION, other);
    check_refused(f, STATUS_STATEMENT_SPENT, "another key under this statement");

    private_key_free(&other);
    signer_fixture_close(f);
}

TEST(issue_request__p384_proves_with_sha_384)
{
    struct signer_fixture *f = signer_fixture_open();
    struct private_key *key = NULL;
    CHECK_EQ(private_key_generate(KEY_TYPE_P384, &f->entropy, &key), STATUS_OK);
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    signer_fixture_use_key(f, &f->request, SIGNER_AUTHENTICATION, key);

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    private_key_free(&key);
    signer_fixture_close(f);
}

TEST(issue_request__proof_of_possession)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    /* A key that somebody else holds: the proof is by another key. */
    f->request.certificate.key = *private_key_public(f->holder_keys[SIGNER_CONTENT_SIGNING]);
    check_refused(f, STATUS_CARD_PROOF, "proof of possession");

    use(f, SIGNER_AUTHENTICATION);
    f->request.certificate.proof[10] ^= 1;
    check_refused(f, STATUS_CARD_PROOF, "proof of possession");
    f->request.certificate.proof_len = 0;
    check_refused(f, STATUS_CARD_PROOF, "proof of possession");

    /* A proof for another slot is none for this one. */
    use(f, SIGNER_AUTHENTICATION);
    f->request.certificate.proof_slot = 0x82;
    check_refused(f, STATUS_CARD_PROOF, "proof of possession");

    use(f, SIGNER_AUTHENTICATION);
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}

TEST(issue_request__proof_of_an_earlier_job)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    const struct signer_certificate_request earlier = f->request.certificate;

    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew"); /* another nonce */
    f->request.certificate = earlier;

    check_refused(f, STATUS_CARD_PROOF, "proof of possession");
    signer_fixture_close(f);
}

TEST(issue_request__holder_must_be_the_signed_person)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    CHECK(text_copy(f->request.certificate.uuid, 13, "500000000033"));
    check_refused(f, STATUS_CERTIFICATE_REFUSED, "holder is not the statement's person");
    signer_fixture_close(f);
}

TEST(issue_request__slot_must_fit_the_purpose)
{
    static const struct {
        uint8_t slot;
        bool authentication, signing;
    } rows[] = { { 0x9A, true, false },  { 0x9C, false, true },  { 0x82, true, true },
                 { 0x95, true, true },   { 0x96, false, false }, { 0x81, false, false },
                 { 0x9E, false, false }, { 0x9D, false, false }, { 0xF9, false, false } };
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t p = 0; p < SIGNER_PURPOSE_MAX; p++) {
            use(f, (enum signer_purpose)p);
            f->request.certificate.proof_slot = rows[i].slot;
            f->request.certificate.proof[10] ^= 1; /* so that none is issued on the way */
            bool fits = p == SIGNER_AUTHENTICATION ? rows[i].authentication : rows[i].signing;
            check_refused(f, fits ? STATUS_CARD_PROOF : STATUS_CERTIFICATE_REFUSED,
                          fits ? "proof of possession" : "slot does not fit the purpose");
        }
    }
    signer_fixture_close(f);
}

TEST(issue_request__field_that_the_template_needs_and_one_that_is_bad)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    use(f, SIGNER_CONTENT_SIGNING);
    f->request.certificate.family[0] = '\0';
    check_refused(f, STATUS_CERTIFICATE_REFUSED, "certificate");
    CHECK(text_copy(f->request.certificate.family, 16, "Hill\n"));
    check_refused(f, STATUS_CERTIFICATE_REFUSED, "certificate");

    /* Corrected, the same statement serves. */
    CHECK(text_copy(f->request.certificate.family, 16, "Hill"));
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}

TEST(issue_request__revoked_certificate_is_not_handed_out_again)
{
    struct signer_fixture *f = signer_fixture_open();
    struct x509_info info;
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    use(f, SIGNER_CONTENT_SIGNING);
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_EQ(x509_read(der_of(f), &info), STATUS_OK);

    signer_fixture_revoke(f, info.serial);

    check_refused(f, STATUS_CERTIFICATE_REFUSED, "certificate");
    signer_fixture_close(f);
}

TEST(issue_request__first_operator_without_a_statement)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_certificate_answer answer = { .len = 0 };
    const struct signer_moment moment = { .now = f->now, .entropy = &f->entropy };
    const struct span ca = span_of(f->issuers[0].der, f->issuers[0].len);
    struct x509_info info;
    use(f, SIGNER_AUTHENTICATION);

    CHECK_EQ(issue_request_first(&f->signer, &f->request.certificate, &moment, &answer), STATUS_OK);

    CHECK_EQ(x509_chain_verify(span_of(answer.der, answer.len), &ca, 1, f->now, &info), STATUS_OK);
    CHECK(f->signer.change.journal.len > 0);
    signer_fixture_close(f);
}

/* The private half of weak_points_256: 1, written down as PKCS #8 (RFC 5208, RFC 5915). */
static const char key_of_one_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAAAAA\n"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAGhRANCAARrF9Hy4SxCR/i85uVjpEDydwN9gS3r\n"
    "M6D0oTlF2JjClk/jQuL+Gn+bjufrSnwPnhYrzjNXazFezsu2QGg3v1H1\n"
    "-----END PRIVATE KEY-----\n";

TEST(issue_request__weak_key_gets_no_certificate)
{
    struct signer_fixture *f = signer_fixture_open();
    struct private_key *key = NULL;
    CHECK_EQ(private_key_of_pem(span_of_text(key_of_one_pem), &key), STATUS_OK);
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    signer_fixture_use_key(f, &f->request, SIGNER_AUTHENTICATION, key);

    check_refused(f, STATUS_KEY_WEAK, "small_multiple");

    const struct signer_moment moment = { .now = f->now, .entropy = &f->entropy };
    struct signer_certificate_answer answer = { .len = 0 };
    CHECK_EQ(issue_request_first(&f->signer, &f->request.certificate, &moment, &answer),
             STATUS_KEY_WEAK);
    CHECK_EQ(answer.len, 0);
    CHECK_EQ(f->signer.change.journal.len, 0);
    private_key_free(&key);
    signer_fixture_close(f);
}
