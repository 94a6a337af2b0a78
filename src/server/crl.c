/* SPDX-License-Identifier: Apache-2.0 */
#include "server/crl.h"

#include <string.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"

const char *crl_setting(enum signer_purpose issuer)
{
    return issuer == SIGNER_AUTHENTICATION ? "crl_authentication" : "crl_content_signing";
}

/* The store lists both issuers' certificates together; the purpose tells them apart. */
static enum status add_entry(struct server *server, const struct revoked_record *revoked,
                             struct signer_crl_request *request)
{
    static struct certificate_record certificate;
    enum status status = store_certificate_get(server->store, revoked->serial, &certificate);
    if (status != STATUS_OK ||
        !text_equal(certificate.purpose, signer_message_purpose_name(request->issuer))) {
        return status;
    }
    struct x509_crl_entry *entry = &request->entries[request->count];
    if (!x509_crl_reason_by_name(revoked->reason, &entry->reason)) {
        entry->reason = X509_REASON_UNSPECIFIED;
    }
    entry->revoked_at = revoked->revoked_at;
    if (!text_copy(entry->serial, sizeof(entry->serial), revoked->serial)) {
        return STATUS_STORE;
    }
    request->count++;
    return STATUS_OK;
}

enum status crl_make(struct server *server, enum signer_purpose issuer, instant now)
{
    static struct signer_request request;
    static struct signer_answer answer;
    static struct revoked_record list[SIGNER_REVOCATIONS_MAX];
    static uint8_t memory[CRL_MAX];
    char after[STORE_CERTIFICATE_SERIAL_MAX] = "";
    size_t count = COUNT(list);
    enum status status = STATUS_OK;
    struct buf der = BUF(memory);
    while (status == STATUS_OK && count == COUNT(list)) {
        memset(&request, 0, sizeof(request));
        request.kind = SIGNER_REVOKE_AND_CRL;
        request.crl.issuer = issuer;
        status = store_certificate_revoked(
            server->store, &(struct revoked_page){ .expires_after = now, .after_serial = after },
            list, COUNT(list), &count);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            status = add_entry(server, &list[i], &request.crl);
            text_take(after, sizeof(after), list[i].serial);
        }
        buf_clear(&der);
        if (status == STATUS_OK) {
            status = signer_client_ask(&server->signer, &request, &der, &answer);
        }
    }
    return status == STATUS_OK
               ? store_setting_put(server->store, crl_setting(issuer), answer.crl.der)
               : status;
}

static void make_posted(void *context)
{
    struct server *server = context;
    server->crl_due = false;
    for (unsigned i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        enum status status = crl_make(server, (enum signer_purpose)i, clock_read_now());
        if (status != STATUS_OK) {
            struct fault fault = fault_of(status, crl_setting((enum signer_purpose)i));
            log_write_fault(LOG_LEVEL_ERROR, "CRL not made", &fault);
            server->crl_due = true;
        }
    }
}

void crl_later(struct server *server)
{
    if (server->crl_due && !https_server_post(server->http, make_posted, server)) {
        log_write(LOG_LEVEL_ERROR, "CRL not posted", LOG_NO_FIELDS);
    }
}
