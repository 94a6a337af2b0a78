/* SPDX-License-Identifier: Apache-2.0 */
#include "base/check.h"
#include "base/text.h"
#include "wire_signer/json_take.h"
#include "wire_signer/json_write.h"
#include "wire_signer/signer_message.h"

/* One pair of functions for each kind, in the order of the enum; both directions side by side. */

/* ---- authority ---- */

static void write_statement(const struct statement *s, struct buf *out)
{
    json_write_open(out, "statement");
    json_write_text(out, "origin", s->origin);
    json_write_text(out, "job", s->job);
    json_write_hex(out, "nonce", span_of(s->nonce, s->nonce_len));
    json_write_number(out, "at", s->at);
    json_write_text(out, "operation", s->operation);
    json_write_bool(out, "left_locked", s->left_locked);
    json_write_text(out, "identity_check", s->identity_check);
    json_write_text(out, "card", s->card);
    json_write_hex(out, "old_authentication", SPAN_OF(s->old_certificates[0]));
    json_write_hex(out, "old_content_signing", SPAN_OF(s->old_certificates[1]));
    json_write_text(out, "person", s->person);
    json_write_text(out, "operator_person", s->operator_person);
    json_write_text(out, "role_profile", s->role_profile);
    json_write_hex(out, "policy_hash", SPAN_OF(s->policy_hash));
    json_write_hex(out, "witness_hash", SPAN_OF(s->witness_hash));
    json_write_close(out);
}

static bool take_statement(const json_t *json, struct statement *s)
{
    struct json_take take = json_take_of(json);
    json_take_text(&take, "origin", s->origin, sizeof(s->origin));
    json_take_text(&take, "job", s->job, sizeof(s->job));
    json_take_hex(&take, "nonce", s->nonce, sizeof(s->nonce), &s->nonce_len);
    s->at = json_take_instant(&take, "at");
    json_take_text(&take, "operation", s->operation, sizeof(s->operation));
    s->left_locked = json_take_bool(&take, "left_locked");
    json_take_text(&take, "identity_check", s->identity_check, sizeof(s->identity_check));
    json_take_text(&take, "card", s->card, sizeof(s->card));
    json_take_exact(&take, "old_authentication", s->old_certificates[0], SIGNER_HASH_LEN);
    json_take_exact(&take, "old_content_signing", s->old_certificates[1], SIGNER_HASH_LEN);
    json_take_text(&take, "person", s->person, sizeof(s->person));
    json_take_text(&take, "operator_person", s->operator_person, sizeof(s->operator_person));
    json_take_text(&take, "role_profile", s->role_profile, sizeof(s->role_profile));
    json_take_exact(&take, "policy_hash", s->policy_hash, sizeof(s->policy_hash));
    json_take_exact(&take, "witness_hash", s->witness_hash, sizeof(s->witness_hash));
    return json_take_end(&take);
}

static bool write_authority(const struct signer_authority *a, struct buf *out)
{
    if (a->statement.nonce_len > sizeof(a->statement.nonce) ||
        a->signature_len > sizeof(a->signature) || a->certificate_len > sizeof(a->certificate)) {
        return false;
    }
    json_write_open(out, "authority");
    json_write_hex(out, "binding", SPAN_OF(a->binding));
    write_statement(&a->statement, out);
    json_write_hex(out, "signature", span_of(a->signature, a->signature_len));
    json_write_hex(out, "certificate", span_of(a->certificate, a->certificate_len));
    json_write_close(out);
    return true;
}

static bool take_authority(const json_t *json, struct signer_authority *a)
{
    struct json_take take = json_take_of(json);
    json_take_exact(&take, "binding", a->binding, sizeof(a->binding));
    const json_t *statement = json_take_object(&take, "statement");
    json_take_hex(&take, "signature", a->signature, sizeof(a->signature), &a->signature_len);
    json_take_hex(&take, "certificate", a->certificate, sizeof(a->certificate),
                  &a->certificate_len);
    return json_take_end(&take) && take_statement(statement, &a->statement);
}

/* ---- the kinds ---- */

static bool write_nothing(const struct signer_request *r, struct buf *out)
{
    (void)r;
    (void)out;
    return true;
}

static void take_nothing(struct json_take *take, struct signer_request *r)
{
    (void)take;
    (void)r;
}

static bool write_nonce(const struct signer_request *r, struct buf *out)
{
    json_write_hex(out, "binding", SPAN_OF(r->nonce.binding));
    return true;
}

static void take_nonce(struct json_take *take, struct signer_request *r)
{
    json_take_exact(take, "binding", r->nonce.binding, sizeof(r->nonce.binding));
}

static bool write_management_key(const struct signer_request *r, struct buf *out)
{
    json_write_hex(out, "card_id", SPAN_OF(r->management.card_id));
    json_write_number(out, "version", r->management.version);
    json_write_text(out, "algorithm", cipher_name(r->management.algorithm));
    return cipher_key_len(r->management.algorithm) > 0;
}

static void take_management_key(struct json_take *take, struct signer_request *r)
{
    char name[16] = "";
    json_take_exact(take, "card_id", r->management.card_id, sizeof(r->management.card_id));
    r->management.version = (uint32_t)json_take_number(take, "version", UINT32_MAX);
    json_take_text(take, "algorithm", name, sizeof(name));
    take->bad = take->bad || !cipher_by_name(name, &r->management.algorithm);
}

/* ---- a card that is not ours yet ---- */

static const char *const told_names[FACTORY_TOLD_MAX] = { [FACTORY_TOLD_NOTHING] = "nothing",
                                                          [FACTORY_TOLD_DEFAULT] = "default",
                                                          [FACTORY_TOLD_CHANGED] = "changed" };

static bool write_factory(const struct signer_factory *f, struct buf *out)
{
    const struct factory_facts *facts = &f->facts;
    if (facts->atr_len > sizeof(facts->atr) || (unsigned)facts->told >= FACTORY_TOLD_MAX) {
        return false;
    }
    bool known = cipher_key_len((enum management_algorithm)facts->algorithm) > 0;
    json_write_open(out, "factory");
    json_write_hex(out, "atr", span_of(facts->atr, facts->atr_len));
    json_write_text(out, "version", facts->version);
    json_write_text(out, "told", told_names[facts->told]);
    json_write_text(out, "algorithm",
                    known ? cipher_name((enum management_algorithm)facts->algorithm) : "");
    json_write_number(out, "candidate", f->candidate);
    json_write_close(out);
    return known || facts->algorithm == 0;
}

static bool take_told(const char *name, enum factory_told *ret_told)
{
    for (unsigned i = 0; i < FACTORY_TOLD_MAX; i++) {
        if (text_equal(name, told_names[i])) {
            *ret_told = (enum factory_told)i;
            return true;
        }
    }
    return false;
}

static void take_factory(struct json_take *outer, struct signer_factory *f)
{
    struct json_take take = json_take_of(json_take_object(outer, "factory"));
    char told[16] = "", algorithm[16] = "";
    size_t atr_len = 0;
    enum management_algorithm known = (enum management_algorithm)0;
    json_take_hex(&take, "atr", f->facts.atr, sizeof(f->facts.atr), &atr_len);
    json_take_text(&take, "version", f->facts.version, sizeof(f->facts.version));
    json_take_text(&take, "told", told, sizeof(told));
    json_take_text(&take, "algorithm", algorithm, sizeof(algorithm));
    f->candidate = (uint8_t)json_take_number(&take, "candidate", UINT8_MAX);
    bool good = json_take_end(&take) && take_told(told, &f->facts.told) &&
                (algorithm[0] == '\0' || cipher_by_name(algorithm, &known));
    f->facts.atr_len = (uint8_t)atr_len;
    f->facts.algorithm = (uint8_t)known;
    outer->bad = outer->bad || !good;
}

static bool write_management_answer(const struct signer_request *r, struct buf *out)
{
    const struct signer_management_request *m = &r->management;
    if (m->witness_len > sizeof(m->witness) || !write_management_key(r, out)) {
        return false;
    }
    json_write_hex(out, "witness", span_of(m->witness, m->witness_len));
    return m->version > 0 || write_factory(&m->factory, out);
}

static void take_management_answer(struct json_take *take, struct signer_request *r)
{
    struct signer_management_request *m = &r->management;
    take_management_key(take, r);
    json_take_hex(take, "witness", m->witness, sizeof(m->witness), &m->witness_len);
    if (m->version == 0) {
        take_factory(take, &m->factory);
    }
}

static bool write_puk(const struct signer_request *r, struct buf *out)
{
    json_write_hex(out, "card_id", SPAN_OF(r->puk.card_id));
    json_write_number(out, "old_version", r->puk.old_version);
    json_write_number(out, "new_version", r->puk.new_version);
    return r->puk.old_version > 0 || write_factory(&r->puk.factory, out);
}

static void take_puk(struct json_take *take, struct signer_request *r)
{
    json_take_exact(take, "card_id", r->puk.card_id, sizeof(r->puk.card_id));
    r->puk.old_version = (uint32_t)json_take_number(take, "old_version", UINT32_MAX);
    r->puk.new_version = (uint32_t)json_take_number(take, "new_version", UINT32_MAX);
    if (r->puk.old_version == 0) {
        take_factory(take, &r->puk.factory);
    }
}

static bool write_certificate(const struct signer_request *r, struct buf *out)
{
    const struct signer_certificate_request *c = &r->certificate;
    if ((size_t)c->purpose >= SIGNER_PURPOSE_MAX || c->key.len > sizeof(c->key.bytes) ||
        c->proof_len > sizeof(c->proof)) {
        return false;
    }
    json_write_text(out, "purpose", signer_message_purpose_name(c->purpose));
    json_write_text(out, "uuid", c->uuid);
    json_write_text(out, "given", c->given);
    json_write_text(out, "family", c->family);
    json_write_text(out, "organisation_name", c->organisation_name);
    json_write_text(out, "organisation_code", c->organisation_code);
    json_write_text(out, "key_type", public_key_type_name(c->key.type));
    json_write_hex(out, "key", span_of(c->key.bytes, c->key.len));
    json_write_number(out, "key_exponent", c->key.exponent);
    json_write_hex(out, "proof", span_of(c->proof, c->proof_len));
    json_write_number(out, "proof_slot", c->proof_slot);
    return true;
}

/* The key becomes a checked value here: a point off its curve never gets further. */
static void take_key(struct json_take *take, struct public_key *ret_key)
{
    char name[16] = "";
    uint8_t bytes[PUBLIC_KEY_BYTES_MAX], exponent[4];
    size_t len = 0;
    enum key_type type = KEY_TYPE_NONE;
    json_take_text(take, "key_type", name, sizeof(name));
    json_take_hex(take, "key", bytes, sizeof(bytes), &len);
    struct buf exponent_bytes = BUF(exponent);
    uint32_t value = (uint32_t)json_take_number(take, "key_exponent", UINT32_MAX);
    if (take->bad || !public_key_type_by_name(name, &type) ||
        !buf_put_u32(&exponent_bytes, value)) {
        take->bad = true;
        return;
    }
    enum status status = STATUS_KEY_UNUSABLE;
    if (!public_key_type_is_rsa(type)) {
        status = value == 0 ? public_key_of_point(type, span_of(bytes, len), ret_key) : status;
    } else {
        status = public_key_of_rsa(span_of(bytes, len), buf_span(&exponent_bytes), ret_key);
    }
    take->bad = status != STATUS_OK || ret_key->type != type;
}

static void take_certificate(struct json_take *take, struct signer_request *r)
{
    struct signer_certificate_request *c = &r->certificate;
    char purpose[24] = "";
    json_take_text(take, "purpose", purpose, sizeof(purpose));
    json_take_text(take, "uuid", c->uuid, sizeof(c->uuid));
    json_take_text(take, "given", c->given, sizeof(c->given));
    json_take_text(take, "family", c->family, sizeof(c->family));
    json_take_text(take, "organisation_name", c->organisation_name, sizeof(c->organisation_name));
    json_take_text(take, "organisation_code", c->organisation_code, sizeof(c->organisation_code));
    json_take_hex(take, "proof", c->proof, sizeof(c->proof), &c->proof_len);
    c->proof_slot = (uint8_t)json_take_number(take, "proof_slot", UINT8_MAX);
    take_key(take, &c->key);
    take->bad = take->bad || !signer_message_purpose_by_name(purpose, &c->purpose);
}

static bool write_crl(const struct signer_request *r, struct buf *out)
{
    const struct signer_crl_request *c = &r->crl;
    if (c->count > SIGNER_REVOCATIONS_MAX || (size_t)c->issuer >= SIGNER_PURPOSE_MAX ||
        c->number > INT64_MAX) {
        return false;
    }
    json_write_text(out, "issuer", signer_message_purpose_name(c->issuer));
    json_write_number(out, "number", (int64_t)c->number);
    json_write_list(out, "entries");
    for (size_t i = 0; i < c->count; i++) {
        json_write_open(out, NULL);
        json_write_text(out, "serial", c->entries[i].serial);
        json_write_number(out, "revoked_at", c->entries[i].revoked_at);
        json_write_text(out, "reason", x509_crl_reason_name(c->entries[i].reason));
        json_write_close(out);
    }
    json_write_list_end(out);
    return true;
}

static bool take_revocation(const json_t *json, struct x509_crl_entry *entry)
{
    struct json_take take = json_take_of(json);
    char reason[32] = "";
    json_take_text(&take, "serial", entry->serial, sizeof(entry->serial));
    entry->revoked_at = json_take_instant(&take, "revoked_at");
    json_take_text(&take, "reason", reason, sizeof(reason));
    return json_take_end(&take) && x509_crl_reason_by_name(reason, &entry->reason);
}

static void take_crl(struct json_take *take, struct signer_request *r)
{
    struct signer_crl_request *c = &r->crl;
    char issuer[24] = "";
    json_take_text(take, "issuer", issuer, sizeof(issuer));
    c->number = json_take_number(take, "number", INT64_MAX);
    const json_t *list = json_take_list(take, "entries", SIGNER_REVOCATIONS_MAX);
    take->bad = take->bad || !signer_message_purpose_by_name(issuer, &c->issuer);
    c->count = take->bad ? 0 : json_array_size(list);
    for (size_t i = 0; i < c->count && !take->bad; i++) {
        take->bad = !take_revocation(json_array_get(list, i), &c->entries[i]);
    }
}

static bool write_checkpoint(const struct signer_request *r, struct buf *out)
{
    const struct signer_checkpoint_request *c = &r->checkpoint;
    if (c->count == 0 || c->count > SIGNER_ENTRIES_MAX || c->from > INT64_MAX) {
        return false;
    }
    json_write_number(out, "from", (int64_t)c->from);
    json_write_hex(out, "previous", SPAN_OF(c->previous));
    json_write_list(out, "entries");
    for (size_t i = 0; i < c->count; i++) {
        json_write_hex(out, NULL, SPAN_OF(c->entries[i]));
    }
    json_write_list_end(out);
    return true;
}

static bool take_hash(const json_t *json, uint8_t ret_hash[SIGNER_HASH_LEN])
{
    struct buf hash = buf_of(ret_hash, SIGNER_HASH_LEN);
    return json_is_string(json) && text_parse_hex(json_string_value(json), &hash) &&
           hash.len == SIGNER_HASH_LEN;
}

static void take_checkpoint(struct json_take *take, struct signer_request *r)
{
    struct signer_checkpoint_request *c = &r->checkpoint;
    c->from = json_take_number(take, "from", INT64_MAX);
    json_take_exact(take, "previous", c->previous, sizeof(c->previous));
    const json_t *list = json_take_list(take, "entries", SIGNER_ENTRIES_MAX);
    c->count = list == NULL ? 0 : json_array_size(list);
    take->bad = take->bad || c->count == 0;
    for (size_t i = 0; i < c->count && !take->bad; i++) {
        take->bad = !take_hash(json_array_get(list, i), c->entries[i]);
    }
}

static bool write_issued(const struct signer_request *r, struct buf *out)
{
    json_write_number(out, "after", r->issued.after);
    json_write_number(out, "from", (int64_t)r->issued.from);
    return r->issued.from <= INT64_MAX;
}

static void take_issued(struct json_take *take, struct signer_request *r)
{
    r->issued.after = (instant)json_take_number(take, "after", INT64_MAX);
    r->issued.from = json_take_number(take, "from", INT64_MAX);
}

static bool write_issued_certificate(const struct signer_request *r, struct buf *out)
{
    json_write_hex(out, "key_hash", SPAN_OF(r->issued.key_hash));
    return true;
}

static void take_issued_certificate(struct json_take *take, struct signer_request *r)
{
    json_take_exact(take, "key_hash", r->issued.key_hash, sizeof(r->issued.key_hash));
}

static const struct {
    bool (*write)(const struct signer_request *request, struct buf *out);
    void (*take)(struct json_take *take, struct signer_request *request);
} forms[SIGNER_KIND_MAX] = {
    [SIGNER_STATUS] = { write_nothing, take_nothing },
    [SIGNER_NONCE] = { write_nonce, take_nonce },
    [SIGNER_MANAGEMENT_ANSWER] = { write_management_answer, take_management_answer },
    [SIGNER_MANAGEMENT_KEY] = { write_management_key, take_management_key },
    [SIGNER_PUK] = { write_puk, take_puk },
    [SIGNER_CERTIFICATE] = { write_certificate, take_certificate },
    [SIGNER_REVOKE_AND_CRL] = { write_crl, take_crl },
    [SIGNER_CHECKPOINT] = { write_checkpoint, take_checkpoint },
    [SIGNER_ISSUED] = { write_issued, take_issued },
    [SIGNER_ISSUED_CERTIFICATE] = { write_issued_certificate, take_issued_certificate },
};

enum status signer_message_request_encode(const struct signer_request *request,
                                          struct buf *ret_frame)
{
    REQUIRE(ret_frame->len == 0);
    if ((size_t)request->kind >= SIGNER_KIND_MAX) {
        return STATUS_BAD_VALUE;
    }
    json_write_open(ret_frame, NULL);
    json_write_text(ret_frame, "kind", signer_message_kind_name(request->kind));
    bool good = forms[request->kind].write(request, ret_frame);
    if (signer_message_needs_authority(request->kind)) {
        good = write_authority(&request->authority, ret_frame) && good;
    }
    json_write_close(ret_frame);
    if (!good || ret_frame->full || ret_frame->len > SIGNER_REQUEST_MAX) {
        buf_clear(ret_frame);
        return good ? STATUS_TOO_LARGE : STATUS_BAD_VALUE;
    }
    return STATUS_OK;
}

static enum status decode_object(const json_t *json, struct signer_request *ret_request)
{
    struct json_take take = json_take_of(json);
    struct signer_request request = { 0 };
    char kind[24] = "";
    json_take_text(&take, "kind", kind, sizeof(kind));
    if (take.bad) {
        return STATUS_BAD_MESSAGE;
    }
    if (!signer_message_kind_by_name(kind, &request.kind)) {
        return STATUS_METHOD_UNKNOWN;
    }
    if (signer_message_needs_authority(request.kind)) {
        const json_t *authority = json_take_object(&take, "authority");
        take.bad = take.bad || !take_authority(authority, &request.authority);
    }
    forms[request.kind].take(&take, &request);
    if (!json_take_end(&take)) {
        return STATUS_BAD_MESSAGE;
    }
    *ret_request = request;
    return STATUS_OK;
}

enum status signer_message_request_decode(struct span frame, struct signer_request *ret_request)
{
    if (frame.len > SIGNER_REQUEST_MAX) {
        return STATUS_TOO_LARGE;
    }
    json_t *json = json_take_parse(frame);
    if (json == NULL) {
        return STATUS_BAD_MESSAGE;
    }
    enum status status = decode_object(json, ret_request);
    json_decref(json);
    return status;
}
