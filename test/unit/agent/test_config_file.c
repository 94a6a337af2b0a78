/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"

static char folder[64], path[96];

static enum status read_text(const char *text, struct config *ret_config, char *reterr_detail)
{
    CHECK(text_copy(folder, sizeof(folder), "/tmp/cw-config-XXXXXX"));
    CHECK(mkdtemp(folder) != NULL);
    CHECK(text_format(path, sizeof(path), "%s/agent.json", folder));
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    enum status status = config_file_read(path, ret_config, reterr_detail);
    CHECK_EQ(unlink(path) | rmdir(folder), 0);
    return status;
}

TEST(config_file__a_relative_ca_file_lies_beside_the_file)
{
    struct config config;
    char detail[FAULT_DETAIL_MAX] = "", wanted[96];

    CHECK_EQ(
        read_text("{\"origin\":\"https://ra.example\",\"ca_file\":\"ca.pem\"}", &config, detail),
        STATUS_OK);

    CHECK(text_format(wanted, sizeof(wanted), "%s/ca.pem", folder));
    CHECK_TEXT(config.ca_file, wanted);
    CHECK_TEXT(detail, "");
}

TEST(config_file__an_absolute_one_and_none_stay_as_they_are)
{
    struct config config;
    char detail[FAULT_DETAIL_MAX];

    CHECK_EQ(
        read_text("{\"origin\":\"https://ra.example\",\"ca_file\":\"/ca.pem\"}", &config, detail),
        STATUS_OK);
    CHECK_TEXT(config.ca_file, "/ca.pem");
    CHECK_EQ(read_text("{\"origin\":\"https://ra.example\"}", &config, detail), STATUS_OK);
    CHECK_TEXT(config.ca_file, "");
}

TEST(config_file__names_the_file_and_the_member_and_returns_nothing)
{
    struct config config = { .page_port = 4711 };
    char detail[FAULT_DETAIL_MAX], wanted[FAULT_DETAIL_MAX];

    CHECK_EQ(config_file_read("/nonexistent/agent.json", &config, detail), STATUS_NOT_FOUND);
    CHECK_TEXT(detail, "/nonexistent/agent.json");
    CHECK_EQ(read_text("{\"origin\":\"ftp://ra.example\"}", &config, detail), STATUS_BAD_FILE);
    CHECK(text_format(wanted, sizeof(wanted), "%s: origin", path));
    CHECK_TEXT(detail, wanted);

    CHECK_EQ(config.page_port, 4711);
}
