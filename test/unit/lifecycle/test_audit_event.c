/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "lifecycle/audit_event.h"
#include "test/lib/test.h"

static struct audit_entry sample(void)
{
    return (struct audit_entry){
        .at = 1795339800,
        .actor_uuid = "100000000011",
        .actor_profile_id = "200000000011",
        .event = AUDIT_STATEMENT,
        .subject_uuid = "100000000022",
        .card_id = "00112233445566778899aabbccddeeff",
        .job_id = "20112233445566778899aabbccddeeff",
        .status = STATUS_OK,
        .detail = "renew \"x\" \\ Siân",
        .statement = SPAN_TEXT("statement"),
        .signature = SPAN_TEXT("signature"),
        .certificate = SPAN_TEXT("certificate"),
    };
}

static struct audit_entry linked(void)
{
    struct audit_entry entry = sample();
    struct audit_head head = { 0 };
    CHECK_EQ(audit_event_link(&head, &entry), STATUS_OK);
    return entry;
}

TEST(audit_event_name__every_event_has_one_and_is_found_by_it)
{
    for (unsigned i = 1; i < AUDIT_EVENT_MAX; i++) {
        enum audit_event found = AUDIT_EVENT_INVALID;
        const char *name = audit_event_name((enum audit_event)i);
        CHECK(strlen(name) > 3 && strlen(name) < 40);
        CHECK(audit_event_by_name(name, &found));
        CHECK_EQ(found, i); /* so no two share a name */
    }
}

TEST(audit_event_name__nothing_else_is_found)
{
    enum audit_event found = AUDIT_LOGIN;
    CHECK(!audit_event_by_name("invalid", &found));
    CHECK(!audit_event_by_name("Login", &found));
    CHECK(!audit_event_by_name("", &found));
    CHECK_EQ(found, AUDIT_LOGIN);
    CHECK_TEXT(audit_event_name(AUDIT_EVENT_MAX), "invalid");
    CHECK_TEXT(audit_event_name((enum audit_event) - 1), "invalid");
}

/* The known answer: computed by another program from the description in the header. */
TEST(audit_event_hash__known_answer)
{
    char text[2 * AUDIT_HASH_LEN + 1];
    struct audit_entry entry = linked();
    CHECK(text_of_hex(span_of(entry.hash, AUDIT_HASH_LEN), text, sizeof(text)));
    CHECK_TEXT(text, "d0358e1a8097a3511e257c7bcabc43f765e72dd768ea38840cba049dcaa04c60");
}

static void change(struct audit_entry *entry, unsigned field)
{
    switch (field) {
    case 0:
        entry->sequence++;
        return;
    case 1:
        entry->at++;
        return;
    case 2:
        entry->actor_uuid[0] = '9';
        return;
    case 3:
        entry->actor_profile_id[0] = '9';
        return;
    case 4:
        entry->event = AUDIT_LOGIN;
        return;
    case 5:
        entry->subject_uuid[0] = '9';
        return;
    case 6:
        entry->card_id[0] = '9';
        return;
    case 7:
        entry->job_id[0] = '9';
        return;
    case 8:
        entry->status = STATUS_INTERNAL;
        return;
    case 9:
        entry->detail[0] = 'X';
        return;
    case 10:
        entry->statement = SPAN_TEXT("Statement");
        return;
    case 11:
        entry->signature = SPAN_TEXT("Signature");
        return;
    case 12:
        entry->certificate = SPAN_TEXT("Certificate");
        return;
    default:
        entry->previous_hash[31] ^= 1;
    }
}

TEST(audit_event_hash__every_field_counts)
{
    const struct audit_entry entry = linked();
    for (unsigned field = 0; field <= 13; field++) {
        struct audit_entry changed = entry;
        uint8_t hash[AUDIT_HASH_LEN];
        change(&changed, field);
        CHECK_EQ(audit_event_hash(&changed, hash), STATUS_OK);
        CHECK(memcmp(hash, entry.hash, AUDIT_HASH_LEN) != 0);
    }
}

TEST(audit_event_hash__a_border_cannot_be_moved)
{
    struct audit_entry one = linked();
    struct audit_entry two = one;
    uint8_t hash[AUDIT_HASH_LEN];
    one.statement = SPAN_TEXT("ab");
    one.signature = SPAN_TEXT("c");
    two.statement = SPAN_TEXT("a");
    two.signature = SPAN_TEXT("bc");
    CHECK_EQ(audit_event_hash(&one, one.hash), STATUS_OK);
    CHECK_EQ(audit_event_hash(&two, hash), STATUS_OK);
    CHECK(memcmp(hash, one.hash, AUDIT_HASH_LEN) != 0);
}

TEST(audit_event_link__numbers_and_chains)
{
    struct audit_head head = { 0 };
    struct audit_entry one = sample();
    struct audit_entry two = sample();
    CHECK_EQ(audit_event_link(&head, &one), STATUS_OK);
    CHECK_EQ(audit_event_link(&head, &two), STATUS_OK);
    CHECK_EQ(one.sequence, 1);
    CHECK_EQ(two.sequence, 2);
    CHECK_BYTES(two.previous_hash, one.hash, AUDIT_HASH_LEN);
    CHECK_BYTES(head.hash, two.hash, AUDIT_HASH_LEN);
    CHECK(memcmp(one.hash, two.hash, AUDIT_HASH_LEN) != 0);
}

static void check_refused(const struct audit_entry *bad)
{
    uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_head head = { .sequence = 6 };
    struct audit_entry entry = *bad;
    CHECK_EQ(audit_event_link(&head, &entry), STATUS_BAD_VALUE);
    CHECK_EQ(head.sequence, 6);
    CHECK_EQ(audit_event_encode(&entry, &line), STATUS_BAD_VALUE);
    CHECK_EQ(line.len, 0);
}

TEST(audit_event__refuses_what_is_no_identifier)
{
    struct audit_entry entry = sample();
    memcpy(entry.actor_uuid, "Olive Agent", 12); /* no names in the audit */
    check_refused(&entry);
    entry = sample();
    entry.subject_uuid[11] = '\0';
    check_refused(&entry);
    entry = sample();
    entry.card_id[0] = 'A';
    check_refused(&entry);
    entry = sample();
    memset(entry.job_id, 'a', sizeof(entry.job_id)); /* no terminating zero */
    check_refused(&entry);
}

TEST(audit_event__refuses_wrong_forms)
{
    static const uint8_t large[AUDIT_STATEMENT_MAX + 1] = { 1 };
    struct audit_entry entry = sample();
    entry.event = AUDIT_EVENT_INVALID;
    check_refused(&entry);
    entry = sample();
    entry.status = STATUS_MAX;
    check_refused(&entry);
    entry = sample();
    entry.detail[0] = '\n';
    check_refused(&entry);
    entry = sample();
    entry.detail[0] = (char)0xFF;
    check_refused(&entry);
    entry = sample();
    entry.signature = SPAN_NONE;
    check_refused(&entry);
    entry = sample();
    entry.statement = SPAN_OF(large);
    check_refused(&entry);
}

TEST(audit_event_encode__is_one_line_in_a_fixed_order)
{
    static const char start[] =
        "{\"type\":\"entry\",\"sequence\":1,\"at\":\"2026-11-22T09:30:00Z\","
        "\"actor\":\"100000000011\",\"profile\":\"200000000011\",\"event\":\"statement\","
        "\"subject\":\"100000000022\",\"card\":\"00112233445566778899aabbccddeeff\","
        "\"job\":\"20112233445566778899aabbccddeeff\",\"status\":\"OK\","
        "\"detail\":\"renew \\\"x\\\" \\\\ Siân\",\"statement\":\"73746174656d656e74\","
        "\"signature\":\"7369676e6174757265\",\"certificate\":\"6365727469666963617465\","
        "\"previous\":\"00000000";
    uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_entry entry = linked();
    CHECK_EQ(audit_event_encode(&entry, &line), STATUS_OK);
    CHECK(line.len > sizeof(start));
    CHECK_BYTES(memory, start, sizeof(start) - 1);
    CHECK_EQ(memory[line.len - 1], '\n');
    CHECK(memchr(memory, '\n', line.len - 1) == NULL);
    CHECK_EQ(audit_event_line_kind(buf_span(&line)), AUDIT_LINE_ENTRY);
}

TEST(audit_event_encode__fits_with_everything_at_its_limit)
{
    static const uint8_t bytes[AUDIT_STATEMENT_MAX] = { 1 };
    static struct audit_memory blobs;
    uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_entry found;
    struct audit_entry entry = sample();
    struct audit_head head = { .sequence = INT64_MAX - 1 };
    entry.at = 253402300799;
    entry.statement = span_of(bytes, AUDIT_STATEMENT_MAX);
    entry.signature = span_of(bytes, AUDIT_SIGNATURE_MAX);
    entry.certificate = span_of(bytes, AUDIT_CERTIFICATE_MAX);
    memset(entry.detail, '"', sizeof(entry.detail) - 1);
    CHECK_EQ(audit_event_link(&head, &entry), STATUS_OK);

    CHECK_EQ(audit_event_encode(&entry, &line), STATUS_OK);

    CHECK_EQ(audit_event_decode(buf_span(&line), &blobs, &found), STATUS_OK);
    CHECK_SPAN(found.statement, entry.statement);
    CHECK_EQ(audit_event_link(&head, &entry), STATUS_BAD_VALUE); /* numbers have run out */
}

TEST(audit_event_encode__a_short_buffer_gets_nothing)
{
    uint8_t memory[100];
    struct buf line = BUF(memory);
    struct audit_entry entry = linked();
    CHECK_EQ(audit_event_encode(&entry, &line), STATUS_TOO_LARGE);
    CHECK_EQ(line.len, 0);
}

static struct buf encoded(uint8_t *memory)
{
    struct buf line = buf_of(memory, AUDIT_LINE_MAX);
    struct audit_entry entry = linked();
    CHECK_EQ(audit_event_encode(&entry, &line), STATUS_OK);
    return line;
}

TEST(audit_event_decode__gives_back_what_was_encoded)
{
    static struct audit_memory blobs;
    uint8_t memory[AUDIT_LINE_MAX];
    const struct audit_entry entry = linked();
    struct audit_entry found;
    struct buf line = encoded(memory);

    CHECK_EQ(audit_event_decode(buf_span(&line), &blobs, &found), STATUS_OK);
    CHECK_EQ(found.sequence, 1);
    CHECK_EQ(found.at, entry.at);
    CHECK_EQ(found.event, AUDIT_STATEMENT);
    CHECK_TEXT(found.detail, entry.detail);
    CHECK_TEXT(found.actor_profile_id, entry.actor_profile_id);
    CHECK_SPAN(found.certificate, entry.certificate);
    CHECK_BYTES(found.hash, entry.hash, AUDIT_HASH_LEN);
    line.len--; /* without the line feed */
    CHECK_EQ(audit_event_decode(buf_span(&line), &blobs, &found), STATUS_OK);
}

static void check_decode(struct span line, enum status expected)
{
    static struct audit_memory blobs;
    struct audit_entry found;
    struct audit_entry untouched;
    memset(&found, 0x5A, sizeof(found));
    memset(&untouched, 0x5A, sizeof(untouched));
    CHECK_EQ(audit_event_decode(line, &blobs, &found), expected);
    if (expected != STATUS_OK) {
        CHECK_BYTES(&found, &untouched, sizeof(found));
    }
}

/* No byte can change without the line being refused or the hash being another one. */
TEST(audit_event_decode__every_changed_byte_is_noticed)
{
    static struct audit_memory blobs;
    uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = encoded(memory);
    size_t accepted = 0;
    for (size_t at = 0; at + 1 < line.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct audit_entry found;
            uint8_t hash[AUDIT_HASH_LEN];
            memory[at] ^= (uint8_t)(1u << bit);
            if (audit_event_decode(buf_span(&line), &blobs, &found) == STATUS_OK) {
                accepted++;
                CHECK_EQ(audit_event_hash(&found, hash), STATUS_OK);
                CHECK(memcmp(hash, found.hash, AUDIT_HASH_LEN) != 0);
            }
            memory[at] ^= (uint8_t)(1u << bit);
        }
    }
    CHECK(accepted > 100); /* digits are still digits: only the hash tells */
}

TEST(audit_event_decode__refuses_every_truncation)
{
    uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = encoded(memory);
    for (size_t len = 0; len + 1 < line.len; len++) {
        check_decode(span_of(memory, len), STATUS_AUDIT_BROKEN);
    }
}

/* Puts `insert` in place of the first `find` in a good line. */
static void check_replaced(const char *find, const char *insert)
{
    uint8_t memory[AUDIT_LINE_MAX];
    uint8_t changed[AUDIT_LINE_MAX];
    struct buf line = encoded(memory);
    struct buf out = BUF(changed);
    const uint8_t *at = memmem(memory, line.len, find, strlen(find));
    CHECK(at != NULL);
    size_t before = (size_t)(at - memory);
    CHECK(buf_put(&out, span_of(memory, before)));
    CHECK(buf_put(&out, span_of_text(insert)));
    CHECK(buf_put(&out, span_part(buf_span(&line), before + strlen(find), SIZE_MAX)));
    check_decode(buf_span(&out), STATUS_AUDIT_BROKEN);
}

TEST(audit_event_decode__there_is_one_spelling)
{
    check_replaced("\"status\":\"OK\"", "\"status\":\"OK\",\"status\":\"OK\""); /* duplicate */
    check_replaced("\"status\":\"OK\"", "\"status\":\"OK\",\"more\":1");
    check_replaced("\"status\":\"OK\",", "");
    check_replaced("\"sequence\":1", "\"sequence\": 1");
    check_replaced("\"sequence\":1", "\"sequence\":1.0");
    check_replaced("\"sequence\":1", "\"sequence\":\"1\"");
    check_replaced("\"sequence\":1", "\"sequence\":-1");
    check_replaced("\"sequence\":1", "\"sequence\":99999999999999999999");
    check_replaced("Siân", "Si\\u00e2n");
    check_replaced("00112233445566778899aabbccddeeff", "00112233445566778899AABBCCDDEEFF");
    check_replaced("73746174656d656e74", "73746174656D656E74");
    check_replaced("2026-11-22T09:30:00Z", "2026-11-22T09:30:00+00:00");
    check_replaced("\"event\":\"statement\"", "\"event\":\"invalid\"");
    check_replaced("\"status\":\"OK\"", "\"status\":\"FINE\"");
    check_replaced("\"type\":\"entry\"", "\"type\":\"checkpoint\"");
    check_replaced("\"subject\":\"100000000022\",\"card\":\"00112233445566778899aabbccddeeff\"",
                   "\"card\":\"00112233445566778899aabbccddeeff\",\"subject\":\"100000000022\"");
}

TEST(audit_event_decode__refuses_what_is_no_line)
{
    static uint8_t large[AUDIT_LINE_MAX + 1];
    check_decode(SPAN_TEXT(""), STATUS_AUDIT_BROKEN);
    check_decode(SPAN_TEXT("[]"), STATUS_AUDIT_BROKEN);
    check_decode(SPAN_TEXT("{}"), STATUS_AUDIT_BROKEN);
    check_decode(SPAN_TEXT("{\"type\":7}"), STATUS_AUDIT_BROKEN);
    check_decode(SPAN_OF(large), STATUS_AUDIT_BROKEN);
    memset(large, '[', sizeof(large) - 1); /* deep nesting */
    check_decode(span_of(large, AUDIT_LINE_MAX), STATUS_AUDIT_BROKEN);
    CHECK_EQ(audit_event_line_kind(SPAN_TEXT("{ \"type\":\"entry\",")), AUDIT_LINE_OTHER);
    CHECK_EQ(audit_event_line_kind(SPAN_NONE), AUDIT_LINE_OTHER);
}
