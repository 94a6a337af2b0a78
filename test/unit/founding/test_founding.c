/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_check.h"

#include <sys/stat.h>

#include "base/text.h"
#include "crypto/x509_chain.h"
#include "policy/policy_file.h"
#include "port/file_read.h"
#include "server/config.h"
#include "test/lib/test.h"
#include "test/unit/founding/founding_fixture.h"

static struct founding_opened opened;
static struct fault fault;

static unsigned mode_of(const char *name)
{
    char path[FOUNDING_PATH_MAX];
    struct stat info;
    CHECK(founding_path(&fixture_options, name, path));
    CHECK_EQ(stat(path, &info), 0);
    return info.st_mode & 0777;
}

static void open_it(void)
{
    fixture_create();
    CHECK_EQ(founding_open(&fixture_options, &opened, &fault), STATUS_OK);
}

static void close_it(void)
{
    CHECK_EQ(founding_close(&fixture_options, &opened), STATUS_OK);
}

TEST(founding__makes_every_file_and_closes_the_secret_ones)
{
    static const char *const secret[] = { "root-key.pem",      "server/server.json",
                                          "server/token.key",  "server/tls.key",
                                          "agent/agent.json",  "signer/authentication-ca.key",
                                          "signer/master.key", "server/cardwright.db" };
    static const char *const open[] = { "ca-chain.pem",
                                        "root.crl",
                                        "audit.pem",
                                        "server/root.pem",
                                        "server/signing-ca.pem",
                                        "server/authentication-ca.pem",
                                        "agent/server-ca.pem" };
    fixture_create();
    for (size_t i = 0; i < COUNT(secret); i++) {
        CHECK(fixture_has(secret[i]));
        CHECK_EQ(mode_of(secret[i]) & 077, 0);
    }
    for (size_t i = 0; i < COUNT(open); i++) {
        CHECK(fixture_has(open[i]));
    }
    CHECK_EQ(mode_of("signer") & 077, 0);
    CHECK_EQ(mode_of("server") & 077, 0);
    CHECK(!fixture_has("server/root-key.pem") && !fixture_has("signer/root-key.pem"));
}

TEST(founding__the_server_can_read_its_configuration)
{
    struct config config;
    char path[FOUNDING_PATH_MAX], detail[CONFIG_DETAIL_MAX];
    fixture_create();
    CHECK(founding_path(&fixture_options, "server/server.json", path));
    CHECK_EQ(config_load(path, &config, detail), STATUS_OK);
    CHECK_TEXT(config.origin, "https://127.0.0.1:8443");
    CHECK_EQ(config.port, 8443);
    CHECK_EQ(config.signer_uid, -1);
    CHECK(founding_path(&fixture_options, "server/cardwright.db", path));
    CHECK_TEXT(config.store, path);
}

TEST(founding__the_agents_know_whom_to_call)
{
    uint8_t memory[1024] = { 0 };
    struct buf text = buf_of(memory, sizeof(memory) - 1);
    char path[FOUNDING_PATH_MAX];
    fixture_create();
    CHECK(founding_path(&fixture_options, "agent/agent.json", path));
    CHECK_EQ(file_read(path, &text), STATUS_OK);
    CHECK(strstr((const char *)memory, "\"ra_desk\": \"RA desk\"") != NULL);
    CHECK(strstr((const char *)memory, "\"site_it\": \"IT desk\"") != NULL);
}

TEST(founding__the_store_has_policy_organisation_manager_and_two_entries_of_the_audit)
{
    static uint8_t memory[POLICY_FILE_MAX];
    static struct policy policy;
    static struct profile_record profiles[4];
    struct buf text = BUF(memory);
    struct policy_file_error error;
    struct person_record person;
    struct organisation_record organisation;
    size_t count = 0;
    open_it();
    CHECK_EQ(store_setting_get(opened.store, "policy", &text), STATUS_OK);
    CHECK_EQ(policy_file_load(buf_span(&text), &policy, &error), STATUS_OK);
    CHECK_TEXT(policy.name, "cis-2015");
    CHECK_EQ(store_organisation_get(opened.store, "RKF", &organisation), STATUS_OK);
    CHECK_TEXT(organisation.name, "Three Rivers");
    CHECK_EQ(store_person_get(opened.store, "100000000011", &person), STATUS_OK);
    CHECK_TEXT(person.family, "Manager");
    CHECK_EQ(
        store_profile_of_person(opened.store, "100000000011", profiles, COUNT(profiles), &count),
        STATUS_OK);
    CHECK_EQ(count, 1);
    CHECK_EQ(profiles[0].ends_at, 0);
    close_it();
}

TEST(founding__nothing_that_exists_is_replaced)
{
    uint8_t before_memory[64], after_memory[64];
    struct buf before = BUF(before_memory), after = BUF(after_memory);
    char path[FOUNDING_PATH_MAX];
    fixture_create();
    CHECK(founding_path(&fixture_options, "server/token.key", path));
    CHECK_EQ(file_read(path, &before), STATUS_OK);
    CHECK(founding_create(&fixture_options, &fault) != STATUS_OK);
    CHECK(fault.detail[0] != '\0');
    CHECK_EQ(file_read(path, &after), STATUS_OK);
    CHECK_SPAN(buf_span(&before), buf_span(&after));
    open_it(); /* and what is there still opens */
    close_it();
}

TEST(founding__a_wrong_passphrase_opens_nothing)
{
    struct secret wrong = { 0 };
    struct founding_options options;
    fixture_create();
    options = fixture_options;
    CHECK(secret_set(&wrong, SPAN_TEXT("battery staple")));
    options.signer_passphrase = &wrong;
    CHECK_EQ(founding_open(&options, &opened, &fault), STATUS_KEY_FILE);
    CHECK(opened.store == NULL);
}

/* ---- what cannot be founded ---- */

static enum status create_in(const char *name, struct founding_options options)
{
    char path[128];
    fixture_prepare();
    CHECK(text_format(path, sizeof(path), "%s/%s", fixture_folder, name));
    options.directory = path;
    fault = fault_of(STATUS_OK, "");
    return founding_create(&options, &fault);
}

TEST(founding__data_that_is_not_there_is_named)
{
    fixture_prepare();
    struct founding_options options = fixture_options;
    options.data = "/nonexistent";
    CHECK(create_in("no-data", options) != STATUS_OK);
    CHECK(strstr(fault.detail, "/nonexistent/profiles/") != NULL);
    CHECK_EQ(create_in("no-data", fixture_options), STATUS_OK); /* nothing of it stood in the way */
}

TEST(founding__a_path_that_is_too_long_is_refused)
{
    static char longer[FOUNDING_PATH_MAX + 1];
    char path[FOUNDING_PATH_MAX];
    memset(longer, 'x', sizeof(longer) - 1);
    struct founding_options options = { .directory = longer };
    CHECK(!founding_path(&options, "a", path));
    CHECK(founding_create(&options, &fault) != STATUS_OK);
}

static enum status found_store(const char *name, const struct founding_options *from)
{
    static char folder[128], server_folder[160];
    struct founding_options options = *from;
    CHECK(text_format(folder, sizeof(folder), "%s/%s", fixture_folder, name));
    CHECK(text_format(server_folder, sizeof(server_folder), "%s/server", folder));
    CHECK_EQ(mkdir(folder, 0700), 0);
    CHECK_EQ(mkdir(server_folder, 0700), 0);
    options.directory = folder;
    return founding_store(&options, &fault);
}

TEST(founding__an_unknown_policy_and_a_manager_that_does_not_fit_are_refused)
{
    fixture_prepare();
    struct founding_options options = fixture_options;
    options.policy = "cis-1066";
    CHECK(found_store("no-policy", &options) != STATUS_OK);
    CHECK(strstr(fault.detail, "cis-1066.json") != NULL);

    options = fixture_options;
    options.manager.uuid = "1000000000110"; /* 13 digits */
    CHECK_EQ(found_store("no-manager", &options), STATUS_BAD_VALUE);

    options = fixture_options;
    options.manager.uuid = "10000000001x";
    CHECK(found_store("bad-manager", &options) != STATUS_OK);
}

/* The server's configuration in a folder of its own. Returns its path. */
static const char *write_config(const char *name, struct founding_options options)
{
    static char folder[128], path[160];
    CHECK(text_format(folder, sizeof(folder), "%s/%s", fixture_folder, name));
    CHECK(text_format(path, sizeof(path), "%s/server", folder));
    CHECK_EQ(mkdir(folder, 0700), 0);
    CHECK_EQ(mkdir(path, 0700), 0);
    options.directory = folder;
    (void)!founding_files(&options, &fault); /* there are no certificates to copy */
    CHECK(text_format(path, sizeof(path), "%s/server/server.json", folder));
    return path;
}

TEST(founding__the_longest_values_that_are_let_through_can_be_read_by_the_server)
{
    static char line[256], host[65];
    struct config config;
    char detail[CONFIG_DETAIL_MAX];
    fixture_prepare();
    struct founding_options options = fixture_options;
    memset(line, 'a', sizeof(line) - 1);
    memset(host, 'a', sizeof(host) - 1);
    options.ra_desk = options.site_it = options.banner = line;
    options.host = host;
    options.address = "1111:2222:3333:4444:5555:6666:255.255.255.255";
    options.port = 65535;
    CHECK_EQ(founding_check(&options, &fault), STATUS_OK);

    CHECK_EQ(config_load(write_config("longest", options), &config, detail), STATUS_OK);

    CHECK_TEXT(config.banner, line);
    CHECK_TEXT(config.address, options.address);
}

static void check_origin(const char *name, const char *host, const char *expected)
{
    static uint8_t memory[8192];
    struct buf text = BUF(memory);
    struct founding_options options = fixture_options;
    options.host = host;
    CHECK_EQ(file_read(write_config(name, options), &text), STATUS_OK);
    CHECK(buf_put_u8(&text, 0));
    CHECK(strstr((const char *)memory, expected) != NULL);
}

TEST(founding__the_origin_is_what_agents_can_connect_to)
{
    fixture_prepare();
    check_origin("name", "ra.example.org", "\"https://ra.example.org:8443\"");
    check_origin("ipv4", "192.0.2.7", "\"https://192.0.2.7:8443\"");
    check_origin("ipv6", "2001:db8::7", "\"https://[2001:db8::7]:8443\"");
}
