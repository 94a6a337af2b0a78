/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/control_client.h"

#include "base/text.h"
#include "test/lib/test.h"

#define LINE(line, ...)                                                                            \
    control_client_line((int)COUNT(((const char *[]){ __VA_ARGS__ })), (char *[]){ __VA_ARGS__ },  \
                        "/home/me", line, sizeof line)

TEST(control_client__makes_a_line_of_its_words)
{
    char line[64];

    CHECK(LINE(line, "fault", "1", "flip", "3", "4"));
    CHECK_TEXT(line, "fault 1 flip 3 4\n");
    CHECK(LINE(line, "status"));
    CHECK_TEXT(line, "status\n");
}

TEST(control_client__makes_file_names_absolute)
{
    char line[64];

    CHECK(LINE(line, "insert", "1", "a.card"));
    CHECK_TEXT(line, "insert 1 /home/me/a.card\n");
    CHECK(LINE(line, "insert", "1", "/tmp/a.card"));
    CHECK_TEXT(line, "insert 1 /tmp/a.card\n");
    CHECK(LINE(line, "trace", "2", "on", "t"));
    CHECK_TEXT(line, "trace 2 on /home/me/t\n");
    CHECK(LINE(line, "trace", "2", "off"));
    CHECK_TEXT(line, "trace 2 off\n");
}

TEST(control_client__refuses_a_second_line_and_too_long_a_one)
{
    char line[16];

    CHECK(!LINE(line, "pull", "1\nquit"));
    CHECK(!LINE(line, "insert", "1", "a-long-name.card"));
}

TEST(control_client__says_when_there_is_no_server)
{
    CHECK_EQ(control_client_run(3, (char *[]){ (char[]){ "--control" },
                                               (char[]){ "/nonexistent/folder/socket" },
                                               (char[]){ "status" } }),
             1);
    CHECK_EQ(control_client_run(1, (char *[]){ (char[]){ "status" } }), 2);
}
