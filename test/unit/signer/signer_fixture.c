/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/signer/signer_fixture.h"

#include "base/text.h"
#include "ca/authority.h"

static const char *const profiles[SIGNER_PURPOSE_MAX] = {
    [SIGNER_AUTHENTICATION] =
        "{\"name\":\"authentication\",\"subject\":\"O={organisation_name}, CN={uuid}\","
        "\"key_usage\":[\"digitalSignature\"],\"key_usage_critical\":true,"
        "\"extended_key_usage\":[\"clientAuth\",\"smartcardLogon\"],\"life_days\":730,"
        "\"key_types\":[\"P-256\",\"P-384\"]}",
    [SIGNER_CONTENT_SIGNING] =
        "{\"name\":\"content-signing\","
        "\"subject\":\"O={organisation_name}, CN={uuid}_{given}_{family}\","
        "\"key_usage\":[\"nonRepudiation\"],\"key_usage_critical\":true,\"life_days\":730,"
        "\"key_types\":[\"P-256\",\"P-384\"]}",
};

/* SHA-256 of a counter: good enough to be different each time, and the same in each run. */
static enum status fill(void *context, uint8_t *ret, size_t len)
{
    struct signer_fixture *f = context;
    for (size_t at = 0; at < len; at += DIGEST_SHA256_LEN) {
        uint8_t count[8], hash[DIGEST_SHA256_LEN];
        struct buf text = BUF(count);
        f->seed++;
        if (!buf_put_u64(&text, f->seed) || digest_sha256(buf_span(&text), hash) != STATUS_OK) {
            return STATUS_CRYPTO;
        }
        memcpy(ret + at, hash, len - at < sizeof(hash) ? len - at : sizeof(hash));
    }
    return STATUS_OK;
}

static struct private_key *new_key(struct signer_fixture *f, enum key_type type)
{
    struct private_key *key = NULL;
    CHECK_EQ(private_key_generate(type, &f->entropy, &key), STATUS_OK);
    return key;
}

static struct authority_options options_of(struct signer_fixture *f, const char *name,
                                           const char *serial)
{
    return (struct authority_options){
        .organisation_name = "nhs",
        .common_name = name,
        .serial = serial,
        .not_before = FIXTURE_NOW - 10ll * 365 * SECONDS_PER_DAY,
        .not_after = FIXTURE_NOW + 10ll * 365 * SECONDS_PER_DAY,
        .issuer = { .certificate = span_of(f->root.der, f->root.len), .key = f->root.key },
    };
}

static void make_root(struct signer_fixture *f)
{
    struct buf der = BUF(f->root.der);
    f->root.key = new_key(f, KEY_TYPE_P256);
    const struct authority_options options = options_of(f, "Root CA", "11");
    CHECK_EQ(authority_root(&options, f->root.key, &der), STATUS_OK);
    f->root.len = der.len;
}

static void make_issuer(struct signer_fixture *f, const char *name, const char *serial,
                        struct signer_fixture_card *ret)
{
    struct buf der = BUF(ret->der);
    ret->key = new_key(f, KEY_TYPE_P256);
    struct authority_options options = options_of(f, name, serial);
    options.key = private_key_public(ret->key);
    CHECK_EQ(authority_issuing_ca(&options, &der), STATUS_OK);
    ret->len = der.len;
}

static void make_audit(struct signer_fixture *f)
{
    struct buf der = BUF(f->audit.der);
    f->audit.key = new_key(f, KEY_TYPE_P256);
    struct authority_options options = options_of(f, "Audit", "14");
    options.key = private_key_public(f->audit.key);
    CHECK_EQ(authority_audit(&options, &der), STATUS_OK);
    f->audit.len = der.len;
}

/* The signer frees what it gets: it has handles of its own, by way of the files' form. */
static struct private_key *copy_key(const struct private_key *key)
{
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    struct private_key *copy = NULL;
    CHECK_EQ(private_key_to_pem(key, &pem), STATUS_OK);
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &copy), STATUS_OK);
    return copy;
}

static void set_keys(const struct signer_fixture *f, struct signer_keys *keys)
{
    char detail[CERTIFICATE_PROFILE_DETAIL_MAX];
    *keys = (struct signer_keys){ .audit = copy_key(f->audit.key), .audit_len = f->audit.len };
    memcpy(keys->audit_der, f->audit.der, f->audit.len);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        keys->issuers[i] = copy_key(f->issuers[i].key);
        keys->issuer_len[i] = f->issuers[i].len;
        memcpy(keys->issuer_der[i], f->issuers[i].der, f->issuers[i].len);
        CHECK_EQ(certificate_profile_load(span_of_text(profiles[i]), &keys->profiles[i], detail),
                 STATUS_OK);
    }
    keys->master.len = KDF_MASTER_LEN;
    memset(keys->master.bytes, 0x5A, KDF_MASTER_LEN);
}

static void open_signer(struct signer_fixture *f)
{
    const struct signer_limits limits = { .statements_per_hour = 20,
                                          .statements_max = 64,
                                          .issued_max = 64 };
    struct signer_keys keys;
    set_keys(f, &keys);
    CHECK_EQ(signer_open(&f->signer, &keys, &limits, &f->entropy), STATUS_OK);
}

struct signer_fixture *signer_fixture_open(void)
{
    return signer_fixture_open_seeded(0);
}

struct signer_fixture *signer_fixture_open_seeded(uint64_t seed)
{
    struct signer_fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    f->entropy = (struct entropy){ .fill = fill, .context = f };
    f->seed = seed << 32;
    f->now = FIXTURE_NOW;
    make_root(f);
    make_issuer(f, "Authentication CA", "12", &f->issuers[SIGNER_AUTHENTICATION]);
    make_issuer(f, "Content Signing CA", "13", &f->issuers[SIGNER_CONTENT_SIGNING]);
    make_audit(f);
    signer_fixture_make_card(f, &f->issuers[SIGNER_CONTENT_SIGNING], FIXTURE_OPERATOR,
                             f->now - 100 * SECONDS_PER_DAY, &f->operator);
    f->holder_keys[SIGNER_AUTHENTICATION] = new_key(f, KEY_TYPE_P256);
    f->holder_keys[SIGNER_CONTENT_SIGNING] = new_key(f, KEY_TYPE_P256);
    open_signer(f);
    return f;
}

void signer_fixture_close(struct signer_fixture *f)
{
    signer_close(&f->signer);
    signer_fixture_free_card(&f->root);
    signer_fixture_free_card(&f->audit);
    signer_fixture_free_card(&f->operator);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        signer_fixture_free_card(&f->issuers[i]);
        private_key_free(&f->holder_keys[i]);
    }
    free(f);
}

void signer_fixture_restart(struct signer_fixture *f)
{
    signer_close(&f->signer);
    open_signer(f);
}

void signer_fixture_make_card(struct signer_fixture *f, const struct signer_fixture_card *issuer,
                              const char *person, instant start,
                              struct signer_fixture_card *ret_card)
{
    char serial[X509_SERIAL_TEXT_MAX], detail[CERTIFICATE_PROFILE_DETAIL_MAX];
    struct certificate_profile profile;
    struct buf der = BUF(ret_card->der);
    CHECK_EQ(
        certificate_profile_load(span_of_text(profiles[SIGNER_CONTENT_SIGNING]), &profile, detail),
        STATUS_OK);
    CHECK_EQ(x509_read_new_serial(&f->entropy, serial), STATUS_OK);
    ret_card->key = new_key(f, KEY_TYPE_P256);
    const struct issue_request request = {
        .key = private_key_public(ret_card->key),
        .fields = { .organisation_name = "nhs", .uuid = person, .given = "Ada", .family = "Lake" },
        .not_before = start,
        .serial = serial,
    };
    const struct issue_authority authority = { .certificate = span_of(issuer->der, issuer->len),
                                               .key = issuer->key };
    CHECK_EQ(issue_certificate(&profile, &request, &authority, &der), STATUS_OK);
    ret_card->len = der.len;
}

void signer_fixture_free_card(struct signer_fixture_card *card)
{
    private_key_free(&card->key);
}

static void set_statement(struct signer_fixture *f, const char *operation, struct statement *s)
{
    static const uint8_t witness[CIPHER_BLOCK_MAX] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    *s = (struct statement){ .at = f->now, .nonce_len = SIGNER_NONCE_LEN };
    memcpy(s->nonce, f->answer.nonce.nonce, SIGNER_NONCE_LEN);
    CHECK(text_copy(s->origin, sizeof(s->origin), FIXTURE_ORIGIN));
    CHECK(text_copy(s->job, sizeof(s->job), "00112233445566778899aabbccddeeff"));
    CHECK(text_copy(s->operation, sizeof(s->operation), operation));
    CHECK(text_copy(s->identity_check, sizeof(s->identity_check), "passport"));
    CHECK(text_copy(s->card, sizeof(s->card), "serial 12345678"));
    CHECK(text_copy(s->person, sizeof(s->person), FIXTURE_HOLDER));
    CHECK(text_copy(s->operator_person, sizeof(s->operator_person), FIXTURE_OPERATOR));
    CHECK(text_copy(s->role_profile, sizeof(s->role_profile), "100000000001"));
    CHECK_EQ(digest_sha256(SPAN_OF(witness), s->witness_hash), STATUS_OK);
}

static void set_kind(struct signer_fixture *f, enum signer_kind kind)
{
    struct signer_request *r = &f->request;
    r->kind = kind;
    if (kind == SIGNER_MANAGEMENT_ANSWER || kind == SIGNER_MANAGEMENT_KEY) {
        r->management = (struct signer_management_request){ .card_id = { 7 },
                                                            .version = 1,
                                                            .algorithm = MANAGEMENT_AES_192,
                                                            .witness = { 1, 2, 3, 4, 5, 6, 7, 8 },
                                                            .witness_len = CIPHER_BLOCK_MAX };
    } else if (kind == SIGNER_PUK) {
        r->puk =
            (struct signer_puk_request){ .card_id = { 7 }, .old_version = 3, .new_version = 4 };
    } else if (kind == SIGNER_CERTIFICATE) {
        signer_fixture_use_key(f, r, SIGNER_AUTHENTICATION, f->holder_keys[SIGNER_AUTHENTICATION]);
    }
}

struct signer_request *signer_fixture_request(struct signer_fixture *f, enum signer_kind kind,
                                              const char *operation)
{
    f->request = (struct signer_request){ .kind = SIGNER_NONCE };
    memset(f->request.nonce.binding, 0xB1, SIGNER_HASH_LEN);
    if (!signer_message_needs_authority(kind)) {
        f->request = (struct signer_request){ .kind = kind };
        return &f->request;
    }
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    f->request = (struct signer_request){ .kind = kind };
    memset(f->request.authority.binding, 0xB1, SIGNER_HASH_LEN);
    set_statement(f, operation, &f->request.authority.statement);
    signer_fixture_sign(f, &f->request, &f->operator);
    set_kind(f, kind);
    return &f->request;
}

struct signer_request *signer_fixture_same_statement(struct signer_fixture *f,
                                                     enum signer_kind kind)
{
    set_kind(f, kind);
    return &f->request;
}

void signer_fixture_sign(struct signer_fixture *f, struct signer_request *request,
                         const struct signer_fixture_card *operator)
{
    struct signer_authority *a = &request->authority;
    uint8_t digest[DIGEST_SHA256_LEN];
    struct buf signature = BUF(a->signature);
    (void)f;
    CHECK_EQ(statement_digest(&a->statement, digest), STATUS_OK);
    CHECK_EQ(private_key_sign(operator->key, DIGEST_SHA256, SPAN_OF(digest), &signature),
             STATUS_OK);
    a->signature_len = signature.len;
    a->certificate_len = operator->len;
    memcpy(a->certificate, operator->der, operator->len);
}

static void sign_proof(struct signer_request *request, const struct private_key *key)
{
    struct signer_certificate_request *c = &request->certificate;
    const struct statement *s = &request->authority.statement;
    uint8_t hash[DIGEST_SHA256_LEN], digest[DIGEST_LEN_MAX];
    enum digest_kind kind = public_key_digest(c->key.type);
    struct buf signature = BUF(c->proof);
    CHECK_EQ(public_key_hash(&c->key, hash), STATUS_OK);
    const struct proof proof = { .origin = s->origin,
                                 .job = s->job,
                                 .slot = c->proof_slot,
                                 .subject = SPAN_OF(hash),
                                 .nonce = span_of(s->nonce, s->nonce_len) };
    CHECK_EQ(proof_digest(&proof, digest_len(kind), digest), STATUS_OK);
    CHECK_EQ(private_key_sign(key, kind, span_of(digest, digest_len(kind)), &signature), STATUS_OK);
    c->proof_len = signature.len;
}

void signer_fixture_use_key(struct signer_fixture *f, struct signer_request *request,
                            enum signer_purpose purpose, const struct private_key *key)
{
    (void)f;
    request->certificate = (struct signer_certificate_request){
        .purpose = purpose,
        .uuid = FIXTURE_HOLDER,
        .given = "Ben",
        .family = "Hill",
        .organisation_name = "nhs",
        .key = *private_key_public(key),
        .proof_slot = purpose == SIGNER_AUTHENTICATION ? 0x9A : 0x9C,
    };
    sign_proof(request, key);
}

enum status signer_fixture_ask(struct signer_fixture *f, const struct signer_request *request)
{
    const struct signer_moment moment = { .now = f->now, .entropy = &f->entropy };
    struct buf crl = BUF(f->crl);
    signer_answer(&f->signer, request, &moment, &crl, &f->answer);
    return f->answer.status;
}

void signer_fixture_revoke(struct signer_fixture *f, const char *serial)
{
    static struct signer_request request;
    request = (struct signer_request){ .kind = SIGNER_REVOKE_AND_CRL };
    request.crl.issuer = SIGNER_CONTENT_SIGNING;
    request.crl.count = 1;
    request.crl.entries[0] =
        (struct x509_crl_entry){ .revoked_at = f->now, .reason = X509_REASON_SUPERSEDED };
    CHECK(text_copy(request.crl.entries[0].serial, X509_SERIAL_TEXT_MAX, serial));
    CHECK_EQ(signer_fixture_ask(f, &request), STATUS_OK);
}
