/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/statement.h"

#include <string.h>

#include "crypto/digest.h"
#include "test/fuzz/fuzz.h"

/* What is signed: the message of any statement falls into its members again, so no two statements
 * have the same one; and no message of one kind is one of another. */
enum { HASH_LEN = 32 };

static void take_text(struct reader *in, char *ret_text, size_t max)
{
    uint8_t len = 0;
    struct span part;
    memset(ret_text, 0, max);
    if (reader_u8(in, &len) && reader_take(in, len % max, &part) && part.len > 0) {
        memcpy(ret_text, part.ptr, part.len);
    }
}

static void take_hash(struct reader *in, uint8_t ret_hash[HASH_LEN])
{
    struct span part;
    if (reader_take(in, HASH_LEN, &part)) {
        memcpy(ret_hash, part.ptr, HASH_LEN);
    }
}

static void take_statement(struct reader *in, struct statement *ret_s)
{
    uint64_t at = 0;
    uint8_t flags = 0;
    *ret_s = (struct statement){ 0 };
    (void)(reader_u64(in, &at) && reader_u8(in, &flags));
    ret_s->at = (instant)at;
    ret_s->left_locked = (flags & 1) != 0;
    ret_s->nonce_len = flags >> 1 & 0x3F;
    memset(ret_s->nonce, flags, ret_s->nonce_len);
    take_text(in, ret_s->origin, sizeof ret_s->origin);
    take_text(in, ret_s->job, sizeof ret_s->job);
    take_text(in, ret_s->operation, sizeof ret_s->operation);
    take_text(in, ret_s->identity_check, sizeof ret_s->identity_check);
    take_text(in, ret_s->card, sizeof ret_s->card);
    take_text(in, ret_s->person, sizeof ret_s->person);
    take_text(in, ret_s->operator_person, sizeof ret_s->operator_person);
    take_text(in, ret_s->role_profile, sizeof ret_s->role_profile);
    take_hash(in, ret_s->old_certificates[0]);
    take_hash(in, ret_s->old_certificates[1]);
    take_hash(in, ret_s->policy_hash);
    take_hash(in, ret_s->witness_hash);
}

static void expect(struct reader *message, struct span member)
{
    struct span field;
    REQUIRE(reader_field(message, &field) && span_equal(field, member));
}

static void expect_text(struct reader *message, const char *text)
{
    expect(message, span_of_text(text));
}

static void expect_number(struct reader *message, uint64_t number)
{
    uint8_t memory[8];
    struct buf bytes = BUF(memory);
    REQUIRE(buf_put_u64(&bytes, number));
    expect(message, buf_span(&bytes));
}

static void expect_hash(struct reader *message, const uint8_t hash[HASH_LEN])
{
    static const uint8_t none[HASH_LEN];
    expect(message, span_of(hash, memcmp(hash, none, HASH_LEN) == 0 ? 0 : HASH_LEN));
}

static void check_members(const struct statement *s, struct span message)
{
    struct reader in = reader_of(message);
    expect_text(&in, "cardwright statement v1");
    expect_text(&in, s->origin);
    expect_text(&in, s->job);
    expect(&in, span_of(s->nonce, s->nonce_len));
    expect_number(&in, (uint64_t)s->at);
    expect_text(&in, s->operation);
    expect_number(&in, s->left_locked ? 1 : 0);
    expect_text(&in, s->identity_check);
    expect_text(&in, s->card);
    expect_hash(&in, s->old_certificates[0]);
    expect_hash(&in, s->old_certificates[1]);
    expect_text(&in, s->person);
    expect_text(&in, s->operator_person);
    expect_text(&in, s->role_profile);
    expect_hash(&in, s->policy_hash);
    expect_hash(&in, s->witness_hash);
    REQUIRE(reader_end(&in));
}

static void check_statement(const struct statement *s)
{
    uint8_t memory[STATEMENT_MAX], digest[HASH_LEN], again[HASH_LEN];
    struct buf message = BUF(memory);
    REQUIRE(statement_message(s, &message) == STATUS_OK);
    check_members(s, buf_span(&message));
    REQUIRE(statement_digest(s, digest) == STATUS_OK);
    REQUIRE(digest_sha256(buf_span(&message), again) == STATUS_OK);
    REQUIRE(memcmp(digest, again, HASH_LEN) == 0);
}

static void check_guid(const char *job)
{
    uint8_t guid[STATEMENT_GUID_LEN];
    if (statement_guid(job, guid)) {
        REQUIRE(strlen(job) == JOB_ID_TEXT - 1);
        REQUIRE(guid[6] >> 4 == 4 && guid[8] >> 6 == 2); /* RFC 4122, version 4 */
    } else {
        static const uint8_t none[STATEMENT_GUID_LEN];
        REQUIRE(memcmp(guid, none, sizeof guid) == 0);
    }
}

/* A proof and a log-in over the same bytes. */
static void check_kinds(const struct statement *s, struct span rest)
{
    const struct proof proof = {
        .origin = s->origin, .job = s->job, .slot = 0x9A, .subject = rest, .nonce = rest
    };
    uint8_t made[HASH_LEN], statement[HASH_LEN], login[HASH_LEN];
    REQUIRE(proof_digest(&proof, rest.len % HASH_LEN, made) == STATUS_BAD_VALUE);
    enum status status = proof_digest(&proof, HASH_LEN, made);
    REQUIRE(status == STATUS_OK || (status == STATUS_TOO_LARGE && rest.len > 256));
    REQUIRE(statement_digest(s, statement) == STATUS_OK);
    REQUIRE(status != STATUS_OK || memcmp(made, statement, HASH_LEN) != 0);
    if (login_digest(s->origin, rest, rest, login) == STATUS_OK && status == STATUS_OK) {
        REQUIRE(memcmp(made, login, HASH_LEN) != 0 && memcmp(statement, login, HASH_LEN) != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct statement s;
    struct reader in = reader_of(span_of(bytes, len));
    take_statement(&in, &s);
    check_statement(&s);
    check_guid(s.job);
    check_kinds(&s, in.rest);
    return 0;
}
