/* SPDX-License-Identifier: Apache-2.0 */
#include "port/system_name.h"

#include <string.h>
#include <unistd.h>

#include "test/lib/test.h"

TEST(system_name__is_the_pretty_one_with_or_without_quotes)
{
    char name[SYSTEM_NAME_MAX];

    CHECK(system_name_pretty(SPAN_TEXT("ID=debian\nPRETTY_NAME=\"Debian 12\"\nX=1\n"), name));
    CHECK_TEXT(name, "Debian 12");

    CHECK(system_name_pretty(SPAN_TEXT("PRETTY_NAME=Alpine"), name));
    CHECK_TEXT(name, "Alpine");
}

TEST(system_name__a_text_without_it_has_none)
{
    char name[SYSTEM_NAME_MAX] = "";

    CHECK(!system_name_pretty(SPAN_TEXT(""), name));
    CHECK(!system_name_pretty(SPAN_TEXT("NO_PRETTY_NAME=x\n"), name));
    CHECK(!system_name_pretty(SPAN_TEXT("PRETTY_NAME=\"\"\n"), name));
}

TEST(system_name__tells_the_kernel_but_not_the_name_of_the_computer)
{
    struct system_name name;
    char host[128] = "";
    CHECK_EQ(gethostname(host, sizeof(host) - 1), 0);

    system_name_of(&name);

    CHECK(strncmp(name.kernel, "Linux ", 6) == 0);
    CHECK(strlen(host) < 6 || strstr(name.kernel, host) == NULL);
}
