/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_make.h"

#include <string.h>

#include "backup/backup_seal.h"
#include "base/text.h"
#include "port/file_look.h"
#include "port/file_map.h"
#include "port/file_write.h"
#include "port/folder_new.h"
#include "signer/signer_directory.h"
#include "signer/state_copy.h"
#include "store/store.h"

enum { PATH_TEXT_MAX = 1024, ROOM_MIN = 1 << 20 };

/* One run. `what`: the file at hand, which an error is about. */
struct work {
    const struct backup_options *o;
    struct backup_made *made;
    struct folder_new copy;
    struct config config;
    struct signer_keys keys;
    struct audit_head signed_before; /* by the signer, before anything was copied */
    char what[BACKUP_NAME_MAX];
};

static bool path_in(const char *folder, const char *name, char ret_path[PATH_TEXT_MAX])
{
    return text_format(ret_path, PATH_TEXT_MAX, "%s/%s", folder, name);
}

/* ---- files ---- */

static enum status put_file(struct work *w, const char *name, struct span bytes)
{
    char path[PATH_TEXT_MAX];
    return path_in(w->copy.path, name, path) ? file_write_new(path, bytes, 0600) : STATUS_BAD_VALUE;
}

/* What was written, not what was to be written. */
static enum status list_file(struct work *w, const char *name)
{
    struct file_map map;
    enum status status = file_map_open(w->copy.path, name, &map);
    if (status == STATUS_OK) {
        status = backup_manifest_add(&w->made->manifest, name, map.bytes);
        file_map_close(&map);
    }
    return status;
}

static enum status copy_file(struct work *w, const char *name)
{
    struct file_map map;
    text_take(w->what, sizeof(w->what), name);
    enum status status = file_map_open(w->o->directory, name, &map);
    if (status != STATUS_OK) {
        return status;
    }
    status = put_file(w, name, map.bytes);
    file_map_close(&map);
    return status == STATUS_OK ? list_file(w, name) : status;
}

static enum status seal_file(struct work *w, const char *name)
{
    static uint8_t memory[BACKUP_SEALED_MAX];
    struct file_map map;
    struct buf sealed = BUF(memory);
    char sealed_name[BACKUP_NAME_MAX];
    text_take(w->what, sizeof(w->what), name);
    if (!text_format(sealed_name, sizeof(sealed_name), "%s%s", name, BACKUP_SEALED_SUFFIX)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = file_map_open(w->o->directory, name, &map);
    if (status != STATUS_OK) {
        return status;
    }
    status = backup_seal_close(&w->keys.master, name, map.bytes, w->o->entropy, &sealed);
    file_map_close(&map);
    if (status == STATUS_OK) {
        status = put_file(w, sealed_name, buf_span(&sealed));
    }
    return status == STATUS_OK ? list_file(w, sealed_name) : status;
}

static enum status make_folders(struct work *w)
{
    static const char *const names[] = { "server", "signer", "signer/profiles", "signer/state",
                                         "agent" };
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[PATH_TEXT_MAX];
        text_take(w->what, sizeof(w->what), names[i]);
        if (!path_in(w->copy.path, names[i], path)) {
            return STATUS_BAD_VALUE;
        }
        enum status status = file_write_private_directory(path);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

/* ---- the server's ---- */

/* "server/NAME" of a path in the copied configuration; false: it lies elsewhere. */
static bool name_inside(const struct work *w, const char *path, char ret_name[BACKUP_NAME_MAX])
{
    char before[PATH_TEXT_MAX];
    if (!path_in(w->copy.path, "server/", before) || strncmp(path, before, strlen(before)) != 0) {
        return false;
    }
    const char *name = path + strlen(before);
    return strchr(name, '/') == NULL && text_format(ret_name, BACKUP_NAME_MAX, "server/%s", name);
}

static enum status look_at_signer(struct work *w)
{
    char path[PATH_TEXT_MAX];
    text_take(w->what, sizeof(w->what), "signer/state/head");
    return path_in(w->o->directory, "signer", path) ? state_copy_head(path, &w->signed_before)
                                                    : STATUS_BAD_VALUE;
}

static enum status load_config(struct work *w)
{
    char path[PATH_TEXT_MAX], detail[CONFIG_DETAIL_MAX];
    enum status status = copy_file(w, "server/server.json");
    if (status == STATUS_OK && !path_in(w->copy.path, "server/server.json", path)) {
        status = STATUS_BAD_VALUE;
    }
    return status == STATUS_OK ? config_load(path, &w->config, detail) : status;
}

static enum status look_at_copy(struct work *w, const char *path,
                                struct audit_checkpoint *ret_newest)
{
    struct store *store = NULL;
    struct audit_head head;
    enum status status =
        store_open(&(struct store_options){ .path = path, .must_exist = true }, &store);
    if (status == STATUS_OK) {
        status = store_check(store);
    }
    if (status == STATUS_OK) {
        status = store_audit_holds(store, &w->signed_before);
    }
    if (status == STATUS_OK) {
        status = store_audit_head(store, &head);
    }
    if (status == STATUS_OK) {
        status = store_audit_checkpoint_newest(store, ret_newest);
        w->made->manifest.entries = head.sequence;
    }
    if (status == STATUS_NOT_FOUND) { /* nothing was signed yet */
        *ret_newest = (struct audit_checkpoint){ 0 };
        status = STATUS_OK;
    }
    store_close(&store);
    w->made->manifest.signed_entries = ret_newest->head.sequence;
    return status;
}

static enum status copy_store(struct work *w, struct audit_checkpoint *ret_newest)
{
    char name[BACKUP_NAME_MAX], from[PATH_TEXT_MAX], to[PATH_TEXT_MAX];
    if (!name_inside(w, w->config.store, name)) {
        text_take(w->what, sizeof(w->what),
                  "server.json: the data base lies outside of the folder");
        return STATUS_BAD_VALUE;
    }
    text_take(w->what, sizeof(w->what), name);
    if (!path_in(w->o->directory, name, from) || !path_in(w->copy.path, name, to)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = store_copy(from, to);
    if (status == STATUS_OK) {
        status = look_at_copy(w, to, ret_newest);
    }
    return status == STATUS_OK ? list_file(w, name) : status;
}

/* A pair of another authority may lie anywhere: its owner looks after it. */
static void note_outside(struct work *w, const char *path)
{
    char *said = w->made->outside;
    size_t len = strlen(said);
    if (!text_format(said + len, sizeof(w->made->outside) - len, "%s%s", len > 0 ? " " : "",
                     path)) {
        said[len] = '\0';
    }
}

static enum status copy_named(struct work *w, const char *path, bool sealed)
{
    char name[BACKUP_NAME_MAX];
    if (path[0] == '\0') {
        return STATUS_OK;
    }
    if (!name_inside(w, path, name)) {
        note_outside(w, path);
        return STATUS_OK;
    }
    return sealed ? seal_file(w, name) : copy_file(w, name);
}

static enum status copy_server(struct work *w)
{
    const struct config *c = &w->config;
    const char *const paths[] = { c->certificate, c->authentication_ca, c->signing_ca, c->root_ca,
                                  c->attestation_roots };
    enum status status = copy_named(w, c->key, true);
    for (size_t i = 0; i < COUNT(paths) && status == STATUS_OK; i++) {
        status = copy_named(w, paths[i], false);
    }
    return status;
}

/* ---- the signer's ---- */

static enum status copy_signer(struct work *w, const struct audit_checkpoint *newest)
{
    static const char *const names[] = {
        "signer/master.key",
        "signer/authentication-ca.pem",
        "signer/authentication-ca.key",
        "signer/signing-ca.pem",
        "signer/signing-ca.key",
        "signer/audit.pem",
        "signer/audit.key",
        "signer/root.pem",
        "signer/root.crl",
        "signer/ca-chain.pem",
        "signer/" SIGNER_DIRECTORY_PROFILE_AUTHENTICATION,
        "signer/" SIGNER_DIRECTORY_PROFILE_CONTENT_SIGNING,
    };
    char from[PATH_TEXT_MAX], to[PATH_TEXT_MAX];
    text_take(w->what, sizeof(w->what), "signer/state");
    if (!path_in(w->o->directory, "signer", from) || !path_in(w->copy.path, "signer", to)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = state_copy(from, to, &newest->head);
    if (status == STATUS_OK) {
        status = list_file(w, "signer/state/journal");
    }
    if (status == STATUS_OK) {
        status = list_file(w, "signer/state/head");
    }
    for (size_t i = 0; i < COUNT(names) && status == STATUS_OK; i++) {
        status = copy_file(w, names[i]);
    }
    return status;
}

/* A copy that cannot be opened is none, and must not be found out about on the day of need. */
static enum status open_keys(struct work *w, const struct audit_checkpoint *newest)
{
    char path[PATH_TEXT_MAX], name[SIGNER_DIRECTORY_NAME_MAX] = "";
    if (!path_in(w->copy.path, "signer", path)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = signer_directory_load(path, w->o->passphrase, &w->keys, name);
    if (status != STATUS_OK) {
        text_take(w->what, sizeof(w->what), name);
        return status;
    }
    if (newest->head.sequence == 0) {
        return STATUS_OK;
    }
    text_take(w->what, sizeof(w->what), "the newest checkpoint is not this signer's");
    bool ours = audit_checkpoint_check(newest, private_key_public(w->keys.audit), 1) == STATUS_OK;
    return ours ? STATUS_OK : STATUS_AUDIT_HEAD;
}

static enum status copy_transport(struct work *w)
{
    enum status status = seal_file(w, "signer/" SIGNER_DIRECTORY_TRANSPORT);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* ---- the rest, and the end ---- */

static enum status copy_public(struct work *w)
{
    static const char *const names[] = { "agent/agent.json", "agent/server-ca.pem", "ca-chain.pem",
                                         "root.crl", "audit.pem" };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(names) && status == STATUS_OK; i++) {
        status = copy_file(w, names[i]);
    }
    return status;
}

static enum status put_manifest(struct work *w)
{
    static uint8_t memory[BACKUP_MANIFEST_TEXT_MAX];
    uint8_t mac[BACKUP_MAC_LEN];
    struct buf text = BUF(memory);
    text_take(w->what, sizeof(w->what), "manifest.json");
    enum status status = backup_manifest_encode(&w->made->manifest, &text);
    if (status == STATUS_OK) {
        status = put_file(w, "manifest.json", buf_span(&text));
    }
    if (status == STATUS_OK) {
        status = backup_manifest_mac(&w->keys.master, buf_span(&text), mac);
    }
    return status == STATUS_OK ? put_file(w, "manifest.mac", SPAN_OF(mac)) : status;
}

static enum status make_parts(struct work *w)
{
    struct audit_checkpoint newest = { 0 };
    enum status status = make_folders(w);
    if (status == STATUS_OK) {
        status = look_at_signer(w);
    }
    if (status == STATUS_OK) {
        status = load_config(w);
    }
    if (status == STATUS_OK) {
        status = copy_store(w, &newest);
    }
    if (status == STATUS_OK) {
        status = copy_signer(w, &newest);
    }
    if (status == STATUS_OK) {
        status = open_keys(w, &newest);
    }
    if (status == STATUS_OK) {
        status = copy_transport(w);
    }
    if (status == STATUS_OK) {
        status = copy_server(w);
    }
    if (status == STATUS_OK) {
        status = copy_public(w);
    }
    return status == STATUS_OK ? put_manifest(w) : status;
}

/* What did not go in because there is no room says so. */
static enum status explain(const struct work *w, enum status status, struct fault *reterr_fault)
{
    uint64_t room = UINT64_MAX;
    bool looked = w->copy.path[0] != '\0' && file_look_room(w->copy.path, &room) == STATUS_OK;
    if (looked && room < ROOM_MIN && (status == STATUS_BAD_FILE || status == STATUS_STORE)) {
        status = STATUS_DISK_FULL;
    }
    bool about_copy = status == STATUS_DISK_FULL || status == STATUS_PLACE_TAKEN || !looked;
    *reterr_fault = fault_of(status, about_copy ? w->o->copy : w->what);
    return status;
}

enum status backup_make(const struct backup_options *options, struct backup_made *ret_made,
                        struct fault *reterr_fault)
{
    static struct work work;
    work = (struct work){ .o = options, .made = ret_made };
    *ret_made = (struct backup_made){
        .manifest = { .program = CARDWRIGHT_VERSION,
                      .store_version = STORE_SCHEMA_VERSION,
                      .made_at = options->now },
    };
    enum status status = folder_new_begin(options->copy, &work.copy);
    if (status == STATUS_OK) {
        status = make_parts(&work);
    }
    if (status == STATUS_OK) {
        status = folder_new_finish(&work.copy);
    }
    if (status != STATUS_OK) {
        status = explain(&work, status, reterr_fault);
    }
    folder_new_abandon(&work.copy);
    signer_keys_wipe(&work.keys);
    return status;
}
