/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

#include "base/text.h"

STORE_TEST(store_organisation__comes_back_as_it_went_in)
{
    const struct organisation_record put = { .code = "A1", .name = "Alpha", .parent_code = "RKF" };
    struct organisation_record found;

    CHECK_EQ(store_organisation_put(store, &put), STATUS_OK);

    CHECK_EQ(store_organisation_get(store, "A1", &found), STATUS_OK);
    CHECK_BYTES(&found, &put, sizeof(put));
    CHECK_EQ(store_organisation_get(store, "A2", &found), STATUS_NOT_FOUND);
    CHECK_EQ(store_organisation_get(store, "a'2", &found), STATUS_BAD_VALUE);
}

STORE_TEST(store_organisation__a_parent_must_exist)
{
    const struct organisation_record put = { .code = "A1", .name = "Alpha", .parent_code = "NONE" };
    struct organisation_record found;

    CHECK_EQ(store_organisation_put(store, &put), STATUS_BAD_VALUE);

    CHECK_EQ(store_organisation_get(store, "A1", &found), STATUS_NOT_FOUND);
}

STORE_TEST(store_organisation_list__goes_on_behind_a_code)
{
    struct organisation_record list[4];
    size_t count = 0;

    CHECK_EQ(store_organisation_list(store, "", list, 1, &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].code, "RKF");
    CHECK_EQ(store_organisation_list(store, "RKF", list, 4, &count), STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_TEXT(list[0].code, "RKF01");
    CHECK_EQ(store_organisation_list(store, "RKF01", list, 4, &count), STATUS_OK);
    CHECK_EQ(count, 0);
}

STORE_TEST(store_organisation_is_under__climbs_to_the_top)
{
    const struct organisation_record ward = { .code = "W1",
                                              .name = "Ward",
                                              .parent_code = "RKF01" };
    bool under = false;
    CHECK_EQ(store_organisation_put(store, &ward), STATUS_OK);

    CHECK_EQ(store_organisation_is_under(store, "W1", "RKF", &under), STATUS_OK);
    CHECK(under);
    CHECK_EQ(store_organisation_is_under(store, "RKF", "W1", &under), STATUS_OK);
    CHECK(!under);
    CHECK_EQ(store_organisation_is_under(store, "RKF", "RKF", &under), STATUS_OK);
    CHECK(under);
    CHECK_EQ(store_organisation_is_under(store, "NONE", "RKF", &under), STATUS_NOT_FOUND);
}

STORE_TEST(store_organisation_is_under__a_ring_ends)
{
    const struct organisation_record ring = { .code = "RKF", .name = "x", .parent_code = "RKF01" };
    bool under = true;
    CHECK_EQ(store_organisation_put(store, &ring), STATUS_OK);

    CHECK_EQ(store_organisation_is_under(store, "RKF01", "A1", &under), STATUS_OK);

    CHECK(!under);
}
