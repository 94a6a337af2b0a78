/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store_fixture.h"

static struct audit_entry append(struct store *store)
{
    struct audit_entry entry = fixture_entry();
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_audit_append(store, &entry), STATUS_OK);
    CHECK_EQ(store_commit(store), STATUS_OK);
    return entry;
}

static struct audit_checkpoint checkpoint_of(const struct audit_entry *entry)
{
    struct audit_checkpoint checkpoint = { .head.sequence = entry->sequence,
                                           .at = FIXTURE_NOW,
                                           .signature = { 1, 2 },
                                           .signature_len = 2 };
    memcpy(checkpoint.head.hash, entry->hash, AUDIT_HASH_LEN);
    return checkpoint;
}

STORE_TEST(store_audit_append__links_each_entry_to_the_one_before)
{
    static const uint8_t zeros[AUDIT_HASH_LEN];
    struct audit_head head = { .sequence = 77 };
    CHECK_EQ(store_audit_head(store, &head), STATUS_OK);
    CHECK_EQ(head.sequence, 0);
    CHECK_BYTES(head.hash, zeros, AUDIT_HASH_LEN);

    const struct audit_entry first = append(store);
    const struct audit_entry second = append(store);

    CHECK_EQ(first.sequence, 1);
    CHECK_BYTES(first.previous_hash, zeros, AUDIT_HASH_LEN);
    CHECK_EQ(second.sequence, 2);
    CHECK_BYTES(second.previous_hash, first.hash, AUDIT_HASH_LEN);
    CHECK_EQ(store_audit_head(store, &head), STATUS_OK);
    CHECK_EQ(head.sequence, 2);
    CHECK_BYTES(head.hash, second.hash, AUDIT_HASH_LEN);
}

STORE_TEST(store_audit_append__goes_with_its_transaction)
{
    struct audit_entry entry = fixture_entry();
    struct audit_head head;
    (void)append(store);
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_audit_append(store, &entry), STATUS_OK);
    CHECK_EQ(entry.sequence, 2);
    store_rollback(store);

    CHECK_EQ(store_audit_head(store, &head), STATUS_OK);
    CHECK_EQ(head.sequence, 1);
    CHECK_EQ(append(store).sequence, 2); /* the number is not lost */
}

/* I6: an act whose entry could not be written does not become visible. */
STORE_TEST(store_audit_append__a_bad_entry_stops_the_act)
{
    struct audit_entry entry = fixture_entry();
    struct person_record person = fixture_person("100000000033", "A", "B");
    entry.event = AUDIT_EVENT_INVALID;
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    CHECK_EQ(store_audit_append(store, &entry), STATUS_BAD_VALUE);
    CHECK_EQ(entry.sequence, 0);

    CHECK_EQ(store_commit(store), STATUS_BAD_VALUE);

    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_NOT_FOUND);
}

STORE_TEST(store_audit_line__is_what_was_written)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    static struct audit_memory blobs;
    struct buf line = BUF(memory);
    struct audit_entry found;
    const struct audit_entry entry = append(store);

    CHECK_EQ(store_audit_line(store, 1, &line), STATUS_OK);
    CHECK_EQ(audit_event_decode(buf_span(&line), &blobs, &found), STATUS_OK);
    CHECK_BYTES(found.hash, entry.hash, AUDIT_HASH_LEN);
    CHECK_TEXT(found.card_id, FIXTURE_CARD);
    CHECK_EQ(memory[line.len - 1], '\n');
    CHECK_EQ(store_audit_line(store, 2, &line), STATUS_NOT_FOUND);
    CHECK_EQ(store_audit_line(store, UINT64_MAX, &line), STATUS_NOT_FOUND);
}

STORE_TEST(store_audit_fields_hashes__lead_to_the_head)
{
    uint8_t list[4][AUDIT_HASH_LEN];
    uint8_t hash[AUDIT_HASH_LEN] = { 0 };
    size_t count = 0;
    (void)append(store);
    (void)append(store);
    const struct audit_entry last = append(store);

    CHECK_EQ(store_audit_fields_hashes(store, 1, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 3);
    for (size_t i = 0; i < count; i++) {
        CHECK_EQ(audit_event_chain_hash(hash, list[i], hash), STATUS_OK);
    }
    CHECK_BYTES(hash, last.hash, AUDIT_HASH_LEN);
    CHECK_EQ(store_audit_fields_hashes(store, 4, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 0);
}

STORE_TEST(store_audit__cannot_be_changed_or_deleted)
{
    (void)append(store);
    CHECK(sqlite3_exec(store->handle, "DELETE FROM audit_entry", NULL, NULL, NULL) != SQLITE_OK);
    CHECK(sqlite3_exec(store->handle, "UPDATE audit_entry SET line = x''", NULL, NULL, NULL) !=
          SQLITE_OK);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM audit_entry WHERE line <> x''"), 1);
}

STORE_TEST(store_audit_holds__a_head_that_was_there)
{
    struct audit_head head = { 0 };
    CHECK_EQ(store_audit_holds(store, &head), STATUS_OK);
    const struct audit_entry first = append(store);
    (void)append(store);
    head = checkpoint_of(&first).head;
    CHECK_EQ(store_audit_holds(store, &head), STATUS_OK);
    head.hash[0] ^= 1;
    CHECK_EQ(store_audit_holds(store, &head), STATUS_AUDIT_HEAD);
    head = checkpoint_of(&first).head;
    head.sequence = 3;
    CHECK_EQ(store_audit_holds(store, &head), STATUS_AUDIT_HEAD);
}

STORE_TEST(store_audit_checkpoint__only_over_what_is_there)
{
    const struct audit_entry first = append(store);
    const struct audit_entry second = append(store);
    struct audit_checkpoint checkpoint = checkpoint_of(&second);
    struct audit_checkpoint found;
    CHECK_EQ(store_audit_checkpoint_newest(store, &found), STATUS_NOT_FOUND);

    checkpoint.head.hash[0] ^= 1;
    CHECK_EQ(store_audit_checkpoint_add(store, &checkpoint), STATUS_AUDIT_HEAD);
    checkpoint.head = (struct audit_head){ 0 };
    CHECK_EQ(store_audit_checkpoint_add(store, &checkpoint), STATUS_AUDIT_HEAD);
    checkpoint = checkpoint_of(&second);
    checkpoint.head.sequence = 3;
    CHECK_EQ(store_audit_checkpoint_add(store, &checkpoint), STATUS_AUDIT_HEAD);
    checkpoint = checkpoint_of(&second);
    CHECK_EQ(store_audit_checkpoint_add(store, &checkpoint), STATUS_OK);
    checkpoint = checkpoint_of(&first); /* older than the newest */
    CHECK_EQ(store_audit_checkpoint_add(store, &checkpoint), STATUS_AUDIT_HEAD);

    CHECK_EQ(store_audit_checkpoint_newest(store, &found), STATUS_OK);
    CHECK_EQ(found.head.sequence, 2);
    CHECK_EQ(store_audit_checkpoint_at(store, 2, &found), STATUS_OK);
    CHECK_EQ(found.signature_len, 2);
    CHECK_EQ(store_audit_checkpoint_at(store, 1, &found), STATUS_NOT_FOUND);
}

STORE_TEST(store_audit_checkpoint__hostile_contents_are_a_status)
{
    const struct audit_entry entry = append(store);
    const struct audit_checkpoint checkpoint = checkpoint_of(&entry);
    struct audit_checkpoint found;
    struct audit_head head;
    CHECK_EQ(store_audit_checkpoint_add(store, &checkpoint), STATUS_OK);
    fixture_sql(store, "UPDATE audit_checkpoint SET line = x'7b7d'");
    CHECK_EQ(store_audit_checkpoint_newest(store, &found), STATUS_STORE);
    fixture_sql(store, "INSERT INTO audit_entry VALUES (9, NULL, NULL, NULL, x'', x'00', x'')");
    CHECK_EQ(store_audit_head(store, &head), STATUS_STORE);
}

STORE_TEST(store_audit_about__finds_person_card_and_job)
{
    uint64_t list[4];
    size_t count = 9;
    (void)append(store);
    (void)append(store);

    CHECK_EQ(store_audit_about(store, FIXTURE_HOLDER, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(list[0], 2);
    CHECK_EQ(store_audit_about(store, FIXTURE_CARD, list, 1, &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_EQ(store_audit_about(store, FIXTURE_JOB, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(store_audit_about(store, FIXTURE_OPERATOR, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 0);
    CHECK_EQ(store_audit_about(store, "Holder", list, COUNT(list), &count), STATUS_BAD_VALUE);
}
