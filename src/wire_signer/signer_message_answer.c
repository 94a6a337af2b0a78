/* SPDX-License-Identifier: Apache-2.0 */
#include "base/check.h"
#include "base/text.h"
#include "wire_signer/json_take.h"
#include "wire_signer/json_write.h"
#include "wire_signer/signer_message.h"

/* One pair of functions for each kind, in the order of the enum; both directions side by side. */

static bool write_state(const struct signer_answer *a, struct buf *out)
{
    const struct signer_status_answer *s = &a->state;
    if (s->head.sequence > INT64_MAX || s->crl_numbers[0] > INT64_MAX ||
        s->crl_numbers[1] > INT64_MAX) {
        return false;
    }
    json_write_number(out, "version", s->version);
    json_write_hex(out, "authentication_ca", SPAN_OF(s->issuers[SIGNER_AUTHENTICATION]));
    json_write_hex(out, "signing_ca", SPAN_OF(s->issuers[SIGNER_CONTENT_SIGNING]));
    json_write_hex(out, "audit", SPAN_OF(s->audit));
    json_write_number(out, "authentication_crl", (int64_t)s->crl_numbers[SIGNER_AUTHENTICATION]);
    json_write_number(out, "signing_crl", (int64_t)s->crl_numbers[SIGNER_CONTENT_SIGNING]);
    json_write_number(out, "sequence", (int64_t)s->head.sequence);
    json_write_hex(out, "head", SPAN_OF(s->head.hash));
    return true;
}

static void take_state(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    struct signer_status_answer *s = &a->state;
    (void)memory;
    s->version = (uint32_t)json_take_number(take, "version", UINT32_MAX);
    json_take_exact(take, "authentication_ca", s->issuers[SIGNER_AUTHENTICATION], SIGNER_HASH_LEN);
    json_take_exact(take, "signing_ca", s->issuers[SIGNER_CONTENT_SIGNING], SIGNER_HASH_LEN);
    json_take_exact(take, "audit", s->audit, SIGNER_HASH_LEN);
    s->crl_numbers[SIGNER_AUTHENTICATION] = json_take_number(take, "authentication_crl", INT64_MAX);
    s->crl_numbers[SIGNER_CONTENT_SIGNING] = json_take_number(take, "signing_crl", INT64_MAX);
    s->head.sequence = json_take_number(take, "sequence", INT64_MAX);
    json_take_exact(take, "head", s->head.hash, SIGNER_HASH_LEN);
}

static bool write_nonce(const struct signer_answer *a, struct buf *out)
{
    json_write_hex(out, "nonce", SPAN_OF(a->nonce.nonce));
    json_write_number(out, "expires_at", a->nonce.expires_at);
    return true;
}

static void take_nonce(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    (void)memory;
    json_take_exact(take, "nonce", a->nonce.nonce, sizeof(a->nonce.nonce));
    a->nonce.expires_at = json_take_instant(take, "expires_at");
}

static bool write_management_answer(const struct signer_answer *a, struct buf *out)
{
    const struct signer_management_answer *m = &a->management;
    if (m->len > CIPHER_BLOCK_MAX) {
        return false;
    }
    json_write_hex(out, "witness", span_of(m->witness, m->len));
    json_write_hex(out, "challenge", span_of(m->challenge, m->len));
    json_write_hex(out, "response", span_of(m->response, m->len));
    return true;
}

static void take_management_answer(struct json_take *take, struct buf *memory,
                                   struct signer_answer *a)
{
    struct signer_management_answer *m = &a->management;
    (void)memory;
    json_take_hex(take, "witness", m->witness, sizeof(m->witness), &m->len);
    json_take_exact(take, "challenge", m->challenge, m->len);
    json_take_exact(take, "response", m->response, m->len);
}

static bool write_management_key(const struct signer_answer *a, struct buf *out)
{
    json_write_hex(out, "key", secret_span(&a->management_key));
    return true;
}

static void take_secret(struct json_take *take, const char *name, struct secret *ret_secret)
{
    json_take_hex(take, name, ret_secret->bytes, sizeof(ret_secret->bytes), &ret_secret->len);
}

static void take_management_key(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    (void)memory;
    take_secret(take, "key", &a->management_key);
}

static bool write_puk(const struct signer_answer *a, struct buf *out)
{
    json_write_hex(out, "old", secret_span(&a->puk.old_puk));
    json_write_hex(out, "new", secret_span(&a->puk.new_puk));
    return true;
}

static void take_puk(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    (void)memory;
    take_secret(take, "old", &a->puk.old_puk);
    take_secret(take, "new", &a->puk.new_puk);
}

static bool write_certificate(const struct signer_answer *a, struct buf *out)
{
    if (a->certificate.len > sizeof(a->certificate.der)) {
        return false;
    }
    json_write_hex(out, "der", span_of(a->certificate.der, a->certificate.len));
    return true;
}

static void take_certificate(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    (void)memory;
    json_take_hex(take, "der", a->certificate.der, sizeof(a->certificate.der), &a->certificate.len);
}

static bool write_crl(const struct signer_answer *a, struct buf *out)
{
    if (a->crl.number > INT64_MAX || a->crl.der.len > SIGNER_CRL_MAX) {
        return false;
    }
    json_write_number(out, "number", (int64_t)a->crl.number);
    json_write_hex(out, "der", a->crl.der);
    return true;
}

static void take_crl(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    size_t room = memory->max - memory->len;
    size_t len = 0;
    uint8_t *at = NULL;
    size_t start = memory->len;
    a->crl.number = json_take_number(take, "number", INT64_MAX);
    room = room < SIGNER_CRL_MAX ? room : SIGNER_CRL_MAX;
    if (take->bad || !buf_reserve(memory, room, &at)) {
        take->bad = true;
        return;
    }
    json_take_hex(take, "der", at, room, &len);
    memory->len = start + len;
    a->crl.der = span_of(at, len);
}

static bool write_checkpoint(const struct signer_answer *a, struct buf *out)
{
    const struct audit_checkpoint *c = &a->checkpoint;
    if (c->head.sequence > INT64_MAX || c->signature_len > sizeof(c->signature)) {
        return false;
    }
    json_write_number(out, "sequence", (int64_t)c->head.sequence);
    json_write_hex(out, "head", SPAN_OF(c->head.hash));
    json_write_number(out, "at", c->at);
    json_write_hex(out, "key_id", SPAN_OF(c->key_id));
    json_write_hex(out, "signature", span_of(c->signature, c->signature_len));
    return true;
}

static void take_checkpoint(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    struct audit_checkpoint *c = &a->checkpoint;
    (void)memory;
    c->head.sequence = json_take_number(take, "sequence", INT64_MAX);
    json_take_exact(take, "head", c->head.hash, sizeof(c->head.hash));
    c->at = json_take_instant(take, "at");
    json_take_exact(take, "key_id", c->key_id, sizeof(c->key_id));
    json_take_hex(take, "signature", c->signature, sizeof(c->signature), &c->signature_len);
}

static bool write_issued(const struct signer_answer *a, struct buf *out)
{
    if (a->issued.count > SIGNER_ISSUED_MAX) {
        return false;
    }
    json_write_list(out, "entries");
    for (size_t i = 0; i < a->issued.count; i++) {
        json_write_open(out, NULL);
        json_write_text(out, "purpose", signer_message_purpose_name(a->issued.entries[i].purpose));
        json_write_hex(out, "key_hash", SPAN_OF(a->issued.entries[i].key_hash));
        json_write_text(out, "job", a->issued.entries[i].job);
        json_write_number(out, "at", a->issued.entries[i].at);
        json_write_close(out);
    }
    json_write_list_end(out);
    return true;
}

static bool take_issued_entry(const json_t *json, struct signer_issued_answer *a, size_t i)
{
    struct json_take take = json_take_of(json);
    char purpose[24] = "";
    json_take_text(&take, "purpose", purpose, sizeof(purpose));
    json_take_exact(&take, "key_hash", a->entries[i].key_hash, sizeof(a->entries[i].key_hash));
    json_take_text(&take, "job", a->entries[i].job, sizeof(a->entries[i].job));
    a->entries[i].at = json_take_instant(&take, "at");
    return json_take_end(&take) && signer_message_purpose_by_name(purpose, &a->entries[i].purpose);
}

static void take_issued(struct json_take *take, struct buf *memory, struct signer_answer *a)
{
    (void)memory;
    const json_t *list = json_take_list(take, "entries", SIGNER_ISSUED_MAX);
    a->issued.count = take->bad ? 0 : json_array_size(list);
    for (size_t i = 0; i < a->issued.count && !take->bad; i++) {
        take->bad = !take_issued_entry(json_array_get(list, i), &a->issued, i);
    }
}

static const struct {
    bool (*write)(const struct signer_answer *answer, struct buf *out);
    void (*take)(struct json_take *take, struct buf *memory, struct signer_answer *answer);
} forms[SIGNER_KIND_MAX] = {
    [SIGNER_STATUS] = { write_state, take_state },
    [SIGNER_NONCE] = { write_nonce, take_nonce },
    [SIGNER_MANAGEMENT_ANSWER] = { write_management_answer, take_management_answer },
    [SIGNER_MANAGEMENT_KEY] = { write_management_key, take_management_key },
    [SIGNER_PUK] = { write_puk, take_puk },
    [SIGNER_CERTIFICATE] = { write_certificate, take_certificate },
    [SIGNER_REVOKE_AND_CRL] = { write_crl, take_crl },
    [SIGNER_CHECKPOINT] = { write_checkpoint, take_checkpoint },
    [SIGNER_ISSUED] = { write_issued, take_issued },
    [SIGNER_ISSUED_CERTIFICATE] = { write_certificate, take_certificate },
};

enum status signer_message_answer_encode(const struct signer_answer *answer, struct buf *ret_frame)
{
    REQUIRE(ret_frame->len == 0);
    if ((size_t)answer->kind >= SIGNER_KIND_MAX) {
        return STATUS_BAD_VALUE;
    }
    bool good = true;
    json_write_open(ret_frame, NULL);
    json_write_text(ret_frame, "kind", signer_message_kind_name(answer->kind));
    json_write_text(ret_frame, "status", status_entry(answer->status)->name);
    if (answer->status == STATUS_OK) {
        good = forms[answer->kind].write(answer, ret_frame);
    } else {
        json_write_text(ret_frame, "detail", answer->detail);
    }
    json_write_close(ret_frame);
    if (!good || ret_frame->full) {
        wipe(ret_frame->ptr, ret_frame->len);
        buf_clear(ret_frame);
        return good ? STATUS_TOO_LARGE : STATUS_BAD_VALUE;
    }
    return STATUS_OK;
}

static enum status decode_object(const json_t *json, struct buf *memory,
                                 struct signer_answer *ret_answer)
{
    struct json_take take = json_take_of(json);
    struct signer_answer answer = { 0 };
    char kind[24] = "", status[40] = "";
    json_take_text(&take, "kind", kind, sizeof(kind));
    json_take_text(&take, "status", status, sizeof(status));
    if (take.bad || !signer_message_kind_by_name(kind, &answer.kind) ||
        !status_by_name(status, &answer.status)) {
        return STATUS_BAD_MESSAGE;
    }
    if (answer.status == STATUS_OK) {
        forms[answer.kind].take(&take, memory, &answer);
    } else {
        json_take_text(&take, "detail", answer.detail, sizeof(answer.detail));
    }
    bool good = json_take_end(&take);
    if (good) {
        *ret_answer = answer;
    }
    signer_message_answer_wipe(&answer);
    return good ? STATUS_OK : STATUS_BAD_MESSAGE;
}

enum status signer_message_answer_decode(struct span frame, struct buf *memory,
                                         struct signer_answer *ret_answer)
{
    if (frame.len > SIGNER_ANSWER_MAX) {
        return STATUS_TOO_LARGE;
    }
    json_t *json = json_take_parse(frame);
    if (json == NULL) {
        return STATUS_BAD_MESSAGE;
    }
    size_t start = memory->len;
    enum status status = decode_object(json, memory, ret_answer);
    if (status != STATUS_OK) {
        memory->len = start;
    }
    json_decref(json);
    return status;
}
