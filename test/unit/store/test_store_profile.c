/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

static const struct profile_record sample = {
    .id = "200000000001",
    .person_uuid = FIXTURE_OPERATOR,
    .job_role = "R5090",
    .role_name = "RA Agent",
    .activities = "B0267 B0274",
    .org_code = "RKF",
    .starts_at = FIXTURE_NOW - 10,
    .ends_at = FIXTURE_NOW + 10,
};

STORE_TEST(store_profile__comes_back_as_it_went_in)
{
    struct profile_record found;

    CHECK_EQ(store_profile_put(store, &sample), STATUS_OK);

    CHECK_EQ(store_profile_get(store, sample.id, &found), STATUS_OK);
    CHECK_BYTES(&found, &sample, sizeof(sample));
    CHECK_EQ(store_profile_get(store, "200000000002", &found), STATUS_NOT_FOUND);
}

STORE_TEST(store_profile__never_moves_to_another_person)
{
    struct profile_record stolen = sample;
    struct profile_record found;
    memcpy(stolen.person_uuid, FIXTURE_HOLDER, sizeof(stolen.person_uuid));
    CHECK_EQ(store_profile_put(store, &sample), STATUS_OK);

    CHECK_EQ(store_profile_put(store, &stolen), STATUS_STORE_CONFLICT);

    CHECK_EQ(store_profile_get(store, sample.id, &found), STATUS_OK);
    CHECK_TEXT(found.person_uuid, FIXTURE_OPERATOR);
}

STORE_TEST(store_profile__activities_are_codes)
{
    static const char *const bad[] = { " B0267", "B0267 ", "B0267  B0274", "b0267", "B0267,B0274" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct profile_record profile = sample;
        memset(profile.activities, 0, sizeof(profile.activities));
        memcpy(profile.activities, bad[i], strlen(bad[i]));
        CHECK_EQ(store_profile_put(store, &profile), STATUS_BAD_VALUE);
    }
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM profile"), 0);
    struct profile_record none = sample;
    memset(none.activities, 0, sizeof(none.activities));
    CHECK_EQ(store_profile_put(store, &none), STATUS_OK);
}

STORE_TEST(store_profile_of_person__lists_only_that_person)
{
    struct profile_record other = sample;
    struct profile_record list[4];
    size_t count = 0;
    memcpy(other.id, "200000000002", sizeof(other.id));
    memcpy(other.person_uuid, FIXTURE_HOLDER, sizeof(other.person_uuid));
    CHECK_EQ(store_profile_put(store, &sample), STATUS_OK);
    CHECK_EQ(store_profile_put(store, &other), STATUS_OK);

    CHECK_EQ(store_profile_of_person(store, FIXTURE_OPERATOR, list, COUNT(list), &count),
             STATUS_OK);

    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].id, "200000000001");
}
