/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "wire_signer/signer_message.h"

static uint8_t frame_memory[SIGNER_REQUEST_MAX];
static uint8_t other_memory[SIGNER_REQUEST_MAX];
static struct signer_request request, again;

/* The base point of P-256 (SEC 2, 2.4.2): a point that is surely on the curve. */
static const char generator[] = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                                "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

static void fill(uint8_t *at, size_t len, uint8_t first)
{
    for (size_t i = 0; i < len; i++) {
        at[i] = (uint8_t)(first + i);
    }
}

static void set_authority(struct signer_authority *a)
{
    struct statement *s = &a->statement;
    fill(a->binding, sizeof(a->binding), 1);
    CHECK(text_copy(s->origin, sizeof(s->origin), "https://ra.example:8443"));
    CHECK(text_copy(s->job, sizeof(s->job), "00112233445566778899aabbccddeeff"));
    s->nonce_len = SIGNER_NONCE_LEN;
    fill(s->nonce, s->nonce_len, 2);
    s->at = 1800000000;
    CHECK(text_copy(s->operation, sizeof(s->operation), "repair"));
    s->left_locked = true;
    CHECK(text_copy(s->identity_check, sizeof(s->identity_check), "passport, \"in person\""));
    CHECK(text_copy(s->card, sizeof(s->card), "serial 12345678"));
    fill(s->old_certificates[0], 32, 3);
    fill(s->old_certificates[1], 32, 4);
    CHECK(text_copy(s->person, sizeof(s->person), "500000000022"));
    CHECK(text_copy(s->operator_person, sizeof(s->operator_person), "500000000011"));
    CHECK(text_copy(s->role_profile, sizeof(s->role_profile), "100000000001"));
    fill(s->policy_hash, 32, 5);
    fill(s->witness_hash, 32, 6);
    a->signature_len = 71;
    fill(a->signature, a->signature_len, 7);
    a->certificate_len = 900;
    fill(a->certificate, a->certificate_len, 8);
}

static void set_certificate(struct signer_certificate_request *c)
{
    uint8_t bytes[65];
    struct buf point = BUF(bytes);
    c->purpose = SIGNER_CONTENT_SIGNING;
    CHECK(text_copy(c->uuid, sizeof(c->uuid), "500000000022"));
    CHECK(text_copy(c->given, sizeof(c->given), "Zo\xC3\xAB"));
    CHECK(text_copy(c->family, sizeof(c->family), "O'Neill"));
    CHECK(text_copy(c->organisation_name, sizeof(c->organisation_name), "nhs"));
    CHECK(text_copy(c->organisation_code, sizeof(c->organisation_code), "RKF"));
    CHECK(text_parse_hex(generator, &point));
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, buf_span(&point), &c->key), STATUS_OK);
    c->proof_len = 70;
    fill(c->proof, c->proof_len, 9);
    c->proof_slot = 0x9C;
}

/* One full example of each kind. Unused bytes are zero, so values can be compared whole. */
static void set_example(enum signer_kind kind, struct signer_request *r)
{
    memset(r, 0, sizeof(*r));
    r->kind = kind;
    if (signer_message_needs_authority(kind)) {
        set_authority(&r->authority);
    }
    switch (kind) {
    case SIGNER_NONCE:
        fill(r->nonce.binding, 32, 10);
        break;
    case SIGNER_MANAGEMENT_ANSWER:
    case SIGNER_MANAGEMENT_KEY:
        fill(r->management.card_id, 16, 12);
        r->management.version = 3;
        r->management.algorithm = MANAGEMENT_AES_192;
        r->management.witness_len = kind == SIGNER_MANAGEMENT_ANSWER ? 16 : 0;
        fill(r->management.witness, r->management.witness_len, 11);
        break;
    case SIGNER_PUK:
        fill(r->puk.card_id, 16, 13);
        r->puk.old_version = 0;
        r->puk.new_version = UINT32_MAX;
        r->puk.factory = (struct signer_factory){
            .facts = { .atr = { 0x3B, 0x00 },
                       .atr_len = 2,
                       .version = "5.7.1",
                       .told = FACTORY_TOLD_CHANGED,
                       .algorithm = MANAGEMENT_AES_192 },
            .candidate = 2,
        };
        break;
    case SIGNER_CERTIFICATE:
        set_certificate(&r->certificate);
        break;
    case SIGNER_REVOKE_AND_CRL:
        r->crl.issuer = SIGNER_CONTENT_SIGNING;
        r->crl.number = 7;
        r->crl.count = 2;
        r->crl.entries[0] = (struct x509_crl_entry){ "3f00", 1800000000, X509_REASON_SUPERSEDED };
        r->crl.entries[1] = (struct x509_crl_entry){ "4f00", 1, X509_REASON_KEY_COMPROMISE };
        break;
    case SIGNER_CHECKPOINT:
        r->checkpoint.from = 41;
        fill(r->checkpoint.previous, 32, 14);
        r->checkpoint.count = 2;
        fill(r->checkpoint.entries[0], 32, 15);
        fill(r->checkpoint.entries[1], 32, 16);
        break;
    case SIGNER_ISSUED:
        r->issued.after = 1800000000;
        r->issued.from = 128;
        break;
    case SIGNER_ISSUED_CERTIFICATE:
        fill(r->issued.key_hash, 32, 17);
        break;
    default:
        break;
    }
}

static struct buf encode(const struct signer_request *r)
{
    struct buf frame = BUF(frame_memory);
    CHECK_EQ(signer_message_request_encode(r, &frame), STATUS_OK);
    return frame;
}

TEST(signer_message_request__each_request_comes_back_the_same)
{
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        set_example((enum signer_kind)kind, &request);
        struct buf frame = encode(&request);
        struct buf second = BUF(other_memory);
        memset(&again, 0xEE, sizeof(again));

        CHECK_EQ(signer_message_request_decode(buf_span(&frame), &again), STATUS_OK);

        CHECK_EQ(again.kind, kind);
        CHECK_EQ(signer_message_request_encode(&again, &second), STATUS_OK);
        CHECK_SPAN(buf_span(&second), buf_span(&frame));
    }
}

TEST(signer_message_request__the_statement_is_the_same_to_the_last_member)
{
    uint8_t before[32], after[32];
    set_example(SIGNER_PUK, &request);
    struct buf frame = encode(&request);

    CHECK_EQ(signer_message_request_decode(buf_span(&frame), &again), STATUS_OK);

    CHECK_EQ(statement_digest(&request.authority.statement, before), STATUS_OK);
    CHECK_EQ(statement_digest(&again.authority.statement, after), STATUS_OK);
    CHECK_BYTES(before, after, 32);
    CHECK_BYTES(again.authority.certificate, request.authority.certificate, 900);
    CHECK_BYTES(again.authority.binding, request.authority.binding, 32);
}

TEST(signer_message_request__every_truncation_is_refused)
{
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        set_example((enum signer_kind)kind, &request);
        struct buf frame = encode(&request);
        memset(&again, 0xEE, sizeof(again));
        for (size_t len = 0; len < frame.len; len++) {
            CHECK_EQ(signer_message_request_decode(span_of(frame.ptr, len), &again),
                     STATUS_BAD_MESSAGE);
        }
        CHECK_EQ(*(const uint8_t *)&again, 0xEE); /* nothing was returned */
    }
}

/* A changed byte gives a refusal or another request, never a crash; quotes break the form. */
TEST(signer_message_request__changed_bytes_are_survived)
{
    static const uint8_t values[] = { 0, '"', '}', 'g', '0', 0x80, 0xFF, ',' };
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        set_example((enum signer_kind)kind, &request);
        struct buf frame = encode(&request);
        for (size_t at = 0; at < frame.len; at++) {
            uint8_t kept = frame.ptr[at];
            frame.ptr[at] = values[at % COUNT(values)];
            enum status status = signer_message_request_decode(buf_span(&frame), &again);
            CHECK(status == STATUS_OK || status == STATUS_BAD_MESSAGE ||
                  status == STATUS_METHOD_UNKNOWN);
            frame.ptr[at] = kept;
        }
    }
}

/* Adds `extra` behind the opening brace of the example. */
static enum status decode_with(enum signer_kind kind, const char *extra)
{
    set_example(kind, &request);
    struct buf frame = encode(&request), changed = BUF(other_memory);
    CHECK(buf_put_u8(&changed, '{') && buf_put(&changed, span_of_text(extra)) &&
          buf_put(&changed, span_part(buf_span(&frame), 1, frame.len)));
    return signer_message_request_decode(buf_span(&changed), &again);
}

TEST(signer_message_request__unknown_and_double_members_are_refused)
{
    CHECK_EQ(decode_with(SIGNER_NONCE, "\"message\":\"00\","), STATUS_BAD_MESSAGE);
    CHECK_EQ(decode_with(SIGNER_NONCE, "\"kind\":\"nonce\","), STATUS_BAD_MESSAGE);
    CHECK_EQ(decode_with(SIGNER_STATUS, "\"authority\":{},"), STATUS_BAD_MESSAGE);
    CHECK_EQ(decode_with(SIGNER_CERTIFICATE, "\"der\":\"3082\","), STATUS_BAD_MESSAGE);
}

TEST(signer_message_request__kinds_that_are_not_in_the_list_are_unknown)
{
    static const char *const kinds[] = { "sign", "decrypt", "", "Status", "export" };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char text[64];
        CHECK(text_format(text, sizeof(text), "{\"kind\":\"%s\"}", kinds[i]));
        CHECK_EQ(signer_message_request_decode(span_of_text(text), &again), STATUS_METHOD_UNKNOWN);
    }
    CHECK_EQ(signer_message_request_decode(SPAN_TEXT("{}"), &again), STATUS_BAD_MESSAGE);
}

TEST(signer_message_request__oversize_is_refused_before_it_is_parsed)
{
    static uint8_t large[SIGNER_REQUEST_MAX + 1];
    memset(large, ' ', sizeof(large));
    CHECK_EQ(signer_message_request_decode(SPAN_OF(large), &again), STATUS_TOO_LARGE);
}

TEST(signer_message_request__a_point_off_the_curve_is_refused)
{
    set_example(SIGNER_CERTIFICATE, &request);
    request.certificate.key.bytes[64] ^= 1;
    struct buf frame = encode(&request);
    CHECK_EQ(signer_message_request_decode(buf_span(&frame), &again), STATUS_BAD_MESSAGE);
}

TEST(signer_message_request__values_out_of_their_limits_are_not_written)
{
    struct buf frame = BUF(frame_memory);
    set_example(SIGNER_CHECKPOINT, &request);
    request.checkpoint.count = 0;
    CHECK_EQ(signer_message_request_encode(&request, &frame), STATUS_BAD_VALUE);
    set_example(SIGNER_PUK, &request);
    request.authority.signature_len = SIGNATURE_MAX + 1;
    CHECK_EQ(signer_message_request_encode(&request, &frame), STATUS_BAD_VALUE);
    request.kind = SIGNER_KIND_MAX;
    CHECK_EQ(signer_message_request_encode(&request, &frame), STATUS_BAD_VALUE);
    struct buf small = buf_of(frame_memory, 20);
    set_example(SIGNER_NONCE, &request);
    CHECK_EQ(signer_message_request_encode(&request, &small), STATUS_TOO_LARGE);
    CHECK_EQ(frame.len + small.len, 0);
}

TEST(signer_message_request__the_largest_requests_fit)
{
    set_example(SIGNER_CHECKPOINT, &request);
    request.checkpoint.count = SIGNER_ENTRIES_MAX;
    (void)encode(&request);
    set_example(SIGNER_REVOKE_AND_CRL, &request);
    request.crl.count = SIGNER_REVOCATIONS_MAX;
    for (size_t i = 0; i < SIGNER_REVOCATIONS_MAX; i++) {
        request.crl.entries[i] =
            (struct x509_crl_entry){ "7f00000000000000000000000000000000000000", INT64_MAX,
                                     X509_REASON_PRIVILEGE_WITHDRAWN };
    }
    (void)encode(&request);
}

/* ---- each member, taken away or of another type ---- */

static char *dump(json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    assert_non_null(text);
    return text;
}

static void check_refused(json_t *whole)
{
    char *text = dump(whole);
    enum status status = signer_message_request_decode(span_of_text(text), &again);
    CHECK(status == STATUS_BAD_MESSAGE || status == STATUS_METHOD_UNKNOWN);
    free(text);
}

/* No member is optional and none has two types: everything else in its place is refused. */
static void spoil_members(json_t *whole, json_t *object)
{
    json_t *copy = json_copy(object), *value;
    const char *name;
    json_object_foreach(copy, name, value)
    {
        json_t *others[] = { json_null(), json_real(1.5), json_integer(-1), json_object(),
                             json_string("\x01?") };
        CHECK_EQ(json_object_del(object, name), 0);
        check_refused(whole);
        for (size_t i = 0; i < COUNT(others); i++) {
            bool is_time =
                json_is_integer(value) && json_is_integer(others[i]) && strstr(name, "at") != NULL;
            bool is_text = json_is_string(value) && json_is_string(others[i]);
            CHECK_EQ(json_object_set_new(object, name, others[i]), 0);
            if (!is_time && !is_text) {
                check_refused(whole);
            }
        }
        CHECK_EQ(json_object_set(object, name, value), 0);
    }
    json_decref(copy);
}

static json_t *example_json(enum signer_kind kind)
{
    set_example(kind, &request);
    struct buf frame = encode(&request);
    json_t *whole = json_loadb((const char *)frame.ptr, frame.len, 0, NULL);
    assert_non_null(whole);
    return whole;
}

TEST(signer_message_request__every_member_is_needed_and_has_one_type)
{
    for (size_t kind = 0; kind < SIGNER_KIND_MAX; kind++) {
        json_t *whole = example_json((enum signer_kind)kind);
        json_t *authority = json_object_get(whole, "authority");
        json_t *list = json_object_get(whole, "entries");

        spoil_members(whole, whole);
        if (authority != NULL) {
            authority = json_object_get(whole, "authority");
            spoil_members(whole, authority);
            spoil_members(whole, json_object_get(authority, "statement"));
        }
        if (kind == SIGNER_REVOKE_AND_CRL) {
            spoil_members(whole, json_array_get(list, 0));
        }

        char *text = dump(whole);
        CHECK_EQ(signer_message_request_decode(span_of_text(text), &again), STATUS_OK);
        free(text);
        json_decref(whole);
    }
}

/* Bytes that must have one length: a byte less, a byte more. */
TEST(signer_message_request__hashes_have_one_length)
{
    static const struct {
        enum signer_kind kind;
        const char *name;
    } rows[] = { { SIGNER_NONCE, "binding" },
                 { SIGNER_PUK, "card_id" },
                 { SIGNER_MANAGEMENT_KEY, "card_id" },
                 { SIGNER_MANAGEMENT_ANSWER, "card_id" },
                 { SIGNER_CHECKPOINT, "previous" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *whole = example_json(rows[i].kind);
        char text[80];
        const char *value = json_string_value(json_object_get(whole, rows[i].name));
        CHECK(text_copy(text, sizeof(text), value));
        size_t len = strlen(text);
        memcpy(text + len, "00", 3);
        CHECK_EQ(json_object_set_new(whole, rows[i].name, json_string(text)), 0);
        check_refused(whole);
        text[len - 2] = '\0';
        CHECK_EQ(json_object_set_new(whole, rows[i].name, json_string(text)), 0);
        check_refused(whole);
        json_decref(whole);
    }
}

/* Of a card that is not ours yet: what it tells goes along, and only then. */
TEST(signer_message_request__a_factory_goes_with_version_0_only)
{
    set_example(SIGNER_PUK, &request);
    struct buf frame = encode(&request);
    CHECK_EQ(signer_message_request_decode(buf_span(&frame), &again), STATUS_OK);
    CHECK_BYTES(&again.puk.factory, &request.puk.factory, sizeof(again.puk.factory));

    json_t *whole = example_json(SIGNER_PUK);
    CHECK_EQ(json_object_set_new(whole, "old_version", json_integer(1)), 0);
    check_refused(whole);
    CHECK_EQ(json_object_set_new(whole, "old_version", json_integer(0)), 0);
    CHECK_EQ(json_object_del(whole, "factory"), 0);
    check_refused(whole);
    json_decref(whole);

    request.puk.factory.facts.told = FACTORY_TOLD_MAX;
    struct buf other = BUF(other_memory);
    CHECK_EQ(signer_message_request_encode(&request, &other), STATUS_BAD_VALUE);
}

TEST(signer_message_request__every_member_of_a_factory_is_needed_and_has_its_form)
{
    static const struct {
        const char *name, *wrong;
    } rows[] = { { "atr", "\"3b0\"" },       { "version", "5" },     { "told", "\"perhaps\"" },
                 { "algorithm", "\"AES\"" }, { "candidate", "256" }, { "further", "1" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *whole = example_json(SIGNER_PUK);
        json_t *factory = json_object_get(whole, "factory");
        CHECK_EQ(json_object_set_new(factory, rows[i].name,
                                     json_loads(rows[i].wrong, JSON_DECODE_ANY, NULL)),
                 0);
        check_refused(whole);
        json_decref(whole);
    }
}

/* Numbers at their limits: `good` is the largest that is taken. */
TEST(signer_message_request__numbers_have_limits)
{
    static const struct {
        enum signer_kind kind;
        const char *name;
        json_int_t good;
    } rows[] = { { SIGNER_PUK, "old_version", UINT32_MAX },
                 { SIGNER_PUK, "new_version", UINT32_MAX },
                 { SIGNER_MANAGEMENT_KEY, "version", UINT32_MAX },
                 { SIGNER_CERTIFICATE, "proof_slot", UINT8_MAX } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *whole = example_json(rows[i].kind);
        CHECK_EQ(json_object_set_new(whole, rows[i].name, json_integer(rows[i].good)), 0);
        (void)json_object_del(whole, "factory"); /* which goes with version 0 only */
        if (text_equal(rows[i].name, "new_version")) {
            CHECK_EQ(json_object_set_new(whole, "old_version", json_integer(1)), 0);
        }
        char *text = dump(whole);
        CHECK_EQ(signer_message_request_decode(span_of_text(text), &again), STATUS_OK);
        free(text);
        CHECK_EQ(json_object_set_new(whole, rows[i].name, json_integer(rows[i].good + 1)), 0);
        check_refused(whole);
        json_decref(whole);
    }
}

TEST(signer_message_request__lists_have_limits)
{
    static const struct {
        enum signer_kind kind;
        size_t max;
    } rows[] = { { SIGNER_REVOKE_AND_CRL, SIGNER_REVOCATIONS_MAX },
                 { SIGNER_CHECKPOINT, SIGNER_ENTRIES_MAX } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *whole = example_json(rows[i].kind);
        json_t *list = json_object_get(whole, "entries");
        while (json_array_size(list) < rows[i].max) {
            CHECK_EQ(json_array_append(list, json_array_get(list, 0)), 0);
        }
        char *text = dump(whole);
        CHECK_EQ(signer_message_request_decode(span_of_text(text), &again), STATUS_OK);
        free(text);
        CHECK_EQ(json_array_append(list, json_array_get(list, 0)), 0);
        check_refused(whole);
        json_decref(whole);
    }
}
