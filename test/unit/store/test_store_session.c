/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "store_fixture.h"

static void add_session(struct store *store)
{
    const struct session_record session = fixture_session(FIXTURE_SESSION);
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_session_add(store, &session), STATUS_OK);
}

STORE_TEST(store_session__comes_back_as_it_went_in)
{
    const struct session_record session = fixture_session(FIXTURE_SESSION);
    struct session_record found;
    add_session(store);

    CHECK_EQ(store_session_get(store, FIXTURE_SESSION, &found), STATUS_OK);
    CHECK_BYTES(&found, &session, sizeof(session));
    CHECK_EQ(store_session_get(store, FIXTURE_JOB, &found), STATUS_NOT_FOUND);
    CHECK_EQ(store_session_add(store, &session), STATUS_STORE_CONFLICT);
}

STORE_TEST(store_session_end__the_first_end_stays)
{
    struct session_record found;
    bool live = false;
    add_session(store);
    CHECK_EQ(store_session_is_live(store, FIXTURE_SESSION, &live), STATUS_OK);
    CHECK(live);
    CHECK_EQ(store_session_end(store, FIXTURE_SESSION, 0, "logged_out"), STATUS_BAD_VALUE);

    CHECK_EQ(store_session_end(store, FIXTURE_SESSION, FIXTURE_NOW + 5, "card_removed"), STATUS_OK);
    CHECK_EQ(store_session_end(store, FIXTURE_SESSION, FIXTURE_NOW + 6, "logged_out"), STATUS_OK);

    CHECK_EQ(store_session_is_live(store, FIXTURE_SESSION, &live), STATUS_OK);
    CHECK(!live);
    CHECK_EQ(store_session_get(store, FIXTURE_SESSION, &found), STATUS_OK);
    CHECK_EQ(found.ended_at, FIXTURE_NOW + 5);
    CHECK_TEXT(found.end_reason, "card_removed");
}

STORE_TEST(store_session_end__of_nothing)
{
    bool live = true;
    CHECK_EQ(store_session_end(store, FIXTURE_SESSION, FIXTURE_NOW, "logged_out"),
             STATUS_NOT_FOUND);
    CHECK_EQ(store_session_is_live(store, FIXTURE_SESSION, &live), STATUS_NOT_FOUND);
    CHECK(live); /* untouched: the caller looks at the status */
}

static void add_later(struct store *store, const char *id, const char *person, int seconds)
{
    struct session_record session = fixture_session(id);
    CHECK(text_copy(session.person_uuid, sizeof(session.person_uuid), person));
    session.started_at += seconds;
    CHECK_EQ(store_session_add(store, &session), STATUS_OK);
}

STORE_TEST(store_session_latest__is_the_one_that_began_last)
{
    static const char early[] = "50112233445566778899aabbccddeeff";
    static const char late[] = "60112233445566778899aabbccddeeff";
    static const char others[] = "70112233445566778899aabbccddeeff";
    struct session_record found = { .id = "untouched" };
    CHECK_EQ(store_session_latest(store, FIXTURE_OPERATOR, &found), STATUS_NOT_FOUND);
    CHECK_TEXT(found.id, "untouched");
    add_session(store);
    add_later(store, late, FIXTURE_OPERATOR, 20);
    add_later(store, early, FIXTURE_OPERATOR, 10);
    add_later(store, others, FIXTURE_HOLDER, 30);

    CHECK_EQ(store_session_latest(store, FIXTURE_OPERATOR, &found), STATUS_OK);
    CHECK_TEXT(found.id, late);

    CHECK_EQ(store_session_end(store, late, FIXTURE_NOW + 40, "card_removed"), STATUS_OK);
    CHECK_EQ(store_session_latest(store, FIXTURE_OPERATOR, &found), STATUS_OK);
    CHECK_TEXT(found.id, late); /* an end does not make it older */
}

STORE_TEST(store_session_latest__of_one_second_the_one_stored_last)
{
    static const char second[] = "10112233445566778899aabbccddeeff"; /* comes first by its id */
    struct session_record found;
    add_session(store);
    add_later(store, second, FIXTURE_OPERATOR, 0);

    CHECK_EQ(store_session_latest(store, FIXTURE_OPERATOR, &found), STATUS_OK);
    CHECK_TEXT(found.id, second);
    CHECK_EQ(store_session_latest(store, "no number", &found), STATUS_BAD_VALUE);
    CHECK_TEXT(found.id, second);
}

STORE_TEST(store_session_live__started_before)
{
    struct session_record list[2];
    size_t count = 9;
    add_session(store);
    CHECK_EQ(store_session_live(store, FIXTURE_NOW, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 0);
    CHECK_EQ(store_session_live(store, FIXTURE_NOW + 1, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_EQ(store_session_end(store, FIXTURE_SESSION, FIXTURE_NOW + 1, "timed_out"), STATUS_OK);
    CHECK_EQ(store_session_live(store, FIXTURE_NOW + 1, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 0);
}

STORE_TEST(store_session_redeem__works_once)
{
    const struct span nonce = SPAN_TEXT("0123456789abcdef");
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW + 60, FIXTURE_NOW), STATUS_OK);
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW + 60, FIXTURE_NOW + 1),
             STATUS_LOGIN_NONCE);
    CHECK_EQ(store_session_redeem(store, SPAN_TEXT("another"), FIXTURE_NOW + 60, FIXTURE_NOW),
             STATUS_OK);
}

STORE_TEST(store_session_redeem__not_after_its_time_and_then_it_is_forgotten)
{
    const struct span nonce = SPAN_TEXT("0123456789abcdef");
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW, FIXTURE_NOW), STATUS_LOGIN_NONCE);
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW + 1, FIXTURE_NOW), STATUS_OK);
    CHECK_EQ(store_session_redeem(store, SPAN_TEXT("later"), FIXTURE_NOW + 99, FIXTURE_NOW + 50),
             STATUS_OK);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM nonce"), 1);
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW + 1, FIXTURE_NOW + 50),
             STATUS_LOGIN_NONCE); /* forgotten, and still of no use */
    CHECK_EQ(store_session_redeem(store, SPAN_NONE, FIXTURE_NOW + 1, FIXTURE_NOW),
             STATUS_BAD_VALUE);
}

/* A refused log-in must be able to write its audit entry in the same transaction. */
STORE_TEST(store_session_redeem__a_refusal_does_not_spoil_the_transaction)
{
    const struct span nonce = SPAN_TEXT("0123456789abcdef");
    struct audit_entry entry = fixture_entry();
    struct audit_head head;
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW + 60, FIXTURE_NOW), STATUS_OK);

    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_session_redeem(store, nonce, FIXTURE_NOW + 60, FIXTURE_NOW), STATUS_LOGIN_NONCE);
    CHECK_EQ(store_audit_append(store, &entry), STATUS_OK);
    CHECK_EQ(store_commit(store), STATUS_OK);

    CHECK_EQ(store_audit_head(store, &head), STATUS_OK);
    CHECK_EQ(head.sequence, 1);
}
