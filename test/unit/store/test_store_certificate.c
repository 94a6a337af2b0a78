/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store_fixture.h"

static void add(struct store *store, const char *serial, const char *state)
{
    struct certificate_record certificate = fixture_certificate(serial, FIXTURE_CARD);
    memset(certificate.state, 0, sizeof(certificate.state));
    memcpy(certificate.state, state, strlen(state));
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);
}

static enum status move(struct store *store, const char *serial, const char *from, const char *to)
{
    return store_certificate_move(
        store, &(struct certificate_move){
                   .serial = serial, .from_state = from, .to_state = to, .at = FIXTURE_NOW + 7 });
}

STORE_TEST(store_certificate__comes_back_as_it_went_in)
{
    struct certificate_record certificate = fixture_certificate("0a0b", FIXTURE_CARD);
    struct certificate_record found;
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    memcpy(certificate.job_id, FIXTURE_JOB, sizeof(certificate.job_id));
    certificate.der_len = STORE_DER_MAX;

    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);

    CHECK_EQ(store_certificate_get(store, "0a0b", &found), STATUS_OK);
    CHECK_BYTES(&found, &certificate, sizeof(certificate));
    CHECK_EQ(store_certificate_by_fingerprint(store, SPAN_OF(certificate.fingerprint), &found),
             STATUS_OK);
    CHECK_EQ(store_certificate_get(store, "0a0c", &found), STATUS_NOT_FOUND);
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_STORE_CONFLICT);
}

STORE_TEST(store_certificate__refuses_wrong_forms)
{
    struct certificate_record certificate = fixture_certificate("0A", FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_BAD_VALUE);
    certificate = fixture_certificate("0a", FIXTURE_CARD_2); /* no such card */
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_BAD_VALUE);
    certificate = fixture_certificate("0a", FIXTURE_CARD);
    certificate.der_len = STORE_DER_MAX + 1;
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_BAD_VALUE);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM certificate"), 0);
}

STORE_TEST(store_certificate_move__only_from_the_state_that_was_seen)
{
    struct certificate_record found;
    fixture_add_card(store, FIXTURE_CARD);
    add(store, "0a", "pending");

    CHECK_EQ(move(store, "0a", "unproved", "current"), STATUS_STORE_CONFLICT);
    CHECK_EQ(store_certificate_get(store, "0a", &found), STATUS_OK);
    CHECK_TEXT(found.state, "pending");
    CHECK_EQ(move(store, "0a", "pending", "current"), STATUS_OK);
    CHECK_EQ(store_certificate_get(store, "0a", &found), STATUS_OK);
    CHECK_TEXT(found.state, "current");
    CHECK_EQ(found.state_at, FIXTURE_NOW + 7);
    CHECK_EQ(found.revoked_at, 0);
    CHECK_EQ(move(store, "0c", "pending", "current"), STATUS_NOT_FOUND);
}

/* I3: at most one pair per card is current. */
STORE_TEST(store_certificate_move__a_second_current_one_is_refused)
{
    struct certificate_record other = fixture_certificate("0c", FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD);
    add(store, "0a", "current");
    add(store, "0b", "pending");
    memset(other.purpose, 0, sizeof(other.purpose));
    memcpy(other.purpose, "content_signing", 16);
    CHECK_EQ(store_certificate_add(store, &other), STATUS_OK);

    CHECK_EQ(move(store, "0b", "pending", "current"), STATUS_STORE_CONFLICT);
    CHECK_EQ(move(store, "0c", "pending", "current"), STATUS_OK); /* the other purpose */
    CHECK_EQ(move(store, "0a", "current", "superseded"), STATUS_OK);
    CHECK_EQ(move(store, "0b", "pending", "current"), STATUS_OK);
}

/* I12: times and reasons of revocations are kept. */
STORE_TEST(store_certificate_move__the_first_revocation_stays)
{
    struct certificate_record found;
    struct certificate_move revoke = { .serial = "0a",
                                       .from_state = "current",
                                       .to_state = "superseded",
                                       .at = FIXTURE_NOW + 1,
                                       .revocation_reason = "superseded" };
    fixture_add_card(store, FIXTURE_CARD);
    add(store, "0a", "current");
    CHECK_EQ(store_certificate_move(store, &revoke), STATUS_OK);
    revoke.from_state = "superseded";
    revoke.to_state = "revoked";
    revoke.at = FIXTURE_NOW + 2;
    revoke.revocation_reason = "key_compromise";

    CHECK_EQ(store_certificate_move(store, &revoke), STATUS_OK);

    CHECK_EQ(store_certificate_get(store, "0a", &found), STATUS_OK);
    CHECK_TEXT(found.state, "revoked");
    CHECK_EQ(found.revoked_at, FIXTURE_NOW + 1);
    CHECK_TEXT(found.revocation_reason, "superseded");
}

STORE_TEST(store_certificate__cannot_be_deleted)
{
    fixture_add_card(store, FIXTURE_CARD);
    add(store, "0a", "revoked");
    CHECK(sqlite3_exec(store->handle, "DELETE FROM certificate", NULL, NULL, NULL) != SQLITE_OK);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM certificate"), 1);
}

STORE_TEST(store_certificate_of_card__newest_first_and_by_key)
{
    struct certificate_record *list = calloc(4, sizeof(*list));
    size_t count = 0;
    fixture_add_card(store, FIXTURE_CARD);
    add(store, "0a", "pending");
    add(store, "0b", "pending");

    CHECK_EQ(store_certificate_of_card(store, FIXTURE_CARD, list, 4, &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[0].serial, "0b");
    CHECK_EQ(store_certificate_by_key(store, SPAN_OF(list[0].public_key_hash), &list[2]),
             STATUS_OK);
    CHECK_TEXT(list[2].serial, "0b");
    CHECK_EQ(store_certificate_by_key(store, SPAN_OF(list[0].fingerprint), &list[2]),
             STATUS_NOT_FOUND);
    free(list);
}

STORE_TEST(store_certificate_of_job__oldest_first)
{
    struct certificate_record *list = calloc(4, sizeof(*list));
    size_t count = 0;
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    static const char *const serials[] = { "0b", "0a" };
    for (size_t i = 0; i < COUNT(serials); i++) {
        list[0] = fixture_certificate(serials[i], FIXTURE_CARD);
        memcpy(list[0].job_id, FIXTURE_JOB, sizeof(list[0].job_id));
        CHECK_EQ(store_certificate_add(store, &list[0]), STATUS_OK);
    }
    add(store, "0c", "pending"); /* of no job */

    CHECK_EQ(store_certificate_of_job(store, FIXTURE_JOB, list, 4, &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[0].serial, "0b");
    CHECK_TEXT(list[1].serial, "0a");
    free(list);
}

/* I5: the sweep finds what was issued and never proved. */
STORE_TEST(store_certificate_stale__by_state_and_age)
{
    struct certificate_record *list = calloc(4, sizeof(*list));
    size_t count = 9;
    fixture_add_card(store, FIXTURE_CARD);
    add(store, "0a", "pending");
    add(store, "0b", "unproved");

    CHECK_EQ(store_certificate_stale(store, "unproved", FIXTURE_NOW, list, 4, &count), STATUS_OK);
    CHECK_EQ(count, 0); /* not older than that */
    CHECK_EQ(store_certificate_stale(store, "unproved", FIXTURE_NOW + 1, list, 4, &count),
             STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].serial, "0b");
    free(list);
}

STORE_TEST(store_certificate_revoked__in_pages_and_without_the_expired)
{
    static const char *const serials[] = { "0c", "0a", "0b", "0d" };
    struct revoked_page page = { .expires_after = FIXTURE_NOW, .after_serial = "" };
    struct revoked_record list[2];
    size_t count = 0;
    fixture_add_card(store, FIXTURE_CARD);
    for (size_t i = 0; i < COUNT(serials); i++) {
        struct certificate_record certificate = fixture_certificate(serials[i], FIXTURE_CARD);
        certificate.revoked_at = i < 3 ? FIXTURE_NOW + (instant)i + 1 : 0; /* "0d" is not revoked */
        memcpy(certificate.revocation_reason, "superseded", 11);
        CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);
    }

    CHECK_EQ(store_certificate_revoked(store, &page, list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[0].serial, "0a");
    CHECK_TEXT(list[0].reason, "superseded");
    CHECK_EQ(list[0].revoked_at, FIXTURE_NOW + 2);
    page.after_serial = list[1].serial;
    CHECK_EQ(store_certificate_revoked(store, &page, list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].serial, "0c");
    page = (struct revoked_page){ .expires_after = FIXTURE_NOW + 1000, .after_serial = "" };
    CHECK_EQ(store_certificate_revoked(store, &page, list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 0);
}
