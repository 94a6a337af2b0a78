/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config.h"

#include <jansson.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"

static const char good[] =
    "{\"origin\": \"https://ra.example:8443\", \"address\": \"127.0.0.1\", \"port\": 8443,"
    " \"certificate\": \"tls.pem\", \"key\": \"/etc/tls.key\", \"store\": \"cw.db\","
    " \"signer_socket\": \"../run/signer.sock\", \"authentication_ca\": \"a.pem\","
    " \"signing_ca\": \"s.pem\", \"root_ca\": \"r.pem\", \"token_key\": \"token.key\","
    " \"ra_desk\": \"RA desk\", \"site_it\": \"IT\"}";

static char detail[CONFIG_DETAIL_MAX];
static char folder[64];

static enum status load_bytes(const void *bytes, size_t len, struct config *ret_config)
{
    char path[96];
    (void)snprintf(folder, sizeof(folder), "/tmp/cardwright-config-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    CHECK(text_format(path, sizeof(path), "%s/server.json", folder));
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK_EQ(fwrite(bytes, 1, len, file), len);
    CHECK_EQ(fclose(file), 0);
    enum status status = config_load(path, ret_config, detail);
    if (status != STATUS_OK) { /* the file is named before what is wrong in it */
        size_t at = strlen(path);
        CHECK(strncmp(detail, path, at) == 0 && strncmp(detail + at, ": ", 2) == 0);
        memmove(detail, detail + at + 2, strlen(detail + at + 2) + 1);
    }
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(rmdir(folder), 0);
    return status;
}

static enum status load(const char *text, struct config *ret_config)
{
    return load_bytes(text, strlen(text), ret_config);
}

/* The good file with one member replaced; NULL: left out. */
static enum status load_with(const char *member, json_t *value, struct config *ret_config)
{
    json_t *json = json_loads(good, 0, NULL);
    CHECK(json != NULL);
    if (value == NULL) {
        CHECK_EQ(json_object_del(json, member), 0);
    } else {
        CHECK_EQ(json_object_set_new(json, member, value), 0);
    }
    char *text = json_dumps(json, 0);
    enum status status = load(text, ret_config);
    free(text);
    json_decref(json);
    return status;
}

TEST(config__a_good_file_is_read_and_paths_start_at_its_folder)
{
    struct config config;
    char path[128];
    CHECK_EQ(load(good, &config), STATUS_OK);
    CHECK_TEXT(config.origin, "https://ra.example:8443");
    CHECK_EQ(config.port, 8443);
    CHECK_TEXT(config.key, "/etc/tls.key");
    CHECK(text_format(path, sizeof(path), "%s/tls.pem", folder));
    CHECK_TEXT(config.certificate, path);
    CHECK_EQ(config.signer_uid, -1); /* not given: not checked */
    CHECK_TEXT(config.banner, "");
}

TEST(config__each_member_that_is_missing_is_named)
{
    static const char *const required[] = {
        "origin",        "address",           "port",       "certificate", "key",       "store",
        "signer_socket", "authentication_ca", "signing_ca", "root_ca",     "token_key", "ra_desk",
        "site_it"
    };
    for (size_t i = 0; i < COUNT(required); i++) {
        struct config config = { .port = 1 };
        char expected[CONFIG_DETAIL_MAX];
        CHECK_EQ(load_with(required[i], NULL, &config), STATUS_BAD_FILE);
        CHECK(text_format(expected, sizeof(expected), "member '%s' is missing", required[i]));
        CHECK_TEXT(detail, expected);
        CHECK_EQ(config.port, 1); /* untouched */
    }
}

TEST(config__an_unknown_member_is_named)
{
    struct config config;
    CHECK_EQ(load_with("pot", json_integer(1), &config), STATUS_BAD_FILE);
    CHECK_TEXT(detail, "member 'pot'");
}

TEST(config__a_member_of_the_wrong_type_is_named)
{
    struct config config;
    CHECK_EQ(load_with("port", json_string("8443"), &config), STATUS_BAD_FILE);
    CHECK_TEXT(detail, "member 'port'");
    CHECK_EQ(load_with("port", json_real(8443.0), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("origin", json_integer(1), &config), STATUS_BAD_FILE);
    CHECK_TEXT(detail, "member 'origin'");
    CHECK_EQ(load_with("store", json_null(), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("banner", json_array(), &config), STATUS_BAD_FILE);
}

TEST(config__numbers_have_their_range)
{
    struct config config;
    CHECK_EQ(load_with("port", json_integer(65535), &config), STATUS_OK);
    CHECK_EQ(load_with("port", json_integer(65536), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("port", json_integer(-1), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("signer_uid", json_integer(-1), &config), STATUS_OK);
    CHECK_EQ(load_with("signer_uid", json_integer(-2), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("signer_uid", json_integer(165536), &config), STATUS_OK);
    CHECK_EQ(config.signer_uid, 165536); /* uids of containers are large */
    CHECK_EQ(load_with("signer_uid", json_integer(INT64_C(0x100000001)), &config), STATUS_BAD_FILE);
}

TEST(config__texts_are_neither_empty_nor_too_long)
{
    static char longer[CONFIG_PATH_MAX + 8];
    struct config config;
    memset(longer, 'x', sizeof(longer) - 1);
    CHECK_EQ(load_with("store", json_string(longer), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("banner", json_string(longer), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("origin", json_string(""), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("attestation_roots", json_string("makers.pem"), &config), STATUS_OK);
    CHECK(strstr(config.attestation_roots, "/makers.pem") != NULL);
    CHECK_EQ(load_with("token_key", json_string(""), &config), STATUS_BAD_FILE);
    CHECK_EQ(load_with("banner", json_string(""), &config), STATUS_OK);
}

TEST(config__a_member_twice_is_refused)
{
    struct config config;
    CHECK_EQ(load("{\"port\": 1, \"port\": 2}", &config), STATUS_BAD_FILE);
    CHECK(strncmp(detail, "not JSON", 8) == 0 && strstr(detail, "port") != NULL);
}

TEST(config__what_is_no_json_object_is_refused)
{
    static const char *const texts[] = { "", "{", "[]", "null", "\"text\"", "{}x", "{\"port\": }" };
    struct config config;
    for (size_t i = 0; i < COUNT(texts); i++) {
        CHECK_EQ(load(texts[i], &config), STATUS_BAD_FILE);
    }
    CHECK_EQ(load_bytes("{\"origin\":\"a\0b\"}", 16, &config), STATUS_BAD_FILE);
}

TEST(config__every_truncation_is_refused)
{
    for (size_t len = 0; len + 1 < sizeof(good) - 1; len++) {
        struct config config;
        CHECK_EQ(load_bytes(good, len, &config), STATUS_BAD_FILE);
    }
}

TEST(config__a_file_that_is_not_there_is_named)
{
    struct config config;
    CHECK(config_load("/nonexistent/server.json", &config, detail) != STATUS_OK);
    CHECK_TEXT(detail, "/nonexistent/server.json");
}
