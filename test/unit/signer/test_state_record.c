/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/state_record.h"

#include "test/lib/test.h"

static uint8_t memory[4096];

static const struct x509_crl_entry revoked = { "3f00", 1800000000, X509_REASON_KEY_COMPROMISE };
static const struct issued_entry issued = { .key_hash = { 5 },
                                            .purpose = SIGNER_CONTENT_SIGNING,
                                            .person = "500000000022",
                                            .at = 1800000001,
                                            .der = { (const uint8_t *)"certificate", 11 } };

static const uint8_t card_id[KDF_CARD_ID_LEN] = { 9 };

static struct buf journal(void)
{
    struct buf out = BUF(memory);
    CHECK_EQ(state_record_put_revoked(SIGNER_CONTENT_SIGNING, &revoked, &out), STATUS_OK);
    CHECK_EQ(state_record_put_issued(&issued, &out), STATUS_OK);
    CHECK_EQ(state_record_put_paired(card_id, "serial 4711", &out), STATUS_OK);
    return out;
}

static void check_records(struct reader *rest)
{
    struct state_record r;
    CHECK_EQ(state_record_take(rest, &r), STATE_RECORD_FOUND);
    CHECK_EQ(r.kind, STATE_RECORD_REVOKED);
    CHECK_EQ(r.issuer, SIGNER_CONTENT_SIGNING);
    CHECK_TEXT(r.revoked.serial, revoked.serial);
    CHECK_EQ(r.revoked.revoked_at, revoked.revoked_at);
    CHECK_EQ(r.revoked.reason, revoked.reason);

    CHECK_EQ(state_record_take(rest, &r), STATE_RECORD_FOUND);
    CHECK_EQ(r.kind, STATE_RECORD_ISSUED);
    CHECK_BYTES(r.issued.key_hash, issued.key_hash, SIGNER_HASH_LEN);
    CHECK_EQ(r.issued.purpose, issued.purpose);
    CHECK_TEXT(r.issued.person, issued.person);
    CHECK_EQ(r.issued.at, issued.at);
    CHECK_SPAN(r.issued.der, issued.der);

    CHECK_EQ(state_record_take(rest, &r), STATE_RECORD_FOUND);
    CHECK_EQ(r.kind, STATE_RECORD_PAIRED);
    CHECK_BYTES(r.card_id, card_id, KDF_CARD_ID_LEN);
    CHECK_TEXT(r.name, "serial 4711");
}

TEST(state_record__comes_back_the_same)
{
    struct buf bytes = journal();
    struct reader rest = reader_of(buf_span(&bytes));

    check_records(&rest);

    CHECK_EQ(rest.rest.len, 0);
}

/* A power cut leaves a beginning: whole records are found, the rest is torn, never damaged. */
TEST(state_record__every_truncation_is_a_torn_end)
{
    struct buf bytes = journal();
    struct state_record r;
    for (size_t len = 1; len < bytes.len; len++) {
        struct reader all = reader_of(buf_span(&bytes)), rest = reader_of(span_of(memory, len));
        size_t whole = 0; /* where the last record ends that is there as a whole */
        while (state_record_take(&all, &r) == STATE_RECORD_FOUND &&
               bytes.len - all.rest.len <= len) {
            whole = bytes.len - all.rest.len;
            CHECK_EQ(state_record_take(&rest, &r), STATE_RECORD_FOUND);
        }
        if (len != whole) {
            CHECK_EQ(state_record_take(&rest, &r), STATE_RECORD_TORN);
        }
        CHECK_EQ(rest.rest.len, len - whole); /* not moved */
    }
}

/* In a record that has another one behind it, no changed byte goes unseen. */
TEST(state_record__every_changed_byte_is_seen)
{
    struct buf bytes = journal();
    struct state_record r;
    struct reader all = reader_of(buf_span(&bytes));
    CHECK_EQ(state_record_take(&all, &r), STATE_RECORD_FOUND);
    size_t first_len = bytes.len - all.rest.len;
    for (size_t at = 0; at < first_len; at++) {
        memory[at] ^= 0x40;
        struct reader rest = reader_of(buf_span(&bytes));
        enum state_record_found found = state_record_take(&rest, &r);
        /* A changed length may reach past the end, as a torn record does. */
        bool is_length = at >= 4 && at < 8;
        CHECK(found == STATE_RECORD_DAMAGED || (is_length && found == STATE_RECORD_TORN));
        memory[at] ^= 0x40;
    }
}

TEST(state_record__a_full_buffer_takes_nothing)
{
    struct buf small = buf_of(memory, 20);
    CHECK_EQ(state_record_put_revoked(SIGNER_AUTHENTICATION, &revoked, &small), STATUS_TOO_LARGE);
    CHECK_EQ(small.len, 0);
}

static const struct state_head head = { .count = 3,
                                        .audit = { .sequence = 42, .hash = { 7 } },
                                        .crl_numbers = { 8, 9 },
                                        .journal_len = 4711 };

TEST(state_record__head_comes_back_the_same)
{
    uint8_t slot[STATE_HEAD_LEN];
    struct state_head again = { 0 };
    CHECK_EQ(state_record_head_encode(&head, slot), STATUS_OK);

    CHECK_EQ(state_record_head_decode(slot, &again), STATUS_OK);

    CHECK_EQ(again.count, 3);
    CHECK_EQ(again.audit.sequence, 42);
    CHECK_BYTES(again.audit.hash, head.audit.hash, AUDIT_HASH_LEN);
    CHECK_EQ(again.crl_numbers[SIGNER_AUTHENTICATION], 8);
    CHECK_EQ(again.crl_numbers[SIGNER_CONTENT_SIGNING], 9);
    CHECK_EQ(again.journal_len, 4711);
}

/* As it was written before it told the journal's length. */
TEST(state_record__an_older_head_is_read)
{
    uint8_t slot[STATE_HEAD_LEN];
    struct state_head older = head, again = { .journal_len = 1 };
    older.journal_len = 0;
    CHECK_EQ(state_record_head_encode(&older, slot), STATUS_OK);
    CHECK(span_starts(SPAN_OF(slot), SPAN_TEXT("cardwright signer head v1")));

    CHECK_EQ(state_record_head_decode(slot, &again), STATUS_OK);

    CHECK_EQ(again.count, 3);
    CHECK_EQ(again.journal_len, 0);
}

TEST(state_record__every_changed_bit_of_a_head_is_seen)
{
    uint8_t slot[STATE_HEAD_LEN];
    struct state_head again = { .count = 77 };
    CHECK_EQ(state_record_head_encode(&head, slot), STATUS_OK);
    for (size_t bit = 0; bit < 8 * sizeof(slot); bit++) {
        slot[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_EQ(state_record_head_decode(slot, &again), STATUS_BAD_FILE);
        slot[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK_EQ(again.count, 77);
}
