/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_restore.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "backup/backup_seal.h"
#include "base/text.h"
#include "port/file_look.h"
#include "port/file_map.h"
#include "port/file_owner.h"
#include "port/file_write.h"
#include "port/folder_new.h"
#include "port/memory_reserve.h"
#include "server/config.h"
#include "signer/signer_directory.h"
#include "signer/state_copy.h"
#include "store/store.h"

enum { PATH_TEXT_MAX = 1024, TOKEN_KEY_LEN = 32, ROOM_MIN = 1 << 20 };

/* One run. `what`: the file at hand, which an error is about. */
struct work {
    const struct backup_restore_options *o;
    struct backup_manifest *manifest;
    struct buf manifest_text; /* as it was decoded: the code is over these bytes */
    struct folder_new made;
    struct config config;
    struct signer_keys keys;
    char what[BACKUP_NAME_MAX];
    bool said; /* the fault is complete */
};

static bool path_in(const struct work *w, const char *name, char ret_path[PATH_TEXT_MAX])
{
    return text_format(ret_path, PATH_TEXT_MAX, "%s/%s", w->made.path, name);
}

static void about(struct work *w, const char *what)
{
    text_take(w->what, sizeof(w->what), what);
}

/* ---- the copy ---- */

static enum status map_copied(struct work *w, const char *name, struct file_map *ret_map)
{
    about(w, name);
    enum status status = file_map_open(w->o->copy, name, ret_map);
    return status == STATUS_NOT_FOUND ? STATUS_BACKUP_DAMAGED : status;
}

/* What is not there, or no folder, is no damaged copy. */
static enum status look_at_copy(struct work *w, struct fault *reterr_fault)
{
    struct file_look look = { 0 };
    enum status status = file_look_at(w->o->copy, &look);
    if (status == STATUS_OK && look.kind != FILE_LOOK_FOLDER) {
        status = STATUS_BAD_FILE;
    }
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, w->o->copy);
        w->said = true;
    }
    return status;
}

static enum status read_manifest(struct work *w, struct fault *reterr_fault)
{
    struct file_map map;
    enum status status = look_at_copy(w, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = map_copied(w, "manifest.json", &map);
    if (status != STATUS_OK) {
        return status;
    }
    buf_clear(&w->manifest_text);
    status = buf_put(&w->manifest_text, map.bytes) ? STATUS_OK : STATUS_BACKUP_DAMAGED;
    file_map_close(&map);
    if (status == STATUS_OK) {
        status = backup_manifest_decode(buf_span(&w->manifest_text), w->manifest, reterr_fault);
        w->said = status != STATUS_OK;
    }
    return status;
}

static bool is_sealed(const char *name)
{
    size_t len = strlen(name), suffix = strlen(BACKUP_SEALED_SUFFIX);
    return len > suffix && text_equal(name + len - suffix, BACKUP_SEALED_SUFFIX);
}

static enum status make_folder_of(const char *path)
{
    char folder[PATH_TEXT_MAX];
    text_take(folder, sizeof(folder), path);
    *strrchr(folder, '/') = '\0';
    return file_write_private_directory(folder);
}

/* What lies beside the folders is for everybody. */
static enum status put_file(struct work *w, const char *name, struct span bytes)
{
    char path[PATH_TEXT_MAX];
    if (!path_in(w, name, path)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = make_folder_of(path);
    return status == STATUS_OK
               ? file_write_new(path, bytes, strchr(name, '/') == NULL ? 0644 : 0600)
               : status;
}

static enum status check_file(struct work *w, const struct backup_file *file, struct span bytes)
{
    (void)w;
    return backup_manifest_check(file, bytes);
}

/* What was written is what counts: the copy may lie where somebody writes meanwhile. */
static enum status bring_back(struct work *w, const struct backup_file *file, struct span bytes)
{
    struct file_map map;
    if (is_sealed(file->name)) {
        return STATUS_OK;
    }
    enum status status = put_file(w, file->name, bytes);
    if (status == STATUS_OK) {
        status = file_map_open(w->made.path, file->name, &map);
    }
    if (status == STATUS_OK) {
        status = backup_manifest_check(file, map.bytes);
        file_map_close(&map);
    }
    return status;
}

static enum status each_file(struct work *w,
                             enum status (*act)(struct work *w, const struct backup_file *file,
                                                struct span bytes))
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < w->manifest->count && status == STATUS_OK; i++) {
        struct file_map map;
        status = map_copied(w, w->manifest->files[i].name, &map);
        if (status == STATUS_OK) {
            status = act(w, &w->manifest->files[i], map.bytes);
            file_map_close(&map);
        }
    }
    return status;
}

static enum status bring_all(struct work *w)
{
    return each_file(w, bring_back);
}

/* A copy without its code is one that somebody changed. */
static enum status check_mac(struct work *w)
{
    struct file_map mac;
    uint8_t wanted[BACKUP_MAC_LEN];
    enum status status = backup_manifest_mac(&w->keys.master, buf_span(&w->manifest_text), wanted);
    if (status == STATUS_OK) {
        status = map_copied(w, "manifest.mac", &mac);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = equal_in_constant_time(mac.bytes, SPAN_OF(wanted)) ? STATUS_OK : STATUS_BACKUP_DAMAGED;
    file_map_close(&mac);
    return status;
}

static enum status open_keys(struct work *w)
{
    char path[PATH_TEXT_MAX], name[SIGNER_DIRECTORY_NAME_MAX] = "";
    if (!path_in(w, "signer", path)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = signer_directory_load(path, w->o->passphrase, &w->keys, name);
    if (status != STATUS_OK) {
        about(w, name);
        return status == STATUS_NOT_FOUND ? STATUS_BACKUP_DAMAGED : status;
    }
    return check_mac(w);
}

/* ---- what lay in the clear ---- */

static enum status unseal(struct work *w, const struct backup_file *file, struct span sealed)
{
    static uint8_t memory[BACKUP_SEALED_MAX];
    struct buf plain = BUF(memory);
    char name[BACKUP_NAME_MAX];
    if (!is_sealed(file->name)) {
        return STATUS_OK;
    }
    text_take(name, sizeof(name), file->name);
    name[strlen(name) - strlen(BACKUP_SEALED_SUFFIX)] = '\0';
    enum status status = backup_seal_open(&w->keys.master, name, sealed, &plain);
    if (status == STATUS_OK && w->o->directory != NULL) { /* a look leaves no key on the disk */
        status = put_file(w, name, buf_span(&plain));
    }
    wipe(memory, plain.len);
    return status;
}

static enum status unseal_all(struct work *w)
{
    return each_file(w, unseal);
}

/* ---- what is new ---- */

/* The number of the signer's user is this machine's. */
static enum status write_config(struct work *w, const char *path)
{
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    int uid = w->o->set_owners ? (int)w->o->signer_uid : -1;
    bool good = json_object_set_new(json, "signer_uid", json_integer(uid)) == 0;
    char *text = good ? json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    json_decref(json);
    if (text == NULL) {
        return STATUS_BACKUP_DAMAGED;
    }
    enum status status = file_write_atomic(path, span_of_text(text), 0600);
    memory_reserve_free(text);
    return status;
}

static enum status load_config(struct work *w)
{
    char path[PATH_TEXT_MAX], detail[CONFIG_DETAIL_MAX];
    about(w, "server/server.json");
    if (!path_in(w, "server/server.json", path)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = write_config(w, path);
    if (status == STATUS_OK) {
        status = config_load(path, &w->config, detail);
    }
    return status;
}

/* One that lies elsewhere is its owner's. */
static enum status put_token_key(struct work *w)
{
    uint8_t key[TOKEN_KEY_LEN];
    size_t len = strlen(w->made.path);
    if (strncmp(w->config.token_key, w->made.path, len) != 0) {
        return STATUS_OK;
    }
    about(w, "token.key");
    enum status status = entropy_fill(w->o->entropy, key, sizeof(key));
    if (status == STATUS_OK) {
        status = file_write_new(w->config.token_key, SPAN_OF(key), 0600);
    }
    wipe(key, sizeof(key));
    return status;
}

static enum status say_restored(struct work *w, struct store *store)
{
    char made_at[INSTANT_TEXT_MAX];
    struct audit_entry entry = { .at = w->o->now, .event = AUDIT_RESTORED, .status = STATUS_OK };
    instant_text(w->manifest->made_at, made_at);
    if (!text_format(entry.detail, sizeof(entry.detail), "copy of %s", made_at)) {
        return STATUS_INTERNAL;
    }
    enum status status = store_begin(store);
    if (status == STATUS_OK) {
        status = store_audit_append(store, &entry);
    }
    if (status == STATUS_OK) {
        status = store_commit(store);
    }
    store_rollback(store);
    return status;
}

static enum status begin_again(struct work *w)
{
    struct store *store = NULL;
    about(w, "the data base");
    enum status status =
        store_open(&(struct store_options){ .path = w->config.store, .must_exist = true }, &store);
    if (status == STATUS_OK) {
        status = store_check(store);
    }
    if (status == STATUS_OK) {
        status = say_restored(w, store);
    }
    store_close(&store);
    return status == STATUS_NOT_FOUND ? STATUS_BACKUP_DAMAGED : status;
}

static enum status raise_lists(struct work *w)
{
    char path[PATH_TEXT_MAX];
    about(w, "signer/state/head");
    return path_in(w, "signer", path) ? state_copy_raise_lists(path, (uint64_t)w->o->now)
                                      : STATUS_BAD_VALUE;
}

/* As `init` does: others pass through the top folder to reach theirs. */
static enum status hand_over(struct work *w)
{
    char signer[PATH_TEXT_MAX], server[PATH_TEXT_MAX];
    if (!w->o->set_owners) {
        return STATUS_OK;
    }
    about(w, "owners");
    if (!path_in(w, "signer", signer) || !path_in(w, "server", server)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = file_owner_set_all(signer, w->o->signer_uid, w->o->signer_gid);
    if (status == STATUS_OK) {
        status = file_owner_set_all(server, w->o->server_uid, w->o->server_gid);
    }
    return status == STATUS_OK ? file_owner_set_mode(w->made.path, 0711) : status;
}

/* ---- all of it ---- */

static enum status make_parts(struct work *w)
{
    enum status (*const steps[])(struct work * w) = { bring_all,   open_keys,     unseal_all,
                                                      load_config, put_token_key, raise_lists,
                                                      begin_again, hand_over };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(steps) && status == STATUS_OK; i++) {
        status = steps[i](w);
    }
    return status;
}

/* A look makes the organisation too, beside the copy, and throws it away. */
static enum status begin(struct work *w)
{
    char beside[FOLDER_NEW_PATH_MAX];
    about(w, w->o->directory != NULL ? w->o->directory : w->o->copy);
    if (w->o->directory != NULL) {
        return folder_new_begin(w->o->directory, &w->made);
    }
    return text_format(beside, sizeof(beside), "%s.look", w->o->copy)
               ? folder_new_begin(beside, &w->made)
               : STATUS_BAD_VALUE;
}

static void explain(struct work *w, enum status *status, struct fault *reterr_fault)
{
    uint64_t room = UINT64_MAX;
    bool looked = w->made.path[0] != '\0' && file_look_room(w->made.path, &room) == STATUS_OK;
    if (looked && room < ROOM_MIN && (*status == STATUS_BAD_FILE || *status == STATUS_STORE)) {
        *status = STATUS_DISK_FULL;
        about(w, w->made.target);
    }
    if (!w->said) {
        *reterr_fault = fault_of(*status, w->what);
    }
}

enum status backup_restore(const struct backup_restore_options *options,
                           struct backup_manifest *ret_manifest, struct fault *reterr_fault)
{
    static struct work work;
    static uint8_t text[BACKUP_MANIFEST_TEXT_MAX];
    work = (struct work){ .o = options, .manifest = ret_manifest, .manifest_text = BUF(text) };
    enum status status = read_manifest(&work, reterr_fault);
    if (status == STATUS_OK) {
        status = each_file(&work, check_file);
    }
    if (status == STATUS_OK) {
        status = begin(&work);
    }
    if (status == STATUS_OK) {
        status = make_parts(&work);
    }
    if (status == STATUS_OK && options->directory != NULL) {
        status = folder_new_finish(&work.made);
    }
    if (status != STATUS_OK) {
        explain(&work, &status, reterr_fault);
    }
    folder_new_abandon(&work.made);
    signer_keys_wipe(&work.keys);
    return status;
}
