/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "store_fixture.h"

static struct key_trace_record trace_of(const char *kind, uint8_t hash, uint8_t owner)
{
    struct key_trace_record trace = { .purpose = "authentication", .at = FIXTURE_NOW };
    CHECK(text_copy(trace.kind, sizeof(trace.kind), kind));
    CHECK(text_copy(trace.card_id, sizeof(trace.card_id), FIXTURE_CARD));
    trace.hash[0] = hash;
    trace.owner[0] = owner;
    return trace;
}

STORE_TEST(store_key__trace_of_one_owner_may_come_again)
{
    fixture_add_card(store, FIXTURE_CARD);
    struct key_trace_record trace = trace_of("material", 1, 2);
    CHECK_EQ(store_key_trace_check(store, &trace), STATUS_NOT_FOUND);

    CHECK_EQ(store_key_trace_add(store, &trace), STATUS_OK);
    CHECK_EQ(store_key_trace_check(store, &trace), STATUS_OK);
    trace.at += 60;
    CHECK_EQ(store_key_trace_add(store, &trace), STATUS_OK);

    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM key_trace"), 1);
    CHECK_EQ(fixture_number(store, "SELECT at FROM key_trace"), FIXTURE_NOW);
}

STORE_TEST(store_key__trace_of_another_key_card_or_purpose_is_a_conflict)
{
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD_2);
    struct key_trace_record first = trace_of("material", 1, 2);
    CHECK_EQ(store_key_trace_add(store, &first), STATUS_OK);

    struct key_trace_record other = trace_of("material", 1, 3);
    CHECK_EQ(store_key_trace_add(store, &other), STATUS_STORE_CONFLICT);
    other = first;
    CHECK(text_copy(other.card_id, sizeof(other.card_id), FIXTURE_CARD_2));
    CHECK_EQ(store_key_trace_add(store, &other), STATUS_STORE_CONFLICT);
    other = first;
    CHECK(text_copy(other.purpose, sizeof(other.purpose), "content_signing"));
    CHECK_EQ(store_key_trace_add(store, &other), STATUS_STORE_CONFLICT);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM key_trace"), 1);

    other = trace_of("nonce", 1, 3); /* of another kind */
    CHECK_EQ(store_key_trace_add(store, &other), STATUS_OK);
    other = trace_of("material", 2, 3);
    CHECK_EQ(store_key_trace_add(store, &other), STATUS_OK);
}

STORE_TEST(store_key__trace_needs_its_card)
{
    struct key_trace_record trace = trace_of("material", 1, 2);
    CHECK_EQ(store_key_trace_add(store, &trace), STATUS_BAD_VALUE);
    fixture_add_card(store, FIXTURE_CARD);
    trace.purpose[0] = '\0';
    CHECK_EQ(store_key_trace_add(store, &trace), STATUS_BAD_VALUE);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM key_trace"), 0);
}

static struct key_finding_record finding_of(const char *serial, const char *reason, instant at)
{
    struct key_finding_record finding = { .at = at };
    CHECK(text_copy(finding.serial, sizeof(finding.serial), serial));
    CHECK(text_copy(finding.reason, sizeof(finding.reason), reason));
    return finding;
}

static void add_certificate(struct store *store, const char *serial, uint8_t mark)
{
    struct certificate_record certificate = fixture_certificate(serial, FIXTURE_CARD);
    certificate.fingerprint[0] = mark;
    CHECK(text_copy(certificate.state, sizeof(certificate.state), "superseded"));
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);
}

STORE_TEST(store_key__finding_is_new_once)
{
    struct key_finding_record list[4];
    size_t count = 9;
    fixture_add_card(store, FIXTURE_CARD);
    add_certificate(store, "0a", 1);
    struct key_finding_record roca = finding_of("0a", "roca", FIXTURE_NOW);
    struct key_finding_record shared = finding_of("0a", "shared", FIXTURE_NOW + 1);
    struct key_finding_record unknown = finding_of("0b", "roca", FIXTURE_NOW);

    CHECK_EQ(store_key_finding_add(store, &shared), STATUS_OK);
    CHECK_EQ(store_key_finding_add(store, &roca), STATUS_OK);
    CHECK_EQ(store_key_finding_add(store, &roca), STATUS_STORE_CONFLICT);
    CHECK_EQ(store_key_finding_add(store, &unknown), STATUS_BAD_VALUE);

    CHECK_EQ(store_key_finding_list(store, 0, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[0].reason, "roca");
    CHECK_TEXT(list[1].reason, "shared");
    CHECK_EQ(store_key_finding_list(store, FIXTURE_NOW, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 1);
}

STORE_TEST(store_key__certificates_of_a_state_page_by_page)
{
    struct certificate_record *list = calloc(2, sizeof(*list));
    size_t count = 0;
    CHECK(list != NULL);
    fixture_add_card(store, FIXTURE_CARD);
    add_certificate(store, "0c", 3);
    add_certificate(store, "0a", 1);
    add_certificate(store, "0b", 2);

    CHECK_EQ(store_certificate_page(store, "superseded", "", list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[1].serial, "0b");
    CHECK_EQ(store_certificate_page(store, "superseded", "0b", list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].serial, "0c");
    CHECK_EQ(store_certificate_page(store, "current", "", list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 0);
    free(list);
}
