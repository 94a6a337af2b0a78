/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_proxy.h"

#include "base/text.h"
#include "test/lib/test.h"

enum { SETTINGS_MAX = 4 };

static const char *settings[SETTINGS_MAX][2];

static const char *get(const char *name)
{
    for (size_t i = 0; i < SETTINGS_MAX && settings[i][0] != NULL; i++) {
        if (text_equal(settings[i][0], name)) {
            return settings[i][1];
        }
    }
    return NULL;
}

static void set(size_t index, const char *name, const char *value)
{
    settings[index][0] = name;
    settings[index][1] = value;
    for (size_t i = index + 1; i < SETTINGS_MAX; i++) {
        settings[i][0] = NULL;
    }
}

static bool ask(const char *origin, struct doctor_proxy *ret_proxy)
{
    const struct doctor_proxy_environment environment = { .get = get };
    return doctor_proxy_of(&environment, origin, ret_proxy);
}

TEST(doctor_proxy__without_a_variable_there_is_none)
{
    struct doctor_proxy proxy = { 0 };
    settings[0][0] = NULL;

    CHECK(!ask("https://ra.example:8443", &proxy));

    set(0, "https_proxy", "");
    CHECK(!ask("https://ra.example:8443", &proxy));
    set(0, "http_proxy", "http://proxy:3128"); /* for http only */
    CHECK(!ask("https://ra.example:8443", &proxy));
    CHECK(proxy.variable == NULL);
}

TEST(doctor_proxy__the_lower_case_name_goes_first)
{
    struct doctor_proxy proxy;
    set(0, "HTTPS_PROXY", "http://upper:3128");
    CHECK(ask("https://ra.example", &proxy));
    CHECK_TEXT(proxy.variable, "HTTPS_PROXY");

    set(1, "https_proxy", "http://lower:3128/");

    CHECK(ask("https://ra.example", &proxy));
    CHECK_TEXT(proxy.variable, "https_proxy");
    CHECK_TEXT(proxy.address, "lower:3128");
}

TEST(doctor_proxy__upper_case_http_proxy_is_nothing_to_curl)
{
    struct doctor_proxy proxy;
    set(0, "HTTP_PROXY", "http://proxy:3128");
    CHECK(!ask("http://127.0.0.1:8080", &proxy));

    set(0, "http_proxy", "proxy:3128");
    CHECK(ask("http://127.0.0.1:8080", &proxy));
    CHECK_TEXT(proxy.address, "proxy:3128");
}

TEST(doctor_proxy__its_user_and_password_are_never_shown)
{
    struct doctor_proxy proxy;
    set(0, "all_proxy", "socks5h://tom:pa@ss@proxy.example:1080/x");

    CHECK(ask("https://ra.example", &proxy));

    CHECK_TEXT(proxy.address, "proxy.example:1080");
    CHECK_TEXT(proxy.variable, "all_proxy");
}

TEST(doctor_proxy__no_proxy_names_hosts_and_what_lies_below_them)
{
    struct doctor_proxy proxy;
    set(0, "https_proxy", "http://proxy:3128");
    set(1, "no_proxy", "localhost, .example.org,10.0.0.1 other.example");

    CHECK(!ask("https://ra.example.org:8443", &proxy));
    CHECK(!ask("https://EXAMPLE.org", &proxy));
    CHECK(!ask("https://10.0.0.1:8443", &proxy));
    CHECK(!ask("https://other.example/", &proxy));
    CHECK(ask("https://myexample.org", &proxy));
    CHECK(ask("https://10.0.0.11", &proxy));
    CHECK(ask("https://example.org.evil", &proxy));
    set(1, "NO_PROXY", "*");
    CHECK(!ask("https://anything", &proxy));
}

TEST(doctor_proxy__takes_the_host_of_an_address_in_brackets)
{
    struct doctor_proxy proxy;
    set(0, "https_proxy", "http://proxy:3128");
    set(1, "no_proxy", "::1");

    CHECK(!ask("https://[::1]:8443", &proxy));
    CHECK(ask("https://[::2]:8443", &proxy));
}
