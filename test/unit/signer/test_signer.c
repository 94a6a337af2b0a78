/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer.h"

#include "base/text.h"
#include "crypto/signature.h"
#include "lifecycle/audit_checkpoint.h"
#include "test/unit/signer/signer_fixture.h"

TEST(signer__status_tells_who_it_is)
{
    struct signer_fixture *f = signer_fixture_open();
    uint8_t hash[DIGEST_SHA256_LEN];
    (void)signer_fixture_request(f, SIGNER_STATUS, "");

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    const struct signer_status_answer *s = &f->answer.state;
    CHECK_EQ(s->version, SIGNER_VERSION);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        CHECK_EQ(digest_sha256(span_of(f->issuers[i].der, f->issuers[i].len), hash), STATUS_OK);
        CHECK_BYTES(s->issuers[i], hash, sizeof(hash));
        CHECK_EQ(s->crl_numbers[i], 0);
    }
    CHECK_EQ(digest_sha256(span_of(f->audit.der, f->audit.len), hash), STATUS_OK);
    CHECK_BYTES(s->audit, hash, sizeof(hash));
    CHECK_EQ(s->head.sequence, 0);
    signer_fixture_close(f);
}

TEST(signer__nonces_differ_and_say_when_they_end)
{
    struct signer_fixture *f = signer_fixture_open();
    uint8_t first[SIGNER_NONCE_LEN];
    (void)signer_fixture_request(f, SIGNER_NONCE, "");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    memcpy(first, f->answer.nonce.nonce, sizeof(first));
    CHECK_EQ(f->answer.nonce.expires_at, f->now + SIGNER_NONCE_LIFE_SECONDS);

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    CHECK(memcmp(first, f->answer.nonce.nonce, sizeof(first)) != 0);
    CHECK_EQ(f->signer.change.journal.len, 0);
    signer_fixture_close(f);
}

/* ---- revocation lists ---- */

static void check_listed(struct signer_fixture *f, const char *serial, bool expected)
{
    struct x509_crl_entry entry;
    bool listed = false;
    CHECK_EQ(x509_crl_find(f->answer.crl.der, serial, &entry, &listed), STATUS_OK);
    CHECK_EQ(listed, expected);
}

TEST(signer__crl_never_forgets)
{
    struct signer_fixture *f = signer_fixture_open();
    signer_fixture_revoke(f, "3f");
    signer_fixture_revoke(f, "4f");
    (void)signer_fixture_request(f, SIGNER_REVOKE_AND_CRL, "");
    f->request.crl.issuer = SIGNER_CONTENT_SIGNING;

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK); /* names none: it lists them all */

    check_listed(f, "3f", true);
    check_listed(f, "4f", true);
    check_listed(f, "5f", false);
    f->request.crl.issuer = SIGNER_AUTHENTICATION; /* the other CA's list is its own */
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    check_listed(f, "3f", false);
    signer_fixture_close(f);
}

TEST(signer__crl_numbers_only_rise)
{
    struct signer_fixture *f = signer_fixture_open();
    static const uint64_t asked[] = { 0, 0, 10, 3, 11 }, got[] = { 1, 2, 10, 11, 12 };
    (void)signer_fixture_request(f, SIGNER_REVOKE_AND_CRL, "");
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct x509_crl_info info;
        f->request.crl.number = asked[i];
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
        CHECK_EQ(f->answer.crl.number, got[i]);
        CHECK_EQ(x509_crl_read(f->answer.crl.der, &info), STATUS_OK);
        CHECK_EQ(info.number, got[i]);
        CHECK(f->signer.change.head);
    }
    f->request.crl.number = INT64_MAX;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_CERTIFICATE_REFUSED);
    signer_fixture_close(f);
}

TEST(signer__revocation_in_the_future_counts_from_now)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_REVOKE_AND_CRL, "");
    f->request.crl.count = 1;
    f->request.crl.entries[0] =
        (struct x509_crl_entry){ "3f", FIXTURE_NOW + 1000000, X509_REASON_SUPERSEDED };

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    CHECK_EQ(revocation_find(&f->signer.revoked[0], "3f")->revoked_at, f->now);
    signer_fixture_close(f);
}

TEST(signer__what_was_merged_before_a_bad_entry_is_kept_for_the_disk)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_REVOKE_AND_CRL, "");
    f->request.crl.count = 2;
    f->request.crl.entries[0] =
        (struct x509_crl_entry){ "3f", FIXTURE_NOW, X509_REASON_SUPERSEDED };
    f->request.crl.entries[1] = (struct x509_crl_entry){ "4f", FIXTURE_NOW, X509_REASON_HOLD };

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_BAD_VALUE);

    CHECK(revocation_find(&f->signer.revoked[0], "3f") != NULL);
    CHECK(revocation_find(&f->signer.revoked[0], "4f") == NULL);
    CHECK(f->signer.change.journal.len > 0);
    CHECK_EQ(f->signer.head.crl_numbers[0], 0);
    signer_fixture_close(f);
}

/* ---- checkpoints ---- */

static void set_checkpoint(struct signer_fixture *f, uint8_t first)
{
    (void)signer_fixture_request(f, SIGNER_CHECKPOINT, "");
    f->request.checkpoint = (struct signer_checkpoint_request){ .from = 1, .count = 3 };
    memset(f->request.checkpoint.entries, first, 3 * SIGNER_HASH_LEN);
}

TEST(signer__checkpoint_is_signed_by_the_audit_key)
{
    struct signer_fixture *f = signer_fixture_open();
    set_checkpoint(f, 1);

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    const struct audit_checkpoint *c = &f->answer.checkpoint;
    CHECK_EQ(c->head.sequence, 3);
    CHECK_EQ(c->at, f->now);
    CHECK_EQ(audit_checkpoint_check(c, private_key_public(f->audit.key), 1), STATUS_OK);
    CHECK(f->signer.change.head);
    CHECK_EQ(f->signer.head.audit.sequence, 3);
    signer_fixture_close(f);
}

TEST(signer__checkpoint_that_rewrites_history_is_refused)
{
    struct signer_fixture *f = signer_fixture_open();
    set_checkpoint(f, 1);
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    const struct audit_head head = f->signer.head.audit;

    set_checkpoint(f, 2);
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_AUDIT_HEAD);

    CHECK_EQ(f->answer.checkpoint.signature_len, 0);
    CHECK_EQ(f->signer.head.audit.sequence, head.sequence);
    CHECK_BYTES(f->signer.head.audit.hash, head.hash, sizeof(head.hash));
    set_checkpoint(f, 1); /* the true one, asked again after a lost answer */
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}

/* ---- what signer_open looks at ---- */

static void move_keys(struct signer_fixture *f, struct signer_keys *keys)
{
    *keys = f->signer.keys;
    f->signer.keys = (struct signer_keys){ 0 };
    signer_close(&f->signer);
}

static enum status reopen(struct signer_fixture *f, struct signer_keys *keys)
{
    return signer_open(&f->signer, keys, &(struct signer_limits){ 0 }, &f->entropy);
}

TEST(signer__keys_must_belong_to_their_certificates)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_keys keys;
    move_keys(f, &keys);
    struct private_key *kept = keys.audit;
    keys.audit = keys.issuers[0];
    keys.issuers[0] = kept;

    CHECK_EQ(reopen(f, &keys), STATUS_KEY_FILE);

    CHECK(f->signer.keys.audit == NULL);
    CHECK_EQ(f->signer.keys.master.len, 0);
    signer_fixture_close(f);
}

TEST(signer__one_ca_for_both_purposes_is_refused)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_keys keys;
    move_keys(f, &keys);
    struct signer_fixture_card *ca = &f->issuers[SIGNER_CONTENT_SIGNING];
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    memcpy(keys.issuer_der[0], ca->der, ca->len);
    keys.issuer_len[0] = ca->len;
    private_key_free(&keys.issuers[0]);
    CHECK_EQ(private_key_to_pem(ca->key, &pem), STATUS_OK);
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &keys.issuers[0]), STATUS_OK);

    CHECK_EQ(reopen(f, &keys), STATUS_KEY_FILE);
    signer_fixture_close(f);
}

TEST(signer__an_operators_certificate_is_no_issuer)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_keys keys;
    move_keys(f, &keys);
    memcpy(keys.issuer_der[0], f->operator.der, f->operator.len);
    keys.issuer_len[0] = f->operator.len;
    CHECK_EQ(reopen(f, &keys), STATUS_KEY_FILE);
    signer_fixture_close(f);
}

TEST(signer__a_short_master_key_is_refused)
{
    struct signer_fixture *f = signer_fixture_open();
    struct signer_keys keys;
    move_keys(f, &keys);
    keys.master.len = 31;
    CHECK_EQ(reopen(f, &keys), STATUS_KEY_FILE);
    signer_fixture_close(f);
}

/* ---- after a restart ---- */

TEST(signer__restored_records_are_known_again)
{
    struct signer_fixture *f = signer_fixture_open();
    uint8_t memory[65536];
    struct buf journal = BUF(memory);
    struct signer_certificate_answer first;
    signer_fixture_revoke(f, "3f");
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    first = f->answer.certificate;
    CHECK(buf_put(&journal, buf_span(&f->signer.change.journal)));

    signer_fixture_restart(f);
    struct reader rest = reader_of(buf_span(&journal));
    struct state_record record;
    while (state_record_take(&rest, &record) == STATE_RECORD_FOUND) {
        CHECK_EQ(signer_restore(&f->signer, &record, f->now + 7ll * SECONDS_PER_DAY), STATUS_OK);
    }

    CHECK(reader_end(&rest));
    CHECK(revocation_find(&f->signer.revoked[SIGNER_CONTENT_SIGNING], "3f") != NULL);
    (void)signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_SPAN(span_of(f->answer.certificate.der, f->answer.certificate.len),
               span_of(first.der, first.len));
    signer_fixture_close(f);
}

TEST(signer__what_was_issued_can_be_listed_and_fetched)
{
    struct signer_fixture *f = signer_fixture_open();
    uint8_t key_hash[SIGNER_HASH_LEN];
    struct signer_request *request = signer_fixture_request(f, SIGNER_CERTIFICATE, "renew");
    const struct public_key key = request->certificate.key;
    char job[JOB_ID_TEXT];
    memcpy(job, request->authority.statement.job, sizeof(job));
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    const struct signer_certificate_answer made = f->answer.certificate;
    CHECK_EQ(public_key_hash(&key, key_hash), STATUS_OK);

    memset(request, 0, sizeof(*request));
    request->kind = SIGNER_ISSUED;
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    CHECK_EQ(f->answer.issued.count, 1);
    CHECK_SPAN(SPAN_OF(f->answer.issued.entries[0].key_hash), SPAN_OF(key_hash));
    CHECK_TEXT(f->answer.issued.entries[0].job, job);
    request->issued.from = 1;
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    CHECK_EQ(f->answer.issued.count, 0);
    request->issued.from = 0;
    request->issued.after = f->now;
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    CHECK_EQ(f->answer.issued.count, 0);
    request->issued.after = f->now - 1;
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    CHECK_EQ(f->answer.issued.count, 1);

    request->kind = SIGNER_ISSUED_CERTIFICATE;
    memcpy(request->issued.key_hash, key_hash, sizeof(key_hash));
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);
    CHECK_SPAN(span_of(f->answer.certificate.der, f->answer.certificate.len),
               span_of(made.der, made.len));
    request->issued.key_hash[0] ^= 1;
    CHECK_EQ(signer_fixture_ask(f, request), STATUS_NOT_FOUND);
    signer_fixture_close(f);
}

TEST(signer__old_certificates_are_not_restored)
{
    struct signer_fixture *f = signer_fixture_open();
    struct state_record record = { .kind = STATE_RECORD_ISSUED };
    record.issued = (struct issued_entry){ .key_hash = { 1 }, .at = f->now, .der = { NULL, 0 } };
    instant late = f->now + (instant)ISSUED_DAYS * SECONDS_PER_DAY;

    CHECK_EQ(signer_restore(&f->signer, &record, late + 1), STATUS_OK);
    CHECK(issued_find(&f->signer.issued, record.issued.key_hash) == NULL);
    CHECK_EQ(signer_restore(&f->signer, &record, late), STATUS_OK);
    CHECK(issued_find(&f->signer.issued, record.issued.key_hash) != NULL);
    signer_fixture_close(f);
}
