/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/authority.h"

#include "base/text.h"
#include "crypto/x509_build.h"
#include "test/unit/signer/signer_fixture.h"

/* Refused with this status and named by this detail; and no PUK came out. */
static void check_refused(struct signer_fixture *f, enum status status, const char *detail)
{
    CHECK_EQ(signer_fixture_ask(f, &f->request), status);
    CHECK_TEXT(f->answer.detail, detail);
    CHECK_EQ(f->answer.puk.new_puk.len, 0);
}

TEST(authority__a_good_statement_is_accepted_again_and_again)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_request *request = signer_fixture_request(f, SIGNER_PUK, "repair");

    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);

    CHECK_EQ(f->answer.puk.new_puk.len, 8);
    CHECK_TEXT(f->answer.detail, "");
    signer_fixture_close(f);
}

/* ---- the operator's certificate ---- */

/* A repair whose statement is signed by a card that `issuer` of `from` made at `start`. */
static void check_card(struct signer_fixture *f, struct signer_fixture *from,
                       enum signer_purpose issuer, instant start, enum status status)
{
    struct signer_fixture_card card = { 0 };
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    signer_fixture_make_card(from, &from->issuers[issuer], FIXTURE_OPERATOR, start, &card);
    signer_fixture_sign(f, &f->request, &card);

    check_refused(f, status, "operator's certificate");

    signer_fixture_free_card(&card);
}

TEST(authority__foreign_ca_of_the_same_name)
{
    struct signer_fixture *f = signer_fixture_open(), *other = signer_fixture_open_seeded(7);
    check_card(f, other, SIGNER_CONTENT_SIGNING, f->now - 60, STATUS_CA_UNKNOWN);
    signer_fixture_close(other);
    signer_fixture_close(f);
}

TEST(authority__our_authentication_ca_is_not_for_statements)
{
    struct signer_fixture *f = signer_fixture_open();
    check_card(f, f, SIGNER_AUTHENTICATION, f->now - 60, STATUS_CA_UNKNOWN);
    signer_fixture_close(f);
}

TEST(authority__expired_certificate)
{
    struct signer_fixture *f = signer_fixture_open();
    check_card(f, f, SIGNER_CONTENT_SIGNING, f->now - 731ll * SECONDS_PER_DAY, STATUS_CARD_EXPIRED);
    signer_fixture_close(f);
}

TEST(authority__certificate_that_is_not_valid_yet)
{
    struct signer_fixture *f = signer_fixture_open();
    check_card(f, f, SIGNER_CONTENT_SIGNING, f->now + 60, STATUS_NOT_YET_VALID);
    signer_fixture_close(f);
}

TEST(authority__ca_certificate_as_operator)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    signer_fixture_sign(f, &f->request, &f->issuers[SIGNER_CONTENT_SIGNING]);

    check_refused(f, STATUS_CA_UNKNOWN, "operator's certificate");
    signer_fixture_close(f);
}

/* Of the right CA, but not a key that stands for a person's will. */
TEST(authority__certificate_without_non_repudiation)
{
    struct signer_fixture *f = signer_fixture_open();
    const struct signer_fixture_card *ca = &f->issuers[SIGNER_CONTENT_SIGNING];
    struct signer_fixture_card card = { .key = f->holder_keys[SIGNER_AUTHENTICATION] };
    struct buf der = BUF(card.der);
    struct x509_name subject = { 0 };
    CHECK_EQ(x509_name_put(&subject, X509_COMMON_NAME, FIXTURE_OPERATOR "_Ada_Lake"), STATUS_OK);
    const struct x509_build_options options = {
        .subject = &subject,
        .serial = "77",
        .not_before = f->now - 60,
        .not_after = f->now + SECONDS_PER_DAY,
        .key = private_key_public(card.key),
        .issuer = span_of(ca->der, ca->len),
        .key_usage = X509_DIGITAL_SIGNATURE,
        .key_usage_critical = true,
    };
    CHECK_EQ(x509_build(&options, ca->key, &der), STATUS_OK);
    card.len = der.len;
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    signer_fixture_sign(f, &f->request, &card);

    check_refused(f, STATUS_CA_UNKNOWN, "operator's certificate");
    signer_fixture_close(f);
}

TEST(authority__garbage_as_certificate)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    f->request.authority.certificate_len = 0;
    check_refused(f, STATUS_CERTIFICATE_FORM, "operator's certificate");

    f->request.authority.certificate_len = 100;
    check_refused(f, STATUS_CERTIFICATE_FORM, "operator's certificate");
    signer_fixture_close(f);
}

TEST(authority__revoked_certificate)
{
    struct signer_fixture *f = signer_fixture_open();
    struct x509_info info;
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_EQ(x509_read(span_of(f->operator.der, f->operator.len), &info), STATUS_OK);

    signer_fixture_revoke(f, info.serial);

    /* Also for a statement that was accepted before. */
    check_refused(f, STATUS_CARD_REVOKED, "operator's certificate is revoked");
    signer_fixture_close(f);
}

/* ---- signature and statement ---- */

TEST(authority__wrong_signature)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_fixture_card other = { 0 };
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    signer_fixture_make_card(f, &f->issuers[SIGNER_CONTENT_SIGNING], FIXTURE_OPERATOR, f->now - 60,
                             &other);
    signer_fixture_sign(f, &f->request, &other);
    memcpy(f->request.authority.certificate, f->operator.der, f->operator.len);
    f->request.authority.certificate_len = f->operator.len;

    check_refused(f, STATUS_STATEMENT_INVALID, "operator's signature");
    f->request.authority.signature_len = 0;
    check_refused(f, STATUS_STATEMENT_INVALID, "operator's signature");

    signer_fixture_free_card(&other);
    signer_fixture_close(f);
}

/* Each member of the statement, changed after it was signed. */
static void change_member(size_t index, struct statement *s)
{
    char *const texts[] = { s->origin, s->job,    s->operation,       s->identity_check,
                            s->card,   s->person, s->operator_person, s->role_profile };
    uint8_t *const bytes[] = { s->old_certificates[0], s->old_certificates[1], s->policy_hash,
                               s->witness_hash };
    if (index < COUNT(texts)) {
        texts[index][0] = (char)(texts[index][0] ^ 1);
    } else if (index < COUNT(texts) + COUNT(bytes)) {
        bytes[index - COUNT(texts)][31] ^= 1;
    } else if (index == COUNT(texts) + COUNT(bytes)) {
        s->at ^= 1;
    } else {
        s->left_locked = !s->left_locked;
    }
}

enum { MEMBERS = 14 };

TEST(authority__each_member_of_the_statement_is_signed)
{
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < MEMBERS; i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, "repair");
        change_member(i, &f->request.authority.statement);

        check_refused(f, STATUS_STATEMENT_INVALID, "operator's signature");

        /* The nonce was not used up by the refusal: the true statement still works. */
        change_member(i, &f->request.authority.statement);
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    }
    signer_fixture_close(f);
}

/* ---- nonce ---- */

TEST(authority__each_byte_of_the_nonce_counts)
{
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < SIGNER_NONCE_LEN; i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, "repair");
        f->request.authority.statement.nonce[i] ^= 0x10;
        signer_fixture_sign(f, &f->request, &f->operator);

        check_refused(f, STATUS_STATEMENT_NONCE, "nonce");
    }
    signer_fixture_close(f);
}

TEST(authority__nonce_of_another_binding)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    f->request.authority.binding[0] ^= 1;
    check_refused(f, STATUS_STATEMENT_NONCE, "nonce");
    signer_fixture_close(f);
}

TEST(authority__nonce_lives_for_fifteen_minutes)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    f->now += SIGNER_NONCE_LIFE_SECONDS - 1;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    f->now += 1;
    check_refused(f, STATUS_STATEMENT_NONCE, "nonce");

    /* A clock that is set back does not bring it to life again. */
    f->now -= 600;
    check_refused(f, STATUS_STATEMENT_NONCE, "nonce");
    signer_fixture_close(f);
}

TEST(authority__nonce_of_an_earlier_boot)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    signer_fixture_restart(f);

    check_refused(f, STATUS_STATEMENT_NONCE, "nonce");
    signer_fixture_close(f);
}

TEST(authority__nonce_with_a_second_statement)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    struct signer_authority first = f->request.authority;

    CHECK(text_copy(f->request.authority.statement.person,
                    sizeof(f->request.authority.statement.person), "500000000033"));
    signer_fixture_sign(f, &f->request, &f->operator);
    check_refused(f, STATUS_STATEMENT_NONCE, "nonce was used for another statement");

    f->request.authority = first;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}

/* ---- who, what, when, how often ---- */

TEST(authority__certificate_of_another_person)
{
    static const char *const persons[] = { "500000000012", "50000000001", "", "999999999999",
                                           "50000000001x" };
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < COUNT(persons); i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, "repair");
        struct statement *s = &f->request.authority.statement;
        CHECK(text_copy(s->operator_person, sizeof(s->operator_person), persons[i]));
        signer_fixture_sign(f, &f->request, &f->operator);
        check_refused(f, STATUS_STATEMENT_INVALID, "operator's certificate is another person's");
    }
    signer_fixture_close(f);
}

/* I8: nobody serves the own card. */
TEST(authority__own_card)
{
    struct signer_fixture *f = signer_fixture_open();
    static const char *const operations[] = { "renew", "repair", "issue" };
    for (size_t i = 0; i < COUNT(operations); i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, operations[i]);
        struct statement *s = &f->request.authority.statement;
        CHECK(text_copy(s->person, sizeof(s->person), FIXTURE_OPERATOR));
        signer_fixture_sign(f, &f->request, &f->operator);
        check_refused(f, STATUS_POLICY_OWN_CARD, "operator and holder");
    }
    signer_fixture_close(f);
}

TEST(authority__statement_without_a_person)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    f->request.authority.statement.person[0] = '\0';
    signer_fixture_sign(f, &f->request, &f->operator);
    check_refused(f, STATUS_STATEMENT_INVALID, "operator and holder");
    signer_fixture_close(f);
}

TEST(authority__operation_decides_what_is_covered)
{
    static const struct {
        const char *operation;
        bool answer, key, puk, certificate;
    } rows[] = {
        { "renew", true, false, false, true },    { "repair", true, true, true, true },
        { "issue", true, true, true, true },      { "unlock", false, false, false, false },
        { "", false, false, false, false },       { "Renew", false, false, false, false },
        { "cancel", false, false, false, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *name = rows[i].operation;
        CHECK_EQ(authority_covers(name, SIGNER_MANAGEMENT_ANSWER), rows[i].answer);
        CHECK_EQ(authority_covers(name, SIGNER_MANAGEMENT_KEY), rows[i].key);
        CHECK_EQ(authority_covers(name, SIGNER_PUK), rows[i].puk);
        CHECK_EQ(authority_covers(name, SIGNER_CERTIFICATE), rows[i].certificate);
        CHECK(!authority_covers(name, SIGNER_CHECKPOINT));
        CHECK(!authority_covers(name, SIGNER_KIND_MAX));
    }
}

TEST(authority__wrong_operation_gives_nothing)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "renew");
    check_refused(f, STATUS_STATEMENT_INVALID, "operation does not cover this");

    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_KEY, "renew");
    check_refused(f, STATUS_STATEMENT_INVALID, "operation does not cover this");
    CHECK_EQ(f->answer.management_key.len, 0);
    signer_fixture_close(f);
}

TEST(authority__time_of_the_statement)
{
    static const struct {
        int64_t off;
        enum status status;
    } rows[] = { { -SIGNER_CLOCK_SKEW_SECONDS, STATUS_OK },
                 { SIGNER_CLOCK_SKEW_SECONDS, STATUS_OK },
                 { -SIGNER_CLOCK_SKEW_SECONDS - 1, STATUS_STATEMENT_INVALID },
                 { SIGNER_CLOCK_SKEW_SECONDS + 1, STATUS_STATEMENT_INVALID },
                 { INT32_MIN, STATUS_STATEMENT_INVALID } };
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, "repair");
        f->request.authority.statement.at += rows[i].off;
        signer_fixture_sign(f, &f->request, &f->operator);
        CHECK_EQ(signer_fixture_ask(f, &f->request), rows[i].status);
    }
    signer_fixture_close(f);
}

TEST(authority__extreme_times_do_not_overflow)
{
    static const instant times[] = { INT64_MIN, INT64_MAX };
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < COUNT(times); i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, "repair");
        f->request.authority.statement.at = times[i];
        signer_fixture_sign(f, &f->request, &f->operator);
        check_refused(f, STATUS_STATEMENT_INVALID, "time of the statement");
    }
    signer_fixture_close(f);
}

/* The fixture's signer allows twenty statements an hour. */
TEST(authority__rate_of_one_operator)
{
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < 20; i++) {
        (void)signer_fixture_request(f, SIGNER_PUK, "repair");
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK); /* the same one costs nothing */
    }
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    check_refused(f, STATUS_RATE_LIMIT, "statements of this operator");

    f->now += 180;
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}
