/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config.h"

#include <string.h>

#include "test/fuzz/fuzz.h"

/* server.json: relative paths stay below the file's folder's name, numbers in range. */
static const char path[] = "/etc/cardwright/server.json";

static void check_path(const char *value, bool required)
{
    fuzz_text(value, CONFIG_PATH_MAX);
    REQUIRE(value[0] == '/' || (value[0] == '\0' && !required));
}

static void check_text(const char *value, size_t max, bool required)
{
    fuzz_text(value, max);
    REQUIRE(value[0] != '\0' || !required);
}

static void check_config(const struct config *c)
{
    const char *const paths[] = { c->certificate,   c->key,        c->store,
                                  c->signer_socket, c->signing_ca, c->authentication_ca,
                                  c->root_ca,       c->token_key };
    for (size_t i = 0; i < COUNT(paths); i++) {
        check_path(paths[i], true);
    }
    check_path(c->attestation_roots, false);
    check_text(c->origin, sizeof c->origin, true);
    check_text(c->address, sizeof c->address, true);
    check_text(c->ra_desk, sizeof c->ra_desk, true);
    check_text(c->site_it, sizeof c->site_it, true);
    check_text(c->banner, sizeof c->banner, false);
    REQUIRE(c->port >= 0 && c->port <= 65535 && c->signer_uid >= -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct config config, before;
    char detail[CONFIG_DETAIL_MAX] = "";
    memset(&config, 0x55, sizeof config);
    before = config;
    if (config_of_text(span_of(bytes, len), path, &config, detail) == STATUS_OK) {
        check_config(&config);
    } else {
        REQUIRE(detail[0] != '\0' && memcmp(&config, &before, sizeof config) == 0);
    }
    fuzz_text(detail, sizeof detail);
    return 0;
}
