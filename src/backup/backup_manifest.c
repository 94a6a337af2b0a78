/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_manifest.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/text.h"
#include "crypto/kdf.h"
#include "crypto/mac.h"
#include "port/memory_reserve.h"
#include "store/store.h"

#define FORMAT "cardwright backup 1"

enum { PARTS_MAX = 3, FORMAT_MAX = 64 };

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static bool name_is_good(const char *name)
{
    size_t parts = 1;
    bool at_start = true;
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/') {
            parts++;
        } else if (!is_name_char(*c)) {
            return false;
        }
        if (at_start && (*c == '.' || *c == '/')) {
            return false;
        }
        at_start = *c == '/';
    }
    return !at_start && parts <= PARTS_MAX;
}

const struct backup_file *backup_manifest_find(const struct backup_manifest *manifest,
                                               const char *name)
{
    for (size_t i = 0; i < manifest->count; i++) {
        if (text_equal(manifest->files[i].name, name)) {
            return &manifest->files[i];
        }
    }
    return NULL;
}

/* The next free place, for a name that is good and not there yet. */
static enum status take_place(struct backup_manifest *manifest, const char *name,
                              struct backup_file **ret_file)
{
    if (manifest->count == BACKUP_FILES_MAX) {
        return STATUS_TOO_LARGE;
    }
    struct backup_file *file = &manifest->files[manifest->count];
    if (!name_is_good(name) || backup_manifest_find(manifest, name) != NULL ||
        !text_copy(file->name, sizeof(file->name), name)) {
        return STATUS_BAD_VALUE;
    }
    manifest->count++;
    *ret_file = file;
    return STATUS_OK;
}

enum status backup_manifest_add(struct backup_manifest *manifest, const char *name,
                                struct span bytes)
{
    struct backup_file *file = NULL;
    enum status status = take_place(manifest, name, &file);
    if (status != STATUS_OK) {
        return status;
    }
    file->size = bytes.len;
    return digest_sha256(bytes, file->hash);
}

enum status backup_manifest_check(const struct backup_file *file, struct span bytes)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    if (bytes.len != file->size) {
        return STATUS_BACKUP_DAMAGED;
    }
    enum status status = digest_sha256(bytes, hash);
    if (status != STATUS_OK) {
        return status;
    }
    return span_equal(SPAN_OF(hash), SPAN_OF(file->hash)) ? STATUS_OK : STATUS_BACKUP_DAMAGED;
}

/* ---- as JSON ---- */

static json_t *file_to_json(const struct backup_file *file)
{
    char hash[2 * DIGEST_SHA256_LEN + 1];
    return text_of_hex(SPAN_OF(file->hash), hash, sizeof(hash))
               ? json_pack("{s:s, s:I, s:s}", "name", file->name, "size", (json_int_t)file->size,
                           "sha256", hash)
               : NULL;
}

static json_t *to_json(const struct backup_manifest *manifest)
{
    char made_at[INSTANT_TEXT_MAX];
    json_t *files = json_array();
    instant_text(manifest->made_at, made_at);
    for (size_t i = 0; i < manifest->count; i++) {
        (void)json_array_append_new(files, file_to_json(&manifest->files[i]));
    }
    return json_pack("{s:s, s:s, s:i, s:s, s:I, s:I, s:o}", "format", FORMAT, "program",
                     manifest->program, "store_version", (int)manifest->store_version, "made_at",
                     made_at, "audit_entries", (json_int_t)manifest->entries, "signed_entries",
                     (json_int_t)manifest->signed_entries, "files", files);
}

enum status backup_manifest_encode(const struct backup_manifest *manifest, struct buf *ret_text)
{
    json_t *json = to_json(manifest);
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    json_decref(json);
    if (text == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    bool fits = buf_put(ret_text, span_of_text(text)) && buf_put_u8(ret_text, '\n');
    memory_reserve_free(text);
    return fits ? STATUS_OK : STATUS_TOO_LARGE;
}

static bool take_file(json_t *json, struct backup_manifest *manifest)
{
    const char *name = NULL, *hash = NULL;
    json_int_t size = -1;
    struct backup_file *file = NULL;
    if (json_unpack(json, "{s:s, s:I, s:s !}", "name", &name, "size", &size, "sha256", &hash) !=
            0 ||
        size < 0 || take_place(manifest, name, &file) != STATUS_OK) {
        return false;
    }
    struct buf bytes = BUF(file->hash);
    file->size = (uint64_t)size;
    return text_parse_hex(hash, &bytes) && bytes.len == sizeof(file->hash);
}

static bool take_all(json_t *json, struct backup_manifest *manifest)
{
    const char *format = NULL, *program = NULL, *made_at = NULL;
    int version = 0;
    json_int_t entries = -1, signed_entries = -1;
    json_t *files = NULL, *file;
    size_t i;
    if (json_unpack(json, "{s:s, s:s, s:i, s:s, s:I, s:I, s:o !}", "format", &format, "program",
                    &program, "store_version", &version, "made_at", &made_at, "audit_entries",
                    &entries, "signed_entries", &signed_entries, "files", &files) != 0 ||
        !text_copy(manifest->program, sizeof(manifest->program), program) ||
        !instant_parse(made_at, &manifest->made_at) || version < 1 || entries < 0 ||
        signed_entries < 0 || !json_is_array(files)) {
        return false;
    }
    manifest->store_version = (uint32_t)version;
    manifest->entries = (uint64_t)entries;
    manifest->signed_entries = (uint64_t)signed_entries;
    json_array_foreach(files, i, file)
    {
        if (!take_file(file, manifest)) {
            return false;
        }
    }
    return manifest->count > 0;
}

/* Before anything else is looked at: another format may have other members. */
static bool is_other_format(const json_t *json)
{
    const char *format = json_string_value(json_object_get(json, "format"));
    return format != NULL &&
           strncmp(format, "cardwright backup ", strlen("cardwright backup ")) == 0 &&
           !text_equal(format, FORMAT);
}

enum status backup_manifest_decode(struct span text, struct backup_manifest *ret_manifest,
                                   struct fault *reterr_fault)
{
    struct backup_manifest manifest = { 0 };
    json_t *json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    enum status status = STATUS_OK;
    char program[BACKUP_PROGRAM_MAX + sizeof("made by ")] = "";
    if (is_other_format(json)) {
        status = STATUS_BACKUP_VERSION;
    } else if (!take_all(json, &manifest)) {
        status = STATUS_BACKUP_DAMAGED;
    } else if (manifest.store_version > STORE_SCHEMA_VERSION) {
        status = STATUS_BACKUP_VERSION;
    }
    const char *made_by = json_string_value(json_object_get(json, "program"));
    if (status == STATUS_BACKUP_VERSION &&
        !text_format(program, sizeof(program), "made by %s", made_by != NULL ? made_by : "?")) {
        program[0] = '\0';
    }
    json_decref(json);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, program[0] != '\0' ? program : "manifest.json");
        return status;
    }
    *ret_manifest = manifest;
    return STATUS_OK;
}

enum status backup_manifest_mac(const struct secret *master, struct span text,
                                uint8_t ret_mac[BACKUP_MAC_LEN])
{
    uint8_t key[MAC_LEN];
    enum status status = kdf_derive(secret_span(master), SPAN_TEXT("cardwright backup manifest v1"),
                                    SPAN_TEXT("manifest"), key, sizeof(key));
    if (status == STATUS_OK) {
        status = mac_sha256(SPAN_OF(key), text, ret_mac);
    }
    wipe(key, sizeof(key));
    return status;
}
