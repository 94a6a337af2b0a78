/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

STORE_TEST(store_card__comes_back_as_it_went_in)
{
    const struct card_record card = fixture_card(FIXTURE_CARD);
    struct card_record found;

    CHECK_EQ(store_card_add(store, &card), STATUS_OK);

    CHECK_EQ(store_card_get(store, FIXTURE_CARD, &found), STATUS_OK);
    CHECK_BYTES(&found, &card, sizeof(card));
    CHECK_EQ(store_card_get(store, FIXTURE_CARD_2, &found), STATUS_NOT_FOUND);
    CHECK_EQ(store_card_get(store, "short", &found), STATUS_BAD_VALUE);
    CHECK_EQ(store_card_add(store, &card), STATUS_STORE_CONFLICT);
}

STORE_TEST(store_card__of_nobody_without_serial_and_guid)
{
    struct card_record card = fixture_card(FIXTURE_CARD);
    struct card_record other = fixture_card(FIXTURE_CARD_2);
    struct card_record found;
    memset(card.person_uuid, 0, sizeof(card.person_uuid));
    memset(card.serial, 0, sizeof(card.serial));
    memset(card.guid, 0, sizeof(card.guid));
    memset(other.serial, 0, sizeof(other.serial));

    CHECK_EQ(store_card_add(store, &card), STATUS_OK);
    CHECK_EQ(store_card_add(store, &other), STATUS_OK); /* two without a serial do not collide */

    CHECK_EQ(store_card_get(store, FIXTURE_CARD, &found), STATUS_OK);
    CHECK_TEXT(found.person_uuid, "");
    CHECK_TEXT(found.serial, "");
}

STORE_TEST(store_card_update__needs_the_revision_that_was_read)
{
    struct card_record mine;
    struct card_record theirs;
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_card_get(store, FIXTURE_CARD, &mine), STATUS_OK);
    theirs = mine;
    memcpy(mine.state, "locked", 7);
    theirs.puk_version = 9;

    CHECK_EQ(store_card_update(store, &mine), STATUS_OK);
    CHECK_EQ(mine.revision, 1);
    CHECK_EQ(store_card_update(store, &theirs), STATUS_STORE_CONFLICT);

    CHECK_EQ(theirs.revision, 0);
    CHECK_EQ(store_card_get(store, FIXTURE_CARD, &theirs), STATUS_OK);
    CHECK_TEXT(theirs.state, "locked");
    CHECK_EQ(theirs.puk_version, 2); /* the second writer changed nothing */
    struct card_record unknown = fixture_card(FIXTURE_CARD_2);
    CHECK_EQ(store_card_update(store, &unknown), STATUS_NOT_FOUND);
}

STORE_TEST(store_card_by_serial__two_makes_with_one_serial_are_told_apart)
{
    struct card_record one = fixture_card(FIXTURE_CARD);
    struct card_record two = fixture_card(FIXTURE_CARD_2);
    struct card_record found;
    memcpy(two.serial, one.serial, sizeof(two.serial));
    memcpy(two.model, "other", 6);
    memset(two.model + 6, 0, sizeof(two.model) - 6);
    CHECK_EQ(store_card_add(store, &one), STATUS_OK);
    CHECK_EQ(store_card_by_serial(store, one.serial, NULL, &found), STATUS_OK);
    CHECK_EQ(store_card_add(store, &two), STATUS_OK);

    CHECK_EQ(store_card_by_serial(store, one.serial, NULL, &found), STATUS_CARD_TWO);
    CHECK_EQ(store_card_by_serial(store, one.serial, "other", &found), STATUS_OK);
    CHECK_TEXT(found.id, FIXTURE_CARD_2);
    CHECK_EQ(store_card_by_serial(store, "none", NULL, &found), STATUS_NOT_FOUND);
}

STORE_TEST(store_card__a_serial_is_unique_within_its_make)
{
    struct card_record two = fixture_card(FIXTURE_CARD_2);
    struct card_record found;
    fixture_add_card(store, FIXTURE_CARD);
    memcpy(two.serial, fixture_card(FIXTURE_CARD).serial, sizeof(two.serial));

    CHECK_EQ(store_card_add(store, &two), STATUS_STORE_CONFLICT);

    CHECK_EQ(store_card_get(store, FIXTURE_CARD_2, &found), STATUS_NOT_FOUND);
}

STORE_TEST(store_card_by_guid__refuses_to_guess)
{
    struct card_record found;
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_card_by_guid(store, "aabb", &found), STATUS_OK);
    CHECK_TEXT(found.id, FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD_2); /* blank cards may share one */

    CHECK_EQ(store_card_by_guid(store, "aabb", &found), STATUS_CARD_TWO);
    CHECK_EQ(store_card_by_guid(store, "aabbcc", &found), STATUS_NOT_FOUND);
    CHECK_EQ(store_card_by_guid(store, "AABB", &found), STATUS_BAD_VALUE);
}

STORE_TEST(store_card_by_fingerprint__follows_any_certificate)
{
    struct certificate_record certificate = fixture_certificate("0b", FIXTURE_CARD_2);
    struct card_record found;
    fixture_add_card(store, FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD_2);
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);

    CHECK_EQ(store_card_by_fingerprint(store, SPAN_OF(certificate.fingerprint), &found), STATUS_OK);
    CHECK_TEXT(found.id, FIXTURE_CARD_2);
    certificate.fingerprint[31] ^= 1;
    CHECK_EQ(store_card_by_fingerprint(store, SPAN_OF(certificate.fingerprint), &found),
             STATUS_NOT_FOUND);
}

STORE_TEST(store_card_of_person__newest_first)
{
    struct card_record newer = fixture_card(FIXTURE_CARD_2);
    struct card_record list[4];
    size_t count = 0;
    newer.issued_at = FIXTURE_NOW + 5;
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_card_add(store, &newer), STATUS_OK);

    CHECK_EQ(store_card_of_person(store, FIXTURE_HOLDER, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[0].id, FIXTURE_CARD_2);
    CHECK_EQ(store_card_of_person(store, FIXTURE_OPERATOR, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 0);
}

/* I10: the ledger says which workstation saw which version. */
STORE_TEST(store_card_puk_ledger__keeps_the_order)
{
    struct puk_record entry = {
        .card_id = FIXTURE_CARD, .workstation = "desk 7", .version = 3, .at = FIXTURE_NOW
    };
    struct puk_record list[4];
    size_t count = 9;
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_card_puk_handed(store, &entry), STATUS_OK);
    entry.version = 4;
    entry.at = FIXTURE_NOW - 50; /* a clock that jumped back */
    CHECK_EQ(store_card_puk_handed(store, &entry), STATUS_OK);

    CHECK_EQ(store_card_puk_ledger(store, FIXTURE_CARD, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_EQ(list[0].version, 3);
    CHECK_BYTES(&list[1], &entry, sizeof(entry));
    memcpy(entry.card_id, FIXTURE_CARD_2, sizeof(entry.card_id));
    CHECK_EQ(store_card_puk_handed(store, &entry), STATUS_BAD_VALUE); /* no such card */
}
