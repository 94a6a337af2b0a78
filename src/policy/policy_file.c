/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_file.h"

#include "base/text.h"
#include "policy/policy_file_values.h"

/* ---- "roles" ---- */

static bool read_match_codes(struct policy_reader *r, const json_t *json, const char *key,
                             char (*ret_codes)[POLICY_CODE_MAX], size_t *ret_count)
{
    const json_t *list = json_object_get(json, key);
    if (list == NULL) {
        return true;
    }
    policy_reader_enter(r, key, 0);
    bool good = policy_reader_codes(r, list, ret_codes, POLICY_CODES_MAX, ret_count);
    policy_reader_leave(r);
    return good;
}

static bool read_match(struct policy_reader *r, const json_t *json, struct policy_match *ret_match)
{
    static const char *const members[] = { "job_role", "has_all", "has_none", NULL };
    if (!policy_reader_is_object(r, json, members)) {
        return false;
    }
    if (json_object_get(json, "job_role") != NULL &&
        !policy_reader_member_code(r, json, "job_role", ret_match->job_role, POLICY_CODE_MAX)) {
        return false;
    }
    return read_match_codes(r, json, "has_all", ret_match->has_all, &ret_match->has_all_count) &&
           read_match_codes(r, json, "has_none", ret_match->has_none, &ret_match->has_none_count);
}

static bool read_matches(struct policy_reader *r, const json_t *json, struct policy_role *ret_role)
{
    json_t *list;
    if (!policy_reader_member(r, json, "matches", &list)) {
        return false;
    }
    policy_reader_enter(r, "matches", 0);
    if (!policy_reader_is_array(r, list, 1, POLICY_MATCHES_MAX)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        policy_reader_enter(r, NULL, i);
        if (!read_match(r, json_array_get(list, i), &ret_role->matches[i])) {
            return false;
        }
        policy_reader_leave(r);
    }
    policy_reader_leave(r);
    ret_role->matches_count = json_array_size(list);
    return true;
}

static bool find_role(const struct policy *p, const char *name, size_t *ret_index)
{
    for (size_t i = 0; i < p->roles_count; i++) {
        if (text_equal(p->roles[i].name, name)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static bool read_role(struct policy_reader *r, const json_t *json, struct policy *p)
{
    static const char *const members[] = { "role", "title", "matches", "source", NULL };
    struct policy_role *role = &p->roles[p->roles_count];
    size_t twice;
    if (!policy_reader_is_object(r, json, members) || !policy_reader_has_source(r, json) ||
        !policy_reader_member_code(r, json, "role", role->name, sizeof(role->name)) ||
        !policy_reader_member_text(r, json, "title", role->title, sizeof(role->title)) ||
        !read_matches(r, json, role)) {
        return false;
    }
    if (find_role(p, role->name, &twice)) {
        return policy_reader_fail(r, "role '%s' stands twice", role->name);
    }
    p->roles_count++;
    return true;
}

static bool read_roles(struct policy_reader *r, const json_t *json, struct policy *p)
{
    if (!policy_reader_is_array(r, json, 1, POLICY_ROLES_MAX)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        policy_reader_enter(r, NULL, i);
        if (!read_role(r, json_array_get(json, i), p)) {
            return false;
        }
        policy_reader_leave(r);
    }
    return true;
}

/* ---- "services" ---- */

static bool take_scope(struct policy_reader *r, const json_t *json, enum policy_scope *ret_scope)
{
    char word[POLICY_NAME_MAX];
    if (!policy_reader_take_text(r, json, word, sizeof(word))) {
        return false;
    }
    for (unsigned i = POLICY_SCOPE_OWN; i < POLICY_SCOPE_MAX; i++) {
        if (text_equal(policy_scope_name((enum policy_scope)i), word)) {
            *ret_scope = (enum policy_scope)i;
            return true;
        }
    }
    return policy_reader_fail(r, "unknown scope '%s'", word);
}

static bool read_rights(struct policy_reader *r, const json_t *json, enum policy_service service,
                        struct policy *p)
{
    json_t *roles, *value;
    const char *key;
    if (!policy_reader_member(r, json, "roles", &roles)) {
        return false;
    }
    policy_reader_enter(r, "roles", 0);
    if (!json_is_object(roles)) {
        return policy_reader_fail(r, "an object is expected here");
    }
    json_object_foreach(roles, key, value)
    {
        size_t index;
        if (!find_role(p, key, &index)) {
            return policy_reader_fail_at_key(r, key, "unknown role");
        }
        policy_reader_enter(r, key, 0);
        if (!take_scope(r, value, &p->rights[service][index])) {
            return false;
        }
        policy_reader_leave(r);
    }
    policy_reader_leave(r);
    return true;
}

static bool take_service(struct policy_reader *r, const json_t *json,
                         enum policy_service *ret_service)
{
    char name[POLICY_NAME_MAX];
    json_t *value;
    if (!policy_reader_member(r, json, "service", &value)) {
        return false;
    }
    policy_reader_enter(r, "service", 0);
    if (!policy_reader_take_text(r, value, name, sizeof(name))) {
        return false;
    }
    if (!policy_service_by_name(name, ret_service)) {
        return policy_reader_fail(r, "unknown service '%s'", name);
    }
    policy_reader_leave(r);
    return true;
}

static bool read_service(struct policy_reader *r, const json_t *json, bool *seen, struct policy *p)
{
    static const char *const members[] = { "service", "roles", "identity_check", "source", NULL };
    enum policy_service service;
    if (!policy_reader_is_object(r, json, members) || !policy_reader_has_source(r, json) ||
        !take_service(r, json, &service)) {
        return false;
    }
    if (seen[service]) {
        return policy_reader_fail(r, "service '%s' stands twice", policy_service_name(service));
    }
    seen[service] = true;
    const json_t *check = json_object_get(json, "identity_check");
    if (check != NULL) {
        policy_reader_enter(r, "identity_check", 0);
        if (!policy_reader_take_bool(r, check, &p->identity_check[service])) {
            return false;
        }
        policy_reader_leave(r);
    }
    return read_rights(r, json, service, p);
}

static bool read_services(struct policy_reader *r, const json_t *json, struct policy *p)
{
    bool seen[POLICY_SERVICE_MAX] = { false };
    if (!policy_reader_is_array(r, json, 1, POLICY_SERVICE_MAX - 1)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        policy_reader_enter(r, NULL, i);
        if (!read_service(r, json_array_get(json, i), seen, p)) {
            return false;
        }
        policy_reader_leave(r);
    }
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        if (!seen[i]) {
            return policy_reader_fail(r, "service '%s' is not mentioned",
                                      policy_service_name((enum policy_service)i));
        }
    }
    return true;
}

/* ---- the whole ---- */

static bool read_section(struct policy_reader *r, const json_t *root, const char *key,
                         struct policy *p)
{
    json_t *json;
    if (!policy_reader_member(r, root, key, &json)) {
        return false;
    }
    policy_reader_enter(r, key, 0);
    bool good = text_equal(key, "values")  ? policy_file_values_read(r, json, &p->values)
                : text_equal(key, "roles") ? read_roles(r, json, p)
                                           : read_services(r, json, p);
    policy_reader_leave(r);
    return good;
}

static bool read_policy(struct policy_reader *r, const json_t *root, struct policy *p)
{
    static const char *const members[] = { "format", "name",  "title",    "source",
                                           "values", "roles", "services", NULL };
    char format[POLICY_NAME_MAX];
    if (!policy_reader_is_object(r, root, members) ||
        !policy_reader_member_text(r, root, "format", format, sizeof(format))) {
        return false;
    }
    if (!text_equal(format, "cardwright policy 1")) {
        return policy_reader_fail_at_key(r, "format", "another format than 'cardwright policy 1':");
    }
    return policy_reader_has_source(r, root) &&
           policy_reader_member_code(r, root, "name", p->name, sizeof(p->name)) &&
           policy_reader_member_text(r, root, "title", p->title, sizeof(p->title)) &&
           read_section(r, root, "values", p) && read_section(r, root, "roles", p) &&
           read_section(r, root, "services", p);
}

static enum status fail_syntax(struct policy_reader *r, const json_error_t *error)
{
    if (json_error_code(error) == json_error_out_of_memory) {
        return STATUS_OUT_OF_MEMORY;
    }
    (void)policy_reader_fail(r, "%s", error->text);
    size_t at = error->position < 0 ? 0 : (size_t)error->position;
    r->error->offset = at < r->text.len ? at : r->text.len;
    policy_place_line(r->text, r->error->offset, &r->error->line, &r->error->column);
    return STATUS_BAD_FILE;
}

enum status policy_file_load(struct span text, struct policy *ret_policy,
                             struct policy_file_error *reterr_error)
{
    struct policy_reader r = { .text = text, .error = reterr_error };
    if (text.len > POLICY_FILE_MAX) {
        (void)policy_reader_fail(&r, "longer than %d bytes", POLICY_FILE_MAX);
        return STATUS_TOO_LARGE;
    }
    json_error_t error;
    json_t *root = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        return fail_syntax(&r, &error);
    }
    struct policy policy = { 0 };
    bool good = read_policy(&r, root, &policy);
    json_decref(root);
    if (!good) {
        return STATUS_BAD_FILE;
    }
    *ret_policy = policy;
    return STATUS_OK;
}
