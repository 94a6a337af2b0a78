/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/cardop/card_bench.h"

#include <string.h>

#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"
#include "crypto/x509_build.h"
#include "piv/cert_container.h"
#include "piv/piv_key.h"
#include "piv/read_card.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_log.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"
#include "wire_agent/card_report_read.h"

static const uint8_t master_bytes[KDF_MASTER_LEN] = { 7, 7, 7 };
static const char origin[] = "https://ra.example:8443";
static const uint32_t certificate_tags[CARDOP_KEYS] = { 0x5FC105, 0x5FC10A };
static const uint8_t slots[CARDOP_KEYS] = { 0x9A, 0x9C };

/* ---- entropy: the same in each run ---- */

static void draw(struct bench *b, uint8_t ret[32])
{
    uint8_t memory[16];
    struct buf input = BUF(memory);
    buf_put_u64(&input, b->card_id[0]);
    buf_put_u64(&input, b->drawn++);
    CHECK_EQ(digest_sha256(buf_span(&input), ret), STATUS_OK);
}

static enum status draw_fill(void *context, uint8_t *ret, size_t len)
{
    for (size_t at = 0; at < len; at += 32) {
        uint8_t block[32];
        draw(context, block);
        memcpy(ret + at, block, len - at < 32 ? len - at : 32);
    }
    return STATUS_OK;
}

/* ---- authority and signer ---- */

static struct private_key *ca_key;
static uint8_t ca_memory[X509_DER_MAX];
static struct buf ca_der;

static void authority_open(struct bench *b)
{
    struct entropy entropy = { .fill = draw_fill, .context = b };
    struct x509_name name = { 0 };
    if (ca_key != NULL) {
        return;
    }
    ca_der = BUF(ca_memory);
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &ca_key), STATUS_OK);
    CHECK_EQ(x509_name_put(&name, X509_COMMON_NAME, "Bench CA"), STATUS_OK);
    CHECK_EQ(x509_build(&(struct x509_build_options){ .subject = &name,
                                                      .serial = "01",
                                                      .not_after = 2000000000,
                                                      .key = private_key_public(ca_key),
                                                      .is_ca = true,
                                                      .path_len = 0,
                                                      .key_usage = X509_KEY_CERT_SIGN,
                                                      .key_usage_critical = true },
                        ca_key, &ca_der),
             STATUS_OK);
}

struct span bench_authority(void)
{
    return buf_span(&ca_der);
}

static struct bench_certificate *certificate_of_key(struct bench *b, const uint8_t hash[32])
{
    for (size_t i = 0; i < b->certificates_count; i++) {
        if (memcmp(b->certificates[i].key_hash, hash, 32) == 0) {
            return &b->certificates[i];
        }
    }
    return NULL;
}

static struct bench_certificate *certificate_issue(struct bench *b, size_t index)
{
    char serial[X509_SERIAL_TEXT_MAX];
    struct x509_name name = { 0 };
    struct entropy entropy = { .fill = draw_fill, .context = b };
    CHECK(b->certificates_count < BENCH_CERTIFICATES_MAX);
    struct bench_certificate *made = &b->certificates[b->certificates_count++];
    struct buf der = BUF(made->der);
    CHECK_EQ(x509_read_new_serial(&entropy, serial), STATUS_OK);
    CHECK_EQ(x509_name_put(&name, X509_COMMON_NAME, "555555555555"), STATUS_OK);
    CHECK_EQ(x509_build(&(struct x509_build_options){ .subject = &name,
                                                      .serial = serial,
                                                      .not_after = 1900000000,
                                                      .key = &b->op.keys[index].key,
                                                      .issuer = buf_span(&ca_der),
                                                      .key_usage = X509_DIGITAL_SIGNATURE },
                        ca_key, &der),
             STATUS_OK);
    made->len = der.len;
    made->index = index;
    made->state = BENCH_PENDING;
    CHECK_EQ(digest_sha256(buf_span(&der), made->fingerprint), STATUS_OK);
    CHECK_EQ(public_key_hash(&b->op.keys[index].key, made->key_hash), STATUS_OK);
    return made;
}

static void certificates_of_op(struct bench *b, struct span ret_ders[CARDOP_KEYS])
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        uint8_t hash[32];
        ret_ders[i] = SPAN_NONE;
        if (b->op.keys[i].known && b->op.keys[i].certified) {
            CHECK_EQ(public_key_hash(&b->op.keys[i].key, hash), STATUS_OK);
            const struct bench_certificate *found = certificate_of_key(b, hash);
            CHECK(found != NULL);
            ret_ders[i] = span_of(found->der, found->len);
        }
    }
}

static enum status satisfy_certificates(struct bench *b)
{
    struct span ders[CARDOP_KEYS];
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        uint8_t hash[32];
        CHECK_EQ(public_key_hash(&b->op.keys[i].key, hash), STATUS_OK);
        struct bench_certificate *found = certificate_of_key(b, hash);
        found = found != NULL ? found : certificate_issue(b, i);
        CHECK_EQ(found->index, i);
        ders[i] = span_of(found->der, found->len);
    }
    return cardop_write(&b->op, ders, &b->batch);
}

/* As signer/factory_secret.h does it: the buyer's set first, then the maker's. */
static enum status factory_secret(const struct bench *b, uint8_t algorithm,
                                  struct factory_secret *ret_secret)
{
    static struct transport_key_list list;
    list.count = b->own.key.len > 0 ? 1 : 0;
    list.keys[0] = (struct transport_key){
        .algorithm = (enum management_algorithm)b->card.options.management_algorithm,
        .key = b->own.key,
        .puk = b->own.puk,
    };
    return factory_secret_find(&list, &b->op.factory.facts, b->op.factory.candidate,
                               (enum management_algorithm)algorithm, ret_secret);
}

static struct secret management_key(const struct bench *b, uint32_t version, uint8_t algorithm)
{
    struct secret master = { 0 }, key = { 0 };
    CHECK(secret_set(&master, SPAN_OF(master_bytes)));
    if (version == 0) {
        struct factory_secret found = { 0 };
        CHECK_EQ(factory_secret(b, algorithm, &found), STATUS_OK);
        return found.key;
    }
    CHECK_EQ(kdf_card_management_key(&master, b->card_id, version,
                                     (enum management_algorithm)algorithm, &key),
             STATUS_OK);
    return key;
}

void bench_puk(const struct bench *b, uint32_t version, char ret_puk[9])
{
    struct secret master = { 0 }, puk = { 0 };
    CHECK(secret_set(&master, SPAN_OF(master_bytes)));
    if (version == 0) {
        struct factory_secret found = { 0 };
        CHECK_EQ(factory_secret(b, 0, &found), STATUS_OK);
        CHECK(text_format(ret_puk, 9, "%.8s", (const char *)found.puk.bytes));
        return;
    }
    CHECK_EQ(kdf_card_puk(&master, b->card_id, version, &puk), STATUS_OK);
    CHECK(text_format(ret_puk, 9, "%.8s", (const char *)puk.bytes));
}

static struct span certificate_now(const struct bench *b)
{
    for (size_t i = 0; i < b->certificates_count; i++) {
        const struct bench_certificate *c = &b->certificates[i];
        if (c->state == BENCH_CURRENT && c->index == CARDOP_AUTHENTICATION) {
            return span_of(c->der, c->len);
        }
    }
    return SPAN_NONE;
}

/* Nothing is left that the card could have come with. */
static bool is_foreign(const struct bench *b)
{
    struct factory_secret found = { 0 };
    return b->op.management_trying == 0 &&
           factory_secret(b, b->op.management_algorithm, &found) == STATUS_CARD_FOREIGN;
}

static enum status satisfy_opening(struct bench *b)
{
    if (is_foreign(b)) {
        return STATUS_CARD_FOREIGN;
    }
    const enum management_algorithm algorithm =
        (enum management_algorithm)b->op.management_algorithm;
    struct secret key = management_key(b, b->op.management_trying, b->op.management_algorithm);
    struct secret next_key = { 0 };
    uint8_t plain[16], challenge[32], expected[16];
    char puk_current[9], puk_next[9];
    struct span ders[CARDOP_KEYS];
    size_t len = cipher_block_len(algorithm);
    struct printed_information printed = { .name = "Ada Example",
                                           .card_serial = "555555555555",
                                           .issuer = "CARDWRIGHT" };
    if (cardop_sets_management(&b->op)) {
        next_key = management_key(b, b->op.management.next, b->op.management_algorithm_next);
    }
    CHECK_EQ(b->op.witness_len, len);
    CHECK_EQ(cipher_decrypt_block(algorithm, secret_span(&key), span_of(b->op.witness, len), plain),
             STATUS_OK);
    draw(b, challenge);
    CHECK_EQ(cipher_encrypt_block(algorithm, secret_span(&key), span_of(challenge, len), expected),
             STATUS_OK);
    bench_puk(b, b->op.puk.current, puk_current);
    bench_puk(b, b->op.puk.next, puk_next);
    certificates_of_op(b, ders);
    return cardop_open(&b->op,
                       &(struct cardop_opening){ .witness_plain = span_of(plain, len),
                                                 .challenge = span_of(challenge, len),
                                                 .expected = span_of(expected, len),
                                                 .puk_current = span_of_text(puk_current),
                                                 .puk_next = span_of_text(puk_next),
                                                 .certificate_now = certificate_now(b),
                                                 .management_key = secret_span(&next_key),
                                                 .printed = &printed },
                       ders, &b->batch);
}

/* ---- the card ---- */

/* The value that a RESET RETRY or a CHANGE REFERENCE 81 shows as the PUK. */
static bool puk_of_command(struct span command, struct span *ret_puk)
{
    bool reset = command.len == 21 && command.ptr[1] == INS_RESET_RETRY;
    bool change =
        command.len == 21 && command.ptr[1] == INS_CHANGE_REFERENCE && command.ptr[3] == 0x81;
    *ret_puk = span_part(command, 5, 8);
    return reset || change;
}

static void watch_puk(struct bench *b, const struct vcard *card, struct span command)
{
    struct span puk;
    if (!puk_of_command(command, &puk)) {
        return;
    }
    b->puk_commands++;
    if (span_equal(puk, SPAN_OF(card->memory.puk.bytes))) {
        b->has_wrong_puk = false;
        return;
    }
    if (card->memory.puk.tries_left <= 1) {
        fail_msg("the last try of the PUK on a wrong one");
    }
    if (b->has_wrong_puk && !span_equal(puk, SPAN_OF(b->wrong_puk))) {
        fail_msg("a third candidate for the PUK");
    }
    b->has_wrong_puk = true;
    memcpy(b->wrong_puk, puk.ptr, sizeof(b->wrong_puk));
}

static enum vcard_outcome transmit(struct bench *b, struct span command, struct buf *answer)
{
    struct vcard *card = b->swapped != NULL ? &b->swapped->card : &b->card;
    uint8_t entropy[32];
    draw(b, entropy);
    watch_puk(b, card, command);
    card_log_add(b->log, sizeof(b->log), command);
    b->apdus++;
    return vcard_transmit(card, command, SPAN_OF(entropy), answer);
}

static enum status prove(void *context, const struct batch_op *op, struct span subject,
                         struct buf *ret_data)
{
    const struct bench *b = context;
    uint8_t digest[DIGEST_LEN_MAX];
    enum key_type type = KEY_TYPE_NONE;
    CHECK(public_key_type_by_piv(op->p1, &type));
    size_t len = digest_len(public_key_digest(type));
    CHECK_EQ(proof_digest(&(struct proof){ .origin = origin,
                                           .job = b->op.job,
                                           .slot = op->p2,
                                           .subject = subject,
                                           .nonce = SPAN_OF(b->nonce) },
                          len, digest),
             STATUS_OK);
    CHECK(piv_key_sign_field(type, span_of(digest, len), ret_data));
    return STATUS_OK;
}

static enum status subject_of_key(void *context, struct span captured, uint8_t ret_hash[32])
{
    const struct bench *b = context;
    struct public_key key;
    enum status status = piv_key_of_generate(captured, b->key_type, &key);
    return status == STATUS_OK ? public_key_hash(&key, ret_hash) : status;
}

/* The reader itself says no, once. */
static bool is_unsent(struct bench *b)
{
    return b->unsent_in > 0 && --b->unsent_in == 0;
}

void bench_play(struct bench *b)
{
    static struct batch_run run;
    static uint8_t memory[APDU_ANSWER_MAX];
    const struct batch_run_options options = { .extended_length = b->report.extended_length,
                                               .pin = b->pin.len > 0 ? &b->pin : NULL,
                                               .new_pin = b->new_pin.len > 0 ? &b->new_pin : NULL,
                                               .prove = prove,
                                               .hash = subject_of_key,
                                               .context = b };
    struct span apdu;
    batch_run_init(&run, &options, &b->batch, &b->result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        struct buf answer = BUF(memory);
        if (is_unsent(b)) {
            batch_run_lost(&run, STATUS_CARD_LIMIT, false);
        } else if (transmit(b, apdu, &answer) == VCARD_ANSWERED) {
            batch_run_feed(&run, buf_span(&answer));
        } else {
            batch_run_lost(&run, STATUS_CARD_REMOVED, true);
        }
    }
    batch_run_wipe(&run);
}

void bench_insert(struct bench *b)
{
    vcard_reset(&b->card);
    vcard_arm(&b->card, &(struct vcard_fault){ .kind = VCARD_FAULT_NONE });
    b->fault_next = (struct vcard_fault){ .kind = VCARD_FAULT_NONE };
}

void bench_arm(struct bench *b, enum vcard_fault_kind kind, uint32_t at)
{
    b->fault_next = (struct vcard_fault){ .kind = kind, .at = at };
}

bool bench_fault_happened(const struct bench *b)
{
    return b->fault_next.kind == VCARD_FAULT_NONE && b->card.fault.kind == VCARD_FAULT_NONE;
}

/* ---- the server ---- */

static void journal_write(struct bench *b)
{
    struct buf bytes = BUF(b->journal);
    CHECK_EQ(cardop_encode(&b->op, &bytes), STATUS_OK);
    b->journal_len = bytes.len;
}

static void journal_read(struct bench *b)
{
    CHECK_EQ(cardop_decode(span_of(b->journal, b->journal_len), &b->op), STATUS_OK);
}

bool bench_job_open(const struct bench *b)
{
    return b->journal_len > 0;
}

static void machine_new(struct bench *b, enum cardop_service service)
{
    char job[JOB_ID_TEXT];
    bool issues = service == CARDOP_ISSUE;
    CHECK(text_format(job, sizeof(job), "%032x", b->jobs));
    struct cardop_options options = {
        .service = service,
        .job = job,
        .origin = origin,
        .key_type = b->key_type,
        .management_version = b->management_version,
        .management_version_next = b->management_version + (issues ? 1 : 0),
        .management_algorithm_next = b->management_algorithm_next,
        .puk_version = b->puk_version,
        .capabilities = b->capabilities,
        .card_expiry = "20310101",
        .attest = b->attest,
        .certificate_len = b->certificate_len,
    };
    memcpy(options.guid, b->card_id, sizeof(options.guid));
    CHECK_EQ(cardop_init(&b->op, &options), STATUS_OK);
}

static void machine_get(struct bench *b, enum cardop_service service)
{
    if (bench_job_open(b)) {
        journal_read(b);
        CHECK_EQ(b->op.service, service);
        cardop_set_key_type(&b->op, b->key_type);
        cardop_set_attest(&b->op, b->attest);
    } else {
        machine_new(b, service);
    }
    b->op.left_locked = b->left_locked;
    cardop_set_reset(&b->op, b->reset);
}

static enum status read_card(struct bench *b)
{
    uint8_t insertion[32];
    draw(b, insertion);
    read_card_batch(&b->batch);
    bench_play(b);
    enum status status = card_report_read(&(struct card_report_reading){ .result = &b->result,
                                                                         .atr = vcard_atr(&b->card),
                                                                         .insertion = insertion },
                                          &b->report);
    return status == STATUS_OK ? card_identity_of_report(&b->report, &b->identity) : status;
}

static enum status lost(const struct bench *b)
{
    return b->result.outcome != BATCH_DONE && b->result.status == STATUS_CARD_REMOVED
               ? STATUS_CARD_REMOVED
               : STATUS_OK;
}

static void commit(struct bench *b)
{
    cardop_committed(&b->op);
    for (size_t i = 0; i < b->certificates_count; i++) {
        struct bench_certificate *c = &b->certificates[i];
        bool made = memcmp(c->fingerprint, b->op.keys[c->index].fingerprint, 32) == 0;
        if (made) {
            c->state = BENCH_CURRENT;
        } else if (c->state == BENCH_CURRENT) {
            c->state = BENCH_SUPERSEDED;
        } else if (c->state == BENCH_PENDING) {
            c->state = BENCH_REVOKED;
        }
    }
    if (b->op.service != CARDOP_RENEW) {
        b->pin = b->new_pin;
    }
    b->management_version = b->op.management.current;
    b->puk_version = b->op.puk.current;
    b->capabilities = cardop_capabilities(&b->op, b->capabilities);
    b->journal_len = 0;
}

static enum status satisfy(struct bench *b)
{
    switch (cardop_want(&b->op)) {
    case CARDOP_WANT_OPENING:
        return satisfy_opening(b);
    case CARDOP_WANT_RESET:
        return cardop_reset(&b->op, &b->batch);
    case CARDOP_WANT_CERTIFICATES:
        return satisfy_certificates(b);
    case CARDOP_WANT_COMMIT:
        commit(b);
        return STATUS_OK;
    default:
        return STATUS_OK;
    }
}

enum status bench_begin(struct bench *b, enum cardop_service service)
{
    uint8_t nonce[32];
    enum status status = read_card(b);
    if (status != STATUS_OK) {
        return status;
    }
    vcard_arm(&b->card, &b->fault_next);
    b->fault_next = (struct vcard_fault){ .kind = VCARD_FAULT_NONE };
    b->jobs += bench_job_open(b) ? 0 : 1;
    draw(b, nonce);
    memcpy(b->nonce, nonce, sizeof(b->nonce));
    b->round_trips = 0;
    b->apdus = 0;
    b->puk_commands = 0;
    b->log[0] = '\0';
    machine_get(b, service);
    cardop_prelude(&b->op, &b->report, &b->batch);
    bench_play(b);
    if (b->agent_dies && lost(b) != STATUS_OK) {
        return lost(b);
    }
    if (b->tamper != NULL) {
        b->tamper(b);
    }
    machine_get(b, service);
    b->round_trips++;
    status =
        cardop_begin(&b->op, &b->report, &b->identity, SPAN_OF(b->nonce), &b->result, &b->fault);
    if (status == STATUS_OK) {
        status = satisfy(b);
    }
    if (status == STATUS_OK) {
        journal_write(b);
    }
    return status;
}

enum status bench_step(struct bench *b)
{
    struct span ders[CARDOP_KEYS];
    journal_read(b);
    card_log_add_mark(b->log, sizeof(b->log));
    bench_play(b);
    if (b->agent_dies && lost(b) != STATUS_OK) {
        return lost(b);
    }
    if (b->tamper != NULL) {
        b->tamper(b);
    }
    b->round_trips++;
    certificates_of_op(b, ders);
    enum status status = cardop_accept(&b->op, &b->result, ders, &b->batch, &b->fault);
    if (status == STATUS_OK) {
        status = satisfy(b);
    }
    if (status != STATUS_OK) {
        b->op.want = CARDOP_WANT_ANSWERS;
    }
    if (b->op.stage != CARDOP_STAGE_FINISHED) {
        journal_write(b);
    }
    return status;
}

enum status bench_job(struct bench *b, enum cardop_service service)
{
    enum status status = bench_begin(b, service);
    while (status == STATUS_OK && bench_job_open(b)) {
        status = bench_step(b);
    }
    return status;
}

/* ---- making one ---- */

void bench_blank_of(struct bench *b, const struct vcard_options *options, uint8_t card_id)
{
    memset(b, 0, sizeof(*b));
    b->key_type = KEY_TYPE_P256;
    b->management_algorithm_next = MANAGEMENT_AES_192;
    memset(b->card_id, card_id, sizeof(b->card_id));
    CHECK(secret_set(&b->new_pin, SPAN_TEXT("471108")));
    authority_open(b);
    vcard_init(&b->card, options);
}

/* What the maker does in his factory: a key in F9, and his certificate for it in 5FFF01. */
static void equip(struct bench *b)
{
    uint8_t seed[32], memory[X509_DER_MAX];
    struct buf der = BUF(memory);
    struct vcard_key *key = vcard_key_slot(&b->card, 0xF9);
    struct vcard_object *object = &b->card.memory.objects[vcard_object_index(0x5FFF01)];
    struct buf private_bytes = BUF(key->private_bytes), public_bytes = BUF(key->public_bytes);
    struct buf content = BUF(object->bytes);
    struct public_key device;
    struct x509_name name = { 0 };
    draw(b, seed);
    struct vcard_random random = vcard_crypto_random(SPAN_OF(seed));
    CHECK(vcard_crypto_generate(vcard_crypto_algorithm(0x11), &random, &private_bytes,
                                &public_bytes));
    key->algorithm = 0x11;
    key->pin_policy = VCARD_PIN_NEVER;
    key->origin = VCARD_KEY_GENERATED;
    key->private_len = (uint16_t)private_bytes.len;
    key->public_len = (uint16_t)public_bytes.len;
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, buf_span(&public_bytes), &device), STATUS_OK);
    CHECK_EQ(x509_name_put(&name, X509_COMMON_NAME, "Bench Attestation"), STATUS_OK);
    CHECK_EQ(x509_build(&(struct x509_build_options){ .subject = &name,
                                                      .serial = "0f9f",
                                                      .not_after = 2000000000,
                                                      .key = &device,
                                                      .issuer = buf_span(&ca_der),
                                                      .key_usage = X509_DIGITAL_SIGNATURE },
                        ca_key, &der),
             STATUS_OK);
    CHECK(cert_container_encode(buf_span(&der), &content));
    object->present = true;
    object->len = (uint16_t)content.len;
}

void bench_blank_attesting(struct bench *b, uint8_t card_id)
{
    struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
    options.features |= VCARD_FEATURE_ATTEST;
    bench_blank_of(b, &options, card_id);
    equip(b);
    b->attest = CARDOP_ATTEST_REQUIRED;
}

void bench_blank(struct bench *b, enum vcard_model model, uint32_t features)
{
    struct vcard_options options = vcard_model_options(model);
    options.features |= features;
    bench_blank_of(b, &options, (uint8_t)(0x40 + (int)model));
}

void bench_issue(struct bench *b)
{
    CHECK_EQ(bench_job(b, CARDOP_ISSUE), STATUS_OK);
    CHECK(secret_set(&b->new_pin, SPAN_TEXT("835291")));
    bench_insert(b);
}

void bench_issued_with(struct bench *b, enum vcard_model model, uint32_t features)
{
    bench_blank(b, model, features);
    bench_issue(b);
}

void bench_issued(struct bench *b, enum vcard_model model)
{
    static struct bench made[VCARD_MODEL_MAX];
    if (!made[model].jobs) {
        bench_issued_with(&made[model], model, 0);
    }
    memcpy(b, &made[model], sizeof(*b));
}

void bench_set_back_puk(struct bench *b)
{
    memcpy(b->card.memory.puk.bytes, b->card.options.puk, sizeof(b->card.memory.puk.bytes));
}

void bench_set_back_management(struct bench *b)
{
    struct vcard_memory *memory = &b->card.memory;
    memory->management_algorithm = b->card.options.management_algorithm;
    struct secret key = management_key(b, 0, memory->management_algorithm);
    memset(memory->management_key, 0, sizeof(memory->management_key));
    memcpy(memory->management_key, key.bytes, key.len);
    memory->management_len = (uint8_t)key.len;
}

/* ---- looking at it ---- */

size_t bench_count(const struct bench *b, enum bench_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < b->certificates_count; i++) {
        count += b->certificates[i].state == state ? 1 : 0;
    }
    return count;
}

struct span bench_certificate_on_card(const struct bench *b, size_t index)
{
    size_t at = vcard_object_index(certificate_tags[index]);
    const struct vcard_object *object = &b->card.memory.objects[at];
    struct span der;
    bool good = object->present &&
                cert_container_decode(span_of(object->bytes, object->len), &der) == STATUS_OK;
    return good ? der : SPAN_NONE;
}

struct span bench_key_on_card(const struct bench *b, size_t index)
{
    struct vcard *card = (struct vcard *)(uintptr_t)&b->card; /* the look-up changes nothing */
    return vcard_key_public(vcard_key_slot(card, slots[index]));
}

static void check_pair(const struct bench *b)
{
    CHECK_EQ(bench_count(b, BENCH_CURRENT), CARDOP_KEYS);
    CHECK_EQ(bench_count(b, BENCH_PENDING), 0);
    for (size_t i = 0; i < b->certificates_count; i++) {
        const struct bench_certificate *c = &b->certificates[i];
        struct x509_info info;
        if (c->state != BENCH_CURRENT) {
            continue;
        }
        CHECK_SPAN(bench_certificate_on_card(b, c->index), span_of(c->der, c->len));
        CHECK_EQ(x509_read(span_of(c->der, c->len), &info), STATUS_OK);
        CHECK_SPAN(bench_key_on_card(b, c->index), span_of(info.key.bytes, info.key.len));
    }
}

void bench_check_good(const struct bench *b)
{
    char puk[9];
    const struct vcard_memory *memory = &b->card.memory;
    struct secret key = management_key(b, b->management_version, memory->management_algorithm);
    CHECK(!bench_job_open(b));
    check_pair(b);
    bench_puk(b, b->puk_version, puk);
    CHECK(vcard_puk_is(&b->card, puk));
    CHECK_EQ(memory->puk.tries_left, memory->puk.tries_max);
    CHECK_SPAN(secret_span(&key), span_of(memory->management_key, memory->management_len));
}

void bench_check_untouched(const struct bench *before, const struct bench *after)
{
    const struct vcard_memory *old = &before->card.memory, *new = &after->card.memory;
    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        uint32_t tag = vcard_object_tag(i);
        if (tag != certificate_tags[0] && tag != certificate_tags[1]) {
            CHECK_BYTES(&old->objects[i], &new->objects[i], sizeof(old->objects[i]));
        }
    }
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        if (&old->keys[i] != vcard_key_slot((struct vcard *)(uintptr_t)&before->card, 0x9A) &&
            &old->keys[i] != vcard_key_slot((struct vcard *)(uintptr_t)&before->card, 0x9C)) {
            CHECK_BYTES(&old->keys[i], &new->keys[i], sizeof(old->keys[i]));
        }
    }
    CHECK_BYTES(old->management_key, new->management_key, sizeof(old->management_key));
}
