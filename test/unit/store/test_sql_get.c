/* SPDX-License-Identifier: Apache-2.0 */
/* Contents that were not written by us: a status, and nothing of them in the result. */
#include "store/sql.h"
#include "store_fixture.h"

struct hostile {
    const char *what; /* what stands in the column then */
    const char *sql;
};

static const struct hostile hostile_cards[] = {
    { "a text that is too long", "UPDATE card SET model = hex(zeroblob(500))" },
    { "a state that is no word", "UPDATE card SET state = 'issued; x'" },
    { "an empty state", "UPDATE card SET state = ''" },
    { "a zero byte inside", "UPDATE card SET model = 'a' || char(0) || 'b'" },
    { "no UTF-8", "UPDATE card SET model = CAST(x'ff' AS TEXT)" },
    { "a control character", "UPDATE card SET model = 'a' || char(27) || '[2J'" },
    { "a negative counter", "UPDATE card SET puk_version = -1" },
    { "a counter past 32 bits", "UPDATE card SET puk_version = 4294967296" },
    { "a year past 9999", "UPDATE card SET issued_at = 9223372036854775807" },
    { "an odd GUID", "UPDATE card SET guid = 'abc'" },
};

STORE_TEST(store_card_get__hostile_contents_are_a_status)
{
    for (size_t i = 0; i < COUNT(hostile_cards); i++) {
        struct card_record untouched;
        struct card_record card;
        memset(&untouched, 0x5A, sizeof(untouched));
        memset(&card, 0x5A, sizeof(card));
        fixture_add_card(store, FIXTURE_CARD);
        fixture_sql(store, hostile_cards[i].sql);
        if (store_card_get(store, FIXTURE_CARD, &card) != STATUS_STORE) {
            fail_msg("accepted: %s", hostile_cards[i].what);
        }
        CHECK(strstr(store_failure(store), "column") != NULL);
        CHECK_BYTES(&card, &untouched, sizeof(card));
        fixture_sql(store, "DELETE FROM card");
    }
}

static const char *const hostile_certificates[] = {
    "UPDATE certificate SET fingerprint = x'00'",
    "UPDATE certificate SET public_key_hash = zeroblob(33)",
    "UPDATE certificate SET der = zeroblob(2049)",
    "UPDATE certificate SET revocation_reason = 'no word'",
    "UPDATE certificate SET serial = 'xyz' WHERE serial = '0a'",
};

STORE_TEST(store_certificate_of_card__hostile_contents_are_a_status)
{
    struct certificate_record *list = calloc(2, sizeof(*list));
    fixture_add_card(store, FIXTURE_CARD);
    for (size_t i = 0; i < COUNT(hostile_certificates); i++) {
        size_t count = 9;
        list[0] = fixture_certificate("0a", FIXTURE_CARD);
        CHECK_EQ(store_certificate_add(store, &list[0]), STATUS_OK);
        fixture_sql(store, hostile_certificates[i]);
        CHECK_EQ(store_certificate_of_card(store, FIXTURE_CARD, list, 2, &count), STATUS_STORE);
        CHECK_EQ(count, 9);
        fixture_sql(store, "DROP TRIGGER certificate_keep; DELETE FROM certificate;"
                           "CREATE TRIGGER certificate_keep BEFORE DELETE ON certificate"
                           " BEGIN SELECT RAISE (ABORT, 'kept'); END");
    }
    free(list);
}

STORE_TEST(store_job_get__hostile_contents_are_a_status)
{
    struct job_record *job = calloc(1, sizeof(*job));
    uint32_t last = 5;
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_job(store, FIXTURE_JOB, FIXTURE_CARD);
    fixture_sql(store, "UPDATE job SET state = zeroblob(8193)");
    CHECK_EQ(store_job_get(store, FIXTURE_JOB, job), STATUS_STORE);
    fixture_sql(store,
                "INSERT INTO job_step VALUES ('" FIXTURE_JOB "', 5000000000, x'00', 0, x'')");
    CHECK_EQ(store_job_step_last(store, FIXTURE_JOB, &last), STATUS_STORE);
    CHECK_EQ(last, 5);
    free(job);
}
