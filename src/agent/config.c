/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/config.h"

#include <string.h>

#include "agent/json_member.h"
#include "base/text.h"

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool origin_is_good(const char *origin)
{
    bool scheme = starts_with(origin, "https://") || starts_with(origin, "http://127.0.0.1:") ||
                  starts_with(origin, "http://[::1]:");
    const char *host = strstr(origin, "://");
    return scheme && host != NULL && host[3] != '\0' && strchr(host + 3, '/') == NULL &&
           strpbrk(origin, " \t\r\n@?#") == NULL;
}

/* A member that may be missing, but not have another form. */
static bool take_optional(const json_t *json, const char *name, char *ret_text, size_t max)
{
    ret_text[0] = '\0';
    return json_object_get(json, name) == NULL || json_member_text(json, name, ret_text, max);
}

static bool take_port(const json_t *json, const char *name, uint16_t *ret_port)
{
    int64_t port = 0;
    if (json_object_get(json, name) != NULL &&
        !json_member_number(json, name, 0, UINT16_MAX, &port)) {
        return false;
    }
    *ret_port = (uint16_t)port;
    return true;
}

/* The name of the first member that is wrong; NULL: none. */
static const char *take_optional_members(const json_t *json, struct config *c)
{
    const struct {
        const char *name;
        char *text;
        size_t max;
    } texts[] = {
        { "ca_file", c->ca_file, sizeof(c->ca_file) },
        { "workstation", c->workstation, sizeof(c->workstation) },
        { "socket", c->socket, sizeof(c->socket) },
        { "ra_desk", c->ra_desk, sizeof(c->ra_desk) },
        { "site_it", c->site_it, sizeof(c->site_it) },
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!take_optional(json, texts[i].name, texts[i].text, texts[i].max)) {
            return texts[i].name;
        }
    }
    return take_port(json, "page_port", &c->page_port) ? NULL : "page_port";
}

static void explain(char *reterr_detail, const char *where, const char *what)
{
    const struct fault fault = fault_at(STATUS_BAD_FILE, where, what);
    text_take(reterr_detail, FAULT_DETAIL_MAX, fault.detail);
}

static bool take_members(const json_t *json, struct config *c, char *reterr_detail)
{
    static const char *const names[] = { "origin",    "ca_file", "workstation", "socket",
                                         "page_port", "ra_desk", "site_it",     NULL };
    if (!json_is_object(json)) {
        text_take(reterr_detail, FAULT_DETAIL_MAX, "not an object");
        return false;
    }
    const char *other = json_member_other(json, names);
    if (other != NULL) {
        explain(reterr_detail, "unknown member", other);
        return false;
    }
    bool has_origin =
        json_member_text(json, "origin", c->origin, sizeof(c->origin)) && origin_is_good(c->origin);
    const char *wrong = has_origin ? take_optional_members(json, c) : "origin";
    if (wrong != NULL) {
        text_take(reterr_detail, FAULT_DETAIL_MAX, wrong);
    }
    return wrong == NULL;
}

enum status config_parse(struct span text, struct config *ret_config,
                         char reterr_detail[FAULT_DETAIL_MAX])
{
    struct config config = { 0 };
    json_error_t error;
    json_t *json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        char line[32];
        bool twice = json_error_code(&error) == json_error_duplicate_key;
        bool fits =
            text_format(line, sizeof(line), twice ? "line %d" : "line %d: not JSON", error.line);
        explain(reterr_detail, fits ? line : "not JSON", error.text);
        return STATUS_BAD_FILE;
    }
    bool good = take_members(json, &config, reterr_detail);
    json_decref(json);
    if (!good) {
        return STATUS_BAD_FILE;
    }
    *ret_config = config;
    return STATUS_OK;
}
