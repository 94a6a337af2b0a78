/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config.h"

#include <string.h>

#include "test/lib/test.h"

static enum status parse(const char *text, struct config *ret_config, char *reterr_detail)
{
    memset(ret_config, 0, sizeof *ret_config);
    return config_parse(span_of_text(text), ret_config, reterr_detail);
}

static void refused(const char *text, const char *detail)
{
    struct config config;
    char told[FAULT_DETAIL_MAX] = "";
    CHECK_EQ(parse(text, &config, told), STATUS_BAD_FILE);
    CHECK_TEXT(told, detail);
    CHECK_EQ(config.origin[0], 0);
}

TEST(config__takes_all_members)
{
    struct config c;
    char detail[FAULT_DETAIL_MAX];

    CHECK_EQ(parse("{\"origin\":\"https://ra.example:8443\",\"ca_file\":\"/ca.pem\","
                   "\"workstation\":\"desk-7\",\"socket\":\"/run/x/agent.sock\","
                   "\"page_port\":7600,\"ra_desk\":\"ext. 1\",\"site_it\":\"ext. 2\"}",
                   &c, detail),
             STATUS_OK);

    CHECK_TEXT(c.origin, "https://ra.example:8443");
    CHECK_TEXT(c.ca_file, "/ca.pem");
    CHECK_TEXT(c.workstation, "desk-7");
    CHECK_TEXT(c.socket, "/run/x/agent.sock");
    CHECK_EQ(c.page_port, 7600);
    CHECK_TEXT(c.ra_desk, "ext. 1");
    CHECK_TEXT(c.site_it, "ext. 2");
}

TEST(config__needs_the_origin_alone)
{
    struct config c;
    char detail[FAULT_DETAIL_MAX];

    CHECK_EQ(parse("{\"origin\":\"https://ra.example\"}", &c, detail), STATUS_OK);

    CHECK_EQ(c.ca_file[0], 0);
    CHECK_EQ(c.socket[0], 0);
    CHECK_EQ(c.page_port, 0);
    CHECK_EQ(c.ra_desk[0], 0);
}

TEST(config__refuses_origins_that_cards_must_not_sign_for)
{
    refused("{}", "origin");
    refused("{\"origin\":\"http://ra.example\"}", "origin"); /* anyone on the way could answer */
    refused("{\"origin\":\"https://ra.example/\"}", "origin");
    refused("{\"origin\":\"https://\"}", "origin");
    refused("{\"origin\":\"https://user@ra.example\"}", "origin");
    refused("{\"origin\":\"ra.example\"}", "origin");
    refused("{\"origin\":\"http://127.0.0.1.evil.example:80\"}", "origin");
}

TEST(config__refuses_other_forms)
{
    refused("{\"origin\":\"https://a\",\"ca_file\":1}", "ca_file");
    refused("{\"origin\":\"https://a\",\"workstation\":[]}", "workstation");
    refused("{\"origin\":\"https://a\",\"col\\nour\":\"red\"}", "unknown member: col?our");
    refused("{\"origin\":\"https://a\",\"page_port\":65536}", "page_port");
    refused("{\"origin\":\"https://a\",\"page_port\":\"80\"}", "page_port");
    refused("{\"origin\":\"https://a\",\"site_it\":null}", "site_it");
    refused("[]", "not an object");
}

TEST(config__names_the_line_that_is_no_json_and_the_member_that_stands_twice)
{
    struct config config;
    char told[FAULT_DETAIL_MAX] = "";
    CHECK_EQ(parse("{\n\"origin\":", &config, told), STATUS_BAD_FILE);
    CHECK(strncmp(told, "line 2: not JSON: ", 18) == 0);
    CHECK_EQ(
        parse("{\"origin\":\"https://a\",\n\"ra_desk\":\"a\",\"ra_desk\":\"b\"}", &config, told),
        STATUS_BAD_FILE);
    CHECK(strncmp(told, "line 2: duplicate", 17) == 0);
    CHECK(strstr(told, "ra_desk") != NULL);
    CHECK_EQ(config.origin[0], 0);
}
