/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "founding/founding.h"
#include "policy/policy_file.h"
#include "port/file_read.h"

static enum status put_policy(const struct founding_options *options, struct store *store,
                              struct fault *reterr_fault)
{
    static uint8_t memory[POLICY_FILE_MAX];
    static struct policy policy;
    struct policy_file_error error;
    char path[FOUNDING_PATH_MAX];
    struct buf text = BUF(memory);
    if (!text_format(path, sizeof(path), "%s/policies/%s.json", options->data, options->policy)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = file_read(path, &text);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, path);
        return status;
    }
    status = policy_file_load(buf_span(&text), &policy, &error);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, error.what);
        return status;
    }
    return store_setting_put(store, "policy", buf_span(&text));
}

/* The first RA manager: nominated at board level, nobody in the system could appoint them. */
static enum status put_manager(const struct founding_options *options, struct store *store)
{
    struct person_record person = { .updated_at = options->now };
    struct profile_record profile = { .starts_at = options->now - SECONDS_PER_DAY };
    const struct founding_person *manager = &options->manager;
    bool fits = text_copy(person.uuid, sizeof(person.uuid), manager->uuid) &&
                text_copy(person.given, sizeof(person.given), manager->given) &&
                text_copy(person.family, sizeof(person.family), manager->family) &&
                text_copy(person.title, sizeof(person.title), manager->title) &&
                text_copy(person.email, sizeof(person.email), manager->email) &&
                text_copy(person.org_code, sizeof(person.org_code), options->organisation_code) &&
                text_copy(profile.id, sizeof(profile.id), manager->uuid) &&
                text_copy(profile.person_uuid, sizeof(profile.person_uuid), manager->uuid) &&
                text_copy(profile.job_role, sizeof(profile.job_role), "R5080") &&
                text_copy(profile.role_name, sizeof(profile.role_name), "RA Manager") &&
                text_copy(profile.activities, sizeof(profile.activities), "B0274") &&
                text_copy(profile.org_code, sizeof(profile.org_code), options->organisation_code);
    if (!fits) {
        return STATUS_BAD_VALUE;
    }
    enum status status = store_person_put(store, &person);
    return status == STATUS_OK ? store_profile_put(store, &profile) : status;
}

static enum status put_organisation(const struct founding_options *options, struct store *store)
{
    struct organisation_record organisation = { 0 };
    bool fits =
        text_copy(organisation.code, sizeof(organisation.code), options->organisation_code) &&
        text_copy(organisation.name, sizeof(organisation.name), options->organisation_name);
    return fits ? store_organisation_put(store, &organisation) : STATUS_BAD_VALUE;
}

static enum status put_audit(const struct founding_options *options, struct store *store,
                             enum audit_event event, const char *detail)
{
    struct audit_entry entry = { .at = options->now, .event = event };
    return text_copy(entry.detail, sizeof(entry.detail), detail) ? store_audit_append(store, &entry)
                                                                 : STATUS_BAD_VALUE;
}

static enum status put_all(const struct founding_options *options, struct store *store,
                           struct fault *reterr_fault)
{
    enum status status = put_policy(options, store, reterr_fault);
    if (status == STATUS_OK) {
        status = put_organisation(options, store);
    }
    if (status == STATUS_OK) {
        status = put_manager(options, store);
    }
    if (status == STATUS_OK) {
        status = put_audit(options, store, AUDIT_INIT, options->organisation_code);
    }
    if (status == STATUS_OK) {
        status = put_audit(options, store, AUDIT_POLICY_ACTIVATED, options->policy);
    }
    if (status != STATUS_OK && reterr_fault->status != status) {
        *reterr_fault = fault_of(status, store_failure(store));
    }
    return status;
}

enum status founding_store(const struct founding_options *options, struct fault *reterr_fault)
{
    char path[FOUNDING_PATH_MAX];
    struct store *store = NULL;
    *reterr_fault = fault_of(STATUS_OK, "");
    if (!founding_path(options, "server/cardwright.db", path)) {
        *reterr_fault = fault_of(STATUS_BAD_VALUE, options->directory);
        return STATUS_BAD_VALUE;
    }
    enum status status = store_open(&(struct store_options){ .path = path }, &store);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, path);
        return status;
    }
    status = store_begin(store);
    if (status == STATUS_OK) {
        status = put_all(options, store, reterr_fault);
    }
    if (status == STATUS_OK) {
        status = store_commit(store);
    } else {
        store_rollback(store);
    }
    if (status != STATUS_OK && reterr_fault->status == STATUS_OK) {
        *reterr_fault = fault_of(status, store_failure(store));
    }
    store_close(&store);
    return status;
}
