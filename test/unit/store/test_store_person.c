/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

STORE_TEST(store_person__comes_back_as_it_went_in)
{
    struct person_record person = fixture_person("100000000033", "Siân", "O'Brien");
    struct person_record found;
    person.closed = true;

    CHECK_EQ(store_person_put(store, &person), STATUS_OK);

    CHECK_EQ(store_person_get(store, "100000000033", &found), STATUS_OK);
    CHECK_BYTES(&found, &person, sizeof(person));
    CHECK_EQ(store_person_get(store, "100000000034", &found), STATUS_NOT_FOUND);
    CHECK_BYTES(&found, &person, sizeof(person)); /* untouched */
}

STORE_TEST(store_person__a_second_put_replaces_and_adds_no_row)
{
    const int64_t before = fixture_number(store, "SELECT count(*) FROM person");
    struct person_record person = fixture_person(FIXTURE_HOLDER, "Harriet", "Holder");
    struct person_record found;

    CHECK_EQ(store_person_put(store, &person), STATUS_OK);

    CHECK_EQ(store_person_get(store, FIXTURE_HOLDER, &found), STATUS_OK);
    CHECK_TEXT(found.given, "Harriet");
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM person"), before);
}

STORE_TEST(store_person__may_have_no_organisation_and_no_date_of_birth)
{
    struct person_record person = fixture_person("100000000033", "A", "B");
    struct person_record found;
    memset(person.org_code, 0, sizeof(person.org_code));
    memset(person.date_of_birth, 0, sizeof(person.date_of_birth));

    CHECK_EQ(store_person_put(store, &person), STATUS_OK);

    CHECK_EQ(store_person_get(store, person.uuid, &found), STATUS_OK);
    CHECK_TEXT(found.org_code, "");
    CHECK_TEXT(found.date_of_birth, "");
}

static void check_refused(struct store *store, const struct person_record *person)
{
    const int64_t before = fixture_number(store, "SELECT count(*) FROM person");
    CHECK_EQ(store_person_put(store, person), STATUS_BAD_VALUE);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM person"), before);
}

STORE_TEST(store_person__refuses_wrong_forms)
{
    struct person_record person = fixture_person("10000000003", "A", "B");
    check_refused(store, &person); /* 11 digits */
    person = fixture_person("10000000003x", "A", "B");
    check_refused(store, &person);
    person = fixture_person("100000000033", "A\nB", "B");
    check_refused(store, &person);
    person = fixture_person("100000000033", "A\xff", "B");
    check_refused(store, &person);
    person = fixture_person("100000000033", "A", "B");
    memcpy(person.date_of_birth, "31.01.1970", 11);
    check_refused(store, &person);
    person = fixture_person("100000000033", "A", "B");
    memcpy(person.org_code, "NOWHERE", 8); /* no such organisation */
    check_refused(store, &person);
    person = fixture_person("100000000033", "A", "B");
    memset(person.given, 'x', sizeof(person.given)); /* no terminating zero */
    check_refused(store, &person);
    person = fixture_person("100000000033", "A", "B");
    person.updated_at = -1;
    check_refused(store, &person);
}

/* Who is found, as a text of the last two digits: "33 34". */
static void check_found(struct store *store, const char *query, const char *expected)
{
    struct person_record list[8];
    size_t count = 99;
    char found[64] = "";
    CHECK_EQ(store_person_find(store, query, list, COUNT(list), &count), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(found);
        (void)snprintf(found + len, sizeof(found) - len, "%s%s", i > 0 ? " " : "",
                       list[i].uuid + 10);
    }
    CHECK_TEXT(found, expected);
}

static void add_people(struct store *store)
{
    static const char *const people[][3] = {
        { "100000000033", "Siân", "O'Brien" },     { "100000000034", "Mary Ann", "Smith" },
        { "100000000035", "Ann", "Smithson" },     { "100000000036", "Smithy", "Able" },
        { "100000000037", "100%", "Under_score" },
    };
    for (size_t i = 0; i < COUNT(people); i++) {
        struct person_record person = fixture_person(people[i][0], people[i][1], people[i][2]);
        CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    }
}

STORE_TEST(store_person_find__looks_at_the_beginning_of_both_names)
{
    add_people(store);
    check_found(store, "smith", "36 34 35"); /* by family name */
    check_found(store, "SMITHS", "35");
    check_found(store, "mary", "34");
    check_found(store, "ann", "35"); /* not the second word of "Mary Ann" */
    check_found(store, "mary ann sm", "34");
    check_found(store, " Smith,  mary", "34");
    check_found(store, "SIÂN", "33");
    check_found(store, "o'b", "33");
    check_found(store, "mith", "");
}

STORE_TEST(store_person_find__has_no_special_characters)
{
    add_people(store);
    check_found(store, "100%", "37");
    check_found(store, "%", "");
    check_found(store, "_", "");
    check_found(store, "under_", "37");
    check_found(store, "underx", "");
    check_found(store, "' OR 1=1 --", "");
}

STORE_TEST(store_person_find__twelve_digits_are_a_person_or_a_printed_number)
{
    struct card_record card = fixture_card(FIXTURE_CARD);
    memcpy(card.printed_number, "900000000001", 13);
    CHECK_EQ(store_card_add(store, &card), STATUS_OK);

    check_found(store, FIXTURE_HOLDER, "22");
    check_found(store, "900000000001", "22");
    check_found(store, " 900000000001 ", "22");
    check_found(store, "900000000002", "");
}

STORE_TEST(store_person_find__gives_no_more_than_asked_for)
{
    struct person_record list[2];
    size_t count = 99;
    add_people(store);
    CHECK_EQ(store_person_find(store, "smith", list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 2);
    CHECK_TEXT(list[0].family, "Able");
}

STORE_TEST(store_person_find__refuses_an_empty_query)
{
    struct person_record list[2];
    size_t count = 99;
    CHECK_EQ(store_person_find(store, "", list, 2, &count), STATUS_BAD_VALUE);
    CHECK_EQ(store_person_find(store, " , ", list, 2, &count), STATUS_BAD_VALUE);
    CHECK_EQ(store_person_find(store, "\xff", list, 2, &count), STATUS_BAD_VALUE);
    CHECK_EQ(count, 99);
}

STORE_TEST(store_person_photo__is_kept_beside_the_person)
{
    static uint8_t picture[5000];
    static uint8_t memory[6000];
    struct buf out = BUF(memory);
    char media_type[STORE_MEDIA_TYPE_MAX] = "old";
    memset(picture, 0xA5, sizeof(picture));

    CHECK_EQ(store_person_photo_get(store, FIXTURE_HOLDER, media_type, &out), STATUS_NOT_FOUND);
    CHECK_EQ(store_person_photo_put(store, FIXTURE_HOLDER, "image/png", SPAN_OF(picture)),
             STATUS_OK);
    CHECK_EQ(store_person_photo_get(store, FIXTURE_OPERATOR, media_type, &out), STATUS_NOT_FOUND);
    CHECK_TEXT(media_type, "old");
    CHECK_EQ(store_person_photo_get(store, FIXTURE_HOLDER, media_type, &out), STATUS_OK);
    CHECK_TEXT(media_type, "image/png");
    CHECK_SPAN(buf_span(&out), SPAN_OF(picture));

    CHECK_EQ(store_person_photo_put(store, FIXTURE_HOLDER, "image/png", SPAN_NONE), STATUS_OK);
    CHECK_EQ(store_person_photo_get(store, FIXTURE_HOLDER, media_type, &out), STATUS_NOT_FOUND);
}

STORE_TEST(store_person_photo__has_limits)
{
    static uint8_t big[STORE_PHOTO_MAX + 1];
    uint8_t memory[4];
    struct buf out = BUF(memory);
    char media_type[STORE_MEDIA_TYPE_MAX] = "old";

    CHECK_EQ(store_person_photo_put(store, FIXTURE_HOLDER, "image/png", SPAN_OF(big)),
             STATUS_TOO_LARGE);
    CHECK_EQ(store_person_photo_put(store, "100000000099", "image/png", SPAN_TEXT("x")),
             STATUS_BAD_VALUE);
    CHECK_EQ(store_person_photo_put(store, FIXTURE_HOLDER, "image/png", SPAN_TEXT("12345")),
             STATUS_OK);
    CHECK_EQ(store_person_photo_get(store, FIXTURE_HOLDER, media_type, &out), STATUS_TOO_LARGE);
    CHECK_TEXT(media_type, "old");
    CHECK_EQ(out.len, 0);
}

/* I12: personal data can be erased; what was certified stays accounted for. */
STORE_TEST(store_person_erase__leaves_identifiers_only)
{
    struct person_record person;
    struct certificate_record certificate = fixture_certificate("0a", FIXTURE_CARD);
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);
    CHECK_EQ(store_person_photo_put(store, FIXTURE_HOLDER, "image/png", SPAN_TEXT("x")), STATUS_OK);

    CHECK_EQ(store_person_erase(store, FIXTURE_HOLDER, FIXTURE_NOW + 9), STATUS_OK);

    CHECK_EQ(store_person_get(store, FIXTURE_HOLDER, &person), STATUS_OK);
    CHECK_TEXT(person.family, "");
    CHECK_TEXT(person.email, "");
    CHECK_TEXT(person.date_of_birth, "");
    CHECK(person.closed);
    check_found(store, "holder", "");
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM person_photo"), 0);
    CHECK_EQ(store_certificate_get(store, "0a", &certificate), STATUS_OK);
    CHECK_EQ(store_person_erase(store, "100000000099", FIXTURE_NOW), STATUS_NOT_FOUND);
}
