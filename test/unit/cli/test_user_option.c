/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/user_option.h"

#include "test/lib/test.h"

TEST(user_option__takes_two_users_by_name_or_number)
{
    const char *wrong = NULL;
    struct user_option_ids ids;

    CHECK(user_option_take(&(struct user_option){ "64101", "root" }, &ids, &wrong));

    CHECK(ids.given);
    CHECK_EQ(ids.signer_uid, 64101);
    CHECK_EQ(ids.signer_gid, 64101); /* nobody's: the group of the same number */
    CHECK_EQ(ids.server_uid, 0);
    CHECK(wrong == NULL);
}

TEST(user_option__none_is_fine_one_or_the_same_twice_is_not)
{
    const char *wrong = NULL;
    struct user_option_ids ids = { .signer_uid = 77 };

    CHECK(!user_option_take(&(struct user_option){ "64101", NULL }, &ids, &wrong));
    CHECK(!user_option_take(&(struct user_option){ NULL, "64101" }, &ids, &wrong));
    CHECK(!user_option_take(&(struct user_option){ "64101", "64101" }, &ids, &wrong));
    CHECK(!user_option_take(&(struct user_option){ "nobody-of-this-name", "64101" }, &ids, &wrong));
    CHECK_TEXT(wrong, "nobody-of-this-name");
    CHECK_EQ(ids.signer_uid, 77);
    CHECK(user_option_take(&(struct user_option){ NULL, NULL }, &ids, &wrong));
    CHECK(!ids.given);
}
