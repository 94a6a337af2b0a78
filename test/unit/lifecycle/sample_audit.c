/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_audit.h"

struct sample_audit *sample_audit_new(void)
{
    struct sample_audit *audit = calloc(1, sizeof(*audit));
    CHECK(audit != NULL);
    CHECK_EQ(sample_make("CA", 1, sample_ca_options(), NULL, &audit->ca), STATUS_OK);
    CHECK_EQ(sample_make("operator", 2, sample_leaf_options(), &audit->ca, &audit->operator),
             STATUS_OK);
    CHECK_EQ(sample_make("stranger", 3, sample_ca_options(), NULL, &audit->stranger), STATUS_OK);
    audit->audit_key = sample_new_key(KEY_TYPE_P256, 4);
    CHECK(audit->audit_key != NULL);
    return audit;
}

void sample_audit_free(struct sample_audit **audit)
{
    private_key_free(&(*audit)->ca.key);
    private_key_free(&(*audit)->operator.key);
    private_key_free(&(*audit)->stranger.key);
    private_key_free(&(*audit)->audit_key);
    free(*audit);
    *audit = NULL;
}

struct audit_entry sample_audit_entry(void)
{
    return (struct audit_entry){
        .at = SAMPLE_NOW,
        .actor_uuid = "100000000011",
        .actor_profile_id = "200000000011",
        .event = AUDIT_JOB_COMMITTED,
        .subject_uuid = "100000000022",
        .card_id = "00112233445566778899aabbccddeeff",
        .job_id = "20112233445566778899aabbccddeeff",
        .status = STATUS_OK,
        .detail = "renew \"quoted\" \\ Siân",
    };
}

static struct buf next_line(struct sample_audit *audit)
{
    CHECK(audit->count < SAMPLE_LINES_MAX);
    return buf_of(audit->lines[audit->count].bytes, AUDIT_LINE_MAX);
}

void sample_audit_add(struct sample_audit *audit, struct audit_entry entry)
{
    struct buf line = next_line(audit);
    CHECK_EQ(audit_event_link(&audit->head, &entry), STATUS_OK);
    CHECK_EQ(audit_event_encode(&entry, &line), STATUS_OK);
    audit->entries[audit->count] = entry;
    audit->lines[audit->count].len = line.len;
    audit->count++;
}

void sample_audit_grow(struct sample_audit *audit, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sample_audit_add(audit, sample_audit_entry());
    }
}

void sample_audit_state(struct sample_audit *audit, struct audit_entry entry)
{
    CHECK(audit->count < SAMPLE_LINES_MAX);
    struct buf signature = BUF(audit->signatures[audit->count]);
    entry.event = AUDIT_STATEMENT;
    entry.statement = SPAN_TEXT("cardwright statement v1, renew, card 1");
    entry.certificate = buf_span(&audit->operator.der);
    uint8_t digest[DIGEST_SHA256_LEN];
    CHECK_EQ(digest_sha256(entry.statement, digest), STATUS_OK);
    CHECK_EQ(private_key_sign(audit->operator.key, DIGEST_SHA256, SPAN_OF(digest), &signature),
             STATUS_OK);
    entry.signature = entry.signature.len > 0 ? entry.signature : buf_span(&signature);
    sample_audit_add(audit, entry);
}

struct audit_checkpoint sample_audit_sign(const struct sample_audit *audit,
                                          const struct audit_head *head,
                                          const struct private_key *key)
{
    uint8_t memory[AUDIT_CHECKPOINT_MESSAGE_MAX];
    struct buf message = BUF(memory);
    struct audit_checkpoint checkpoint = { .head = *head, .at = SAMPLE_NOW };
    struct buf signature = BUF(checkpoint.signature);
    (void)audit;
    CHECK_EQ(public_key_hash(private_key_public(key), checkpoint.key_id), STATUS_OK);
    CHECK_EQ(audit_checkpoint_message(&checkpoint, &message), STATUS_OK);
    CHECK_EQ(private_key_sign_message(key, buf_span(&message), &signature), STATUS_OK);
    checkpoint.signature_len = signature.len;
    return checkpoint;
}

void sample_audit_put(struct sample_audit *audit, const struct audit_checkpoint *checkpoint)
{
    struct buf line = next_line(audit);
    CHECK_EQ(audit_checkpoint_encode(checkpoint, &line), STATUS_OK);
    audit->lines[audit->count].len = line.len;
    audit->count++;
}

void sample_audit_checkpoint(struct sample_audit *audit)
{
    audit->checkpoint = sample_audit_sign(audit, &audit->head, audit->audit_key);
    sample_audit_put(audit, &audit->checkpoint);
}

struct sample_verdict sample_audit_verify(const struct sample_audit *audit,
                                          const struct audit_checkpoint *expected)
{
    const struct span cas[] = { buf_span(&audit->ca.der) };
    struct audit_verify *v = calloc(1, sizeof(*v));
    const struct audit_verify_options options = {
        .keys = private_key_public(audit->audit_key),
        .keys_count = 1,
        .cas = cas,
        .cas_count = COUNT(cas),
        .expected = expected,
    };
    CHECK(v != NULL);
    audit_verify_init(v, &options);
    for (size_t i = 0; i < audit->count; i++) {
        audit_verify_line(v, span_of(audit->lines[i].bytes, audit->lines[i].len));
    }
    enum status status = audit_verify_end(v);
    struct sample_verdict verdict = { status,      v->fault,      v->bad_sequence,
                                      v->bad_line, v->statements, v->checkpoints };
    free(v);
    return verdict;
}
