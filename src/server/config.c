/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config.h"

#include <jansson.h>
#include <limits.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "port/file_read.h"

enum config_kind { CONFIG_TEXT, CONFIG_PATH, CONFIG_NUMBER };

static const struct config_member {
    const char *name;
    enum config_kind kind;
    bool required;
    size_t at,
        max; /* of a number: the largest; -1 stands for "not given" where it may be left out */
} members[] = {
#define TEXT(member, required)                                                                     \
    {                                                                                              \
#member, CONFIG_TEXT, required, offsetof(struct config, member),                           \
            sizeof(((struct config *)0)->member)                                                   \
    }
#define PATH(member, required)                                                                     \
    {                                                                                              \
#member, CONFIG_PATH, required, offsetof(struct config, member), CONFIG_PATH_MAX           \
    }
#define NUMBER(member, required, most)                                                             \
    {                                                                                              \
#member, CONFIG_NUMBER, required, offsetof(struct config, member), most                    \
    }
    TEXT(origin, true),
    TEXT(address, true),
    NUMBER(port, true, 65535),
    PATH(certificate, true),
    PATH(key, true),
    PATH(store, true),
    PATH(signer_socket, true),
    NUMBER(signer_uid, false, INT_MAX),
    PATH(authentication_ca, true),
    PATH(signing_ca, true),
    PATH(root_ca, true),
    PATH(attestation_roots, false),
    PATH(token_key, true),
    TEXT(ra_desk, true),
    TEXT(site_it, true),
    TEXT(banner, false),
#undef TEXT
#undef PATH
#undef NUMBER
};

static const struct config_member *member_of(const char *name)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        if (text_equal(members[i].name, name)) {
            return &members[i];
        }
    }
    return NULL;
}

static bool take_path(const char *folder, const char *value, char *ret_path)
{
    const char *slash = strrchr(folder, '/');
    if (value[0] == '/' || slash == NULL) {
        return text_copy(ret_path, CONFIG_PATH_MAX, value);
    }
    return text_format(ret_path, CONFIG_PATH_MAX, "%.*s/%s", (int)(slash - folder), folder, value);
}

static bool take_member(const char *file, const struct config_member *member, const json_t *value,
                        struct config *ret_config)
{
    char *at = (char *)ret_config + member->at;
    if (member->kind == CONFIG_NUMBER) {
        json_int_t number = json_integer_value(value);
        json_int_t least = member->required ? 0 : -1;
        if (!json_is_integer(value) || number < least || number > (json_int_t)member->max) {
            return false;
        }
        int small = (int)number;
        memcpy(at, &small, sizeof(small));
        return true;
    }
    if (!json_is_string(value) || (member->required && json_string_length(value) == 0)) {
        return false;
    }
    return member->kind == CONFIG_PATH ? take_path(file, json_string_value(value), at)
                                       : text_copy(at, member->max, json_string_value(value));
}

/* What is wrong in the file: `before`, the hostile text, `after`. */
static void explain(char *reterr_detail, const char *before, const char *what, const char *after)
{
    if (!text_format(reterr_detail, CONFIG_DETAIL_MAX, "%s'%.80s'%s", before, what, after)) {
        text_take(reterr_detail, CONFIG_DETAIL_MAX, before);
    }
}

static bool take_all(const char *file, json_t *json, struct config *ret_config, char *reterr_detail)
{
    const char *name;
    json_t *value;
    json_object_foreach(json, name, value)
    {
        const struct config_member *member = member_of(name);
        if (member == NULL || !take_member(file, member, value, ret_config)) {
            explain(reterr_detail, "member ", name, "");
            return false;
        }
    }
    for (size_t i = 0; i < COUNT(members); i++) {
        if (members[i].required && json_object_get(json, members[i].name) == NULL) {
            explain(reterr_detail, "member ", members[i].name, " is missing");
            return false;
        }
    }
    return true;
}

enum status config_of_text(struct span text, const char *path, struct config *ret_config,
                           char reterr_detail[CONFIG_DETAIL_MAX])
{
    json_error_t error;
    json_t *json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(json)) {
        explain(reterr_detail, "not JSON: ", json == NULL ? error.text : "no object", "");
        json_decref(json);
        return STATUS_BAD_FILE;
    }
    struct config config = { .signer_uid = -1 };
    bool good = take_all(path, json, &config, reterr_detail);
    json_decref(json);
    if (!good) {
        return STATUS_BAD_FILE;
    }
    *ret_config = config;
    return STATUS_OK;
}

enum status config_load(const char *path, struct config *ret_config,
                        char reterr_detail[CONFIG_DETAIL_MAX])
{
    uint8_t memory[CONFIG_FILE_MAX];
    struct buf text = BUF(memory);
    char what[CONFIG_DETAIL_MAX];
    text_print_safe(span_of_text(path), reterr_detail, CONFIG_DETAIL_MAX);
    enum status status = file_read(path, &text);
    if (status != STATUS_OK) {
        return status;
    }
    status = config_of_text(buf_span(&text), path, ret_config, what);
    if (status != STATUS_OK) {
        const struct fault fault = fault_at(status, path, what);
        text_take(reterr_detail, CONFIG_DETAIL_MAX, fault.detail);
    }
    return status;
}
