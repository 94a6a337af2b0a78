/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/x509_pem.h"
#include "port/file_read.h"
#include "signer/sealed_secret.h"
#include "signer/signer_directory.h"

enum { FILE_MAX = 16384 };

/* One run of load. */
struct work {
    const char *directory;
    const struct secret *passphrase;
    struct signer_keys *keys;
    struct secret wrapping; /* locks the other keys */
    char *name;             /* the file at hand: what an error is about */
};

static enum status read_named(struct work *w, const char *name, bool secret, struct buf *bytes)
{
    char path[SIGNER_DIRECTORY_PATH_MAX];
    if (!text_copy(w->name, SIGNER_DIRECTORY_NAME_MAX, name) ||
        !text_format(path, sizeof(path), "%s/%s", w->directory, name)) {
        return STATUS_BAD_VALUE;
    }
    return secret ? file_read_secret(path, bytes) : file_read(path, bytes);
}

static enum status load_certificate(struct work *w, const char *name, uint8_t ret_der[X509_DER_MAX],
                                    size_t *ret_len)
{
    uint8_t memory[FILE_MAX];
    struct buf text = BUF(memory), ders = buf_of(ret_der, X509_DER_MAX);
    struct span der;
    size_t count;
    enum status status = read_named(w, name, false, &text);
    if (status == STATUS_OK) {
        status = x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &ders, &der, 1, &count);
    }
    if (status == STATUS_OK && (count != 1 || der.ptr != ret_der)) {
        status = STATUS_BAD_FILE;
    }
    if (status == STATUS_OK) {
        *ret_len = der.len;
    }
    return status;
}

static enum status load_key(struct work *w, const char *name, struct private_key **ret_key)
{
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    enum status status = read_named(w, name, true, &pem);
    if (status == STATUS_OK) {
        status = private_key_of_wrapped_pem(buf_span(&pem), &w->wrapping, ret_key);
    }
    wipe(memory, sizeof(memory));
    return status;
}

static enum status load_master(struct work *w)
{
    struct secret both SCOPED_SECRET = { 0 };
    uint8_t memory[SEALED_SECRET_MAX];
    struct buf file = BUF(memory);
    enum status status = read_named(w, "master.key", true, &file);
    if (status == STATUS_OK) {
        status = sealed_secret_decode(buf_span(&file), w->passphrase, &both);
    }
    if (status == STATUS_OK && both.len != SIGNER_DIRECTORY_MASTER_LEN) {
        status = STATUS_KEY_FILE;
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct span bytes = secret_span(&both);
    bool fits = secret_set(&w->keys->master, span_part(bytes, 0, KDF_MASTER_LEN)) &&
                secret_set(&w->wrapping, span_part(bytes, KDF_MASTER_LEN, bytes.len));
    return fits ? STATUS_OK : STATUS_KEY_FILE;
}

static enum status load_profile(struct work *w, const char *name,
                                struct certificate_profile *ret_profile)
{
    char detail[CERTIFICATE_PROFILE_DETAIL_MAX];
    uint8_t memory[FILE_MAX];
    struct buf json = BUF(memory);
    enum status status = read_named(w, name, false, &json);
    if (status == STATUS_OK) {
        status = certificate_profile_load(buf_span(&json), ret_profile, detail);
    }
    return status;
}

/* Most buyers have none. */
static enum status load_transport(struct work *w)
{
    uint8_t memory[TRANSPORT_FILE_MAX];
    struct buf json = BUF(memory);
    enum status status = read_named(w, SIGNER_DIRECTORY_TRANSPORT, true, &json);
    if (status == STATUS_OK) {
        status = transport_key_parse(buf_span(&json), &w->keys->transport);
    }
    wipe(memory, json.len);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status load_all(struct work *w)
{
    static const char *const files[SIGNER_PURPOSE_MAX][3] = {
        [SIGNER_AUTHENTICATION] = { "authentication-ca.pem", "authentication-ca.key",
                                    SIGNER_DIRECTORY_PROFILE_AUTHENTICATION },
        [SIGNER_CONTENT_SIGNING] = { "signing-ca.pem", "signing-ca.key",
                                     SIGNER_DIRECTORY_PROFILE_CONTENT_SIGNING },
    };
    struct signer_keys *k = w->keys;
    enum status status = load_master(w);
    if (status == STATUS_OK) {
        status = load_certificate(w, "audit.pem", k->audit_der, &k->audit_len);
    }
    if (status == STATUS_OK) {
        status = load_key(w, "audit.key", &k->audit);
    }
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        status = load_certificate(w, files[i][0], k->issuer_der[i], &k->issuer_len[i]);
        if (status == STATUS_OK) {
            status = load_key(w, files[i][1], &k->issuers[i]);
        }
        if (status == STATUS_OK) {
            status = load_profile(w, files[i][2], &k->profiles[i]);
        }
    }
    return status == STATUS_OK ? load_transport(w) : status;
}

enum status signer_directory_load(const char *directory, const struct secret *passphrase,
                                  struct signer_keys *ret_keys,
                                  char reterr_name[SIGNER_DIRECTORY_NAME_MAX])
{
    struct signer_keys keys = { 0 };
    struct work work = {
        .directory = directory, .passphrase = passphrase, .keys = &keys, .name = reterr_name
    };
    enum status status = load_all(&work);
    secret_wipe(&work.wrapping);
    if (status == STATUS_OK) {
        *ret_keys = keys;
        wipe(&keys, sizeof(keys));
    } else {
        signer_keys_wipe(&keys);
    }
    return status;
}
