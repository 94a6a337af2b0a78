/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "founding/founding_check.h"
#include "port/file_owner.h"
#include "port/file_read.h"
#include "port/file_write.h"
#include "port/folder_new.h"
#include "signer/signer_directory.h"
#include "signer/state_file.h"

static enum status failed(enum status status, const char *what, struct fault *reterr_fault)
{
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, what);
    }
    return status;
}

bool founding_path(const struct founding_options *options, const char *name, char *ret_path)
{
    return text_format(ret_path, FOUNDING_PATH_MAX, "%s/%s", options->directory, name);
}

enum status founding_profile_read(const struct founding_options *options,
                                  enum signer_purpose purpose, struct founding_profile *ret_profile,
                                  struct fault *reterr_fault)
{
    static const char *const names[SIGNER_PURPOSE_MAX] = { "authentication", "content-signing" };
    struct buf text = BUF(ret_profile->text);
    if (!text_format(ret_profile->path, sizeof(ret_profile->path), "%s/profiles/%s.json",
                     options->data, names[purpose])) {
        return failed(STATUS_BAD_VALUE, options->data, reterr_fault);
    }
    enum status status = file_read(ret_profile->path, &text);
    ret_profile->len = text.len;
    return failed(status, ret_profile->path, reterr_fault);
}

static enum status make_keys(const struct founding_options *options, struct fault *reterr_fault)
{
    static struct founding_profile profiles[SIGNER_PURPOSE_MAX];
    static struct signer_directory_made made;
    char directory[FOUNDING_PATH_MAX], root_key[FOUNDING_PATH_MAX], tls[FOUNDING_PATH_MAX],
        tls_key[FOUNDING_PATH_MAX];
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        status = founding_profile_read(options, (enum signer_purpose)i, &profiles[i], reterr_fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!founding_path(options, "signer", directory) ||
        !founding_path(options, "root-key.pem", root_key) ||
        !founding_path(options, "server/tls.pem", tls) ||
        !founding_path(options, "server/tls.key", tls_key)) {
        return failed(STATUS_BAD_VALUE, options->directory, reterr_fault);
    }
    struct signer_directory_options keys = {
        .directory = directory,
        .root_key_path = root_key,
        .server_certificate_path = tls,
        .server_key_path = tls_key,
        .passphrase = options->signer_passphrase,
        .root_passphrase = options->root_passphrase,
        .organisation_name = options->organisation_name,
        .now = options->now,
        .not_before = options->not_before,
        .entropy = options->entropy,
    };
    for (unsigned i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        keys.profiles[i] = span_of(profiles[i].text, profiles[i].len);
    }
    /* An address stands in the certificate as an address, a name as a name (RFC 5280 4.2.1.6). */
    bool address = founding_check_is_address(options->host);
    keys.dns_names[0] = address ? "localhost" : options->host;
    keys.ip_addresses[0] = address ? options->host : NULL;
    return failed(signer_directory_create(&keys, &made), directory, reterr_fault);
}

static enum status make_folders(const struct founding_options *options, struct fault *reterr_fault)
{
    static const char *const names[] = { "server", "agent" };
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[FOUNDING_PATH_MAX];
        if (!founding_path(options, names[i], path)) {
            return failed(STATUS_BAD_VALUE, options->directory, reterr_fault);
        }
        enum status status = file_write_private_directory(path);
        if (status != STATUS_OK) {
            return failed(status, path, reterr_fault);
        }
    }
    return STATUS_OK;
}

static enum status make(const struct founding_options *options, struct fault *reterr_fault)
{
    enum status status = make_folders(options, reterr_fault);
    if (status == STATUS_OK) {
        status = make_keys(options, reterr_fault);
    }
    if (status == STATUS_OK) {
        status = founding_files(options, reterr_fault);
    }
    return status == STATUS_OK ? founding_store(options, reterr_fault) : status;
}

enum status founding_create(const struct founding_options *options, struct fault *reterr_fault)
{
    struct folder_new folder;
    struct founding_options growing = *options;
    enum status status = folder_new_begin_over_empty(options->directory, &folder);
    if (status != STATUS_OK) {
        return failed(status, options->directory, reterr_fault);
    }
    growing.directory = folder.path;
    status = make(&growing, reterr_fault);
    if (status == STATUS_OK) {
        status = failed(folder_new_finish(&folder), options->directory, reterr_fault);
    }
    folder_new_abandon(&folder);
    return status;
}

enum status founding_open(const struct founding_options *options,
                          struct founding_opened *ret_opened, struct fault *reterr_fault)
{
    static struct signer_keys keys;
    char directory[FOUNDING_PATH_MAX], data_base[FOUNDING_PATH_MAX];
    char file[SIGNER_DIRECTORY_NAME_MAX] = "";
    if (!founding_path(options, "signer", directory) ||
        !founding_path(options, "server/cardwright.db", data_base)) {
        return failed(STATUS_BAD_VALUE, options->directory, reterr_fault);
    }
    memset(ret_opened, 0, sizeof(*ret_opened));
    enum status status = signer_directory_load(directory, options->signer_passphrase, &keys, file);
    if (status != STATUS_OK) {
        return failed(status, file, reterr_fault);
    }
    status =
        signer_open(&ret_opened->signer, &keys, &(struct signer_limits){ 0 }, options->entropy);
    if (status == STATUS_OK) {
        status = store_open(&(struct store_options){ .path = data_base, .must_exist = true },
                            &ret_opened->store);
    }
    return failed(status, data_base, reterr_fault);
}

static enum status hand_over(const struct founding_options *options)
{
    char path[FOUNDING_PATH_MAX];
    enum status status = STATUS_OK;
    if (!options->set_owners) {
        return STATUS_OK;
    }
    if (founding_path(options, "signer", path)) {
        status = file_owner_set_all(path, options->signer_uid, options->signer_gid);
    }
    if (status == STATUS_OK && founding_path(options, "server", path)) {
        status = file_owner_set_all(path, options->server_uid, options->server_gid);
    }
    /* Others pass through the top folder to reach theirs; each of those is closed. */
    return status == STATUS_OK ? file_owner_set_mode(options->directory, 0711) : status;
}

enum status founding_close(const struct founding_options *options, struct founding_opened *opened)
{
    char directory[FOUNDING_PATH_MAX];
    struct state_file state;
    enum status status = STATUS_OK;
    store_close(&opened->store);
    if (founding_path(options, "signer", directory)) {
        status = state_file_open(directory, &state);
        if (status == STATUS_OK) {
            status = state_file_save(&state, &opened->signer);
            state_file_close(&state);
        }
    }
    signer_close(&opened->signer);
    return status == STATUS_OK ? hand_over(options) : status;
}
