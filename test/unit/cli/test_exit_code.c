/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/exit_code.h"

#include "test/lib/test.h"

TEST(exit_code__every_status_has_one_that_is_documented)
{
    for (unsigned i = 0; i < STATUS_MAX; i++) {
        enum exit_code code = exit_code_of((enum status)i);
        CHECK(exit_code_text(code) != NULL);
        CHECK_EQ(code == EXIT_DONE, i == STATUS_OK); /* no failure looks like success */
    }
}

TEST(exit_code__scripts_can_tell_what_to_do)
{
    CHECK_EQ(exit_code_of(STATUS_OK), 0);
    CHECK_EQ(exit_code_of(STATUS_POLICY_ROLE), 1);
    CHECK_EQ(exit_code_of(STATUS_NOT_FOUND), 1);
    CHECK_EQ(exit_code_of(STATUS_AUDIT_BROKEN), 1);
    CHECK_EQ(exit_code_of(STATUS_USAGE), 2);
    CHECK_EQ(exit_code_of(STATUS_BAD_FILE), 2);
    CHECK_EQ(exit_code_of(STATUS_PASSCODE_WRONG), 3);
    CHECK_EQ(exit_code_of(STATUS_READER_SECOND), 3);
    CHECK_EQ(exit_code_of(STATUS_CARD_OWN), 3);
    CHECK_EQ(exit_code_of(STATUS_SESSION_ENDED), 4);
    CHECK_EQ(exit_code_of(STATUS_SERVER_UNREACHABLE), 5);
    CHECK_EQ(exit_code_of(STATUS_AGENT_BUSY), 5);
    CHECK_EQ(exit_code_of(STATUS_SERVER_UNTRUSTED), 1);
    CHECK_EQ(exit_code_of(STATUS_INTERNAL), 6);
    CHECK_EQ(exit_code_of((enum status)9999), 6);
}

TEST(exit_code__outside_the_list_there_is_no_text)
{
    CHECK(exit_code_text((enum exit_code)7) == NULL);
    CHECK(exit_code_text((enum exit_code)255) == NULL);
}
