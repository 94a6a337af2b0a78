/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_intruder.h"

#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/private_key.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"
#include "sim/sim_random.h"
#include "sim/sim_reader.h"
#include "sim/sim_server.h"
#include "sim/sim_story.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_key.h"

/* KNOCKS: of 1000 occasions. */
enum { HEARD_MAX = 4, KNOCKS = 250, SLOT_SIGNATURE = 0x9C };

/* What the signer has agreed to, the newest last: secrets of a card, and certificates. */
struct heard {
    struct signer_request list[HEARD_MAX];
    size_t count;
};

static bool is_here;
static struct heard secrets, certificates;
static struct signer_request request; /* the one that is being made up */
static struct signer_answer answer;

void sim_intruder_enter(void)
{
    is_here = true;
}

void sim_intruder_leave(void)
{
    is_here = false;
}

static void keep(struct heard *heard, const struct signer_request *r)
{
    if (heard->count == HEARD_MAX) {
        memmove(&heard->list[0], &heard->list[1], sizeof(heard->list[0]) * (HEARD_MAX - 1));
        heard->count--;
    }
    heard->list[heard->count++] = *r;
}

void sim_intruder_hear_signer(const struct signer_request *r, bool is_good)
{
    if (!is_here || !is_good) {
        return;
    }
    if (r->kind == SIGNER_CERTIFICATE) {
        keep(&certificates, r);
    } else if (r->kind == SIGNER_MANAGEMENT_ANSWER && r->management.version > 0) {
        keep(&secrets, r);
    }
}

static bool take(const struct heard *heard)
{
    if (heard->count == 0) {
        return false;
    }
    request = heard->list[sim_random_below((uint32_t)heard->count)];
    return true;
}

/* ---- what a statement needs ---- */

static const struct sim_card *card_of(const char *person, bool is_stolen)
{
    for (size_t i = 0; i < sim_reader_cards(); i++) {
        const struct sim_card *c = sim_reader_card(i);
        if ((is_stolen && c->is_stolen) ||
            (!is_stolen && c->is_operator && text_equal(c->person, person))) {
            return c;
        }
    }
    return NULL;
}

static bool draw(uint8_t *ret_bytes, size_t len)
{
    const struct entropy entropy = entropy_read_system();
    return entropy_fill(&entropy, ret_bytes, len) == STATUS_OK;
}

/* The operator's card signs what the workstation shows it. */
static bool sign(const struct sim_card *operator_card)
{
    static struct vcard card;
    uint8_t digest[SIGNER_HASH_LEN], entropy[VCARD_ENTROPY_LEN];
    struct signer_authority *authority = &request.authority;
    struct buf signature = BUF(authority->signature);
    card = operator_card->card;
    const struct vcard_key *key = vcard_key_slot(&card, SLOT_SIGNATURE);
    if (!draw(entropy, sizeof(entropy)) ||
        statement_digest(&authority->statement, digest) != STATUS_OK) {
        return false;
    }
    struct vcard_random random = vcard_crypto_random(SPAN_OF(entropy));
    bool good = vcard_crypto_sign(vcard_crypto_algorithm(key->algorithm), vcard_key_private(key),
                                  SPAN_OF(digest), &random, &signature);
    authority->signature_len = signature.len;
    return good;
}

/* A nonce of the signer's, for a statement that nobody has made yet. */
static bool fresh(void)
{
    static struct signer_request ask;
    uint8_t job[16];
    memset(&ask, 0, sizeof(ask));
    ask.kind = SIGNER_NONCE;
    struct statement *s = &request.authority.statement;
    if (!draw(ask.nonce.binding, sizeof(ask.nonce.binding)) || !draw(job, sizeof(job)) ||
        !sim_server_ask_signer(&ask, &answer)) {
        return false;
    }
    memcpy(request.authority.binding, ask.nonce.binding, sizeof(ask.nonce.binding));
    memcpy(s->nonce, answer.nonce.nonce, sizeof(answer.nonce.nonce));
    s->at = clock_read_now();
    return text_of_hex(SPAN_OF(job), s->job, sizeof(s->job));
}

/* As a good statement that was heard, but of now, and with a nonce of its own. */
static bool fresh_statement(void)
{
    if (!take(&secrets) || !fresh()) {
        return false;
    }
    const struct sim_card *c = card_of(request.authority.statement.operator_person, false);
    return c != NULL && sign(c);
}

/* ---- keys of the intruder's own ---- */

/* Private key 1: the point is the generator (SEC 2, 2.4.2). */
static const uint8_t generator[] = { 0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8,
                                     0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D,
                                     0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8,
                                     0x98, 0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F,
                                     0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B,
                                     0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40,
                                     0x68, 0x37, 0xBF, 0x51, 0xF5 };

static bool prove(struct span private_key)
{
    uint8_t hash[DIGEST_SHA256_LEN], digest[DIGEST_SHA256_LEN], entropy[VCARD_ENTROPY_LEN];
    const struct statement *s = &request.authority.statement;
    struct signer_certificate_request *c = &request.certificate;
    struct buf signature = BUF(c->proof);
    if (public_key_hash(&c->key, hash) != STATUS_OK || !draw(entropy, sizeof(entropy))) {
        return false;
    }
    const struct proof proof = { .origin = s->origin,
                                 .job = s->job,
                                 .slot = c->proof_slot,
                                 .subject = SPAN_OF(hash),
                                 .nonce = span_of(s->nonce, s->nonce_len) };
    struct vcard_random random = vcard_crypto_random(SPAN_OF(entropy));
    bool good = proof_digest(&proof, sizeof(digest), digest) == STATUS_OK &&
                vcard_crypto_sign(vcard_crypto_algorithm(public_key_piv_algorithm(KEY_TYPE_P256)),
                                  private_key, SPAN_OF(digest), &random, &signature);
    c->proof_len = signature.len;
    return good;
}

static bool take_point(struct span point)
{
    return public_key_of_point(KEY_TYPE_P256, point, &request.certificate.key) == STATUS_OK;
}

/* ---- at the signer's door: each must be refused ---- */

static bool altered_signature(void)
{
    if (!take(sim_random_chance(500) ? &secrets : &certificates)) {
        return false;
    }
    request.authority.signature[request.authority.signature_len - 1] ^= 1;
    return true;
}

static bool puk_under_renewal(void)
{
    if (!take(&secrets) || !text_equal(request.authority.statement.operation, "renew")) {
        return false;
    }
    struct signer_puk_request puk = { .old_version = 1, .new_version = 2 };
    memcpy(puk.card_id, request.management.card_id, sizeof(puk.card_id));
    request.kind = SIGNER_PUK;
    request.puk = puk;
    return true;
}

static bool second_key(void)
{
    uint8_t private_memory[VCARD_PRIVATE_MAX], public_memory[VCARD_PUBLIC_MAX];
    uint8_t entropy[VCARD_ENTROPY_LEN];
    struct buf private_key = BUF(private_memory);
    struct buf point = BUF(public_memory);
    if (!take(&certificates) || !draw(entropy, sizeof(entropy))) {
        return false;
    }
    struct vcard_random random = vcard_crypto_random(SPAN_OF(entropy));
    return vcard_crypto_generate(vcard_crypto_algorithm(public_key_piv_algorithm(KEY_TYPE_P256)),
                                 &random, &private_key, &point) &&
           take_point(buf_span(&point)) && prove(buf_span(&private_key));
}

/* The first statement is used, then another one is signed for the same nonce. */
static bool second_statement(void)
{
    if (!fresh_statement() || !sim_server_ask_signer(&request, &answer)) {
        return false;
    }
    struct statement *s = &request.authority.statement;
    s->at++;
    const struct sim_card *c = card_of(s->operator_person, false);
    return c != NULL && sign(c);
}

/* A statement about one card, a request about another that the signer knows too. */
static bool other_card(void)
{
    if (secrets.count < 2 || !fresh_statement()) {
        return false;
    }
    const struct signer_request *other = &secrets.list[sim_random_below((uint32_t)secrets.count)];
    bool differs = memcmp(other->management.card_id, request.management.card_id,
                          sizeof(other->management.card_id)) != 0;
    memcpy(request.management.card_id, other->management.card_id,
           sizeof(request.management.card_id));
    return differs;
}

static bool revoked_operator(void)
{
    const struct sim_card *thief = card_of("", true);
    struct signer_authority *authority = &request.authority;
    if (thief == NULL || !take(&secrets) || !fresh()) {
        return false;
    }
    struct span der = sim_reader_certificate(&thief->card, SLOT_SIGNATURE);
    REQUIRE(der.len > 0 && der.len <= sizeof(authority->certificate));
    memcpy(authority->certificate, der.ptr, der.len);
    authority->certificate_len = der.len;
    text_take(authority->statement.operator_person, sizeof(authority->statement.operator_person),
              thief->person);
    return sign(thief);
}

static bool weak_key(void)
{
    static const uint8_t one[32] = { [31] = 1 };
    static struct signer_request certificate;
    if (certificates.count == 0) {
        return false;
    }
    certificate = certificates.list[certificates.count - 1];
    if (!fresh_statement() ||
        !text_equal(certificate.certificate.uuid, request.authority.statement.person)) {
        return false;
    }
    request.kind = SIGNER_CERTIFICATE;
    request.certificate = certificate.certificate;
    return take_point(SPAN_OF(generator)) && prove(SPAN_OF(one));
}

static const struct {
    const char *invariant, *what;
    bool (*make)(void);
} attacks[] = {
    { "I13", "an altered signature of the operator's", altered_signature },
    { "I13", "a PUK under the statement of a renewal", puk_under_renewal },
    { "I13", "a second key under one statement", second_key },
    { "I13", "a second statement for one nonce", second_statement },
    { "I13", "a statement about one card for the secret of another", other_card },
    { "I13", "the word of an operator whose card was revoked", revoked_operator },
    { "I1", "a key that anybody can break", weak_key },
};

void sim_intruder_knock(void)
{
    if (!is_here || !sim_random_chance(KNOCKS)) {
        return;
    }
    size_t i = sim_random_below(COUNT(attacks));
    if (!attacks[i].make()) {
        return;
    }
    sim_story_tell("an intruder at the signer's door: %s", attacks[i].what);
    if (sim_server_ask_signer(&request, &answer)) {
        sim_story_break(attacks[i].invariant, "the signer agreed to %s", attacks[i].what);
    }
    signer_message_answer_wipe(&answer);
}

/* ---- at the server's door ---- */

enum { BODY_MAX = 64 * 1024, TOKEN_MAX = 1200, LEASE_MS = 16000 };

/* "Authorization: ..." of a request, and when it was heard. */
struct token {
    char header[TOKEN_MAX];
    instant at;
    int64_t at_ms;
};

static struct {
    char log_in[BODY_MAX];
    size_t log_in_len;
    struct token ended, leased;
} line;

static void keep_token(struct token *token, const struct sim_http_ask *ask)
{
    const char *header = ask->headers != NULL ? ask->headers[0] : NULL;
    if (header != NULL && text_copy(token->header, sizeof(token->header), header)) {
        token->at = clock_read_now();
        token->at_ms = clock_read_monotonic_ms();
    }
}

void sim_intruder_hear_server(const struct sim_http_ask *ask, const struct sim_http_reply *reply)
{
    if (!is_here || reply->code != 200) {
        return;
    }
    if (text_equal(ask->path, "/v1/login") && ask->body.len <= sizeof(line.log_in)) {
        memcpy(line.log_in, ask->body.ptr, ask->body.len);
        line.log_in_len = ask->body.len;
    } else if (text_equal(ask->path, "/v1/session/end")) {
        keep_token(&line.ended, ask);
    } else if (text_equal(ask->path, "/v1/session/lease")) {
        keep_token(&line.leased, ask);
    }
}

static bool is_taken(const struct sim_http_ask *ask)
{
    static struct sim_http_reply reply;
    sim_server_serve(ask, &reply);
    return reply.code == 200;
}

static bool token_works(const struct token *token)
{
    const char *const headers[] = { token->header, NULL };
    return token->header[0] != '\0' &&
           is_taken(
               &(struct sim_http_ask){ .method = "GET", .path = "/v1/policy", .headers = headers });
}

/* By both clocks: one of them may have been set meanwhile. */
static bool is_over(const struct token *token)
{
    return clock_read_monotonic_ms() > token->at_ms + LEASE_MS &&
           clock_read_now() > token->at + LEASE_MS / 1000;
}

void sim_intruder_replay(void)
{
    if (!is_here) {
        return;
    }
    sim_story_tell("an intruder sends again what was heard on the line");
    if (line.log_in_len > 0 &&
        is_taken(&(struct sim_http_ask){ .method = "POST",
                                         .path = "/v1/login",
                                         .body = span_of(line.log_in, line.log_in_len) })) {
        sim_story_break("I8", "a log-in was repeated without the card");
    }
    if (token_works(&line.ended)) {
        sim_story_break("I11", "the token of a session that has ended still works");
    }
    if (is_over(&line.leased) && token_works(&line.leased)) {
        sim_story_break("I11", "a token works behind the end of its lease");
    }
}

/* ---- a client that does not look at what is refused ---- */

enum { BOLD = 500, PRELUDE_MAX = 4096, JOB_MAX = 33, OPEN_MAX = 8 }; /* BOLD: of 1000 */

/* Those that the server has once sent, to anybody. */
static struct {
    const char *service;
    char text[PRELUDE_MAX];
} preludes[] = { { "renew", "" }, { "repair", "" }, { "issue", "" } };

/* And those with which a job goes on: each has its own. */
static struct {
    char job[JOB_MAX], service[16], text[PRELUDE_MAX];
} open_jobs[OPEN_MAX];
static size_t open_count;

static char *prelude_of(const json_t *service)
{
    const char *name = json_string_value(json_object_get(service, "service"));
    for (size_t i = 0; i < COUNT(preludes); i++) {
        if (text_equal(preludes[i].service, name)) {
            return preludes[i].text;
        }
    }
    return NULL;
}

static const char *job_in(const json_t *looked)
{
    const json_t *services = json_object_get(looked, "services");
    const char *job =
        json_string_value(json_object_get(json_object_get(looked, "open_job"), "job"));
    for (size_t i = 0; i < json_array_size(services) && job == NULL; i++) {
        job = json_string_value(json_object_get(json_array_get(services, i), "job"));
    }
    return job;
}

static const char *open_prelude_of(const json_t *service, const char *job)
{
    const char *name = json_string_value(json_object_get(service, "service"));
    for (size_t i = 0; i < OPEN_MAX; i++) {
        if (text_equal(open_jobs[i].job, job) && text_equal(open_jobs[i].service, name)) {
            return open_jobs[i].text;
        }
    }
    return prelude_of(service);
}

static void keep_text(const json_t *prelude, char ret_text[PRELUDE_MAX])
{
    size_t len = json_dumpb(prelude, ret_text, PRELUDE_MAX - 1, 0);
    ret_text[len < PRELUDE_MAX ? len : 0] = '\0';
}

static void keep_prelude(const json_t *service)
{
    const json_t *found = json_object_get(service, "prelude");
    char *text = prelude_of(service);
    if (found != NULL && text != NULL && json_is_true(json_object_get(service, "resume"))) {
        size_t at = open_count++ % OPEN_MAX;
        text_take(open_jobs[at].job, JOB_MAX, json_string_value(json_object_get(service, "job")));
        text_take(open_jobs[at].service, sizeof(open_jobs[at].service),
                  json_string_value(json_object_get(service, "service")));
        keep_text(found, open_jobs[at].text);
    } else if (found != NULL && text != NULL) {
        keep_text(found, text);
    }
}

/* What is to be had is left alone: it would be taken otherwise. */
static void offer(json_t *service, const char *job)
{
    bool refused = !json_is_true(json_object_get(service, "available"));
    const char *text = open_prelude_of(service, job);
    bool can = refused && text != NULL && text[0] != '\0';
    json_object_set_new(service, "available", json_boolean(can));
    if (can) {
        json_object_set_new(service, "reasons", json_array());
        json_object_set_new(service, "job", json_string(job));
        json_object_set_new(service, "prelude", json_loads(text, 0, NULL));
    }
}

bool sim_intruder_embolden(struct sim_http_reply *reply)
{
    if (reply->code != 200) {
        return false;
    }
    json_t *looked = json_loadb(reply->bytes, reply->len, 0, NULL);
    json_t *services = json_object_get(looked, "services");
    const char *job = job_in(looked);
    bool bold = is_here && job != NULL && sim_random_chance(BOLD);
    for (size_t i = 0; i < json_array_size(services); i++) {
        keep_prelude(json_array_get(services, i));
        if (bold) {
            offer(json_array_get(services, i), job);
        }
    }
    if (bold) {
        sim_story_tell("an altered client takes what is refused");
        reply->len = json_dumpb(looked, reply->bytes, sizeof(reply->bytes), JSON_COMPACT);
    }
    json_decref(looked);
    return bold;
}
