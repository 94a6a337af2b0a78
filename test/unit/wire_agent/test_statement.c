/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/statement.h"

#include "base/text.h"
#include "test/lib/test.h"

#define ORIGIN "https://ra.example:8443"
#define JOB "0123456789abcdef0123456789abcdef"

static struct statement sample(void)
{
    struct statement s = { .origin = ORIGIN,
                           .job = JOB,
                           .nonce_len = 16,
                           .at = 1795339800,
                           .operation = "repair",
                           .left_locked = true,
                           .identity_check = "passport",
                           .card = "serial 10000042",
                           .person = "123456789012",
                           .operator_person = "210987654321",
                           .role_profile = "555000111222" };
    for (int i = 0; i < 16; i++) {
        s.nonce[i] = (uint8_t)(i + 1);
    }
    memset(s.old_certificates[0], 0x11, 32);
    memset(s.policy_hash, 0x22, 32);
    memset(s.witness_hash, 0x33, 32);
    return s;
}

static void check_hex(const uint8_t *bytes, size_t len, const char *expected)
{
    char text[129];
    CHECK(text_of_hex(span_of(bytes, len), text, sizeof text));
    CHECK_TEXT(text, expected);
}

/* The expected digests were computed with Python's struct and hashlib from the form in the header:
 * every member as '>I' length and bytes, numbers as '>q'. */
TEST(statement__known_answer)
{
    struct statement s = sample();
    uint8_t digest[32], memory[STATEMENT_MAX];
    struct buf message = BUF(memory);

    CHECK_EQ(statement_message(&s, &message), STATUS_OK);
    CHECK_EQ(message.len, 335);
    CHECK(span_starts(buf_span(&message), SPAN_TEXT("\0\0\0\x17"
                                                    "cardwright statement v1\0\0\0\x17" ORIGIN)));
    CHECK_EQ(statement_digest(&s, digest), STATUS_OK);
    check_hex(digest, 32, "51fbc36d0882c0b092cb0aa411d52672a7219dc392b8aca8998d3c0a5c2ec342");
}

/* Changes member number `index`; false past the last. */
static bool change(struct statement *s, int index)
{
    char *const texts[] = { s->origin, s->job,    s->operation,       s->identity_check,
                            s->card,   s->person, s->operator_person, s->role_profile };
    uint8_t *const bytes[] = { s->nonce, s->old_certificates[0], s->old_certificates[1],
                               s->policy_hash, s->witness_hash };
    int texts_count = (int)COUNT(texts), bytes_count = (int)COUNT(bytes);
    if (index < texts_count) {
        texts[index][0] ^= 1;
        return true;
    }
    index -= texts_count;
    if (index < bytes_count) {
        bytes[index][0] ^= 1;
        return true;
    }
    switch (index - bytes_count) {
    case 0:
        s->at++;
        return true;
    case 1:
        s->left_locked = !s->left_locked;
        return true;
    case 2:
        s->nonce_len--;
        return true;
    default:
        return false;
    }
}

TEST(statement__every_member_changes_the_digest)
{
    uint8_t digests[32][32];
    int count = 0;
    struct statement s = sample();
    CHECK_EQ(statement_digest(&s, digests[count++]), STATUS_OK);
    for (; change(&s, count - 1); s = sample()) {
        CHECK_EQ(statement_digest(&s, digests[count]), STATUS_OK);
        for (int i = 0; i < count; i++) {
            CHECK(memcmp(digests[i], digests[count], 32) != 0);
        }
        count++;
    }
    CHECK_EQ(count, 1 + 8 + 5 + 3);
}

TEST(statement__what_moves_from_one_member_to_the_next_is_another_statement)
{
    struct statement a = sample(), b = sample();
    uint8_t digest_a[32], digest_b[32];
    CHECK(text_copy(a.person, sizeof a.person, "12") && text_copy(b.person, sizeof b.person, "1"));
    CHECK(text_copy(a.operator_person, sizeof a.operator_person, "3"));
    CHECK(text_copy(b.operator_person, sizeof b.operator_person, "23"));
    CHECK_EQ(statement_digest(&a, digest_a), STATUS_OK);
    CHECK_EQ(statement_digest(&b, digest_b), STATUS_OK);
    CHECK(memcmp(digest_a, digest_b, 32) != 0);
}

TEST(statement__an_issue_that_wipes_the_card_has_a_name_of_its_own)
{
    char operation[16], tight[8];
    CHECK(statement_operation("issue", false, operation, sizeof(operation)));
    CHECK_TEXT(operation, "issue");
    CHECK(statement_operation("issue", true, operation, sizeof(operation)));
    CHECK_TEXT(operation, "issue_reset");
    CHECK(!statement_operation("issue", true, tight, sizeof(tight)));
}

TEST(statement__the_longest_one_fits)
{
    struct statement s = sample();
    uint8_t memory[STATEMENT_MAX];
    struct buf message = BUF(memory);
    memset(s.origin, 'x', sizeof s.origin - 1);
    memset(s.identity_check, 'x', sizeof s.identity_check - 1);
    memset(s.card, 'x', sizeof s.card - 1);
    memset(s.old_certificates[1], 'x', 32);
    s.nonce_len = STATEMENT_NONCE_MAX;
    CHECK_EQ(statement_message(&s, &message), STATUS_OK);
    struct buf short_buffer = buf_of(memory, 300);
    CHECK_EQ(statement_message(&s, &short_buffer), STATUS_TOO_LARGE);
    CHECK_EQ(short_buffer.len, 0);
}

static struct proof sample_proof(void)
{
    static const uint8_t nonce[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
    static uint8_t subject[32];
    memset(subject, 0x44, sizeof subject);
    return (struct proof){ .origin = ORIGIN,
                           .job = JOB,
                           .slot = 0x9C,
                           .subject = SPAN_OF(subject),
                           .nonce = SPAN_OF(nonce) };
}

TEST(statement__proof_known_answers)
{
    struct proof p = sample_proof();
    uint8_t digest[48];
    CHECK_EQ(proof_digest(&p, 32, digest), STATUS_OK);
    check_hex(digest, 32, "244ecae80ca1daeab917451f2aebb7d730860c56d6cae5f59ba5b770744afc0c");
    CHECK_EQ(proof_digest(&p, 48, digest), STATUS_OK);
    check_hex(digest, 48,
              "9632565218af6042c705c8b959d967b13d43af17846b057e9bf912f959cee444"
              "495410da8dce646099e60dc717f89ec8");
}

TEST(statement__every_member_of_a_proof_changes_the_digest)
{
    struct proof p = sample_proof();
    uint8_t digests[6][32];
    CHECK_EQ(proof_digest(&p, 32, digests[0]), STATUS_OK);
    p.origin = "https://rb.example:8443";
    CHECK_EQ(proof_digest(&p, 32, digests[1]), STATUS_OK);
    p = sample_proof();
    p.job = "1123456789abcdef0123456789abcdef";
    CHECK_EQ(proof_digest(&p, 32, digests[2]), STATUS_OK);
    p = sample_proof();
    p.slot = 0x9A;
    CHECK_EQ(proof_digest(&p, 32, digests[3]), STATUS_OK);
    p = sample_proof();
    p.subject.len--;
    CHECK_EQ(proof_digest(&p, 32, digests[4]), STATUS_OK);
    p = sample_proof();
    p.nonce.len--;
    CHECK_EQ(proof_digest(&p, 32, digests[5]), STATUS_OK);
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < i; j++) {
            CHECK(memcmp(digests[i], digests[j], 32) != 0);
        }
    }
}

TEST(statement__refuses_other_digests_and_what_is_too_large)
{
    static const uint8_t large[4096];
    struct proof p = sample_proof();
    uint8_t digest[48] = { 0x77 };
    CHECK_EQ(proof_digest(&p, 20, digest), STATUS_BAD_VALUE);
    p.subject = SPAN_OF(large);
    CHECK_EQ(proof_digest(&p, 32, digest), STATUS_TOO_LARGE);
    CHECK_EQ(login_digest(ORIGIN, SPAN_OF(large), SPAN_NONE, digest), STATUS_TOO_LARGE);
    CHECK_EQ(digest[0], 0x77);
}

TEST(statement__log_in_and_lease_known_answers)
{
    uint8_t digest[32];
    CHECK_EQ(login_digest(ORIGIN, SPAN_TEXT("nonce"), SPAN_TEXT("\x30\x00"), digest), STATUS_OK);
    check_hex(digest, 32, "825b460f8ad5ca1b9f08d189c8701f4a1a3b55d564cb5591dca82c65f5648db5");
    CHECK_EQ(lease_digest(ORIGIN, "session", "token", digest), STATUS_OK);
    check_hex(digest, 32, "7d2e0d92fb37a72731cf4298318c140d60a32bf02283afe82eced99525868989");
}

TEST(statement__a_log_in_is_bound_to_origin_nonce_and_key)
{
    uint8_t first[32], other[32];
    CHECK_EQ(login_digest(ORIGIN, SPAN_TEXT("nonce"), SPAN_TEXT("key"), first), STATUS_OK);
    CHECK_EQ(login_digest(ORIGIN, SPAN_TEXT("noncek"), SPAN_TEXT("ey"), other), STATUS_OK);
    CHECK(memcmp(first, other, 32) != 0);
    CHECK_EQ(login_digest("https://evil.example", SPAN_TEXT("nonce"), SPAN_TEXT("key"), other),
             STATUS_OK);
    CHECK(memcmp(first, other, 32) != 0);
}
