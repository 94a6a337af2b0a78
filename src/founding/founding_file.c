/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "founding/founding.h"
#include "port/file_read.h"
#include "port/file_write.h"
#include "port/memory_reserve.h"

static enum status write_json(const struct founding_options *options, const char *name,
                              json_t *json, struct fault *reterr_fault)
{
    char path[FOUNDING_PATH_MAX];
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    json_decref(json);
    if (text == NULL || !founding_path(options, name, path)) {
        memory_reserve_free(text);
        *reterr_fault = fault_of(STATUS_OUT_OF_MEMORY, name);
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = file_write_new(path, span_of_text(text), 0600);
    memory_reserve_free(text);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, path);
    }
    return status;
}

static json_t *server_config(const struct founding_options *options, const char *origin)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
                     "origin", origin, "address", options->address, "port", options->port,
                     "certificate", "tls.pem", "key", "tls.key", "store", "cardwright.db",
                     "signer_socket", "../run/signer.sock", "signer_uid",
                     options->set_owners ? (int)options->signer_uid : -1, "authentication_ca",
                     "authentication-ca.pem", "signing_ca", "signing-ca.pem", "root_ca", "root.pem",
                     "token_key", "token.key", "ra_desk", options->ra_desk, "site_it",
                     options->site_it, "banner", options->banner);
}

static enum status copy(const struct founding_options *options, const char *from, const char *to,
                        struct fault *reterr_fault)
{
    uint8_t memory[32768];
    char from_path[FOUNDING_PATH_MAX], to_path[FOUNDING_PATH_MAX];
    struct buf bytes = BUF(memory);
    if (!founding_path(options, from, from_path) || !founding_path(options, to, to_path)) {
        *reterr_fault = fault_of(STATUS_BAD_VALUE, from);
        return STATUS_BAD_VALUE;
    }
    enum status status = file_read(from_path, &bytes);
    if (status == STATUS_OK) {
        status = file_write_new(to_path, buf_span(&bytes), 0644);
    }
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, to_path);
    }
    return status;
}

static enum status copy_certificates(const struct founding_options *options,
                                     struct fault *reterr_fault)
{
    static const char *const files[][2] = {
        { "signer/authentication-ca.pem", "server/authentication-ca.pem" },
        { "signer/signing-ca.pem", "server/signing-ca.pem" },
        { "signer/root.pem", "server/root.pem" },
        { "signer/root.pem", "agent/server-ca.pem" },
        { "signer/ca-chain.pem", "ca-chain.pem" },
        { "signer/root.crl", "root.crl" },
        { "signer/audit.pem", "audit.pem" },
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(files) && status == STATUS_OK; i++) {
        status = copy(options, files[i][0], files[i][1], reterr_fault);
    }
    return status;
}

static enum status write_token_key(const struct founding_options *options,
                                   struct fault *reterr_fault)
{
    uint8_t key[32];
    char path[FOUNDING_PATH_MAX];
    enum status status = entropy_fill(options->entropy, key, sizeof(key));
    if (status == STATUS_OK && founding_path(options, "server/token.key", path)) {
        status = file_write_new(path, SPAN_OF(key), 0600);
    }
    wipe(key, sizeof(key));
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, "token.key");
    }
    return status;
}

bool founding_origin(const struct founding_options *options, char ret_origin[FOUNDING_ORIGIN_MAX])
{
    /* RFC 3986, 3.2.2: an IPv6 address stands in brackets. */
    const char *form = strchr(options->host, ':') != NULL ? "https://[%s]:%d" : "https://%s:%d";
    return text_format(ret_origin, FOUNDING_ORIGIN_MAX, form, options->host, options->port);
}

enum status founding_files(const struct founding_options *options, struct fault *reterr_fault)
{
    char origin[FOUNDING_ORIGIN_MAX];
    if (!founding_origin(options, origin)) {
        *reterr_fault = fault_of(STATUS_BAD_VALUE, options->host);
        return STATUS_BAD_VALUE;
    }
    enum status status =
        write_json(options, "server/server.json", server_config(options, origin), reterr_fault);
    if (status == STATUS_OK) {
        status = write_json(options, "agent/agent.json",
                            json_pack("{s:s, s:s, s:s, s:s}", "origin", origin, "ca_file",
                                      "server-ca.pem", "ra_desk", options->ra_desk, "site_it",
                                      options->site_it),
                            reterr_fault);
    }
    if (status == STATUS_OK) {
        status = copy_certificates(options, reterr_fault);
    }
    return status == STATUS_OK ? write_token_key(options, reterr_fault) : status;
}
