/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "crypto/x509_pem.h"
#include "server/audit.h"
#include "server/crl.h"
#include "server/server.h"
#include "server/start_page.h"

/* public: what needs no right: the start page, health, the CA's certificates and CRLs, the active
 * policy; and the export of the audit, which needs the right to reports. */

enum { FROM_DIGITS_MAX = 18 };

enum status public_health(struct call *call, json_t **ret_answer)
{
    (void)call;
    *ret_answer = json_pack("{s:s, s:s}", "status", "ok", "version", CARDWRIGHT_VERSION);
    return STATUS_OK;
}

enum status public_policy(struct call *call, json_t **ret_answer)
{
    char tag[2 * POLICY_HASH_LEN + 3], hash[2 * POLICY_HASH_LEN + 1];
    (void)ret_answer;
    call->content_type = "application/json";
    if (!text_of_hex(SPAN_OF(call->server->policy.hash), hash, sizeof(hash)) ||
        !text_format(tag, sizeof(tag), "\"%s\"", hash)) {
        return call_fail(call, STATUS_INTERNAL, "policy");
    }
    http_request_answer_header(call->http, "ETag", tag);
    bool fits =
        buf_put(call->raw, span_of(call->server->policy_text, call->server->policy_text_len));
    return fits ? STATUS_OK : call_fail(call, STATUS_TOO_LARGE, "policy");
}

enum status public_ca(struct call *call, json_t **ret_answer)
{
    static const struct {
        const char *name;
        enum server_ca which;
    } files[] = { { "authentication.pem", SERVER_CA_AUTHENTICATION },
                  { "signing.pem", SERVER_CA_SIGNING },
                  { "root.pem", SERVER_CA_ROOT } };
    (void)ret_answer;
    for (size_t i = 0; i < COUNT(files); i++) {
        if (text_equal(call->argument, files[i].name)) {
            call->content_type = "application/x-pem-file";
            enum status status = x509_pem_encode(
                X509_PEM_CERTIFICATE, server_ca_der(call->server, files[i].which), call->raw);
            return status == STATUS_OK ? STATUS_OK : call_fail(call, status, files[i].name);
        }
    }
    return call_fail(call, STATUS_NOT_FOUND, call->argument);
}

enum status public_crl(struct call *call, json_t **ret_answer)
{
    (void)ret_answer;
    bool signing = text_equal(call->argument, "signing.crl");
    if (!signing && !text_equal(call->argument, "authentication.crl")) {
        return call_fail(call, STATUS_NOT_FOUND, call->argument);
    }
    call->content_type = "application/pkix-crl";
    enum status status = store_setting_get(
        call->server->store, crl_setting(signing ? SIGNER_CONTENT_SIGNING : SIGNER_AUTHENTICATION),
        call->raw);
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, call->argument);
}

static void put_page_headers(struct http_request *http)
{
    for (size_t i = 0; i < START_PAGE_HEADERS_COUNT; i++) {
        http_request_answer_header(http, START_PAGE_HEADERS[i].name, START_PAGE_HEADERS[i].value);
    }
}

enum status public_start(struct call *call, json_t **ret_answer)
{
    const struct config *config = &call->server->config;
    const struct start_page page = { .banner = config->banner,
                                     .ra_desk = config->ra_desk,
                                     .site_it = config->site_it };
    (void)ret_answer;
    enum status status = start_page_write(&page, call->raw);
    if (status != STATUS_OK) {
        return call_fail(call, status, "start page");
    }
    put_page_headers(call->http);
    call->content_type = "text/html; charset=utf-8";
    return STATUS_OK;
}

enum status public_style(struct call *call, json_t **ret_answer)
{
    (void)ret_answer;
    put_page_headers(call->http);
    call->content_type = "text/css; charset=utf-8";
    bool fits = buf_put(call->raw, span_of_text(START_PAGE_STYLE));
    return fits ? STATUS_OK : call_fail(call, STATUS_TOO_LARGE, "style sheet");
}

/* "from=N" with N from 1 to 18 digits; without a query all there is. */
static bool read_from(const struct call *call, uint64_t *ret_from)
{
    char text[FROM_DIGITS_MAX + 1];
    *ret_from = 1;
    if (call->http->query == NULL || call->http->query[0] == '\0') {
        return true;
    }
    if (!http_request_parameter(call->http, "from", text, sizeof(text)) ||
        !text_is_digits(text, strlen(text)) || text[0] == '0') {
        return false;
    }
    *ret_from = strtoull(text, NULL, 10);
    return *ret_from != 0;
}

/* Entries from `from` on, and the checkpoints that stand over them; as many as fit. */
enum status public_audit(struct call *call, json_t **ret_answer)
{
    uint64_t from;
    struct audit_head head;
    enum status status = call_has_right(call, POLICY_REPORTS);
    (void)ret_answer;
    if (status != STATUS_OK) {
        return status;
    }
    if (!read_from(call, &from)) {
        return call_fail(call, STATUS_BAD_VALUE, "from");
    }
    status = store_audit_head(call->server->store, &head);
    if (status != STATUS_OK) {
        return call_fail(call, status, "audit");
    }
    call->content_type = "application/x-ndjson";
    for (uint64_t n = from; n <= head.sequence && status == STATUS_OK; n++) {
        size_t before = call->raw->len;
        struct audit_checkpoint checkpoint;
        status = store_audit_line(call->server->store, n, call->raw);
        if (status == STATUS_OK &&
            store_audit_checkpoint_at(call->server->store, n, &checkpoint) == STATUS_OK) {
            status = audit_checkpoint_encode(&checkpoint, call->raw);
        }
        if (status == STATUS_TOO_LARGE && before > 0) {
            call->raw->len = before; /* the rest with the next request */
            return STATUS_OK;
        }
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "audit");
}
