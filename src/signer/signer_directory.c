/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer_directory.h"

#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/x509_crl.h"
#include "crypto/x509_pem.h"
#include "port/file_write.h"
#include "signer/sealed_secret.h"
#include "signer/state_file.h"

enum {
    MODE_PUBLIC = 0644,
    MODE_SECRET = 0600,
    DAYS_PER_YEAR = 365,
    TEXT_MAX = 4 * PRIVATE_KEY_PEM_MAX
};

static const char *const ca_names[SIGNER_PURPOSE_MAX] = { "Authentication CA",
                                                          "Content Signing CA" };
static const char *const ca_files[SIGNER_PURPOSE_MAX] = { "authentication-ca", "signing-ca" };

/* One run of create. */
struct work {
    const struct signer_directory_options *o;
    struct signer_directory_made *made;
    struct private_key *root, *issuers[SIGNER_PURPOSE_MAX], *audit, *server;
    struct issue_authority root_authority;
    struct secret master, wrapping; /* what master.key holds, one after the other */
    instant start;
};

static struct span der_of(const struct signer_directory_certificate *certificate)
{
    return span_of(certificate->der, certificate->len);
}

/* ---- keys and certificates, in memory ---- */

static enum status make_keys(struct work *w)
{
    struct private_key **const keys[] = { &w->root, &w->issuers[SIGNER_AUTHENTICATION],
                                          &w->issuers[SIGNER_CONTENT_SIGNING], &w->audit,
                                          &w->server };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(keys) && status == STATUS_OK; i++) {
        status = private_key_generate(KEY_TYPE_P256, w->o->entropy, keys[i]);
    }
    return status;
}

static enum status make_secrets(struct work *w)
{
    w->master.len = KDF_MASTER_LEN;
    w->wrapping.len = PRIVATE_KEY_WRAPPING_LEN;
    enum status status = entropy_fill(w->o->entropy, w->master.bytes, w->master.len);
    return status == STATUS_OK ? entropy_fill(w->o->entropy, w->wrapping.bytes, w->wrapping.len)
                               : status;
}

static void free_keys(struct work *w)
{
    secret_wipe(&w->master);
    secret_wipe(&w->wrapping);
    private_key_free(&w->root);
    private_key_free(&w->audit);
    private_key_free(&w->server);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        private_key_free(&w->issuers[i]);
    }
}

/* What all have in common; the caller adds name, key and whatever is special. */
static struct authority_options common_options(const struct work *w, const char *common_name,
                                               const char *serial, int years)
{
    return (struct authority_options){
        .country = w->o->country,
        .organisation_name = w->o->organisation_name,
        .common_name = common_name,
        .serial = serial,
        .not_before = w->start,
        .not_after = w->start + (instant)years * DAYS_PER_YEAR * SECONDS_PER_DAY,
        .issuer = w->root_authority,
    };
}

static enum status make_root(struct work *w, const char *serial)
{
    struct signer_directory_certificate *root = &w->made->root;
    struct buf der = BUF(root->der);
    const struct authority_options options =
        common_options(w, "Root CA", serial, SIGNER_DIRECTORY_ROOT_YEARS);
    enum status status = authority_root(&options, w->root, &der);
    root->len = der.len;
    w->root_authority = (struct issue_authority){ .certificate = der_of(root), .key = w->root };
    return status;
}

static enum status make_issuer(struct work *w, enum signer_purpose purpose, const char *serial)
{
    struct signer_directory_certificate *issuer = &w->made->issuers[purpose];
    struct buf der = BUF(issuer->der);
    struct authority_options options =
        common_options(w, ca_names[purpose], serial, SIGNER_DIRECTORY_CA_YEARS);
    options.key = private_key_public(w->issuers[purpose]);
    options.crl_uri = w->o->crl_uris[purpose];
    enum status status = authority_issuing_ca(&options, &der);
    issuer->len = der.len;
    return status;
}

static enum status make_audit(struct work *w, const char *serial)
{
    struct buf der = BUF(w->made->audit.der);
    struct authority_options options =
        common_options(w, "Audit", serial, SIGNER_DIRECTORY_CA_YEARS);
    options.key = private_key_public(w->audit);
    enum status status = authority_audit(&options, &der);
    w->made->audit.len = der.len;
    return status;
}

static bool wants_server(const struct signer_directory_options *o)
{
    return o->server_certificate_path != NULL && o->server_key_path != NULL;
}

static enum status make_server(struct work *w, const char *serial)
{
    struct buf der = BUF(w->made->server.der);
    const char *name = w->o->dns_names[0] != NULL ? w->o->dns_names[0] : w->o->ip_addresses[0];
    if (!wants_server(w->o)) {
        return STATUS_OK;
    }
    struct authority_options options = common_options(w, name, serial, 0);
    options.key = private_key_public(w->server);
    options.not_before = w->o->now - SECONDS_PER_DAY;
    options.not_before = options.not_before < w->start ? w->start : options.not_before;
    options.not_after = w->o->now + (instant)SIGNER_DIRECTORY_TLS_DAYS * SECONDS_PER_DAY;
    memcpy(options.dns_names, w->o->dns_names, sizeof(options.dns_names));
    memcpy(options.ip_addresses, w->o->ip_addresses, sizeof(options.ip_addresses));
    enum status status = authority_server(&options, &der);
    w->made->server.len = der.len;
    return status;
}

static enum status make_certificates(struct work *w)
{
    char serials[5][X509_SERIAL_TEXT_MAX];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(serials) && status == STATUS_OK; i++) {
        status = x509_read_new_serial(w->o->entropy, serials[i]);
    }
    if (status == STATUS_OK) {
        status = make_root(w, serials[0]);
    }
    if (status == STATUS_OK) {
        status = make_issuer(w, SIGNER_AUTHENTICATION, serials[1]);
    }
    if (status == STATUS_OK) {
        status = make_issuer(w, SIGNER_CONTENT_SIGNING, serials[2]);
    }
    if (status == STATUS_OK) {
        status = make_audit(w, serials[3]);
    }
    return status == STATUS_OK ? make_server(w, serials[4]) : status;
}

/* ---- files ---- */

static enum status hand_over(const struct work *w, const char *path)
{
    if (!w->o->set_owner) {
        return STATUS_OK;
    }
    return lchown(path, w->o->owner_uid, w->o->owner_gid) == 0 ? STATUS_OK : STATUS_BAD_FILE;
}

static bool path_in(const struct work *w, const char *name, char ret[SIGNER_DIRECTORY_PATH_MAX])
{
    return text_format(ret, SIGNER_DIRECTORY_PATH_MAX, "%s/%s", w->o->directory, name);
}

/* A file of DIR: written, then given to its owner. */
static enum status put_file(const struct work *w, const char *name, struct span bytes,
                            uint32_t mode)
{
    char path[SIGNER_DIRECTORY_PATH_MAX];
    if (!path_in(w, name, path)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = file_write_new(path, bytes, mode);
    return status == STATUS_OK ? hand_over(w, path) : status;
}

static enum status put_certificates(const struct work *w, const char *name, const struct span *ders,
                                    size_t count)
{
    uint8_t memory[TEXT_MAX];
    struct buf text = BUF(memory);
    for (size_t i = 0; i < count; i++) {
        enum status status = x509_pem_encode(X509_PEM_CERTIFICATE, ders[i], &text);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return put_file(w, name, buf_span(&text), MODE_PUBLIC);
}

static enum status put_pair(const struct work *w, const char *name, struct span der,
                            const struct private_key *key)
{
    char file[SIGNER_DIRECTORY_NAME_MAX];
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    if (!text_format(file, sizeof(file), "%s.pem", name)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = put_certificates(w, file, &der, 1);
    if (status == STATUS_OK) {
        status = private_key_to_wrapped_pem(key, &w->wrapping, w->o->entropy, &pem);
    }
    if (status == STATUS_OK && text_format(file, sizeof(file), "%s.key", name)) {
        status = put_file(w, file, buf_span(&pem), MODE_SECRET);
    }
    return status;
}

static enum status put_master(const struct work *w)
{
    struct secret both SCOPED_SECRET = { 0 };
    uint8_t memory[SEALED_SECRET_MAX];
    struct buf file = BUF(memory), bytes = BUF(both.bytes);
    REQUIRE(buf_put(&bytes, secret_span(&w->master)) && buf_put(&bytes, secret_span(&w->wrapping)));
    both.len = bytes.len;
    enum status status = sealed_secret_encode(&both, w->o->passphrase, w->o->entropy, &file);
    return status == STATUS_OK ? put_file(w, "master.key", buf_span(&file), MODE_SECRET) : status;
}

static enum status put_profiles(const struct work *w)
{
    enum status status = put_file(w, SIGNER_DIRECTORY_PROFILE_AUTHENTICATION,
                                  w->o->profiles[SIGNER_AUTHENTICATION], MODE_PUBLIC);
    if (status != STATUS_OK) {
        return status;
    }
    return put_file(w, SIGNER_DIRECTORY_PROFILE_CONTENT_SIGNING,
                    w->o->profiles[SIGNER_CONTENT_SIGNING], MODE_PUBLIC);
}

static enum status no_entry(void *context, struct x509_crl_entry *ret_entry, bool *ret_end)
{
    (void)context;
    (void)ret_entry;
    *ret_end = true;
    return STATUS_OK;
}

/* Who checks a whole chain (RFC 5280, 6.3) wants the root's list too, and its key is gone after
 * today: an empty list for as long as its CAs live. */
static enum status put_root_crl(const struct work *w)
{
    uint8_t der_memory[X509_CRL_OVERHEAD_MAX], memory[TEXT_MAX];
    struct buf der = BUF(der_memory), text = BUF(memory);
    const instant life = (instant)SIGNER_DIRECTORY_CA_YEARS * DAYS_PER_YEAR * SECONDS_PER_DAY;
    const struct x509_crl_options options = { .issuer = der_of(&w->made->root),
                                              .number = 1,
                                              .this_update = w->start,
                                              .next_update = w->start + life,
                                              .next = no_entry };
    enum status status = x509_crl_build(&options, w->root, &der);
    if (status == STATUS_OK) {
        status = x509_pem_encode(X509_PEM_CRL, buf_span(&der), &text);
    }
    return status == STATUS_OK ? put_file(w, "root.crl", buf_span(&text), MODE_PUBLIC) : status;
}

static enum status put_all_certificates(const struct work *w)
{
    const struct span chain[] = { der_of(&w->made->issuers[SIGNER_AUTHENTICATION]),
                                  der_of(&w->made->issuers[SIGNER_CONTENT_SIGNING]),
                                  der_of(&w->made->root) };
    enum status status = put_certificates(w, "root.pem", &chain[2], 1);
    if (status == STATUS_OK) {
        status = put_root_crl(w);
    }
    if (status == STATUS_OK) {
        status = put_certificates(w, "ca-chain.pem", chain, COUNT(chain));
    }
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        status = put_pair(w, ca_files[i], chain[i], w->issuers[i]);
    }
    return status == STATUS_OK ? put_pair(w, "audit", der_of(&w->made->audit), w->audit) : status;
}

static enum status put_state(const struct work *w)
{
    static const char *const names[] = { "state/journal", "state/head" };
    enum status status = state_file_create(w->o->directory);
    for (size_t i = 0; i < COUNT(names) && status == STATUS_OK; i++) {
        char path[SIGNER_DIRECTORY_PATH_MAX];
        status = path_in(w, names[i], path) ? hand_over(w, path) : STATUS_BAD_VALUE;
    }
    return status;
}

/* The folders themselves are handed over last: until then only we may write there. */
static enum status each_folder(const struct work *w,
                               enum status (*act)(const struct work *w, const char *path))
{
    static const char *const names[] = { ".", "profiles", "state" };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(names) && status == STATUS_OK; i++) {
        char path[SIGNER_DIRECTORY_PATH_MAX];
        status = path_in(w, names[i], path) ? act(w, path) : STATUS_BAD_VALUE;
    }
    return status;
}

static enum status make_folder(const struct work *w, const char *path)
{
    (void)w;
    return file_write_private_directory(path);
}

/* ---- what lies outside DIR ---- */

static enum status put_root_key(const struct work *w)
{
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    enum status status =
        private_key_to_encrypted_pem(w->root, w->o->root_passphrase, w->o->entropy, &pem);
    return status == STATUS_OK ? file_write_new(w->o->root_key_path, buf_span(&pem), MODE_SECRET)
                               : status;
}

static enum status put_server(const struct work *w)
{
    uint8_t memory[TEXT_MAX];
    struct buf text = BUF(memory);
    if (!wants_server(w->o)) {
        return STATUS_OK;
    }
    enum status status = private_key_to_pem(w->server, &text);
    if (status == STATUS_OK) {
        status = file_write_new(w->o->server_key_path, buf_span(&text), MODE_SECRET);
    }
    wipe(memory, sizeof(memory));
    buf_clear(&text);
    if (status == STATUS_OK) {
        status = x509_pem_encode(X509_PEM_CERTIFICATE, der_of(&w->made->server), &text);
    }
    if (status == STATUS_OK) {
        status = x509_pem_encode(X509_PEM_CERTIFICATE, der_of(&w->made->root), &text);
    }
    return status == STATUS_OK
               ? file_write_new(w->o->server_certificate_path, buf_span(&text), MODE_PUBLIC)
               : status;
}

static enum status put_everything(const struct work *w)
{
    enum status (*const steps[])(const struct work *w) = { put_all_certificates, put_master,
                                                           put_profiles,         put_state,
                                                           put_root_key,         put_server };
    enum status status = each_folder(w, make_folder);
    for (size_t i = 0; i < COUNT(steps) && status == STATUS_OK; i++) {
        status = steps[i](w);
    }
    return status == STATUS_OK ? each_folder(w, hand_over) : status;
}

static enum status check_options(const struct signer_directory_options *o)
{
    if (o->passphrase->len == 0 || o->root_passphrase->len == 0 || o->root_key_path == NULL ||
        (wants_server(o) && o->dns_names[0] == NULL && o->ip_addresses[0] == NULL)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        struct certificate_profile profile;
        char detail[CERTIFICATE_PROFILE_DETAIL_MAX];
        status = certificate_profile_load(o->profiles[i], &profile, detail);
    }
    return status;
}

enum status signer_directory_create(const struct signer_directory_options *options,
                                    struct signer_directory_made *ret_made)
{
    struct signer_directory_made made = { 0 };
    struct work work = {
        .o = options,
        .made = &made,
        .start = options->not_before != 0 ? options->not_before : options->now - SECONDS_PER_DAY,
    };
    enum status status = check_options(options);
    if (status == STATUS_OK) {
        status = make_secrets(&work);
    }
    if (status == STATUS_OK) {
        status = make_keys(&work);
    }
    if (status == STATUS_OK) {
        status = make_certificates(&work);
    }
    if (status == STATUS_OK) {
        status = put_everything(&work);
    }
    free_keys(&work);
    if (status == STATUS_OK) {
        *ret_made = made;
    }
    return status;
}
