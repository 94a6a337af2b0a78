/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_audit.h"

/* Entries 1 2 3, a checkpoint, entries 4 (with a statement) 5 6, a checkpoint: lines 0 to 7. */
static struct sample_audit *good_audit(void)
{
    struct sample_audit *audit = sample_audit_new();
    sample_audit_grow(audit, 3);
    sample_audit_checkpoint(audit);
    sample_audit_state(audit, sample_audit_entry());
    sample_audit_grow(audit, 2);
    sample_audit_checkpoint(audit);
    return audit;
}

static void check_bad(const struct sample_audit *audit, enum audit_fault fault, uint64_t sequence)
{
    struct sample_verdict verdict = sample_audit_verify(audit, NULL);
    CHECK_EQ(verdict.status, STATUS_AUDIT_BROKEN);
    CHECK_TEXT(audit_verify_fault_name(verdict.fault), audit_verify_fault_name(fault));
    CHECK_EQ(verdict.sequence, sequence);
}

static void drop_line(struct sample_audit *audit, size_t line)
{
    audit->count--;
    memmove(&audit->lines[line], &audit->lines[line + 1],
            (audit->count - line) * sizeof(audit->lines[0]));
}

static void swap_lines(struct sample_audit *audit, size_t a, size_t b)
{
    struct sample_line *kept = malloc(sizeof(*kept));
    CHECK(kept != NULL);
    *kept = audit->lines[a];
    audit->lines[a] = audit->lines[b];
    audit->lines[b] = *kept;
    free(kept);
}

/* Writes entry `entry` over line `line`, its hash as given. */
static void rewrite(struct sample_audit *audit, size_t line, const struct audit_entry *entry)
{
    struct buf out = buf_of(audit->lines[line].bytes, AUDIT_LINE_MAX);
    CHECK_EQ(audit_event_encode(entry, &out), STATUS_OK);
    audit->lines[line].len = out.len;
}

TEST(audit_verify__accepts_what_was_written)
{
    struct sample_audit *audit = good_audit();
    struct sample_verdict verdict = sample_audit_verify(audit, NULL);
    CHECK_EQ(verdict.status, STATUS_OK);
    CHECK_EQ(verdict.fault, AUDIT_FAULT_NONE);
    CHECK_EQ(verdict.statements, 1);
    CHECK_EQ(verdict.checkpoints, 2);
    CHECK_EQ(sample_audit_verify(audit, &audit->checkpoint).status, STATUS_OK);
    sample_audit_free(&audit);
}

/* Statements are signed by SHA-256, by a key that goes with SHA-384 as well. */
TEST(audit_verify__accepts_the_statement_of_an_operator_with_a_key_of_p384)
{
    struct sample_audit *audit = sample_audit_new();
    private_key_free(&audit->operator.key);
    audit->operator.key = sample_new_key(KEY_TYPE_P384, 5);
    CHECK_EQ(sample_certify("operator", sample_leaf_options(), &audit->ca, &audit->operator),
             STATUS_OK);
    sample_audit_state(audit, sample_audit_entry());
    sample_audit_checkpoint(audit);
    struct sample_verdict verdict = sample_audit_verify(audit, NULL);
    CHECK_EQ(verdict.status, STATUS_OK);
    CHECK_EQ(verdict.statements, 1);
    audit->lines[0].bytes[audit->lines[0].len / 2] ^= 0x01;
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_AUDIT_BROKEN);
    sample_audit_free(&audit);
}

/* A byte anywhere: the entry that holds it is named, and never a later one. */
TEST(audit_verify__a_changed_byte_names_its_entry)
{
    static const uint64_t sequence_of_line[] = { 1, 2, 3, 1, 4, 5, 6, 4 };
    struct sample_audit *audit = good_audit();
    for (size_t line = 0; line < audit->count; line++) {
        for (size_t at = 0; at + 1 < audit->lines[line].len; at += 7) {
            audit->lines[line].bytes[at] ^= 0x01;
            struct sample_verdict verdict = sample_audit_verify(audit, NULL);
            CHECK_EQ(verdict.status, STATUS_AUDIT_BROKEN);
            CHECK_EQ(verdict.line, line + 1);
            bool checkpoint = line == 3 || line == 7;
            /* A spoilt checkpoint line leaves all behind the last good one in doubt. */
            CHECK(checkpoint ? verdict.sequence >= sequence_of_line[line]
                             : verdict.sequence == sequence_of_line[line]);
            audit->lines[line].bytes[at] ^= 0x01;
        }
    }
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_OK);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_changed_entry_with_a_new_hash_is_found_by_its_neighbour)
{
    struct sample_audit *audit = good_audit();
    struct audit_entry entry = audit->entries[5]; /* number 5, not yet covered */
    entry.subject_uuid[0] = '9';
    CHECK_EQ(audit_event_hash(&entry, entry.hash), STATUS_OK);
    rewrite(audit, 5, &entry);
    check_bad(audit, AUDIT_FAULT_LINK, 5);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_link_behind_a_checkpoint_blames_the_later_entry)
{
    struct sample_audit *audit = good_audit();
    struct audit_entry entry = audit->entries[4]; /* number 4, the first behind the checkpoint */
    entry.previous_hash[0] ^= 1;
    CHECK_EQ(audit_event_hash(&entry, entry.hash), STATUS_OK);
    rewrite(audit, 4, &entry);
    check_bad(audit, AUDIT_FAULT_LINK, 4);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_history_rewritten_to_the_end_does_not_match_the_checkpoint)
{
    struct sample_audit *audit = good_audit();
    struct audit_head head = { .sequence = 4 };
    memcpy(head.hash, audit->entries[4].hash, AUDIT_HASH_LEN);
    for (size_t line = 5; line <= 6; line++) {
        struct audit_entry entry = audit->entries[line];
        entry.subject_uuid[0] = '9';
        CHECK_EQ(audit_event_link(&head, &entry), STATUS_OK);
        rewrite(audit, line, &entry);
    }
    check_bad(audit, AUDIT_FAULT_HEAD, 4); /* everything behind the last good checkpoint */
    sample_audit_free(&audit);
}

TEST(audit_verify__a_missing_entry_is_named)
{
    static const struct {
        size_t line;
        uint64_t sequence;
    } cases[] = { { 0, 1 }, { 1, 2 }, { 2, 3 }, { 4, 4 }, { 5, 5 }, { 6, 6 } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample_audit *audit = good_audit();
        drop_line(audit, cases[i].line);
        struct sample_verdict verdict = sample_audit_verify(audit, NULL);
        CHECK_EQ(verdict.status, STATUS_AUDIT_BROKEN);
        CHECK(verdict.fault == AUDIT_FAULT_MISSING || verdict.fault == AUDIT_FAULT_CUT);
        CHECK_EQ(verdict.sequence, cases[i].sequence);
        sample_audit_free(&audit);
    }
}

TEST(audit_verify__a_missing_entry_with_the_rest_renumbered)
{
    struct sample_audit *audit = good_audit();
    struct audit_entry entry = audit->entries[2];
    drop_line(audit, 1);
    entry.sequence = 2;
    CHECK_EQ(audit_event_hash(&entry, entry.hash), STATUS_OK);
    rewrite(audit, 1, &entry);
    struct sample_verdict verdict = sample_audit_verify(audit, NULL);
    CHECK_EQ(verdict.fault, AUDIT_FAULT_LINK);
    CHECK(verdict.sequence <= 2);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_dropped_checkpoint_matters_only_at_the_end)
{
    struct sample_audit *audit = good_audit();
    drop_line(audit, 3);
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_OK); /* the later one covers all */
    audit->count--;
    check_bad(audit, AUDIT_FAULT_UNCOVERED, 1);
    sample_audit_free(&audit);
}

TEST(audit_verify__swapped_entries_are_named)
{
    struct sample_audit *audit = good_audit();
    swap_lines(audit, 0, 1);
    check_bad(audit, AUDIT_FAULT_MISSING, 1);
    swap_lines(audit, 0, 1);
    swap_lines(audit, 4, 6);
    check_bad(audit, AUDIT_FAULT_MISSING, 4);
    swap_lines(audit, 4, 6);
    swap_lines(audit, 2, 5); /* across a checkpoint */
    check_bad(audit, AUDIT_FAULT_MISSING, 3);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_repeated_entry_is_named)
{
    struct sample_audit *audit = good_audit();
    audit->lines[5] = audit->lines[1];
    check_bad(audit, AUDIT_FAULT_ORDER, 5);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_cut_end_without_its_checkpoint_is_not_covered)
{
    struct sample_audit *audit = good_audit();
    audit->count = 6; /* entry 6 and the checkpoint are gone */
    check_bad(audit, AUDIT_FAULT_UNCOVERED, 4);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_cut_behind_a_checkpoint_needs_one_kept_elsewhere)
{
    struct sample_audit *audit = good_audit();
    audit->count = 4; /* ends with the first checkpoint: whole in itself */
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_OK);

    struct sample_verdict verdict = sample_audit_verify(audit, &audit->checkpoint);

    CHECK_EQ(verdict.fault, AUDIT_FAULT_CUT);
    CHECK_EQ(verdict.sequence, 4);
    CHECK_EQ(verdict.line, 0);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_checkpoint_ahead_shows_the_cut)
{
    struct sample_audit *audit = good_audit();
    swap_lines(audit, 7, 3); /* the newest checkpoint stands before entry 4, the old one is last */
    audit->count = 7;
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_OK);
    audit->count = 6;
    check_bad(audit, AUDIT_FAULT_CUT, 6);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_checkpoint_that_looks_back_is_out_of_place)
{
    struct sample_audit *audit = good_audit();
    swap_lines(audit, 3, 4);
    check_bad(audit, AUDIT_FAULT_CHECKPOINT, 1);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_forged_checkpoint)
{
    struct sample_audit *audit = good_audit();
    audit->count--;
    struct audit_checkpoint forged = sample_audit_sign(audit, &audit->head, audit->stranger.key);
    sample_audit_put(audit, &forged);
    check_bad(audit, AUDIT_FAULT_KEY, 4);

    audit->count--;
    memcpy(forged.key_id, audit->checkpoint.key_id, sizeof(forged.key_id));
    sample_audit_put(audit, &forged);
    check_bad(audit, AUDIT_FAULT_SIGNATURE, 4);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_forged_expectation_is_no_verdict_about_an_entry)
{
    struct sample_audit *audit = good_audit();
    struct audit_checkpoint forged = audit->checkpoint;
    forged.head.sequence = 9;
    struct sample_verdict verdict = sample_audit_verify(audit, &forged);
    CHECK_EQ(verdict.fault, AUDIT_FAULT_SIGNATURE);
    CHECK_EQ(verdict.sequence, 0);
    sample_audit_free(&audit);
}

TEST(audit_verify__an_expected_checkpoint_shows_a_chain_made_anew)
{
    struct sample_audit *audit = good_audit();
    struct audit_checkpoint kept = audit->checkpoint;
    audit->count = 0;
    memset(&audit->head, 0, sizeof(audit->head));
    sample_audit_grow(audit, 6); /* other entries, signed by the right key */
    sample_audit_checkpoint(audit);
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_OK);

    struct sample_verdict verdict = sample_audit_verify(audit, &kept);

    CHECK_EQ(verdict.fault, AUDIT_FAULT_HEAD);
    CHECK_EQ(verdict.sequence, 1);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_statement_that_was_never_signed)
{
    struct sample_audit *audit = sample_audit_new();
    struct audit_entry entry = sample_audit_entry();
    sample_audit_grow(audit, 1);
    entry.signature = SPAN_TEXT("not a signature");
    sample_audit_state(audit, entry);
    sample_audit_checkpoint(audit);
    check_bad(audit, AUDIT_FAULT_STATEMENT, 2);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_refused_statement_may_be_wrong)
{
    struct sample_audit *audit = sample_audit_new();
    struct audit_entry entry = sample_audit_entry();
    entry.signature = SPAN_TEXT("not a signature");
    entry.status = STATUS_STATEMENT_INVALID;
    sample_audit_state(audit, entry);
    sample_audit_checkpoint(audit);
    CHECK_EQ(sample_audit_verify(audit, NULL).status, STATUS_OK);
    CHECK_EQ(sample_audit_verify(audit, NULL).statements, 0);
    sample_audit_free(&audit);
}

TEST(audit_verify__a_statement_by_a_stranger_or_out_of_time)
{
    struct sample_audit *audit = sample_audit_new();
    struct audit_entry entry = sample_audit_entry();
    entry.at = SAMPLE_NOW + 3000 * (instant)SECONDS_PER_DAY; /* the card had expired by then */
    sample_audit_state(audit, entry);
    sample_audit_checkpoint(audit);
    check_bad(audit, AUDIT_FAULT_STATEMENT, 1);
    sample_audit_free(&audit);

    audit = good_audit();
    memcpy(audit->ca.memory, audit->stranger.memory, sizeof(audit->ca.memory));
    audit->ca.der.len = audit->stranger.der.len; /* another CA is trusted now */
    check_bad(audit, AUDIT_FAULT_STATEMENT, 4);
    sample_audit_free(&audit);
}

TEST(audit_verify__nothing_is_not_an_audit)
{
    struct sample_audit *audit = sample_audit_new();
    check_bad(audit, AUDIT_FAULT_EMPTY, 1);
    audit->lines[0].len = 1;
    audit->lines[0].bytes[0] = '\n';
    audit->count = 1;
    check_bad(audit, AUDIT_FAULT_LINE, 1);
    sample_audit_free(&audit);
}

TEST(audit_verify_fault__every_fault_has_words)
{
    for (unsigned i = 0; i < AUDIT_FAULT_MAX; i++) {
        CHECK(strlen(audit_verify_fault_name((enum audit_fault)i)) > 3);
        CHECK(strlen(audit_verify_fault_text((enum audit_fault)i)) > 10);
    }
    CHECK_TEXT(audit_verify_fault_name(AUDIT_FAULT_MAX), "none");
}
